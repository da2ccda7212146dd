"""Lists of the pages as files: the rows of the conditions, in the order of the list.

The page that asks names the columns and the words of their values, in its reader's language; the
rows are chosen here, within the rows of who asked, as they stand when the file is written.
"""

import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import MISSING, dataclass, fields
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

from psycopg.rows import dict_row

from models.records.base import db
from models.rules.errors.exports import TooManyRows
from models.rules.spreadsheets import guarded
from models.services import access, audit, files, jobs
from models.services.exports import sheets_of
from models.services.views import (
    choices,
    holds,
    lines,
    mails,
    own_payments,
    payments,
    returns,
    sheets,
    unanswered,
    windows,
)
from models.services.views import rows as seen
from models.services.views.reading import Rows

#: A file of a list has so many rows at most; whoever needs more narrows the conditions.
ROWS_MAX = 1_000_000
FETCH_ROWS = 5_000

Statement = tuple[str, Mapping[str, Any]]


@dataclass(frozen=True)
class Wish:
    """What a page asks for: the list, its conditions, its columns and their words."""

    what: str
    asked: Mapping[str, Any]
    format: str
    name: str
    #: Column of the list → its title; amounts end in _fen and are written in yuan.
    titles: Mapping[str, str]
    #: Column → value → word; what has no word stays as it is.
    words: Mapping[str, Mapping[str, str]]


def _read(kind: type, asked: Mapping[str, Any]) -> Any:  # noqa: ANN401 - the list's own conditions
    """Return conditions as they were before they became text."""
    told: dict[str, Any] = {}
    for one in fields(kind):
        value = asked.get(one.name)
        if value is None and one.default is not MISSING:
            continue
        value = "" if value is None else value
        if isinstance(value, list):
            value = tuple(value)
        elif value and isinstance(value, str) and "date" in str(one.type):
            value = date.fromisoformat(value)
        told[one.name] = value
    return kind(**told)


def _sheets(rows: Rows, asked: Mapping[str, Any], on: date) -> Statement:
    del on
    return sheets.statement(rows, _read(sheets.Asked, asked), order=str(asked.get("order", "")))


def _lines(rows: Rows, asked: Mapping[str, Any], on: date) -> Statement:
    del on
    return lines.statement(rows, _read(lines.Asked, asked), choices.periods())


def _holds(rows: Rows, asked: Mapping[str, Any], on: date) -> Statement:
    del on
    return holds.statement(rows, _read(holds.Asked, asked))


def _payments(rows: Rows, asked: Mapping[str, Any], on: date) -> Statement:
    del on
    told: dict[str, Any] = {n: tuple(v) if isinstance(v, list) else v for n, v in asked.items()}
    return payments.statement(rows, payments.where(rows, **told))


def _windows(rows: Rows, asked: Mapping[str, Any], on: date) -> Statement:
    return windows.statement(rows, _read(windows.Asked, asked), on)


def _returns(rows: Rows, asked: Mapping[str, Any], on: date) -> Statement:
    del on
    told: dict[str, Any] = {n: tuple(v) if isinstance(v, list) else v for n, v in asked.items()}
    return returns.statement(rows, told.pop("tab"), **told)


def _unanswered(rows: Rows, asked: Mapping[str, Any], on: date) -> Statement:
    del on
    days = [date.fromisoformat(one) for one in asked["sent_on"]] if "sent_on" in asked else None
    return unanswered.statement(
        rows, sent_on=days, state=asked.get("state", ""), areas=tuple(asked.get("areas", ()))
    )


def _own_payments(rows: Rows, asked: Mapping[str, Any], on: date) -> Statement:
    del on
    return own_payments.statement(rows, asked.get("line_no", ""))


def _mails(rows: Rows, asked: Mapping[str, Any], on: date) -> Statement:
    del on
    return mails.statement(rows, _read(mails.Asked, asked))


LISTS: dict[str, Callable[[Rows, Mapping[str, Any], date], Statement]] = {
    "sheets": _sheets,
    "purchases": _lines,
    "holds": _holds,
    "payments": _payments,
    "confirmations": _windows,
    "returns": _returns,
    "unconfirmed": _unanswered,
    "own_payments": _own_payments,
    "mails": _mails,
}


def run(claim: jobs.Claim) -> dict[str, object]:
    """Write the list a page asked for and return its rows and stored file."""
    args, actor = claim.args, access.load(claim.requested_by)
    wish = Wish(**{one.name: args[one.name] for one in fields(Wish)})
    with db.atomic(), tempfile.TemporaryDirectory(prefix="zhijie-list-") as folder:
        path = Path(folder) / wish.name
        rows = write(actor, wish, path, claim.on)
        stored = files.store_path(path, by=actor.name, kind="export")
        result: dict[str, object] = {"rows": rows, "file_id": int(stored.id)}
        audit.wrote(
            "export.written", actor=actor.name, subject=f"file:{stored.id}", what=wish.what,
            rows=rows, asked=dict(wish.asked),
        )  # fmt: skip
        jobs.finish(claim, result)
    return result


def write(actor: access.Actor, wish: Wish, path: Path, on: date) -> int:
    """Write the rows to a file and return how many; raises NotAllowed, TooManyRows."""
    access.require(actor, "export")
    text, told = LISTS[wish.what](seen.of(actor), wish.asked, on)
    whole = "account_numbers" in access.MAY.get(actor.role, frozenset())
    cells = (_cells(row, wish, whole=whole) for row in _rows(text, told))
    writer = sheets_of.xlsx if wish.format == "xlsx" else sheets_of.csv
    return writer(path, list(wish.titles.values()), _limited(cells))


def _rows(text: str, told: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    with db.atomic(), db.connection().cursor("listed", row_factory=dict_row) as cursor:
        cursor.itersize = FETCH_ROWS
        cursor.execute(text, {**told, "rows": ROWS_MAX + 1, "skip": 0})
        yield from cursor


def _limited(cells: Iterator[list[Any]]) -> Iterator[list[Any]]:
    for number, row in enumerate(cells, start=1):
        if number > ROWS_MAX:
            raise TooManyRows(rows=number, rows_max=ROWS_MAX)
        yield row


def _cells(row: Mapping[str, Any], wish: Wish, *, whole: bool) -> list[Any]:
    return [_cell(name, row[name], wish.words.get(name, {}), whole=whole) for name in wish.titles]


def _cell(name: str, value: Any, words: Mapping[str, str], *, whole: bool) -> Any:  # noqa: ANN401
    if value is None:
        return None
    if name.endswith("_fen"):
        return Decimal(value) / 100
    if isinstance(value, Sequence) and not isinstance(value, str):
        return "；".join(words.get(one, str(one)) for one in value)
    if name.endswith("account_no") and not whole:
        return f"•••• {str(value)[-4:]}"
    if isinstance(value, Decimal | int) and not isinstance(value, bool):
        return value
    return guarded(words.get(str(value), str(value)))
