"""One order's record taken apart: where each column lies, its bytes, its length and its limit."""

from dataclasses import dataclass
from xml.sax.saxutils import escape

from workers.bankfiles import delimited, pain001
from workers.bankfiles.cells import Cell, Line, is_in_bank, label
from workers.bankfiles.layout import detail_cells
from workers.bankfiles.model import Batch, Order
from workers.bankfiles.profiles import PAIN_FORMATS, Profile
from workers.bankfiles.text import length


@dataclass(frozen=True, slots=True)
class Part:
    """One column of the record as the bank gets it."""

    #: Title of the column, or the element of an XML message.
    title: str
    #: Where the value comes from, in words; empty for a fixed value.
    source: str
    text: str
    #: Bytes of the value in the file, with the quotes or escapes the format needs.
    data: bytes
    #: From the beginning of the record; None in a workbook, which has cells and no offsets.
    offset: int | None
    chars: int
    size_bytes: int
    limit: int | None
    #: chars or bytes: what the limit counts.
    unit: str

    @property
    def counted(self) -> int:
        """Return the length in the unit of the limit."""
        return self.size_bytes if self.unit == "bytes" else self.chars

    @property
    def hex(self) -> str:
        """Return the bytes as people compare them with a dump."""
        return self.data.hex(" ").upper()


@dataclass(frozen=True, slots=True)
class Record:
    """The record of one order, whole and in parts."""

    content: bytes
    parts: tuple[Part, ...]


def record(profile: Profile, batch: Batch, order: Order, row: int) -> Record:
    """Return the record of an order that `write` puts into the file at that row."""
    kind = is_in_bank(batch, order) if "in_bank" in profile.split_by else None
    cells = detail_cells(profile, in_bank=kind)
    line = Line(batch, order, row)
    texts = [cell.text(line) for cell in cells]
    if profile.format == "xlsx":
        parts = [_part(c, t, t.encode(), None) for c, t in zip(cells, texts, strict=True)]
        return Record(b"", tuple(parts))
    if profile.format in PAIN_FORMATS:
        content = pain001.transaction(profile, texts).encode()
        return Record(content, _elements(cells, texts, content))
    content = delimited.record(profile, texts).encode(profile.codec)
    return Record(content, _fields(profile, cells, texts))


def _elements(cells: list[Cell], texts: list[str], content: bytes) -> tuple[Part, ...]:
    """Find each value between the brackets of its element."""
    found = []
    for cell, text in zip(cells, texts, strict=True):
        data = escape(text).encode()
        place = content.find(b">" + data + b"<")
        found.append(_part(cell, text, data, place + 1 if place >= 0 and data else None))
    return tuple(found)


def _fields(profile: Profile, cells: list[Cell], texts: list[str]) -> tuple[Part, ...]:
    """Place fields one after the other, each followed by the separator."""
    found, at = [], 0
    # A second, empty field keeps csv from quoting what it would quote only when alone.
    tail = delimited.record(profile, ["", ""])
    for cell, text in zip(cells, texts, strict=True):
        data = delimited.record(profile, [text, ""]).removesuffix(tail).encode(profile.codec)
        found.append(_part(cell, text, data, at))
        at += len(data) + len(profile.separator.encode(profile.codec))
    return tuple(found)


def _part(cell: Cell, text: str, data: bytes, offset: int | None) -> Part:
    column, encoding = cell.column, cell.profile.encoding
    return Part(
        title=column.title,
        source=label(column) if column.sources else "",
        text=text,
        data=data,
        offset=offset,
        chars=len(text),
        size_bytes=length(text, "bytes", encoding),
        limit=column.max or column.length,
        unit=column.max_unit,
    )
