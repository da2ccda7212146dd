"""What a person checks before an import begins: header, encoding, first rows, how many."""

import itertools
import tempfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from models.records.files import StoredFile
from models.schemas import tables
from models.services import files
from models.services.imports import source

#: Enough to see header and first rows; the whole is read by the worker.
HEAD_BYTES = 1 << 20
ROWS_SHOWN = 5


@dataclass(frozen=True)
class Preview:
    """The beginning of an upload, understood."""

    encoding: str
    header: tuple[str, ...]
    rows: list[list[str]]
    #: Records of the whole file; counted when the file is small, estimated from the head otherwise.
    rows_count: int
    is_estimate: bool


def _head(chunks: Iterable[bytes], limit: int) -> Iterator[bytes]:
    """Yield the beginning of a text up to its last whole line."""
    head = b"".join(itertools.islice(chunks, 1 + limit // files.CHUNK_BYTES))[:limit]
    cut = head.rfind(b"\n") + 1
    yield head[:cut] if cut else head


def of(stored: StoredFile, kind: str) -> Preview:
    """Return the beginning of a stored upload; raises FileRefused when it cannot be taken."""
    is_sheet = stored.name.lower().endswith(".xlsx")
    whole = stored.size_bytes <= HEAD_BYTES or is_sheet
    chunks = files.read(stored.id)
    seen = _Seen(chunks if whole else _head(chunks, HEAD_BYTES))
    with tempfile.TemporaryDirectory(prefix="zhijie-preview-") as folder:
        opened = source.open_source(tables.table(kind), seen, Path(folder))
        with opened.path.open("rb") as raw:
            records = source.records(raw)
            next(records)
            first = list(itertools.islice(records, ROWS_SHOWN))
            count = len(first) + sum(1 for _ in records)
    if not whole:
        count = count * stored.size_bytes // max(seen.size, 1)
    return Preview(
        "XLSX" if is_sheet else seen.encoding, opened.header.cells, first, count, not whole
    )


class _Seen:
    """Pieces that go by, remembering how many bytes and in which encoding they began."""

    def __init__(self, chunks: Iterable[bytes]) -> None:
        self._chunks = chunks
        self.size = 0
        self.encoding = "UTF-8"

    def __iter__(self) -> Iterator[bytes]:
        for chunk in self._chunks:
            self.size += len(chunk)
            try:
                chunk[: chunk.rfind(b"\n") + 1 or None].decode("utf-8")
            except UnicodeDecodeError:
                self.encoding = "GB18030"
            yield chunk
