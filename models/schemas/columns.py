"""A column of an imported table: its labels, its grammar and where its value is kept."""
# ruff: noqa: ANN401 - a cell may be anything until its column has read it

from collections.abc import Mapping
from typing import Any, ClassVar

from marshmallow import ValidationError, fields

from models.rules import grammar
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
        messages: dict[str, str | list[Any] | dict[Any, Any]] = {
            "required": said_missing,
            "null": said_missing,
        }
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
        #: Table whose key a value must be.
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
