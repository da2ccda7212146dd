"""From an order to the text of one column, and why that text may not stand there."""

from collections.abc import Callable, Iterator
from datetime import date
from operator import attrgetter
from typing import NamedTuple
from zoneinfo import ZoneInfo

from models.rules.money import yuan
from workers.bankfiles.columns import ORDER_SOURCES, TEXT_SOURCES, Column
from workers.bankfiles.model import Batch, FieldProblem, Order
from workers.bankfiles.profiles import Profile
from workers.bankfiles.text import invisible, length, named, unencodable

SHANGHAI = ZoneInfo("Asia/Shanghai")

#: What people call a source.
LABELS = {
    "reference": "流水号",
    "uetr": "UETR",
    "payee_account_no": "收款账号",
    "payee_account_name": "收款户名",
    "payee_bank_name": "收款开户行",
    "payee_cnaps_code": "收款联行号",
    "amount": "金额",
    "purpose": "用途",
    "row": "序号",
    "in_bank": "行内标志",
    "rail": "支付通道",
    "debtor_account_no": "付款账号",
    "debtor_account_name": "付款户名",
    "debtor_bank_name": "付款开户行",
    "debtor_cnaps_code": "付款联行号",
    "batch_no": "批次号",
    "created_at": "生成时间",
    "execution_on": "付款日期",
    "count": "笔数",
    "total": "总金额",
}


class Line(NamedTuple):
    """What a cell looks at: the batch, the order and its number in the file, from 1."""

    batch: Batch
    order: Order
    row: int


Getter = Callable[[Line], str]


def is_in_bank(batch: Batch, order: Order) -> bool:
    """Say whether both accounts are with one bank: the first three digits of the 联行号 name it."""
    return batch.debtor_cnaps_code[:3] == order.payee_cnaps_code[:3]


def is_of_order(column: Column) -> bool:
    """Say whether the column changes from order to order."""
    return any(s in ORDER_SOURCES or s == "in_bank" for s in column.sources)


def label(column: Column) -> str:
    """Return what people call the column's content."""
    return "、".join(LABELS[source] for source in column.sources) or column.title


def _amount(fen: int, column: Column) -> str:
    return str(fen) if column.unit == "fen" else yuan(fen)


def _day(day: date, column: Column) -> str:
    return f"{day:%Y%m%d}" if column.date_format == "yyyyMMdd" else day.isoformat()


def _getter(source: str, column: Column) -> Getter:
    special: dict[str, Getter] = {
        "amount": lambda line: _amount(line.order.amount_fen, column),
        "total": lambda line: _amount(line.batch.total_fen, column),
        "count": lambda line: str(line.batch.count),
        "row": lambda line: str(line.row),
        "in_bank": lambda line: "yes" if is_in_bank(line.batch, line.order) else "no",
        "execution_on": lambda line: _day(line.batch.execution_on, column),
        "created_at": lambda line: _day(line.batch.created_at.astimezone(SHANGHAI).date(), column),
    }
    owner = "order" if source in ORDER_SOURCES else "batch"
    return special.get(source) or attrgetter(f"{owner}.{source}")


