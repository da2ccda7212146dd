"""An uploaded file on this host for the time of its import: text of a known encoding."""

import codecs
import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from models.rules.errors.imports import BinaryFile, BrokenCsv, EmptyFile, UnknownEncoding

ZIP_MAGIC = b"PK\x03\x04"
#: What people upload by mistake, told by its first bytes.
_MAGIC: tuple[tuple[bytes, str], ...] = (
    (b"\x89PNG", "PNG图片"),
    (b"\xff\xd8\xff", "JPEG图片"),
    (b"GIF8", "GIF图片"),
    (b"%PDF", "PDF文件"),
    (b"\xd0\xcf\x11\xe0", "旧版XLS或DOC文件"),
    (b"\x1f\x8b", "GZIP压缩文件"),
    (b"Rar!", "RAR压缩文件"),
    (b"7z\xbc\xaf", "7Z压缩文件"),
    (b"\xff\xfe", "UTF-16文本"),
    (b"\xfe\xff", "UTF-16文本"),
    (b"\x7fELF", "可执行文件"),
    (b"SQLite format", "数据库文件"),
)
#: A longer cell is the sign of a quote that was never closed.
CELL_CHARS_MAX = 131_072
#: Ten times the longest record that could be taken; more on one line would only fill the memory.
LINE_BYTES_MAX = 2 << 20
_HEAD_BYTES = 4_096
_PIECE_BYTES = 1 << 20


@dataclass(frozen=True)
class Spooled:
    """A file on this host: a ZIP archive, which an XLSX is, or text in UTF-8."""

    path: Path
    size: int
    is_archive: bool = False


def spool(chunks: Iterable[bytes], path: Path) -> Spooled:
    """Write the file to path as UTF-8; its encoding is told strictly: UTF-8 wins when both decode.

    Raises EmptyFile, BinaryFile, UnknownEncoding.
    """
    utf8 = codecs.getincrementaldecoder("utf-8")()
    is_utf8, size, head = True, 0, b""
    with path.open("wb") as target:
        for chunk in chunks:
            target.write(chunk)
            size += len(chunk)
            if len(head) < _HEAD_BYTES:
                head = (head + chunk)[:_HEAD_BYTES]
            is_utf8 = is_utf8 and _decodes(utf8, chunk)
    is_utf8 = is_utf8 and _decodes(utf8, b"", final=True)
    if head.startswith(ZIP_MAGIC):
        return Spooled(path, size, is_archive=True)
    _refuse_binary(head)
    _refuse_endless_line(path)
    if is_utf8:
        return Spooled(path, size)
    return _from_gb18030(path, path.with_suffix(".utf8"))


def _decodes(decoder: codecs.IncrementalDecoder, chunk: bytes, *, final: bool = False) -> bool:
    try:
        decoder.decode(chunk, final)
    except UnicodeDecodeError:
        return False
    return True


def _refuse_binary(head: bytes) -> None:
    if not re.sub(rb"\A\xef\xbb\xbf", b"", head).strip():
        raise EmptyFile
    for magic, looks_like in _MAGIC:
        if head.startswith(magic):
            raise BinaryFile(looks_like=looks_like)
    header = re.split(rb"[\r\n]", head, maxsplit=1)[0]
    if b"\x00" in header:
        raise BinaryFile(looks_like="二进制文件")


def _refuse_endless_line(path: Path) -> None:
    """Raise BrokenCsv for a line that no reader should hold in memory."""
    row, run = 1, 0
    with path.open("rb") as source:
        while piece := source.read(_PIECE_BYTES):
            end = max(piece.rfind(b"\n"), piece.rfind(b"\r"))
            run = run + len(piece) if end < 0 else len(piece) - end - 1
            row += piece.count(b"\n")
            if run > LINE_BYTES_MAX:
                raise BrokenCsv(row=row, chars_max=CELL_CHARS_MAX)


def _from_gb18030(path: Path, target: Path) -> Spooled:
    """Write the text once more as UTF-8; raises UnknownEncoding."""
    decoder = codecs.getincrementaldecoder("gb18030")()
    place = 0
    with path.open("rb") as source, target.open("wb") as out:
        try:
            while piece := source.read(_PIECE_BYTES):
                out.write(decoder.decode(piece).encode())
                place += len(piece)
            decoder.decode(b"", final=True)
        except UnicodeDecodeError as error:
            raise UnknownEncoding(byte=place + error.start + 1) from error
    return Spooled(target, target.stat().st_size)
