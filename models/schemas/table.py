"""A table that can be imported: its schema says columns, key, checks and how it may change."""
# ruff: noqa: ANN401 - a cell may be anything until its column has read it

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from typing import Any, ClassVar

from marshmallow import RAISE, Schema, ValidationError, validates_schema

from models.rules.errors.imports import RowCode
from models.schemas.columns import Column
from models.schemas.table_rules import Rule

#: Columns of an error file; allowed in every import and ignored.
IGNORED = ("row", "error_codes", "error")


class Nature(StrEnum):
    """What another content under a known key means."""

    #: Updated, what was before is kept.
    MASTER = "master"
    #: Refused with `conflict`.
    FACT = "fact"


class Scope(StrEnum):
    """By what a row belongs to an area: the column that tells."""

    NONE = "none"
    AREA = "area_code"
    HOSPITAL = "hospital_code"
    LINE = "line_no"
    SCHEME = "scheme_code"


@dataclass(frozen=True)
class About:
    """What is true of a whole table."""

    #: The word of the command.
    kind: str
    title: str
    #: Table of the database.
    table: str
    key: tuple[str, ...]
    nature: Nature = Nature.MASTER
    scope: Scope = Scope.NONE
    #: Columns of a fact that say nothing while empty and may be filled later …
    fillable: tuple[str, ...] = ()
    #: … of these only while the line is on no sheet.
    fillable_off_sheet: tuple[str, ...] = ()
    #: A column that names a row of the same table: known, or accepted from the same file.
    self_reference: str | None = None
    rules: tuple[Rule, ...] = ()
    #: Sentences for people about the whole table.
    notes: tuple[str, ...] = ()


class TableSchema(Schema):
    """One table of the file formats; subclasses declare their columns in the documented order."""

    class Meta:
        """What is not a column is refused."""

        unknown = RAISE

    about: ClassVar[About]

    @classmethod
    @cache
    def columns(cls) -> dict[str, Column]:
        """Return name → column in the documented order."""
        return {
            name: column.named(name)
            for name, column in cls._declared_fields.items()
            if isinstance(column, Column)
        }

    @classmethod
    def content(cls) -> tuple[str, ...]:
        """Return the columns that are not the key."""
        return tuple(name for name in cls.columns() if name not in cls.about.key)

    @validates_schema(skip_on_field_errors=False)
    def between_cells(self, row: Mapping[str, Any], **_: Any) -> None:
        """Check the rules between cells over what could be read; each wrong cell is named."""
        found: dict[str, list[str]] = {}
        for rule in self.about.rules:
            for column, code in rule.problems(row):
                found.setdefault(column, []).append(code.value)
        if found:
            raise ValidationError(found)


def verdict(
    schema: TableSchema, cells: Mapping[str, Any]
) -> tuple[dict[str, Any], list[tuple[str, RowCode]]]:
    """Return what could be read of one row and all its problems as (column, code)."""
    try:
        return dict(schema.load(cells)), []
    except ValidationError as error:
        known = schema.columns()
        told: dict[str, list[str]] = error.normalized_messages()  # type: ignore[no-untyped-call]
        problems = [
            (column, RowCode(code)) if column in known else ("", RowCode.BAD_CODE)
            for column, codes in told.items()
            for code in codes
        ]
        return dict(error.valid_data), problems  # type: ignore[arg-type]
