"""A list a page shows, as a file: the same rows, safe in a spreadsheet, the download audited."""

import csv
import io
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal

import xlsxwriter

from models.rules.spreadsheets import guarded
from models.services import audit
from models.services.access import Actor

KINDS = ("csv", "xlsx")

Cell = str | int | Decimal | None


def written(
    actor: Actor,
    what: str,
    kind: str,
    titles: Sequence[str],
    rows: Iterable[Sequence[Cell]],
    choices: Mapping[int, Sequence[str]] | None = None,
) -> bytes:
    """Return the rows as csv or xlsx and write down who took how many.

    Amounts are Decimal yuan and stay numbers; all else is text that no spreadsheet runs.
    `choices` names what a column of an xlsx offers; another text is warned of, not refused.
    """
    held = list(rows)
    content = _xlsx(titles, held, choices or {}) if kind == "xlsx" else _csv(titles, held)
    audit.wrote("export.written", actor=actor.name, subject=what, rows=len(held), format=kind)
    return content


def _guarded(value: Cell) -> str:
    if isinstance(value, str):
        return guarded(value)
    return "" if value is None else str(value)


def _csv(titles: Sequence[str], rows: list[Sequence[Cell]]) -> bytes:
    target = io.StringIO()
    writer = csv.writer(target)
    writer.writerow(titles)
    writer.writerows([[_guarded(cell) for cell in row] for row in rows])
    return ("\ufeff" + target.getvalue()).encode()


def _xlsx(
    titles: Sequence[str], rows: list[Sequence[Cell]], choices: Mapping[int, Sequence[str]]
) -> bytes:
    target = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(target, options) as book:
        sheet = book.add_worksheet()
        money = book.add_format({"num_format": "#,##0.00"})
        for place, title in enumerate(titles):
            sheet.write_string(0, place, title)
        for place, offered in choices.items():
            told = {"validate": "list", "source": list(offered), "error_type": "warning"}
            sheet.data_validation(1, place, max(1, len(rows)), place, told)
        for line, row in enumerate(rows, start=1):
            for place, cell in enumerate(row):
                if isinstance(cell, Decimal):
                    sheet.write_number(line, place, cell, money)
                elif isinstance(cell, int):
                    sheet.write_number(line, place, cell)
                elif cell:
                    sheet.write_string(line, place, cell)
    return target.getvalue()
