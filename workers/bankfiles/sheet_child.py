"""Turns the first sheet of a workbook into typed cells, alone in a process that may die of it.

Run as a program: sheet_child.py SOURCE TARGET MEMORY_BYTES CPU_SECONDS FILE_BYTES. Each row becomes
a line of JSON: texts as they are, numbers as {"n": "1234.5"}, so that nothing a spreadsheet rounded
can pass for a text. It imports nothing of the project and has nothing to lose.
"""

import datetime
import json
import resource
import sys
from decimal import Decimal


def cell(value: object) -> object:
    """Return a text, or a number in its shortest decimal form under the key `n`."""
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, (int, float)):
        return {"n": format(Decimal(repr(value)), "f")}
    if isinstance(value, datetime.datetime):
        return value.date().isoformat()
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
    # Blank columns at the left are left out of the rows: a position must stay a position.
    left = [""] * (sheet.start[1] if sheet.start else 0)
    with open(target, "w", encoding="utf-8", newline="") as out:  # noqa: PTH123
        for row in sheet.iter_rows():
            out.write(json.dumps([*left, *(cell(value) for value in row)]) + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
