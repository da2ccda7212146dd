"""Turns the first sheet of an XLSX into text, alone in a process that may die of a hostile file.

Run as a program: child.py FORM SOURCE TARGET MEMORY_BYTES CPU_SECONDS FILE_BYTES. It imports
nothing of the project, so it starts fast and has nothing to lose.
"""

import csv
import datetime
import json
import resource
import sys
from collections.abc import Callable
from decimal import Decimal
from enum import StrEnum
from typing import Any, TextIO

#: Stands before a number that has lost digits; no cell may hold it, so its row is refused.
LOST_DIGITS = "\x1a"
#: Doubles keep 15 digits; a longer whole number in a numeric cell is not what was typed.
DIGITS_MAX = 15


class Form(StrEnum):
    """What is made of a sheet."""

    #: CSV as a person would have typed it; rows without a text are left out.
    CSV = "csv"
    #: A JSON list a row, blank columns at the left kept: a position stays a position. Texts are as
    #: they are, numbers {"n": "1234.5"}, so that nothing a spreadsheet rounded passes for a text.
    CELLS = "cells"


def exact(value: float) -> str:
    """Return a number in its shortest decimal form without an exponent."""
    return format(Decimal(repr(value)), "f")


def typed(value: float) -> str:
    """Return a number as it was typed, marked where it cannot have been."""
    text = exact(value)
    if "." in text:
        text = text.rstrip("0").rstrip(".")
    whole = text.lstrip("-").split(".")[0]
    if len(whole) > DIGITS_MAX:
        return LOST_DIGITS + text
    return "0" if text in {"-0", ""} else text


def words(value: object, form: Form) -> str:
    """Return a cell that is no number as text; a bank's instant is its day."""
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, datetime.datetime):
        midnight = value.time() == datetime.time(0, 0)
        return value.date().isoformat() if midnight or form == Form.CELLS else value.isoformat()
    if isinstance(value, (datetime.date, datetime.time)):
        return value.isoformat()
    return str(value)


def is_number(value: object) -> bool:
    """Say whether a cell holds a number."""
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def as_csv(sheet: Any, out: TextIO) -> None:  # noqa: ANN401 - calamine has no types
    """Write the rows that say anything as CSV."""
    write = csv.writer(out)
    for row in sheet.iter_rows():
        texts = [typed(each) if is_number(each) else words(each, Form.CSV) for each in row]
        if any(texts):
            write.writerow(texts)


def as_cells(sheet: Any, out: TextIO) -> None:  # noqa: ANN401
    """Write every row as a JSON list."""
    left: list[object] = [""] * (sheet.start[1] if sheet.start else 0)
    for row in sheet.iter_rows():
        cells = [{"n": exact(e)} if is_number(e) else words(e, Form.CELLS) for e in row]
        out.write(json.dumps([*left, *cells]) + "\n")


FORMS: dict[Form, Callable[[Any, TextIO], None]] = {Form.CSV: as_csv, Form.CELLS: as_cells}


def main() -> int:
    """Limit this process, then read and write; 3 says that there is no sheet."""
    form, source, target = Form(sys.argv[1]), sys.argv[2], sys.argv[3]
    memory_bytes, cpu_seconds, file_bytes = (int(text) for text in sys.argv[4:7])
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_AS, (memory_bytes, memory_bytes))
    resource.setrlimit(resource.RLIMIT_CPU, (cpu_seconds, cpu_seconds))
    resource.setrlimit(resource.RLIMIT_FSIZE, (file_bytes, file_bytes))
    from python_calamine import CalamineWorkbook  # noqa: PLC0415 - only under the limits

    workbook = CalamineWorkbook.from_path(source)
    if not workbook.sheet_names:
        return 3
    sheet = workbook.get_sheet_by_index(0)
    with open(target, "w", encoding="utf-8", newline="") as out:  # noqa: PTH123
        FORMS[form](sheet, out)
    return 0


if __name__ == "__main__":
    sys.exit(main())
