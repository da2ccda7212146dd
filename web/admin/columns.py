"""The columns of a master table as forms, lists and exports need them."""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any

import peewee as pw
from flask_babel import gettext as _
from flask_babel import lazy_gettext
from markupsafe import Markup

from models.records import base as fields
from models.rules import words as rule_words
from models.rules.money import fen, yuan
from models.rules.papers import PaperKind
from models.schemas import columns as imported
from models.schemas import number_columns, tables, text_columns
from web import formats, words


@dataclass(frozen=True)
class Column:
    """A column of the import: its English name, label, and the record's attribute behind it."""

    name: str
    label: Any
    attribute: str
    #: text, choice, choices, flag, date, money, decimal, whole
    form: str
    key: bool = False
    required: bool = True
    enumeration: type[StrEnum] | None = None
    hint: Any = ""

    @property
    def is_text(self) -> bool:
        """Return whether a spreadsheet could take the cell for a formula."""
        return self.form == "text"


def keys(model: type[pw.Model]) -> list[str]:
    """Return the names of the key columns."""
    found: Any = model._meta.primary_key
    return list(found.field_names) if isinstance(found, pw.CompositeKey) else [found.name]


def text(value: Any) -> str:
    """Return a value as the import writes it."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, StrEnum):
        return value.value
    if isinstance(value, Decimal):
        plain = f"{value:f}"
        return plain.rstrip("0").rstrip(".") if "." in plain else plain
    if isinstance(value, list | tuple):
        return ";".join(str(v) for v in value)
    return value.isoformat() if isinstance(value, date | datetime) else str(value)


def texts(described: list[Column], row: Any) -> dict[str, str]:
    """Return a row as the texts of the import."""
    return {
        c.name: (
            yuan(getattr(row, c.attribute))
            if c.form == "money" and getattr(row, c.attribute) is not None
            else text(getattr(row, c.attribute))
        )
        for c in described
    }


def shown(field: pw.Field | None, value: Any) -> Markup | str:
    """Return a value as people read it."""
    if value is None or value == "":
        return Markup('<span class="muted">—</span>')
    if isinstance(value, bool):
        return _("是") if value else _("否")
    if isinstance(value, StrEnum):
        return words.word(value)
    if is_money(field):
        return formats.money(value)
    if field is not None and field.name == "account_no":
        return formats.masked(value)
    return _plain(value)


def _plain(value: Any) -> str:
    if isinstance(value, Decimal):
        return formats.decimal(value)
    if isinstance(value, datetime):
        return formats.moment(value)
    if isinstance(value, list | tuple):
        return str(lazy_gettext("、")).join(str(v) for v in value)
    return str(value)


def shown_json(field: pw.Field | None, value: Any) -> Markup | str:
    """Return a value of the kept history, which is JSON, as people read it."""
    if value is not None and field is not None and not is_money(field):
        value = from_json(field, value)
    return shown(field, value)


def from_json(field: pw.Field, value: Any) -> Any:
    """Return a JSON value as the field's type; one that no longer fits as it stands."""
    try:
        if isinstance(field, fields.StateField):
            return field.enumeration(value)
        return Decimal(str(value)) if isinstance(field, pw.DecimalField) else value
    except (ValueError, ArithmeticError):
        return value


def is_money(field: pw.Field | None) -> bool:
    """Return whether a field holds fen."""
    return field is not None and str(field.name).endswith("_fen")


def choices(field: pw.Field | None) -> list[tuple[str, str]] | None:
    """Return what a field may hold, where that is a list."""
    if isinstance(field, fields.StateField):
        return words.choices(field.enumeration)
    if isinstance(field, pw.BooleanField):
        return [("yes", _("是")), ("no", _("否"))]
    return None


def from_query(field: pw.Field, value: str) -> Any:
    """Return the typed value of a text from the address; raises ValueError when it is none."""
    if isinstance(field, pw.BooleanField):
        return {"yes": True, "no": False}[value] if value in {"yes", "no"} else _not(value)
    if is_money(field):
        return fen(value)
    if isinstance(field, pw.DateField):
        return date.fromisoformat(value)
    if isinstance(field, pw.DecimalField):
        try:
            return Decimal(value)
        except ArithmeticError:
            return _not(value)
    if isinstance(field, fields.StateField):
        return field.enumeration(value)
    return int(value) if isinstance(field, pw.IntegerField) else value


def _not(value: str) -> Any:
    raise ValueError(value)


def cell_class(field: pw.Field | None, *, first: bool) -> str:
    """Return the class of a table cell."""
    if first:
        return "no num"
    if is_money(field) or isinstance(field, pw.DecimalField | pw.IntegerField):
        return "num r"
    if isinstance(field, pw.DateField | pw.DateTimeField):
        return "num nowrap"
    return "nowrap" if isinstance(field, fields.StateField | pw.BooleanField) else ""


_TYPES: tuple[tuple[type[imported.Column], str], ...] = (
    (text_columns.ChoicesColumn, "choices"),
    (text_columns.ChoiceColumn, "choice"),
    (text_columns.FlagColumn, "flag"),
    (text_columns.DayColumn, "date"),
    (number_columns.YuanColumn, "money"),
    (number_columns.QuantityColumn, "decimal"),
    (number_columns.WholeColumn, "whole"),
)


#: The enumeration a column's words come from: its members have their words in web/words.py.
_ENUMERATIONS: dict[tuple[str, ...], type[StrEnum]] = {
    tuple(member.value for member in found): found
    for found in (*vars(rule_words).values(), PaperKind)
    if isinstance(found, type) and issubclass(found, StrEnum) and len(found)
}


def of(kind: str) -> list[Column]:
    """Return the columns of a table of the file formats, in the order of the import."""
    schema = tables.table(kind)
    return [
        _described(name, column, key=name in schema.about.key)
        for name, column in schema.columns().items()
    ]


def _described(name: str, column: imported.Column, *, key: bool) -> Column:
    kind = next((word for of_type, word in _TYPES if isinstance(column, of_type)), "text")
    return Column(
        name=name,
        label=translated(column.label),
        attribute=column.target,
        form=kind,
        key=key,
        required=not column.optional and column.default is None,
        enumeration=_ENUMERATIONS.get(getattr(column, "words", ())),
        hint=translated(column.note) if column.note else _hint(column, kind),
    )


def _hint(column: imported.Column, kind: str) -> Any:
    """Return what people err in: the grammar of codes and lists; a picker needs no words."""
    told = {"money": True, "decimal": True, "text": column.form != imported.Column.form}
    return translated(column.form) if told.get(kind) else ""


def translated(words: str) -> Any:
    """Return a label of the schemas in the reader's language, looked up when it is shown."""
    return lazy_gettext(words) if words else ""
