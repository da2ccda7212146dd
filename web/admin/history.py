"""What a master row was before each change, in the words of its list."""

from collections.abc import Mapping
from typing import Any

import peewee as pw

from models.records.parties import MasterHistory
from web.admin import columns

CHANGES_SHOWN_MAX = 50


def of(row: pw.Model, labels: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Return what the row was before each change, latest first, labelled fields only."""
    model = type(row)
    key = "|".join(str(columns.text(getattr(row, k))) for k in columns.keys(model))
    found = (
        MasterHistory.select()
        .where(MasterHistory.table_name == model._meta.table_name, MasterHistory.key == key)
        .order_by(MasterHistory.id.desc())
        .limit(CHANGES_SHOWN_MAX)
    )
    return [_told(change, model._meta.fields, labels) for change in found]


def _told(
    change: MasterHistory, fields: Mapping[str, pw.Field], labels: Mapping[str, Any]
) -> dict[str, Any]:
    changed = [
        (
            labels.get(name, name),
            columns.shown_json(fields.get(name), change.before.get(name)),
            columns.shown_json(fields.get(name), after),
        )
        for name, after in change.after.items()
        if change.before.get(name) != after and name in labels
    ]
    return {"at": change.changed_at, "by": change.changed_by or "system", "fields": changed}