class Cell:
    """One column of one profile, ready to be filled."""

    def __init__(self, profile: Profile, column: Column) -> None:
        self.profile = profile
        self.column = column
        self.of_order = is_of_order(column)
        getters = [_getter(source, column) for source in column.sources]
        self._getters = getters
        self._one = getters[0] if len(getters) == 1 else None
        mapped = bool(profile.char_map) and bool(TEXT_SOURCES & set(column.sources))
        self._characters = str.maketrans(dict(profile.char_map)) if mapped else None
        self._bytes = column.max_unit == "bytes"
        self.limited = bool(column.max or column.length or column.charset != "any")

    def raw(self, line: Line) -> str:
        """Return the value as approved, before any mapping."""
        if self._one:
            return self._one(line)
        if not self._getters:
            return self.column.constant
        values = [getter(line) for getter in self._getters]
        return self.column.join.join(value for value in values if value)

    def mapped(self, line: Line) -> str:
        """Return the value after the character map, which only free texts go through."""
        text = self.raw(line)
        return text if self._characters is None else text.translate(self._characters)

    def text(self, line: Line) -> str:
        """Return the value as the bank gets it."""
        text, column = self.mapped(line), self.column
        if column.map:
            text = column.map.get(text, text)
        if not text and column.empty_as is not None:
            text = column.empty_as
        return text.rjust(column.pad_width, column.pad_with) if column.pad_width else text

    def fits(self, text: str) -> bool:
        """Say whether a text keeps the column's length and set of characters."""
        column = self.column
        if column.max and len(text) > (column.max // 4 if self._bytes else column.max):
            return not any(self._limits(text))
        if column.length and len(text) != column.length:
            return not any(self._limits(text))
        return column.charset == "any" or _within(text, column.charset) or not text

    def problems(self, line: Line) -> Iterator[FieldProblem]:
        """Yield every reason why the value cannot stand in the bank's file."""
        column, raw, text = self.column, self.raw(line), self.text(line)
        if not text and column.sources and column.empty_as is None:
            yield self._problem("empty", "内容为空", "it is empty")
        if column.map and raw not in column.map:
            yield self._problem("not_mapped", f"“{raw}”没有对照值", f"{raw} is not mapped")
        yield from self._character_problems(text)
        yield from self._limits(text)

    def _character_problems(self, text: str) -> Iterator[FieldProblem]:
        bad = invisible(text)
        if bad:
            at = named(bad)
            yield self._problem("control_character", f"含不可见字符 {at}", f"invisible {at}")
        lost = unencodable(text, self.profile.encoding)
        if lost and not bad:
            at, encoding = named(lost), self.profile.encoding.upper()
            yield self._problem(
                "not_encodable", f"字符 {at} 不在 {encoding} 编码内", f"{encoding} has no {at}"
            )
        for character in forbidden(self.profile):
            if character in text:
                at = named(character)
                yield self._problem(
                    "forbidden_character", f"含模板禁用的字符 {at}", f"{at} is forbidden"
                )
        if text != text.strip() and not self.profile.keep_edges and self.column.sources:
            yield self._problem("edge_blank", "首尾有空格", "it begins or ends with a blank")

    def _limits(self, text: str) -> Iterator[FieldProblem]:
        column, encoding = self.column, self.profile.encoding
        if column.max and not unencodable(text, encoding):
            found = length(text, column.max_unit, encoding)
            if found > column.max:
                unit = "字节" if column.max_unit == "bytes" else "字"
                reason = f"长 {found} {unit}，上限 {column.max} {unit}"
                yield self._problem(
                    "too_long", reason, f"{found} {column.max_unit}, at most {column.max}"
                )
        if column.length and text and len(text) != column.length:
            reason = f"应为 {column.length} 位，实为 {len(text)} 位"
            yield self._problem("wrong_length", reason, f"{column.length} characters are wanted")
        if text and not _within(text, column.charset):
            names = {"ascii": "半角字符", "alnum": "半角字母和数字", "digits": "数字"}
            reason = f"只能用{names[column.charset]}"
            yield self._problem("wrong_charset", reason, f"only {column.charset} is taken")

    def _problem(self, code: str, reason: str, reason_en: str) -> FieldProblem:
        field = "+".join(self.column.sources) or self.column.title
        return FieldProblem(field=field, code=code, reason=reason, reason_en=reason_en)


def forbidden(profile: Profile) -> str:
    """Return the characters a text may not contain: what would be read as structure, and more."""
    return profile.forbidden + (profile.separator if profile.format == "delimited" else "")


def _within(text: str, charset: str) -> bool:
    if charset == "any":
        return True
    if not text.isascii():
        return False
    if charset == "ascii":
        return True
    return text.isdigit() if charset == "digits" else text.isalnum()
