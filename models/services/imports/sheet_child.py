"""Turns the first sheet of an XLSX into CSV, alone in a process that may die of a hostile file.

Run as a program: sheet_child.py SOURCE TARGET MEMORY_BYTES CPU_SECONDS FILE_BYTES. It imports
nothing of the project, so it starts fast and has nothing to lose.
"""

import csv
import datetime
import resource
import sys
from decimal import Decimal

#: Stands before a number that has lost digits; no cell may hold it, so its row is refused.
LOST_DIGITS = "\x1a"
#: Doubles keep 15 digits; a longer whole number in a numeric cell is not what was typed.
DIGITS_MAX = 15


def number(value: float) -> str:
    """Return a number in its shortest decimal form without an exponent."""
    exact = Decimal(repr(value))
    text = format(exact, "f")
    if "." in text:
        text = text.rstrip("0").rstrip(".")
    whole = text.lstrip("-").split(".")[0]
    if len(whole) > DIGITS_MAX:
        return LOST_DIGITS + text
    return "0" if text in {"-0", ""} else text


def cell(value: object) -> str:
    """Return a cell as the text a person would have typed into a CSV."""
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, (int, float)):
        return number(value)
    if isinstance(value, datetime.datetime):
        midnight = value.time() == datetime.time(0, 0)
        return value.date().isoformat() if midnight else value.isoformat()
    if isinstance(value, (datetime.date, datetime.time)):
        return value.isoformat()
    return str(value)


def main() -> int:
    """Limit this process, then read and write; 3 says that there is no sheet."""
    source, target = sys.argv[1], sys.argv[2]
    memory_bytes, cpu_seconds, file_bytes = (int(text) for text in sys.argv[3:6])
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
        write = csv.writer(out)
        for row in sheet.iter_rows():
            texts = [cell(value) for value in row]
            if any(texts):
                write.writerow(texts)
    return 0


if __name__ == "__main__":
    sys.exit(main())
