"""A file of records on this host whose header was understood; it can be read again and again."""

import csv
import io
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from models.rules.errors.imports import BrokenCsv, EmptyFile
from models.schemas.table import TableSchema
from models.services.imports import header as headers
from models.services.imports import sheets
from models.services.imports.header import Header
from models.services.imports.spool import CELL_CHARS_MAX, LINE_BYTES_MAX, spool

_BOM = b"\xef\xbb\xbf"
#: A header line is looked for within this many bytes.
_HEADER_BYTES_MAX = 1 << 16


@dataclass(frozen=True)
class Source:
    """A UTF-8 file, its header, and where plain lines begin."""

    path: Path
    size: int
    header: Header
    #: Byte after the header line; None when the header is not one plain line.
    body_at: int | None


def open_source(schema: type[TableSchema], chunks: Iterable[bytes], folder: Path) -> Source:
    """Bring an upload to this host and understand its header; raises a FileRefused."""
    spooled = spool(chunks, folder / "upload")
    if spooled.is_archive:
        spooled = sheets.to_csv(spooled, folder / "sheet.csv")
    with spooled.path.open("rb") as raw:
        start = raw.read(_HEADER_BYTES_MAX)
        raw.seek(0)
        cells = next(records(raw), None)
    if cells is None:
        raise EmptyFile
    header = headers.read(schema, cells)
    return Source(spooled.path, spooled.size, header, _body_at(start, cells))


def _body_at(start: bytes, cells: list[str]) -> int | None:
    line, newline, _ = start.partition(b"\n")
    plain = line.removeprefix(_BOM).removesuffix(b"\r")
    if newline and b'"' not in plain and plain.decode(errors="replace").split(",") == cells:
        return len(line) + 1
    return None


def records(raw: BinaryIO, first: int = 1) -> Iterator[list[str]]:
    """Yield records with their cells, blank lines left out; quotes must pair up.

    Raises BrokenCsv with the number of the record; `first` is the number of the first one read.
    """
    csv.field_size_limit(CELL_CHARS_MAX)
    # A byte order mark belongs to the file's beginning; anywhere else it is a character of a cell.
    text = io.TextIOWrapper(raw, encoding="utf-8-sig" if first == 1 else "utf-8", newline="")
    row, chars = first, 0

    def lines() -> Iterator[str]:
        nonlocal chars
        for line in text:
            chars += len(line)
            if chars > LINE_BYTES_MAX:
                raise csv.Error
            yield line

    try:
        for record in csv.reader(lines(), strict=True):
            chars = 0
            if record:
                row += 1
                yield record
    except csv.Error as error:
        raise BrokenCsv(row=row, chars_max=CELL_CHARS_MAX) from error
    finally:
        text.detach()


@contextmanager
def opened(source: Source) -> Iterator[BinaryIO]:
    """Open the file for one reading."""
    with source.path.open("rb") as raw:
        yield raw
