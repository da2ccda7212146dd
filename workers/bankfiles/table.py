"""Reading a bank's text table by the profile's layout: titles, rows, and a complete end."""

import csv
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from models.rules.errors.bankfiles import (
    ColumnMissing,
    ColumnRepeated,
    ColumnUnknown,
    ControlCharacter,
    CsvBroken,
    FieldMissing,
    FileForeign,
    FileTooLarge,
    FileTruncated,
    RowShape,
)
from workers.bankfiles.incoming import ERROR_FILE_TITLES, IncomingLayout
from workers.bankfiles.intake import whole_text
from workers.bankfiles.text import invisible, named

ROWS_MAX = 1_000_000
#: Free text of banks may hold a tab or a line break; identifiers, words and numbers may not.
_FREE_TEXT = frozenset({"bank_reason", "account_name", "counter_name", "purpose"})
_WORDS = re.compile(r"[ \u3000]+")


@dataclass(frozen=True, slots=True)
class Row:
    """A record by field; a field whose column is absent is missing from `values`."""

    row: int
    values: dict[str, str]


def read(layout: IncomingLayout, chunks: Iterable[bytes]) -> Iterator[Row]:
    """Yield the records of a file; any refusal comes before the caller may keep anything."""
    text = whole_text(chunks, layout.encoding)
    records = _complete(layout, text)
    places = _places_by_position(layout)
    width = 0
    for count, (row, record) in enumerate(records):
        if count > ROWS_MAX:
            raise FileTooLarge(limit=ROWS_MAX, unit="行", unit_en="rows")
        if layout.titles and not width:
            places, width = _places_by_title(layout, record, row), len(record)
            continue
        if (width and len(record) != width) or len(record) < layout.fields_min:
            raise RowShape(row=row, found=len(record), expected=width or layout.fields_min)
        yield Row(row, _values(layout, places, record, row))
    if layout.titles and not width:
        raise ColumnMissing(row=1, columns=" ".join(c.title for c in layout.columns))


def _complete(layout: IncomingLayout, text: str) -> Iterator[tuple[int, list[str]]]:
    """Return the records after checking the first line and the completeness the profile names."""
    if layout.completeness == "final_newline" and not text.endswith("\n"):
        raise FileTruncated(reason="最后一行没有结束", reason_en="the last line is not finished")
    if layout.format == "csv":
        return _csv_records(text, layout.separator)
    return _delimited_records(layout, text)


def _csv_records(text: str, separator: str) -> Iterator[tuple[int, list[str]]]:
    reader = csv.reader(_physical_lines(text), delimiter=separator, strict=True)
    row = 1
    while True:
        try:
            record = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            raise CsvBroken(row=row) from error
        if record:
            yield row, record
        row += bool(record)


def _physical_lines(text: str) -> Iterator[str]:
    """Yield lines with their ends: csv needs them to keep a line break inside quotes."""
    start = 0
    while start < len(text):
        end = text.find("\n", start) + 1 or len(text)
        yield text[start:end]
        start = end


def _delimited_records(layout: IncomingLayout, text: str) -> Iterator[tuple[int, list[str]]]:
    rows = [(n, line.rstrip("\r")) for n, line in enumerate(text.split("\n"), start=1)]
    rows = [(n, line) for n, line in rows if line.strip()]
    if layout.first_line:
        found = rows[0][1].strip()
        if found != layout.first_line:
            raise FileForeign(expected=layout.first_line, found=found[:40])
        rows = rows[1:]
    stated: int | None = None
    if layout.completeness == "end_line":
        if not rows or rows[-1][1].strip() != layout.completeness_text:
            end = layout.completeness_text
            raise FileTruncated(reason=f"缺少结束行“{end}”", reason_en=f"no end line {end}")
        rows = rows[:-1]
    if layout.completeness == "count_line":
        stated, rows = _stated_count(layout, rows)
    kept = [r for r in rows if not r[1].startswith(layout.skip_prefixes)]
    if stated is not None and len(kept) - layout.titles != stated:
        found_count = len(kept) - layout.titles
        raise FileTruncated(
            reason=f"应有 {stated} 行，实有 {found_count} 行",
            reason_en=f"{stated} lines stated, {found_count} found",
        )
    return ((n, _fields(layout, line)) for n, line in kept)


def _stated_count(
    layout: IncomingLayout, rows: list[tuple[int, str]]
) -> tuple[int, list[tuple[int, str]]]:
    prefix = layout.completeness_text
    for place, (_, line) in enumerate(rows):
        number = line.removeprefix(prefix).strip(" 笔\t")
        if line.startswith(prefix) and number.isascii() and number.isdigit():
            return int(number), rows[:place] + rows[place + 1 :]
    raise FileTruncated(reason=f"缺少“{prefix}”行", reason_en=f"no line {prefix}")


def _fields(layout: IncomingLayout, line: str) -> list[str]:
    if layout.trailing_separator:
        line = line.rstrip(" ").removesuffix(layout.separator)
    return [field.strip(" \t\u3000") for field in line.split(layout.separator)]


def _places_by_position(layout: IncomingLayout) -> dict[str, int]:
    return {c.field: c.position - 1 for c in layout.columns if c.position is not None}


def _places_by_title(layout: IncomingLayout, titles: list[str], row: int) -> dict[str, int]:
    known = {c.title for c in layout.columns}
    ignored = {*layout.ignored_titles, *ERROR_FILE_TITLES}
    repeated = sorted({t for t in titles if titles.count(t) > 1})
    if repeated:
        raise ColumnRepeated(row=row, columns="、".join(repeated)[:200])
    missing = [c.title for c in layout.columns if not c.optional and c.title not in titles]
    if missing:
        raise ColumnMissing(row=row, columns="、".join(missing))
    unknown = [t for t in titles if t not in known and t not in ignored]
    if unknown:
        raise ColumnUnknown(row=row, columns="、".join(unknown)[:200])
    return {c.field: titles.index(c.title) for c in layout.columns if c.title in titles}


def _values(
    layout: IncomingLayout, places: dict[str, int], record: list[str], row: int
) -> dict[str, str]:
    values: dict[str, str] = {}
    for column in layout.columns:
        place = places.get(column.field)
        if place is None:
            continue
        if place >= len(record):
            raise RowShape(row=row, found=len(record), expected=place + 1)
        value = record[place]
        if column.first_word and value:
            value = _WORDS.split(value, maxsplit=1)[0]
        bad = None if column.field in _FREE_TEXT else invisible(value)
        if bad:
            raise ControlCharacter(row=row, field=column.title, character=named(bad))
        values[column.field] = value
    return values


def needed(row: Row, layout: IncomingLayout, field: str) -> str:
    """Return the value of a field that may not be empty unless its column is optional."""
    value = row.values.get(field, "")
    if not value:
        column = layout.column(field)
        if column is not None and not column.optional:
            raise FieldMissing(row=row.row, field=column.title)
    return value
