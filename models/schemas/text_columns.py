"""Columns of words: codes, names, addresses, days and choices."""
# ruff: noqa: ANN401 - a cell may be anything until its column has read it

from datetime import date, datetime
from enum import StrEnum
from typing import Any

from models.rules import grammar, identifiers
from models.rules.errors.imports import RowCode
from models.rules.grammar import BadCell
from models.schemas.columns import Column


class CodeColumn(Column):
    """A code or number of somebody else: one line, no blanks around it."""

    form = "代码（不含首尾空格）"

    def parse(self, text: str) -> str:
        """Return the code."""
        return grammar.code(text)


class LineColumn(Column):
    """A name: one line of any printable text."""


class TextColumn(Column):
    """Free text, line breaks allowed."""

    form = "文本（可换行）"

    def parse(self, text: str) -> str:
        """Return the text."""
        return grammar.free_text(text)


class EmailColumn(Column):
    """One mail address."""

    form = "电子邮箱"

    def parse(self, text: str) -> str:
        """Return the address."""
        return grammar.email(text)


class EmailsColumn(Column):
    """Mail addresses joined by `;`."""

    form = "电子邮箱，多个以 ; 分隔"

    def parse(self, text: str) -> str:
        """Return the list as one text."""
        return grammar.emails(text)


class AreaColumn(CodeColumn):
    """A region code of GB/T 2260."""

    form = "6位数字"

    def parse(self, text: str) -> str:
        """Return the code."""
        if not identifiers.AREA_CODE.fullmatch(text):
            raise BadCell(RowCode.BAD_CODE)
        return text


class HospitalColumn(CodeColumn):
    """A hospital's code: H and 11 digits."""

    form = "H加11位数字"

    def parse(self, text: str) -> str:
        """Return the code."""
        if not identifiers.HOSPITAL_CODE.fullmatch(text):
            raise BadCell(RowCode.BAD_CODE)
        return text


class CreditColumn(CodeColumn):
    """A unified social credit code with its check character (GB 32100-2015)."""

    form = "18位，末位为校验码（以字母开头的旧码校验不符仅提示）"

    def parse(self, text: str) -> str:
        """Return the code; a wrong check character refuses it unless it begins with a letter."""
        if not identifiers.CREDIT_CODE.fullmatch(text):
            raise BadCell(RowCode.BAD_CODE)
        if identifiers.credit_check_binds(text) and not identifiers.credit_check_fits(text):
            raise BadCell(RowCode.BAD_CHECK_DIGIT)
        return text

    def doubts(self, value: Any) -> bool:
        """Return whether the check character of an old registration does not fit."""
        return not identifiers.credit_check_fits(value)


class CnapsColumn(CodeColumn):
    """A bank's number in the payment system; its check digit only warns."""

    form = "12位数字（校验位不符仅提示）"

    def parse(self, text: str) -> str:
        """Return the number."""
        if not identifiers.CNAPS_CODE.fullmatch(text):
            raise BadCell(RowCode.BAD_CODE)
        return text

    def doubts(self, value: Any) -> bool:
        """Return whether the check digit does not fit."""
        return not identifiers.cnaps_check_fits(value)


class TraceCodesColumn(Column):
    """Drug trace codes separated by blanks."""

    sql_type = 'text COLLATE "C"'
    form = "追溯码，多个以空格分隔"
    #: A receipt of a thousand boxes has a thousand codes.
    CHARS_MAX = 100_000

    def parse(self, text: str) -> str:
        """Return the codes separated by one blank."""
        if len(text) > self.CHARS_MAX:
            raise BadCell(RowCode.BAD_CODE)
        return " ".join(grammar.code(part) for part in text.split(" ") if part)


class PeriodColumn(Column):
    """A month."""

    form = "YYYY-MM"

    def parse(self, text: str) -> str:
        """Return the month."""
        return grammar.period(text)


class DayColumn(Column):
    """A business day."""

    sql_type = "date"
    form = "YYYY-MM-DD（也可 YYYY/M/D、YYYYMMDD）"

    def parse(self, text: str) -> date:
        """Return the day."""
        return grammar.day(text)


class InstantColumn(Column):
    """An instant with its offset."""

    sql_type = "timestamptz"
    form = "带时区的ISO 8601时间，如 2026-03-25T09:00:00+08:00"

    def parse(self, text: str) -> datetime:
        """Return the instant in UTC."""
        return grammar.instant(text)


class ClockColumn(CodeColumn):
    """A time of day in Asia/Shanghai."""

    form = "HH:MM（北京时间）"

    def parse(self, text: str) -> str:
        """Return the time."""
        if not grammar.TIME_OF_DAY.fullmatch(text):
            raise BadCell(RowCode.BAD_DATE)
        return text


class FlagColumn(Column):
    """Yes or no."""

    sql_type = "boolean"
    form = "yes 或 no"

    def parse(self, text: str) -> bool:
        """Return whether the cell says yes."""
        if text not in {"yes", "no"}:
            raise BadCell(RowCode.BAD_CHOICE)
        return text == "yes"

    def staged(self, value: Any) -> str:
        """Return the flag as PostgreSQL reads it."""
        return "t" if value else "f"


class ChoiceColumn(Column):
    """One word of an enumeration; files may not bring those the column goes without."""

    def __init__(
        self,
        label: str | None,
        words: type[StrEnum],
        *,
        without: frozenset[StrEnum] = frozenset(),
        **options: Any,
    ) -> None:
        #: In the order of the enumeration; known before a default is read.
        self.words = tuple(word.value for word in words if word not in without)
        #: Words of the enumeration that only the program itself writes.
        self.without = without
        super().__init__(label, **options)

    @property
    def form(self) -> str:  # type: ignore[override]
        """Name the words."""
        return "、".join(self.words)

    def parse(self, text: str) -> str:
        """Return the word."""
        if text not in self.words:
            raise BadCell(RowCode.BAD_CHOICE)
        return text


class ChoicesColumn(ChoiceColumn):
    """Several words of an enumeration joined by `;`."""

    sql_type = 'text[] COLLATE "C"'

    def parse(self, text: str) -> list[str]:  # type: ignore[override]
        """Return the words once each, in the order of the enumeration."""
        named = text.split(";")
        if any(word not in self.words for word in named):
            raise BadCell(RowCode.BAD_CHOICE)
        return [word for word in self.words if word in named]

    def staged(self, value: Any) -> str:
        """Return the words as PostgreSQL reads a list."""
        return "{" + ",".join(value) + "}"
