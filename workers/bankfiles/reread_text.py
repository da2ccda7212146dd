"""Reading back a delimited or CSV order file, line by line and in flat memory."""

import csv
from collections import deque
from collections.abc import Iterable, Iterator, Sequence

from models.rules.errors.bankfiles import CsvBroken, FileForeign, FileTruncated, RowShape
from workers.bankfiles import reread_fields
from workers.bankfiles.columns import Column
from workers.bankfiles.intake import lines
from workers.bankfiles.model import ControlTotals, OrderRead
from workers.bankfiles.profiles import Profile


def read(profile: Profile, chunks: Iterable[bytes]) -> Iterator[OrderRead | ControlTotals]:
    """Yield the orders and the stated totals; FileTruncated when the end is not there."""
    body = _Body(profile, lines(chunks, profile.codec, profile.newline))
    yield from body.header()
    columns: Sequence[Column] | None = None
    for place, texts in enumerate(body.details(), start=1):
        columns = columns or columns_of(profile, profile.detail_columns, texts, place)
        if len(texts) != len(columns):
            raise RowShape(row=place, found=len(texts), expected=len(columns))
        yield reread_fields.order(columns, texts, place)
    yield from body.trailer()


def columns_of(
    profile: Profile, columns: Sequence[Column], texts: Sequence[str], row: int
) -> Sequence[Column]:
    """Return the columns of this kind of file: in-bank and cross-bank files differ in width."""
    for kind in (None, "in_bank", "cross_bank"):
        fitting = [c for c in columns if kind is None or c.when in (None, kind)]
        if len(fitting) == len(texts):
            return fitting
    raise RowShape(row=row, found=len(texts), expected=len(profile.detail_columns))


class _Body:
    """A file between its first and its last line."""

    def __init__(self, profile: Profile, source: Iterator[str]) -> None:
        self._profile = profile
        self._lines = _whole_lines(source)
        self._tail: deque[str] = deque()

    def header(self) -> Iterator[ControlTotals]:
        """Take comments, start line, header and titles off the top."""
        profile = self._profile
        line = next(self._lines, "")
        while profile.comment_prefix and line.startswith(profile.comment_prefix):
            line = next(self._lines, "")
        if profile.start_line:
            if line != profile.start_line:
                raise FileForeign(expected=profile.start_line, found=line[:40])
            line = next(self._lines, "")
        if profile.header_columns:
            yield from self._totals(profile.header_columns, line)
            line = next(self._lines, "")
        if profile.titles:
            self._expect_titles(line)
            line = next(self._lines, "")
        self._first = line

    def details(self) -> Iterator[list[str]]:
        """Yield the fields of each detail line; what follows them stays in the tail."""
        profile = self._profile
        after = bool(profile.trailer_columns) + bool(profile.end_line)
        self._tail.append(self._first)
        for line in self._lines:
            self._tail.append(line)
            if len(self._tail) > after:
                yield self._fields(self._tail.popleft())
        while len(self._tail) > after:
            yield self._fields(self._tail.popleft())

    def trailer(self) -> Iterator[ControlTotals]:
        """Check the last line and read the trailer."""
        profile = self._profile
        if profile.end_line and (not self._tail or self._tail.pop() != profile.end_line):
            end = profile.end_line
            raise FileTruncated(reason=f"缺少结束行“{end}”", reason_en=f"no end line {end}")
        if profile.trailer_columns:
            if not self._tail:
                raise FileTruncated(reason="缺少汇总行", reason_en="no trailer")
            yield from self._totals(profile.trailer_columns, self._tail.pop())

    def _totals(self, columns: Sequence[Column], line: str) -> Iterator[ControlTotals]:
        texts = self._fields(line)
        found = reread_fields.totals(columns_of(self._profile, columns, texts, 0), texts, 0)
        if found:
            yield found

    def _expect_titles(self, line: str) -> None:
        titles = self._fields(line)
        kinds = (None, "in_bank", "cross_bank")
        columns = self._profile.detail_columns
        layouts = [[c.title for c in columns if not k or c.when in (None, k)] for k in kinds]
        if titles not in layouts:
            raise FileForeign(expected=" ".join(layouts[0]), found=line[:80])

    def _fields(self, line: str) -> list[str]:
        profile = self._profile
        if profile.format == "csv":
            try:
                return next(csv.reader([line], delimiter=profile.separator, strict=True))
            except (csv.Error, StopIteration) as error:
                raise CsvBroken(row=0) from error
        fields = line.split(profile.separator)
        if profile.trailing_separator and fields.pop():
            raise RowShape(row=0, found=len(fields) + 1, expected=len(fields))
        return fields


def _whole_lines(source: Iterator[str]) -> Iterator[str]:
    """Yield lines that have their end; a last line without one means a cut file."""
    before: str | None = None
    for line in source:
        if before is not None:
            yield before
        before = line
    if before:
        raise FileTruncated(reason="最后一行没有结束", reason_en="the last line is not finished")
