"""A master list as CSV in the columns of the import, readable by Excel and running no formula."""

import csv
import io
from collections.abc import Iterable, Iterator
from typing import Any

from flask import Response, stream_with_context

from models.rules import spreadsheets
from web import account_sight, downloads
from web.admin import columns

#: More rows than this are exported by a job (scripts.export), not while the browser waits.
EXPORT_ROWS_MAX = 10_000


def answer(name: str, fields: list[columns.Column], rows: Iterable[Any]) -> Response:
    """Return the rows as a download, streamed; accounts as the reader may see them."""
    return Response(
        stream_with_context(_lines(fields, rows)),
        mimetype="text/csv; charset=utf-8",
        headers={"Content-Disposition": downloads.attachment(name)},
    )


def guarded(field: columns.Column, text: str) -> str:
    """Return a cell a spreadsheet does not run; numbers stay numbers."""
    return spreadsheets.guarded(text) if field.is_text else text


def _lines(fields: list[columns.Column], rows: Iterable[Any]) -> Iterator[str]:
    whole = account_sight.whole()
    yield "\ufeff" + _line([str(f.label) for f in fields])
    for row in rows:
        told = columns.texts(fields, row)
        if not whole and told.get("account_no"):
            told["account_no"] = account_sight.told("account_no", told["account_no"])
        yield _line([guarded(f, told[f.name]) for f in fields])


def _line(cells: list[str]) -> str:
    target = io.StringIO()
    csv.writer(target).writerow(cells)
    return target.getvalue()
