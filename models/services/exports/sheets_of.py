"""Rows on their way into a file: CSV that Excel reads, or a workbook; row by row, memory flat."""

import csv as writing
from collections.abc import Iterable, Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any

import xlsxwriter


def csv(path: Path, titles: Sequence[str], rows: Iterable[Sequence[Any]]) -> int:
    """Write rows as CSV with a mark that it is UTF-8; return how many."""
    written = 0
    with path.open("w", encoding="utf-8-sig", newline="") as target:
        out = writing.writer(target)
        out.writerow(titles)
        for row in rows:
            out.writerow(["" if cell is None else _plain(cell) for cell in row])
            written += 1
    return written


def xlsx(path: Path, titles: Sequence[str], rows: Iterable[Sequence[Any]]) -> int:
    """Write rows as a workbook, amounts as numbers; return how many."""
    number = 0
    options = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(str(path), options) as book:
        sheet = book.add_worksheet()
        money = book.add_format({"num_format": "#,##0.00##"})
        sheet.write_row(0, 0, titles)
        for number, row in enumerate(rows, start=1):
            for place, cell in enumerate(row):
                if isinstance(cell, Decimal):
                    sheet.write_number(number, place, cell, money)
                elif isinstance(cell, int):
                    sheet.write_number(number, place, cell)
                elif cell:
                    sheet.write_string(number, place, str(cell))
    return number


def _plain(cell: Any) -> str:  # noqa: ANN401 - a cell
    return f"{cell:f}" if isinstance(cell, Decimal) else str(cell)
