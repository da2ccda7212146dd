"""Rows another program or a form sends: read one by one, taken by the same statements as a file."""

import json
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from models.records.base import db, sql
from models.rules.errors.imports import RowCode, TooManyRows
from models.schemas import tables
from models.schemas.table import IGNORED, TableSchema, verdict
from models.services import files
from models.services.access import Actor
from models.services.imports import outcome, staging, taking_in
from models.services.imports.intake import Intake

#: More rows than this belong into a file.
ROWS_MAX = 10_000

_NOT_A_ROW = [("", RowCode.BAD_CODE)]


def take_rows(
    kind: str, rows: Sequence[Mapping[str, Any]], actor: Actor, *, on: date, name: str
) -> dict[str, Any]:
    """Take in rows as the file `name` would be; one transaction, the same rows again are a no-op.

    The result is that of an import, with `errors`: for each refused row its number (the first is
    1), its codes and a sentence. Raises TooManyRows, UnknownTable, NotAllowed.
    """
    if len(rows) > ROWS_MAX:
        raise TooManyRows(rows=len(rows), rows_max=ROWS_MAX)
    with db.atomic():
        intake = taking_in.begin(kind, actor, on)
        staging.prepare(intake.schema)
        _stage(intake, rows)
        taking_in.settle_staged(intake)
        counts = outcome.count(len(rows))
        stored = files.store(name, _lines(rows), by=actor.name, kind="upload")
        result = outcome.record(intake, stored, counts)
        result["errors"] = _errors(intake.schema)
    return result


def _lines(rows: Sequence[Mapping[str, Any]]) -> list[bytes]:
    return [
        (json.dumps(row, ensure_ascii=True, sort_keys=True, default=str) + "\n").encode()
        for row in rows
    ]


def _stage(intake: Intake, rows: Sequence[Mapping[str, Any]]) -> None:
    schema = intake.schema()
    problems: list[tuple[int, str, RowCode]] = []
    staged: list[tuple[int, bool, dict[str, Any]]] = []
    for number, row in enumerate(rows, 1):
        values, wrong = _read(schema, row)
        problems += [(number, column, code) for column, code in wrong]
        staged.append((number, bool(wrong), values))
        for column, field in intake.schema.columns().items():
            if values.get(column) is not None and field.doubts(values[column]):
                intake.warnings.add(column, number)
    staging.stage_rows(intake.schema, staged)
    staging.found(problems)


def _read(
    schema: TableSchema, row: Mapping[str, Any]
) -> tuple[dict[str, Any], list[tuple[str, RowCode]]]:
    if not isinstance(row, Mapping):
        return {}, list(_NOT_A_ROW)
    return verdict(schema, {name: cell for name, cell in row.items() if name not in IGNORED})


def check_row(kind: str, row: Mapping[str, Any]) -> dict[str, str]:
    """Return what is wrong with the cells of one row, as column → sentence; nothing is written."""
    schema = tables.table(kind)
    _, problems = verdict(schema(), row)
    told: dict[str, str] = {}
    for column, code in problems:
        told.setdefault(column, outcome.sentence(schema, [(column, code.value)]))
    return told


def _errors(schema: type[TableSchema]) -> list[dict[str, Any]]:
    found: dict[int, list[tuple[str, str]]] = {}
    for row, column, code in sql(
        "SELECT DISTINCT row_no, column_name, code FROM finding ORDER BY row_no"
    ):
        found.setdefault(row, []).append((column, code))
    return [
        {
            "row": row,
            "error_codes": sorted({code for _, code in pairs}),
            "error": outcome.sentence(schema, pairs),
        }
        for row, pairs in found.items()
    ]
