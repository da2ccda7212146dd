"""Drafts of schemes: they decide who is paid by whom, so two people decide them."""

import peewee as pw

from models.records.base import (
    CodeField,
    JsonField,
    Record,
    StateField,
    TextArrayField,
    UtcDateTimeField,
    one_of,
    promise,
)
from models.rules.scheme_drafts import DraftState


class SchemeDraft(Record):
    """A version of a scheme that somebody writes and nobody settles by."""

    id = pw.AutoField()
    scheme_code = CodeField()
    valid_from = pw.DateField()
    area_code = CodeField(index=True)
    #: The cells of the version as a file would bring them.
    cells = JsonField()
    #: The version it was begun from: its key, and its cells as they were.
    base_code = CodeField(null=True)
    base_from = pw.DateField(null=True)
    base_cells = JsonField(null=True)
    reason = pw.TextField()
    state = StateField(DraftState)
    #: Everybody who wrote any part of it.
    makers = TextArrayField()
    #: How often it was written: a decision names what was looked at.
    revision = pw.IntegerField()
    made_at = UtcDateTimeField()
    changed_at = UtcDateTimeField()
    submitted_by = CodeField(null=True)
    submitted_at = UtcDateTimeField(null=True)
    decided_by = CodeField(null=True)
    decided_at = UtcDateTimeField(null=True)
    #: Why it was given back.
    answer = pw.TextField(null=True)

    class Meta:
        """Promises of a draft; ddl adds: one open draft for a version, and its moves."""

        constraints = [
            one_of("state", DraftState, name="scheme_draft_state_known"),
            promise(
                "scheme_draft_two_persons",
                "state <> 'in_force' OR decided_by <> ALL (makers) AND submitted_by <> decided_by",
            ),
            promise(
                "scheme_draft_decided_whole",
                "(state IN ('in_force', 'withdrawn')) = (decided_by IS NOT NULL)"
                " AND (decided_by IS NULL) = (decided_at IS NULL)",
            ),
            promise(
                "scheme_draft_submitted_whole",
                "(submitted_by IS NULL) = (submitted_at IS NULL)"
                " AND (state NOT IN ('submitted', 'in_force') OR submitted_by IS NOT NULL)",
            ),
            promise("scheme_draft_base_whole", "(base_code IS NULL) = (base_cells IS NULL)"),
        ]
