"""The journal of released bank files: lines in a file outside the database, only ever added.

What is written here is on the disk before a byte of the bank file leaves, so that a database
brought back from a backup can be asked what it no longer knows. Each line covers the one before it
by a hash; the file and what it pays lie beside the journal under the file's sha256.
"""

import contextlib
import fcntl
import gzip
import hashlib
import json
import os
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import IO, Any

from models.rules.errors.recovery import JournalBroken

LINES = "released.jsonl"
BANK_FILE, CLAIMS = ".bank", ".claims.gz"
GENESIS = "0" * 64
#: A line is far shorter; the last one is looked for so far from the end.
LINE_BYTES_MAX = 65_536
READ_BYTES = 1 << 20


@dataclass(frozen=True, slots=True)
class Release:
    """That a bank file left the house: when, who took it, what it is."""

    installation: str
    at: str
    by: str
    host: str
    batch_no: str
    file_name: str
    sha256: str
    period: str
    agency_code: str
    area_codes: tuple[str, ...]
    lines_count: int
    total_fen: int


def append(folder: Path, release: Release) -> None:
    """Add a line and return when it is on the disk; others who write wait. Raises OSError."""
    handle = os.open(folder / LINES, os.O_RDWR | os.O_CREAT | os.O_APPEND, 0o600)
    with os.fdopen(handle, "r+b", buffering=0) as lines:
        fcntl.flock(lines, fcntl.LOCK_EX)
        prev = _last_hash(lines)
        told = asdict(release)
        line = {**told, "prev": prev, "hash": _digest(prev, told)}
        lines.write(json.dumps(line, ensure_ascii=False).encode() + b"\n")
        os.fsync(lines.fileno())


def keep(folder: Path, name: str, chunks: Iterable[bytes], *, packed: bool = False) -> None:
    """Keep a file beside the journal, once: a name is the sha256 of what it is about."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    path = folder / name
    if path.exists():
        return
    part = folder / f"{name}.{os.getpid()}.part"
    with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as raw:
        with gzip.GzipFile(fileobj=raw, mode="wb", compresslevel=1) if packed else _bare(raw) as to:
            for piece in chunks:
                to.write(piece)
        raw.flush()
        os.fsync(raw.fileno())
    part.replace(path)
    settle(folder)


def settle(folder: Path) -> None:
    """Let new names in a folder survive a power cut."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def entries(folder: Path) -> Iterator[Release]:
    """Yield what the journal of a folder says, oldest first.

    A last line without its end was never acknowledged: nothing left on its account. Raises
    JournalBroken where a line was changed, taken out or put in.
    """
    path, prev = folder / LINES, GENESIS
    if not path.exists():
        return
    with path.open("rb") as lines:
        for number, line in enumerate(lines, 1):
            if not line.endswith(b"\n"):
                return
            told, prev = _proved(line, prev, path, number)
            told["area_codes"] = tuple(told["area_codes"])
            yield Release(**told)


def pieces(path: Path) -> Iterator[bytes]:
    """Yield the bytes of a kept file."""
    with path.open("rb") as source:
        while piece := source.read(READ_BYTES):
            yield piece


def claims(folder: Path, sha256: str) -> Iterator[dict[str, Any]]:
    """Yield what a file pays, row by row, as it was kept. Raises JournalBroken."""
    path = folder / (sha256 + CLAIMS)
    try:
        with gzip.open(path, "rt", encoding="utf-8") as rows:
            for row in rows:
                yield json.loads(row)
    except (OSError, EOFError, ValueError) as error:
        raise JournalBroken(file=path, line=0) from error


def _proved(line: bytes, prev: str, path: Path, number: int) -> tuple[dict[str, Any], str]:
    try:
        told: dict[str, Any] = json.loads(line)
        before, after = str(told.pop("prev")), str(told.pop("hash"))
    except (ValueError, KeyError, AttributeError) as error:
        raise JournalBroken(file=path, line=number) from error
    if before != prev or after != _digest(prev, told):
        raise JournalBroken(file=path, line=number)
    return told, after


def _last_hash(lines: IO[bytes]) -> str:
    """Return the hash of the last line; half a line, whose writer died, is taken off."""
    size = lines.seek(0, os.SEEK_END)
    start = lines.seek(max(0, size - LINE_BYTES_MAX))
    tail = lines.read(size - start)
    whole, _, torn = tail.rpartition(b"\n")
    if torn:
        lines.truncate(size - len(torn))
    if not whole:
        return GENESIS
    return str(json.loads(whole.rsplit(b"\n", 1)[-1])["hash"])


def _digest(prev: str, told: dict[str, Any]) -> str:
    text = json.dumps(told, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(f"{prev}\x1f{text}".encode()).hexdigest()


@contextlib.contextmanager
def _bare(raw: IO[bytes]) -> Iterator[IO[bytes]]:
    yield raw
