"""Writes an export to a file: CSV straight from the database, XLSX row by row, memory flat."""

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import psycopg
import xlsxwriter

from models.records.base import db
from models.rules.errors.exports import TooManyRows
from models.services import access
from models.services.exports.scope import Ask, ask
from models.services.exports.tables import WHAT, Export

ROWS_XLSX_MAX = 1_000_000
FETCH_ROWS = 10_000
#: A spreadsheet keeps 15 digits; longer numbers are written as text.
DIGITS_MAX = 15

#: Columns that are numbers in an XLSX file; all others are text cells.
NUMBERS = frozenset(
    [
        "lines",
        "entry_no",
        "days_late",
        "days",
        "step",
        "numerator",
        "denominator",
        "value_bp",
        "target_bp",
        "ratio_bp",
        "score",
        "amount_place",
        "ratio_place",
        "month_ratio_bp",
        "month_amount_place",
        "month_ratio_place",
        "contracts",
        "year_contracts",
        "cycle_days",
        "limit_days",
        "ordered_quantity",
        "sent_quantity",
        "received_quantity",
        "returned_quantity",
    ]
)


def write(
    what: str,
    path: Path,
    kind: str,
    *,
    actor: access.Actor,
    period: str | None,
    area: str | None,
    on: date,
) -> int:
    """Write the export `what` as csv or xlsx and return its number of rows.

    Without a period or area it covers all the actor may see. Raises TooManyRows for an XLSX above
    a million rows, NotAllowed, UnknownArea, OutOfScope.
    """
    export, asked = WHAT[what], ask(actor, period, area, on)
    with db.atomic():
        if export.prepare is not None:
            export.prepare(asked)
        query = _query(export, asked)
        return (
            _write_csv(export, query, path) if kind == "csv" else _write_xlsx(export, query, path)
        )


def _query(export: Export, asked: Ask) -> str:
    """Return the SELECT with its values in place: COPY takes no parameters."""
    with psycopg.ClientCursor(db.connection()) as cursor:
        return cursor.mogrify(export.select, asked.params())


def _write_csv(export: Export, query: str, path: Path) -> int:
    with path.open("wb") as target, db.connection().cursor() as cursor:
        target.write((",".join(export.columns) + "\n").encode())
        with cursor.copy(f"COPY ({query}) TO STDOUT WITH (FORMAT csv)") as copy:
            for piece in copy:
                target.write(piece)
        return int(cursor.rowcount)


def _rows(query: str) -> Iterator[tuple[Any, ...]]:
    with db.connection().cursor(name="export") as cursor:
        cursor.itersize = FETCH_ROWS
        cursor.execute(query)
        yield from cursor


def _write_xlsx(export: Export, query: str, path: Path) -> int:
    with db.connection().cursor() as cursor:
        rows = cursor.execute(f"SELECT count(*) FROM ({query}) q").fetchone()[0]
    if rows > ROWS_XLSX_MAX:
        raise TooManyRows(rows=rows, rows_max=ROWS_XLSX_MAX)
    options = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(str(path), options) as book:
        sheet = book.add_worksheet()
        money = book.add_format({"num_format": "#,##0.00"})
        for place, name in enumerate(export.columns):
            sheet.write_string(0, place, name)
        for line, row in enumerate(_rows(query), start=1):
            for place, (name, value) in enumerate(zip(export.columns, row, strict=True)):
                _cell(sheet, line, place, name, value, money)
    return int(rows)


def _cell(sheet: Any, line: int, place: int, name: str, value: Any, money: Any) -> None:  # noqa: ANN401
    if value is None or value == "":
        return
    is_money = name.endswith("_yuan")
    if (is_money or name in NUMBERS) and len(str(value).lstrip("-")) <= DIGITS_MAX:
        sheet.write_number(line, place, Decimal(str(value)), money if is_money else None)
    else:
        sheet.write_string(line, place, str(value))
