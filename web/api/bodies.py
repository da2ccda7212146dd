"""Rows in a request: a JSON list or one object a line, written down as the import's CSV."""

import csv
import hashlib
import io
import json
from collections.abc import Callable, Iterable, Iterator
from typing import IO, Any

from models.rules.errors.api import BadContentType, BadJson, UnknownField
from models.schemas.table import TableSchema

JSON = "application/json"
NDJSON = "application/x-ndjson"
#: A JSON list is read at once; larger deliveries come as NDJSON.
JSON_BYTES_MAX = 16 << 20
LINE_BYTES_MAX = 1 << 20


class Hashed:
    """A stream that remembers the sha256 of what went by."""

    def __init__(self, stream: IO[bytes]) -> None:
        self._stream = stream
        self.sha256 = hashlib.sha256()

    def read(self, size: int) -> bytes:
        """Return the next bytes."""
        piece = self._stream.read(size)
        self.sha256.update(piece)
        return piece

    def lines(self) -> Iterator[bytes]:
        """Yield lines; one longer than the limit is refused."""
        rest = b""
        number = 0
        while piece := self.read(1 << 16):
            *whole, rest = (rest + piece).split(b"\n")
            for line in whole:
                number += 1
                yield line
            if len(rest) > LINE_BYTES_MAX:
                raise BadJson(line=number + 1, reason="行过长", reason_en="it is too long")
        if rest:
            yield rest


def rows(stream: Hashed, content_type: str) -> Iterator[tuple[int, dict[str, Any]]]:
    """Yield (line, object) of a body. Raises BadContentType, BadJson."""
    if content_type == NDJSON:
        return _of_lines(stream.lines())
    if content_type == JSON:
        return _of_list(stream)
    raise BadContentType


def _of_lines(lines: Iterable[bytes]) -> Iterator[tuple[int, dict[str, Any]]]:
    for number, line in enumerate(lines, 1):
        if line.strip():
            yield number, _object(_parsed(line, number), number)


def _of_list(stream: Hashed) -> Iterator[tuple[int, dict[str, Any]]]:
    body = stream.read(JSON_BYTES_MAX + 1)
    if len(body) > JSON_BYTES_MAX:
        limit = f"{JSON_BYTES_MAX >> 20} MB"
        raise BadJson(
            line=1,
            reason=f"超过 {limit}，请改用 NDJSON",
            reason_en=f"more than {limit}; use NDJSON",
        )
    found = _parsed(body, 1)
    listed = found if isinstance(found, list) else [found]
    for number, item in enumerate(listed, 1):
        yield number, _object(item, number)


def _parsed(text: bytes, number: int) -> Any:
    """Parse JSON with every number as it was written: an amount never passes through a float."""
    try:
        return json.loads(text, parse_float=str, parse_int=str, parse_constant=_refuse_constant)
    except (ValueError, RecursionError) as error:
        raise BadJson(line=number, reason=str(error), reason_en=str(error)) from None


def _refuse_constant(word: str) -> Any:
    raise ValueError(f"{word} is no JSON number")


def _object(found: Any, number: int) -> dict[str, Any]:
    if not isinstance(found, dict):
        raise BadJson(line=number, reason="不是对象", reason_en="it is no object")
    return found


def _cell(value: Any, number: int, name: str) -> str:
    if value is None:
        return ""
    if not isinstance(value, str):
        raise BadJson(
            line=number,
            reason=f"{name} 须是字符串、数字或 null",
            reason_en=f"{name} must be text, a number or null",
        )
    if not value.isascii():
        _check_letters(value, number, name)
    return value


def _check_letters(value: str, number: int, name: str) -> None:
    """Refuse half a letter: JSON can write it, no file can hold it."""
    try:
        value.encode()
    except UnicodeEncodeError:
        raise BadJson(
            line=number,
            reason=f"{name} 含有不完整的字符",
            reason_en=f"{name} holds half a letter",
        ) from None


def _names(unknown: set[str]) -> str:
    """Return unknown members as they can be told."""
    return "、".join(sorted(unknown)[:5]).encode("utf-8", "replace").decode()[:200]


def as_csv(
    schema: type[TableSchema],
    found: Iterable[tuple[int, dict[str, Any]]],
    counted: Callable[[int], None],
) -> Iterator[bytes]:
    """Yield the rows as the CSV of the table, in pieces; `counted` is told how many at the end.

    Raises UnknownField for a member the table does not have.
    """
    names = list(schema.columns())
    known = set(names)
    target = io.StringIO()
    writer = csv.writer(target)
    writer.writerow(names)
    count = 0
    for number, row in found:
        if unknown := row.keys() - known:
            raise UnknownField(line=number, fields=_names(unknown))
        writer.writerow([_cell(row.get(name), number, name) for name in names])
        count += 1
        if target.tell() > 1 << 16:
            yield target.getvalue().encode()
            target.seek(0)
            target.truncate()
    yield target.getvalue().encode()
    counted(count)
