"""Columns of the imported tables: each knows its labels, its grammar and the column it is kept in."""

from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any, ClassVar

from marshmallow import ValidationError, fields

from models.rules import grammar, identifiers
from models.rules.errors.imports import RowCode
from models.rules.grammar import BadCell

#: Labels used in several tables; a table may have its own beside it.
SHARED_LABELS = {
    "area_code": "统筹区代码",
    "hospital_code": "医疗机构编码",
    "credit_code": "统一社会信用代码",
    "nhsa_code": "医保编码",
    "round_code": "批次代码",
    "period": "月份",
    "amount_yuan": "金额",
    "valid_from": "生效日期",
    "valid_to": "失效日期",
    "account_no": "账号",
    "account_name": "户名",
    "bank_name": "开户行",
    "cnaps_code": "联行号",
    "email": "邮箱",
    "name": "名称",
}


def as_text(value: Any) -> str:
    """Return what another program sent as the text of a cell; a float has no exact text."""
    if isinstance(value, str):
        return value
    if isinstance(value, int) and not isinstance(value, bool):
        return str(value)
    raise BadCell(RowCode.BAD_NUMBER if isinstance(value, float) else RowCode.BAD_CODE)


class Column(fields.Field[Any]):
    """A column of a table: text in, one value out, or one row code."""

    #: Type in the staging table; None of them rounds what the grammar let through.
    sql_type: ClassVar[str] = 'text COLLATE "C"'
    #: How the column is described to people.
    form: ClassVar[str] = "文本"

    def __init__(
        self,
        label: str | None = None,
        *,
        optional: bool = False,
        target: str | None = None,
        default: str | None = None,
        references: str | None = None,
        note: str = "",
    ) -> None:
        said_missing = RowCode.MISSING_VALUE.value
        messages = {"required": said_missing, "null": said_missing}
        if optional:
            empty = None if default is None else self.parse(default)
            super().__init__(allow_none=True, load_default=empty, error_messages=messages)
        else:
            super().__init__(required=True, error_messages=messages)
        self.label = label or ""
        self.optional = optional
        #: Column of the database; the name of the file's column if None.
        self.target = target or ""
        #: What an empty cell means, as a cell; None: nothing is said.
        self.default = default
        #: Table whose key a value must be: area, hospital, enterprise, product, vbp_round, scheme, purchase_line.
        self.references = references
        self.note = note

    def named(self, name: str) -> "Column":
        """Complete label and target once the column's name is known."""
        self.label = self.label or SHARED_LABELS[name]
        self.target = self.target or name
        return self

    def labels(self, name: str) -> set[str]:
        """Return the Chinese headers by which the column is known."""
        return {self.label, SHARED_LABELS.get(name, self.label)}

    def parse(self, text: str) -> Any:
        """Return the value of a cell that says something; raises BadCell."""
        return grammar.line(text)

    def staged(self, value: Any) -> str:
        """Return a value as the text COPY reads into sql_type."""
        return str(value)

    def doubts(self, value: Any) -> bool:
        """Return whether a value is taken but worth a warning."""
        del value
        return False

    def cell(self, text: str) -> Any:
        """Return the value of any cell: None when it says nothing; raises BadCell."""
        if grammar.is_blank(text):
            if self.default is not None:
                return self.parse(self.default)
            if not self.optional:
                raise BadCell(RowCode.MISSING_VALUE)
            return None
        return self.parse(text)

    def _deserialize(
        self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any
    ) -> Any:
        del attr, data, kwargs
        try:
            return self.cell(as_text(value))
        except BadCell as error:
            raise ValidationError(error.code.value) from error


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
    """One word of an enumeration."""

    def __init__(self, label: str | None, words: type[StrEnum], **options: Any) -> None:
        super().__init__(label, **options)
        #: In the order of the enumeration.
        self.words = tuple(word.value for word in words)

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


class NumberColumn(Column):
    """A number with a limit on its decimals and its range."""

    places: int = 0
    digits_max: ClassVar[int] = grammar.WHOLE_DIGITS_MAX

    def __init__(
        self,
        label: str | None = None,
        *,
        low: int | None = None,
        high: int | None = None,
        range_code: RowCode = RowCode.BAD_NUMBER,
        above_zero: bool = False,
        places: int | None = None,
        **options: Any,
    ) -> None:
        super().__init__(label, **options)
        if places is not None:
            self.places = places
        unit = 10**self.places
        #: The range, both ends allowed, in the smallest unit; the code of what lies outside.
        self.low = None if low is None else low * unit
        self.high = None if high is None else high * unit
        self.range_code = range_code
        if above_zero:
            self.low, self.range_code = 1, RowCode.BAD_SIGN

    def count(self, text: str) -> int:
        """Return the number in its smallest unit, within its range; raises BadCell."""
        value = grammar.scaled(text, places=self.places, digits_max=self.digits_max)
        if (self.low is not None and value < self.low) or (
            self.high is not None and value > self.high
        ):
            raise BadCell(self.range_code)
        return value

    def parse(self, text: str) -> Any:
        """Return the number."""
        return self.count(text)


class WholeColumn(NumberColumn):
    """A whole number: days, steps, basis points."""

    sql_type = "integer"
    form = "整数"


class YuanColumn(NumberColumn):
    """An amount in yuan, kept in fen."""

    sql_type = "bigint"
    form = "金额（元），最多2位小数"
    places = 2
    digits_max = grammar.YUAN_DIGITS_MAX

    def named(self, name: str) -> Column:
        """Keep amount_yuan as amount_fen."""
        self.target = self.target or name.removesuffix("_yuan") + "_fen"
        return super().named(name)


class QuantityColumn(NumberColumn):
    """A quantity or unit price with at most 4 decimals."""

    sql_type = "numeric(18,4)"
    form = "数字，最多4位小数"
    places = 4
    digits_max = grammar.QUANTITY_DIGITS_MAX

    def parse(self, text: str) -> Decimal:
        """Return the number exactly."""
        return Decimal(self.count(text)).scaleb(-self.places)

    def staged(self, value: Any) -> str:
        """Return the number without an exponent."""
        return format(value, "f")


class PriceColumn(QuantityColumn):
    """A unit price in yuan."""

    form = "单价（元），最多4位小数"
