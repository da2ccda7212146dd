"""The error file: every refused record as it came, with its codes and a sentence to act on."""

import csv
from collections.abc import Iterator
from pathlib import Path

from models.records.base import sql
from models.schemas.table import IGNORED, TableSchema
from models.services.imports import blocks, outcome
from models.services.imports.outcome import Found
from models.services.imports.source import Source
from models.workbooks import LOST_DIGITS

_ONLY_OTHERS = "本行无误；因同一文件中有其他行有误，按“全部或全不”的要求未导入。"


def write(schema: type[TableSchema], source: Source, path: Path, *, every_row: bool) -> None:
    """Write the refused records (with every_row: all) as UTF-8 CSV with BOM."""
    sql("CREATE INDEX ON finding (row_no)")
    own = source.header.own
    with path.open("w", encoding="utf-8-sig", newline="") as target:
        out = csv.writer(target, lineterminator="\n")
        out.writerow([*(source.header.cells[place] for place in own), *IGNORED])
        for row, cells, found in _refused(source, every_row=every_row):
            named = dict(zip(source.header.names, cells, strict=True))
            told = outcome.sentence(schema, found, named) if found else _ONLY_OTHERS
            codes = ";".join(sorted({code for _, code in found}))
            kept = (cells[place].replace(LOST_DIGITS, "") for place in own)
            out.writerow([*kept, row, codes, told])


def _refused(source: Source, *, every_row: bool) -> Iterator[tuple[int, tuple[str, ...], Found]]:
    for block in blocks.blocks(source):
        found = _found(block.first_row, block.after)
        rows = range(block.first_row, block.after) if every_row else sorted(found)
        for row in rows:
            yield row, block.cells.row(row - block.first_row), found.get(row, [])


def _found(first: int, after: int) -> dict[int, Found]:
    found: dict[int, Found] = {}
    for row, column, code in sql(
        "SELECT DISTINCT row_no, column_name, code FROM finding WHERE row_no >= %s AND row_no < %s",
        (first, after),
    ):
        found.setdefault(row, []).append((column, code))
    return found
