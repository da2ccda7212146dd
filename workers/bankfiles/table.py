"""Understanding a bank's table by the profile's layout: titles, fields, counts."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal

from models.rules.errors.bankfiles import (
    ColumnMissing,
    ColumnRepeated,
    ColumnUnknown,
    ControlCharacter,
    FieldMissing,
    FileTooLarge,
    FileTruncated,
    NumericIdentifier,
    RowShape,
)
from workers.bankfiles import records
from workers.bankfiles.incoming import ERROR_FILE_TITLES, IncomingLayout
from workers.bankfiles.text import invisible, named
from workers.bankfiles.workbook import Number

ROWS_MAX = 1_000_000
#: Free text of banks may hold a tab or a line break; identifiers, words and numbers may not.
_FREE_TEXT = frozenset({"bank_reason", "account_name", "counter_name", "purpose"})
_IDENTIFIERS = frozenset({"reference", "account_no", "counter_account", "debtor_account_no"})
_AMOUNTS = frozenset({"amount", "opening", "closing"})
_FEN, _NOISE = Decimal("0.01"), Decimal("0.000001")
_WORDS = re.compile(r"[ \u3000]+")


@dataclass(frozen=True, slots=True)
class Row:
    """A record by field; a field whose column is absent is missing from `values`."""

    row: int
    values: dict[str, str]


@dataclass(frozen=True, slots=True)
class Stated:
    """How many lines a table says it has and what they add up to, as it writes the sum."""

    count: int
    total: str | None


@dataclass(frozen=True, slots=True)
class Table:
    """A bank's table: its rows, to be taken to the end, and what it says about itself."""

    rows: Iterator[Row]
    stated: Stated | None
    query_day: str | None


def read(layout: IncomingLayout, chunks: Iterable[bytes]) -> Table:
    """Return the table; any refusal comes before the caller may keep anything."""
    found = records.read(layout, chunks)
    return Table(_rows(layout, found.records), _stated(layout, found.header), found.query_day)


def _stated(layout: IncomingLayout, header: list[str] | None) -> Stated | None:
    if layout.header is None or header is None:
        return None
    last = max(layout.header.count, layout.header.total or 0)
    if len(header) < last or not header[layout.header.count - 1].isdecimal():
        raise FileTruncated(reason="缺少首行的笔数或金额", reason_en="no counts in the first line")
    total = header[layout.header.total - 1] if layout.header.total else None
    return Stated(int(header[layout.header.count - 1]), total)


def _rows(layout: IncomingLayout, found: Iterator[records.Record]) -> Iterator[Row]:
    places = _places_by_position(layout)
    width = layout.fields or 0
    titled = False
    for count, (row, record) in enumerate(found):
        if count > ROWS_MAX:
            raise FileTooLarge(limit=ROWS_MAX, unit="行", unit_en="rows")
        if layout.titles and not titled:
            places, width, titled = _places_by_title(layout, record, row), len(record), True
            continue
        if (width and len(record) != width) or len(record) < layout.fields_min:
            raise RowShape(row=row, found=len(record), expected=width or layout.fields_min)
        yield Row(row, _values(layout, places, record, row))
    if layout.titles and not titled:
        raise ColumnMissing(row=1, columns=" ".join(c.title for c in layout.columns))


def _places_by_position(layout: IncomingLayout) -> dict[str, int]:
    return {c.field: c.position - 1 for c in layout.columns if c.position is not None}


def _places_by_title(layout: IncomingLayout, titles: list[str], row: int) -> dict[str, int]:
    names = {c.field: (c.title, *c.aliases) for c in layout.columns}
    known = {name for each in names.values() for name in each}
    ignored = {*layout.ignored_titles, *ERROR_FILE_TITLES}
    # A sheet may have blank columns; in a text file a column without a title is a mistake.
    given = [t for t in titles if t or layout.format != "xlsx"]
    repeated = sorted({t for t in given if given.count(t) > 1})
    if repeated:
        raise ColumnRepeated(row=row, columns="、".join(repeated)[:200])
    absent = [c for c in layout.columns if not set(names[c.field]) & set(titles)]
    missing = [c.title for c in absent if not c.optional]
    if missing:
        raise ColumnMissing(row=row, columns="、".join(missing))
    unknown = [t for t in given if t not in known and t not in ignored]
    if unknown:
        raise ColumnUnknown(row=row, columns="、".join(unknown)[:200])
    return {
        field: next(place for place, title in enumerate(titles) if title in each)
        for field, each in names.items()
        if set(each) & set(titles)
    }


def _values(
    layout: IncomingLayout, places: dict[str, int], record: list[str], row: int
) -> dict[str, str]:
    values: dict[str, str] = {}
    is_sheet = layout.format == "xlsx"
    for column in layout.columns:
        place = places.get(column.field)
        if place is None:
            continue
        if place >= len(record):
            raise RowShape(row=row, found=len(record), expected=place + 1)
        value = record[place]
        if is_sheet and isinstance(value, Number):
            value = _of_number(value, column.field, row, column.title)
        if column.first_word and value:
            value = _WORDS.split(value, maxsplit=1)[0]
        bad = None if column.field in _FREE_TEXT else invisible(value)
        if bad:
            raise ControlCharacter(row=row, field=column.title, character=named(bad))
        values[column.field] = value
    return values


def _of_number(value: Number, field: str, row: int, title: str) -> str:
    """Return what a number cell says where a number is meant; an identifier is never repaired.

    Sums a spreadsheet computed carry noise beyond the fen; what is off by more stays as it is and
    is refused as an amount.
    """
    if field in _IDENTIFIERS:
        raise NumericIdentifier(row=row, field=title)
    if field not in _AMOUNTS:
        return str(value)
    exact = Decimal(value)
    rounded = exact.quantize(_FEN)
    return format(rounded if abs(exact - rounded) < _NOISE else exact, "f")


def needed(row: Row, layout: IncomingLayout, field: str) -> str:
    """Return the value of a field that may not be empty unless its column is optional."""
    value = row.values.get(field, "")
    if not value:
        column = layout.column(field)
        if column is not None and not column.optional:
            raise FieldMissing(row=row.row, field=column.title)
    return value
