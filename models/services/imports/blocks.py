"""The records of a file in blocks of equal width; plain lines are split by column at once.

A line without quotes, with as many commas as the header, means the same to every reader of CSV;
whatever is less plain goes through csv.reader, so that only one grammar decides.
"""

import codecs
import io
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import islice
from typing import BinaryIO

import polars as pl

from models.rules.errors.imports import RowCode
from models.services.imports import source as sources
from models.services.imports.source import Source
from models.services.imports.spool import CELL_CHARS_MAX

#: Records worked on at once; memory stays flat whatever the file's size.
BLOCK_ROWS = 50_000
#: Bytes split at once; together about as many records.
BLOCK_BYTES = 2 << 20
#: The first block is small, so that copying begins at once.
FIRST_BLOCK_BYTES = 1 << 19


@dataclass(frozen=True)
class Block:
    """Consecutive records as text columns c0, c1, …; the first has number first_row."""

    first_row: int
    cells: pl.DataFrame
    #: Records that were shorter or longer: (row, code).
    ragged: list[tuple[int, RowCode]] = field(default_factory=list)
    #: Bytes of the file read so far.
    read_bytes: int = 0

    @property
    def after(self) -> int:
        """Return the number of the record after the block."""
        return self.first_row + self.cells.height


def blocks(source: Source) -> Iterator[Block]:
    """Yield the records after the header; the header is record 1. Raises BrokenCsv."""
    with sources.opened(source) as raw:
        row = 2
        if source.body_at is not None:
            raw.seek(source.body_at)
            for block in _plain_blocks(raw, source.header.width):
                yield block
                row = block.after
            if raw.tell() >= source.size:
                return
            yield from _quoted_blocks(raw, source.header.width, row, header=False)
        else:
            yield from _quoted_blocks(raw, source.header.width, row, header=True)


def _plain_blocks(raw: BinaryIO, width: int) -> Iterator[Block]:
    """Yield blocks until the end or the first quote; leaves raw at what was not read."""
    row = 2
    while True:
        start = raw.tell()
        piece = raw.read(FIRST_BLOCK_BYTES if row == 2 else BLOCK_BYTES)
        if not piece:
            return
        piece += raw.readline()
        if b'"' in piece:
            raw.seek(start)
            return
        if b"\r" in piece:
            piece = piece.replace(b"\r\n", b"\n")
        frame = _split(piece, width)
        if frame is not None:
            block = Block(row, frame, [], raw.tell())
        else:
            lines = list(sources.records(io.BytesIO(piece), row))
            block = _even(lines, row, width, raw.tell())
        if block.cells.height:
            yield block
        row = block.after


def _split(piece: bytes, width: int) -> pl.DataFrame | None:
    """Return plain lines as columns; None when a line is blank, of another width or odd."""
    if not piece.endswith(b"\n"):
        piece += b"\n"
    lines = piece.count(b"\n")
    if b"\r" in piece or piece.count(b",") != lines * (width - 1) or width == 1:
        return None
    if piece.startswith(codecs.BOM_UTF8):  # the reader below would drop it from the first cell
        return None
    try:
        frame = pl.read_csv(
            piece,
            has_header=False,
            quote_char=None,
            infer_schema=False,
            new_columns=_names(width),
            empty_string_is_null=False,
            extra_columns="raise",
            missing_columns="raise",
        )
    except pl.exceptions.PolarsError:
        return None
    return frame if frame.shape == (lines, width) else None


def _names(width: int) -> list[str]:
    return [f"c{place}" for place in range(width)]


def _quoted_blocks(raw: BinaryIO, width: int, row: int, *, header: bool) -> Iterator[Block]:
    """Yield blocks through csv.reader from where raw stands."""
    read = sources.records(raw, 1 if header else row)
    if header:
        next(read, None)
    while lines := list(islice(read, BLOCK_ROWS)):
        block = _even(lines, row, width, raw.tell())
        yield block
        row = block.after


def _even(lines: list[list[str]], first_row: int, width: int, read_bytes: int) -> Block:
    """Return records as columns, each record made as wide as the header."""
    ragged: list[tuple[int, RowCode]] = []
    if set(map(len, lines)) != {width}:
        for row, line in enumerate(lines, first_row):
            if len(line) < width:
                ragged.append((row, RowCode.MISSING_VALUE))
            elif any(line[width:]):
                ragged.append((row, RowCode.BAD_CODE))
        lines = [_as_wide(line, width) for line in lines]
    columns = list(zip(*lines, strict=True)) or [()] * width
    frame = pl.DataFrame(
        [
            pl.Series(name, cells, dtype=pl.String)
            for name, cells in zip(_names(width), columns, strict=True)
        ]
    )
    return Block(first_row, frame, ragged, read_bytes)


def _as_wide(line: list[str], width: int) -> list[str]:
    """Pad a short record; of a long one nothing is lost: the rest goes into its last cell."""
    if len(line) <= width:
        return line + [""] * (width - len(line))
    rest = line[width - 1 :]
    while len(rest) > 1 and not rest[-1]:
        rest.pop()
    return [*line[: width - 1], ",".join(rest)[:CELL_CHARS_MAX]]
