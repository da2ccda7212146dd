"""Forms of texts: one native field for each column of the import, no script needed."""

from typing import Any

from flask_babel import gettext as _
from wtforms import Field, SelectField, SelectMultipleField, StringField
from wtforms.widgets import CheckboxInput, ListWidget, TextInput

from web import words
from web.admin.columns import Column
from web.security import TokenForm


class Typed(TextInput):
    """A text field with the keyboard and picker that fit."""

    def __init__(self, **attributes: str) -> None:
        super().__init__(attributes.pop("type", "text"))
        self.attributes = attributes

    def __call__(self, field: Field, **kwargs: Any) -> Any:
        """Draw it in our look."""
        kwargs.setdefault("class", "in" + (" num" if self.attributes else ""))
        return super().__call__(field, **{**self.attributes, **kwargs})


class Row(TokenForm):
    """A form whose data is a row of the import."""

    described: tuple[Column, ...] = ()
    was = ""

    def row(self) -> dict[str, str]:
        """Return the texts as a file would bring them."""
        return {c.name: _text(self[c.name].data) for c in self.described}


def _text(data: Any) -> str:
    return ";".join(data) if isinstance(data, list) else str(data or "").strip()


def _field(column: Column) -> Field:
    told = {"label": column.label, "description": column.hint}
    if column.form == "choices" and column.enumeration:
        return SelectMultipleField(
            choices=lambda: words.choices(column.enumeration),
            widget=ListWidget(prefix_label=False),
            option_widget=CheckboxInput(),
            validate_choice=False,
            coerce=str,
            **told,
        )
    if column.form in {"choice", "flag"}:
        return SelectField(
            choices=lambda: [("", _("请选择") if column.required else "—"), *_listed(column)],
            validate_choice=False,
            **told,
        )
    return StringField(widget=_widget(column), **told)


def _listed(column: Column) -> list[tuple[str, str]]:
    if column.enumeration is not None:
        return words.choices(column.enumeration)
    return [("yes", _("是")), ("no", _("否"))]


def _widget(column: Column) -> Typed:
    if column.form == "date":
        return Typed(type="date")
    if column.form in {"money", "decimal"}:
        return Typed(inputmode="decimal", autocomplete="off")
    return Typed(inputmode="numeric") if column.form == "whole" else Typed()


def form_of(kind: str, described: list[Column]) -> type[Row]:
    """Return the form class of a table."""
    parts: dict[str, Any] = {c.name: _field(c) for c in described}
    return type(f"{kind.title()}Form", (Row,), {**parts, "described": tuple(described)})
