"""Saving a form as if it were a file of one row: same checks, same history, same consequences."""

from typing import Any

import peewee as pw
from flask_babel import gettext as _
from flask_babel import lazy_gettext

from models import clock
from models.records.base import sql
from models.schemas import tables
from models.schemas.table import TableSchema, verdict
from models.services import audit
from models.services.access import Actor
from models.services.imports import outcome, staging, taking_in

#: The words of constraints people can run into; others are told by their name.
_CONSTRAINTS = {
    "contract_payment_days_at_most_60": lazy_gettext("约定付款天数须为 1 至 60 天"),
    "contract_acceptance_days_at_most_60": lazy_gettext("约定验收天数须为 0 至 60 天"),
}


class RowRefused(Exception):
    """The row has problems: (column, sentence) each."""

    def __init__(self, problems: list[tuple[str, str]]) -> None:
        self.problems = problems
        super().__init__("; ".join(sentence for _, sentence in problems))


def _told(schema: type[TableSchema], found: list[tuple[str, str]]) -> list[tuple[str, str]]:
    return [
        (name, outcome.sentence(schema, [(name, code)]).rstrip("。"))
        for name, code in dict.fromkeys(found)
    ]


def save(kind: str, row: dict[str, str], actor: Actor, *, subject: str, new: bool) -> list[str]:
    """Take one row in by the road of the imports, in the caller's transaction.

    Returns the warnings about what was taken although it looks doubtful. Raises RowRefused with
    every problem, NotAllowed; the caller rolls back.
    """
    schema = tables.table(kind)
    values, problems = verdict(schema(), row)
    if problems:
        raise RowRefused(_told(schema, [(name, code.value) for name, code in problems]))
    intake = taking_in.begin(kind, actor, clock.today(), by_form=True)
    if new and _is_known(schema, values):
        name = schema.about.key[0]
        raise RowRefused([(name, _("已有相同编码的记录，请在列表中找到它再修改。"))])
    staging.prepare(schema)
    staging.stage_rows(schema, [(1, False, values)])
    taking_in.settle_staged(intake)
    found = sql("SELECT DISTINCT column_name, code FROM finding").fetchall()
    if found:
        raise RowRefused(_told(schema, [(name or "", code) for name, code in found]))
    audit.wrote(
        "master.created" if new else "master.changed",
        actor=actor.name,
        subject=subject,
        kind=kind,
    )
    return _doubts(schema, values)


def _doubts(schema: type[TableSchema], values: dict[str, Any]) -> list[str]:
    return [
        _("“%(label)s”的校验位不符，已保存，请核对。", label=column.label)
        for name, column in schema.columns().items()
        if values.get(name) is not None and column.doubts(values[name])
    ]


def _is_known(schema: type[TableSchema], values: dict[str, Any]) -> bool:
    columns = schema.columns()
    keys = " AND ".join(f"{columns[name].target} = %({name})s" for name in schema.about.key)
    told = {name: values[name] for name in schema.about.key}
    found = sql(f"SELECT EXISTS (SELECT FROM {schema.about.table} WHERE {keys})", told).fetchone()
    return bool(found[0])


def constraint_sentence(error: pw.IntegrityError) -> str:
    """Return what a constraint protects: its words, or its name."""
    cause = error.__cause__ or error
    name = getattr(getattr(cause, "diag", None), "constraint_name", None) or ""
    return str(_CONSTRAINTS.get(name, name))
