"""Writing XLSX order files: identifiers stay text, nothing a spreadsheet could run or round."""

from collections.abc import Iterator
from contextlib import contextmanager
from decimal import Decimal
from itertools import chain
from tempfile import TemporaryFile
from typing import IO, Any

import xlsxwriter

from workers.bankfiles.cells import SHANGHAI, Cell, Line, is_in_bank
from workers.bankfiles.layout import detail_cells, header_cells
from workers.bankfiles.model import Batch, Order
from workers.bankfiles.profiles import Profile
from workers.bankfiles.record import DetailRecord, refuse_problems

#: Nothing is guessed from a text: no formula, no number, no link.
_OPTIONS = {
    "constant_memory": True,
    "strings_to_formulas": False,
    "strings_to_numbers": False,
    "strings_to_urls": False,
}


def pieces(profile: Profile, batch: Batch, orders: Iterator[Order]) -> Iterator[bytes]:
    """Yield the bytes of a workbook with one sheet; rows go to disk as they come.

    The creation time is the batch's, so the same batch gives the same bytes.
    """
    first = next(orders)
    kind = is_in_bank(batch, first) if "in_bank" in profile.split_by else None
    cells = detail_cells(profile, in_bank=kind)
    detail = DetailRecord(profile, cells, batch, first)
    heads = header_cells(profile, in_bank=kind)
    if heads:
        line = Line(batch, first, 0)
        refuse_problems(profile, (c for c in heads if c.column.sources), line, order=False)
    with TemporaryFile() as file:
        with _workbook(file, batch) as workbook:
            sheet = _Sheet(workbook)
            if heads:
                sheet.add([cell.text(line) for cell in heads], heads)
            if profile.titles:
                sheet.add([cell.column.title for cell in cells], [])
            for row, order in enumerate(chain((first,), orders), start=1):
                sheet.add(detail.values(order, row), cells)
        file.seek(0)
        while chunk := file.read(65_536):
            yield chunk


@contextmanager
def _workbook(file: IO[bytes], batch: Batch) -> Iterator[Any]:
    """Give a workbook that is closed in any case: it keeps its rows in files of its own."""
    workbook = xlsxwriter.Workbook(file, _OPTIONS)
    created = batch.created_at.astimezone(SHANGHAI).replace(tzinfo=None, microsecond=0)
    workbook.set_properties({"created": created})
    try:
        yield workbook
    finally:
        workbook.close()


class _Sheet:
    """The only sheet, written from the top."""

    def __init__(self, workbook: Any) -> None:  # noqa: ANN401 - xlsxwriter has no types
        self._sheet = workbook.add_worksheet("Sheet1")
        self._text = workbook.add_format({"num_format": "@"})
        self._money = workbook.add_format({"num_format": "0.00"})
        self._row = 0

    def add(self, texts: list[str], cells: list[Cell]) -> None:
        """Add a row; a number cell holds the exact decimal of its text."""
        for place, text in enumerate(texts):
            if place < len(cells) and cells[place].column.cell == "number":
                self._sheet.write_number(self._row, place, Decimal(text), self._money)
            else:
                self._sheet.write_string(self._row, place, text, self._text)
        self._row += 1
