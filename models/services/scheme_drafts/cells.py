"""A version of a scheme as the cells of a file, and back: one grammar for files and drafts."""

from collections.abc import Mapping
from datetime import date
from enum import StrEnum
from typing import Any

from models.records.base import sql
from models.rules.errors.imports import ROW_SENTENCES
from models.rules.errors.schemes import DraftBroken
from models.rules.money import yuan
from models.schemas.number_columns import YuanColumn
from models.schemas.table import verdict
from models.schemas.tables.schemes import Schemes

_VERSION = "SELECT to_jsonb(s) FROM scheme s WHERE scheme_code = %s AND valid_from = %s"

Cells = Mapping[str, str]


def values(cells: Cells) -> dict[str, Any]:
    """Return the typed values of a version, by column of the file.

    Raises DraftBroken with every problem, each at its column.
    """
    columns = Schemes.columns()
    read, problems = verdict(Schemes(), {name: cells.get(name, "") for name in columns})
    if problems:
        labels = [columns[name].label if name in columns else "" for name, _ in problems]
        told = [
            (name, ROW_SENTENCES[code].format(label=label).rstrip("。"))
            for (name, code), label in zip(problems, labels, strict=True)
        ]
        raise DraftBroken(problems=told, labels=labels)
    return read


def written(read: Mapping[str, Any]) -> dict[str, str]:
    """Return typed values as a file would bring them, every column named."""
    return {name: _cell(name, read.get(name)) for name in Schemes.columns()}


def of_version(scheme_code: str, valid_from: date) -> dict[str, str] | None:
    """Return the cells of a version, or None when there is none."""
    row = sql(_VERSION, (scheme_code, valid_from)).fetchone()
    if row is None:
        return None
    columns = Schemes.columns()
    return written({name: row[0].get(column.target) for name, column in columns.items()})


def _cell(name: str, value: Any) -> str:  # noqa: ANN401 - a value of any column
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(Schemes.columns()[name], YuanColumn):
        return yuan(int(value))
    if isinstance(value, list | tuple):
        return ";".join(str(one) for one in value)
    if isinstance(value, StrEnum):
        return value.value
    return value.isoformat() if isinstance(value, date) else str(value)
