"""Writing delimited text and CSV order files, record by record."""

import csv
from collections.abc import Callable, Iterator, Sequence
from itertools import chain

from models.rules.errors.bankfiles import OrderNotWritable
from workers.bankfiles.cells import Cell, Line, is_in_bank
from workers.bankfiles.layout import detail_cells, header_cells, trailer_cells
from workers.bankfiles.model import Batch, Order
from workers.bankfiles.profiles import Profile
from workers.bankfiles.record import DetailRecord, refuse_problems

_BOM = "\ufeff"
Joiner = Callable[[Sequence[str]], str]


def pieces(profile: Profile, batch: Batch, orders: Iterator[Order]) -> Iterator[bytes]:
    """Yield the records of a delimited or CSV file as bytes."""
    first = next(orders)
    kind = is_in_bank(batch, first) if "in_bank" in profile.split_by else None
    cells = detail_cells(profile, in_bank=kind)
    detail = DetailRecord(profile, cells, batch, first)
    join, codec, structural = _joiner(profile), profile.codec, _structural(profile)
    head = _framing(profile, header_cells(profile, in_bank=kind), batch, first)
    foot = _framing(profile, trailer_cells(profile, in_bank=kind), batch, first)
    yield _head(profile, batch, cells, head).encode(codec)
    row = 1
    for block, columns in detail.blocks(chain((first,), orders)):
        lines = [join(texts) for texts in zip(*columns, strict=True)]
        for place, line in enumerate(lines if structural else ()):
            if line.startswith(structural):
                _refuse_line_start(block[place], row + place, line)
        yield "".join(lines).encode(codec)
        row += len(lines)
    yield _lines(
        profile, *([join(foot).removesuffix(profile.newline)] if foot else []), profile.end_line
    ).encode(codec)


def record(profile: Profile, texts: Sequence[str]) -> str:
    """Return the line of one record with its separators, quotes and line end."""
    return _joiner(profile)(texts)


def _head(profile: Profile, batch: Batch, cells: list[Cell], head: list[str]) -> str:
    join = _joiner(profile)
    comments = [
        profile.comment_prefix + text.replace("{batch_no}", batch.batch_no)
        for text in profile.comments
    ]
    titles = join([cell.column.title for cell in cells]) if profile.titles else ""
    header = join(head) if head else ""
    bom = _BOM if profile.bom else ""
    return bom + _lines(profile, *comments, profile.start_line) + header + titles


def _lines(profile: Profile, *texts: str) -> str:
    return "".join(text + profile.newline for text in texts if text)


def _framing(profile: Profile, cells: list[Cell], batch: Batch, first: Order) -> list[str]:
    line = Line(batch, first, 0)
    refuse_problems(profile, (c for c in cells if c.column.sources), line, order=False)
    return [cell.text(line) for cell in cells]


def _joiner(profile: Profile) -> Joiner:
    """Return what makes a line of texts: joined as they are, or quoted as CSV (RFC 4180)."""
    separator, newline = profile.separator, profile.newline
    if profile.format == "csv":
        written: list[str] = []
        writer = csv.writer(_Sink(written), delimiter=separator, lineterminator=newline)

        def quoted(texts: Sequence[str]) -> str:
            written.clear()
            writer.writerow(texts)
            return "".join(written)

        return quoted
    tail = (separator if profile.trailing_separator else "") + newline
    return lambda texts: separator.join(texts) + tail


class _Sink:
    """A place for csv.writer to write to without a file."""

    def __init__(self, into: list[str]) -> None:
        self.write = into.append


def _structural(profile: Profile) -> tuple[str, ...]:
    """Return how a line may not begin: as a comment, or as the first or last line."""
    marks = (profile.comment_prefix, profile.start_line, profile.end_line)
    return tuple(mark for mark in marks if mark)


def _refuse_line_start(order: Order, row: int, line: str) -> None:
    raise OrderNotWritable(
        row=row,
        reference=order.reference,
        field=line[:1],
        field_code="line",
        problem="line_start",
        reason="整行以模板的注释符或起止行开头",
        reason_en="the line would begin like a comment or an end line",
    )
