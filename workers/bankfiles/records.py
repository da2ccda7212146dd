"""From the bytes of a bank's table to its records: framing checked, nothing understood yet."""

import csv
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import islice

from models.rules.errors.bankfiles import (
    CsvBroken,
    FieldMissing,
    FileForeign,
    FileTruncated,
)
from workers.bankfiles import workbook
from workers.bankfiles.incoming import IncomingLayout
from workers.bankfiles.intake import whole_text

#: A record's number in the file and its fields.
Record = tuple[int, list[str]]
_DAY = re.compile(r"[0-9]{4}(?:-[0-9]{2}-[0-9]{2}|/[0-9]{1,2}/[0-9]{1,2}|[0-9]{4})(?![0-9])")


@dataclass(frozen=True, slots=True)
class Records:
    """The records after the header, and what stood around them."""

    records: Iterator[Record]
    header: list[str] | None
    #: The day the bank was asked, as the file writes it.
    query_day: str | None


def read(layout: IncomingLayout, chunks: Iterable[bytes]) -> Records:
    """Return the records of a file whose first line and end are what the profile says."""
    query_day: str | None = None
    if layout.format == "xlsx":
        records = workbook.rows(chunks)
        if layout.skip_prefixes:
            records = (r for r in records if not r[1][0].startswith(layout.skip_prefixes))
    else:
        text = whole_text(chunks, layout.encoding)
        if layout.completeness == "final_newline" and not text.endswith("\n"):
            raise FileTruncated(
                reason="最后一行没有结束", reason_en="the last line is not finished"
            )
        if layout.booked_on_from == "query_time":
            query_day = _query_day(layout, text)
        records = (
            _csv_records(text, layout.separator)
            if layout.format == "csv"
            else _delimited_records(layout, text)
        )
    if layout.skip_rows:
        records = islice(records, layout.skip_rows, None)
    header: list[str] | None = None
    if layout.header:
        records = iter(records)
        header = next(records, (0, []))[1]
    return Records(records, header, query_day)


def _query_day(layout: IncomingLayout, text: str) -> str:
    """Return the day in the line that says when the bank was asked."""
    start = text.find(layout.query_time_prefix)
    found = _DAY.search(text[start:].partition("\n")[0]) if start >= 0 else None
    if found is None:
        raise FieldMissing(row=1, field=layout.query_time_prefix)
    return found.group()


def _csv_records(text: str, separator: str) -> Iterator[Record]:
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


def _delimited_records(layout: IncomingLayout, text: str) -> Iterator[Record]:
    rows = [(n, line.rstrip("\r")) for n, line in enumerate(text.split("\n"), start=1)]
    rows = [(n, line) for n, line in rows if line.strip()]
    if layout.first_line:
        found = rows[0][1].strip()
        if found != layout.first_line:
            raise FileForeign(expected=layout.first_line, found=found[:40])
        rows = rows[1:]
    stated, rows = _ended(layout, rows)
    kept = [r for r in rows if not r[1].startswith(layout.skip_prefixes)]
    if stated is not None and len(kept) - layout.titles != stated:
        found_count = len(kept) - layout.titles
        raise FileTruncated(
            reason=f"应有 {stated} 行，实有 {found_count} 行",
            reason_en=f"{stated} lines stated, {found_count} found",
        )
    return ((n, _fields(layout, line)) for n, line in kept)


def _ended(
    layout: IncomingLayout, rows: list[tuple[int, str]]
) -> tuple[int | None, list[tuple[int, str]]]:
    """Return the stated count, if any, and the lines without what marks the end."""
    if layout.completeness == "end_line":
        if not rows or rows[-1][1].strip() != layout.completeness_text:
            end = layout.completeness_text
            raise FileTruncated(reason=f"缺少结束行“{end}”", reason_en=f"no end line {end}")
        return None, rows[:-1]
    if layout.completeness == "single_field":
        if not rows or len(_fields(layout, rows[-1][1])) > 1:
            raise FileTruncated(reason="缺少末行", reason_en="the last line is missing")
        return None, rows[:-1]
    if layout.completeness == "count_line":
        return _stated_count(layout, rows)
    return None, rows


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
