"""Files in the database: written once in pieces, read as a stream, known by their sha256."""

import hashlib
import re
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from models import clock
from models.records.base import db, sql
from models.records.files import StoredFile

CHUNK_BYTES = 1 << 20
NAME_CHARS_MAX = 200
ENDING_CHARS_MAX = 10

#: Bytes travel as they are (%b, binary cursor); as text they would travel as hexadecimal digits.
_KEEP = "INSERT INTO file_chunk (file_id, place, content) VALUES (%s, %s, %b)"
_PIECE = "SELECT content FROM file_chunk WHERE file_id = %s AND place = %s"


def _pieces(chunks: Iterable[bytes]) -> Iterator[bytes]:
    """Regroup chunks of any size into pieces of CHUNK_BYTES."""
    held = bytearray()
    for chunk in chunks:
        held += chunk
        while len(held) >= CHUNK_BYTES:
            yield bytes(held[:CHUNK_BYTES])
            del held[:CHUNK_BYTES]
    if held:
        yield bytes(held)


def plain_name(name: str) -> str:
    """Return a name as it may be shown and saved: no folders, nothing unseen, no endless one."""
    last = re.split(r"[\\/]", name)[-1]
    seen = "".join(one for one in last if one.isprintable()).strip(" .")
    stem, dot, ending = seen.rpartition(".")
    if len(seen) > NAME_CHARS_MAX and dot and len(ending) < ENDING_CHARS_MAX:
        return f"{stem[: NAME_CHARS_MAX - len(ending) - 1]}.{ending}"
    return seen[:NAME_CHARS_MAX] or "file"


def store(name: str, chunks: Iterable[bytes], *, by: str, kind: str) -> StoredFile:
    """Keep a file in the caller's transaction and return its row with size and sha256."""
    with db.atomic():
        row = sql("SELECT nextval(pg_get_serial_sequence('stored_file', 'id'))").fetchone()
        file_id, size, sha256 = int(row[0]), 0, hashlib.sha256()
        for place, piece in enumerate(_pieces(chunks)):
            sql(_KEEP, (file_id, place, piece))
            size += len(piece)
            sha256.update(piece)
        return StoredFile.create(
            id=file_id,
            name=plain_name(name),
            kind=kind,
            size_bytes=size,
            sha256=sha256.hexdigest(),
            stored_by=by,
            stored_at=clock.now(),
        )


_NUMBERS = """
SELECT nextval(pg_get_serial_sequence('stored_file', 'id')) FROM generate_series(1, %s)
"""
_NAME = """
INSERT INTO stored_file (id, name, kind, size_bytes, sha256, stored_by, stored_at)
VALUES (%s, %s, %s, %s, %s, %s, %s)
"""


def store_all(contents: Sequence[tuple[str, bytes]], *, by: str, kind: str) -> list[int]:
    """Keep many small files (name, bytes) in the caller's transaction; return their numbers."""
    if not contents:
        return []
    numbers = [int(row[0]) for row in sql(_NUMBERS, (len(contents),))]
    now, chunks, names = clock.now(), [], []
    for number, (name, content) in zip(numbers, contents, strict=True):
        chunks += [(number, place, piece) for place, piece in enumerate(_pieces([content]))]
        told = (plain_name(name), kind, len(content), hashlib.sha256(content).hexdigest())
        names.append((number, *told, by, now))
    with db.connection().cursor() as cursor:
        cursor.executemany(_KEEP, chunks)
        cursor.executemany(_NAME, names)
    return numbers


def store_path(path: Path, *, by: str, kind: str) -> StoredFile:
    """Keep a file that lies on this host."""
    with path.open("rb") as source:
        return store(path.name, iter(lambda: source.read(CHUNK_BYTES), b""), by=by, kind=kind)


def read(file_id: int) -> Iterator[bytes]:
    """Yield the bytes of a file piece by piece; memory stays flat."""
    place = 0
    while True:
        with db.connection().cursor(binary=True) as cursor:
            piece = cursor.execute(_PIECE, (file_id, place)).fetchone()
        if piece is None:
            return
        yield bytes(piece[0])
        place += 1


def digest(file_id: int) -> str:
    """Return the sha256 of the stored bytes as they are now, computed anew."""
    found = hashlib.sha256()
    for piece in read(file_id):
        found.update(piece)
    return found.hexdigest()


def write_path(file_id: int, path: Path) -> None:
    """Write a stored file to this host, whole or not at all."""
    part = path.with_name(path.name + ".part")
    with part.open("wb") as target:
        for piece in read(file_id):
            target.write(piece)
    part.replace(path)
