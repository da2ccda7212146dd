"""Bytes from a bank become text once, strictly: a wrong byte, a NUL or a giant is refused."""

import codecs
import re
from collections.abc import Iterable, Iterator

from models.rules.errors.bankfiles import (
    ControlCharacter,
    EncodingWrong,
    FileEmpty,
    FileTooLarge,
)
from workers.bankfiles.text import CODECS, named

#: 100,000 statement entries in camt.053 are 65 MB; a bank's file beyond this is a mistake.
FILE_BYTES_MAX = 128 * 1024 * 1024
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")


def limited(chunks: Iterable[bytes]) -> Iterator[bytes]:
    """Yield the chunks with bytes; FileTooLarge beyond FILE_BYTES_MAX, FileEmpty without any."""
    size = 0
    for chunk in chunks:
        size += len(chunk)
        if size > FILE_BYTES_MAX:
            most = FILE_BYTES_MAX // 1024 // 1024
            raise FileTooLarge(limit=most, unit=" MB ", unit_en="MB")
        if chunk:
            yield chunk
    if not size:
        raise FileEmpty


def whole_text(chunks: Iterable[bytes], encoding: str) -> str:
    """Return the text of a file without its BOM.

    `auto` tells UTF-8 and GB18030 apart strictly: UTF-8 wins when both decode; neither is
    refused. Control characters other than tab and line ends refuse the file.
    """
    data = b"".join(limited(chunks))
    text = _decoded(data, encoding).removeprefix("\ufeff")
    if not text.strip():
        raise FileEmpty
    bad = _CONTROL.search(text)
    if bad:
        raise ControlCharacter(
            row=text.count("\n", 0, bad.start()) + 1, field="文本", character=named(bad.group())
        )
    return text


def _decoded(data: bytes, encoding: str) -> str:
    tried = ("utf-8", "gb18030") if encoding == "auto" else (CODECS[encoding],)
    offset = 0
    for codec in tried:
        try:
            return data.decode(codec)
        except UnicodeDecodeError as error:
            offset = max(offset, error.start)
    name = "UTF-8 或 GB18030" if encoding == "auto" else encoding.upper()
    raise EncodingWrong(encoding=name, offset=offset)


def lines(chunks: Iterable[bytes], codec: str, newline: str) -> Iterator[str]:
    """Yield the lines of a file we wrote, in flat memory; an unfinished last line comes last.

    Only the profile's own newline ends a line, whatever else Unicode calls one.
    """
    decoder = codecs.getincrementaldecoder(codec)("strict")
    held, offset = "", 0
    for chunk in limited(chunks):
        try:
            held += decoder.decode(chunk)
        except UnicodeDecodeError as error:
            raise EncodingWrong(encoding=codec.upper(), offset=offset + error.start) from error
        offset += len(chunk)
        *whole, held = held.split(newline)
        yield from whole
    try:
        held += decoder.decode(b"", final=True)
    except UnicodeDecodeError as error:
        raise EncodingWrong(encoding=codec.upper(), offset=offset) from error
    yield held
