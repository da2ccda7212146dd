"""Proposed versions of bank profiles: they decide where money goes, so two people decide them."""

import peewee as pw

from models.records.base import (
    CodeField,
    JsonField,
    Record,
    StateField,
    UtcDateTimeField,
    one_of,
    promise,
)
from models.rules.words import ProfileChange


class BankProfileChange(Record):
    """A version somebody proposes; another person puts it in force or refuses it."""

    id = pw.AutoField()
    profile_code = CodeField(index=True)
    #: The version it was made from; empty for a new bank.
    based_on = pw.IntegerField(null=True)
    spec = JsonField()
    reason = pw.TextField()
    state = StateField(ProfileChange)
    proposed_by = CodeField()
    proposed_at = UtcDateTimeField()
    decided_by = CodeField(null=True)
    decided_at = UtcDateTimeField(null=True)
    answer = pw.TextField(null=True)
    #: The version it became.
    version = pw.IntegerField(null=True)

    class Meta:
        """Promises of a proposal; ddl adds: one open proposal for a profile."""

        constraints = [
            one_of("state", ProfileChange, name="bank_profile_change_state_known"),
            promise(
                "bank_profile_change_two_persons",
                "state = 'withdrawn' OR decided_by <> proposed_by",
            ),
            promise(
                "bank_profile_change_decided_once",
                "(state = 'proposed') = (decided_by IS NULL) AND"
                " (state = 'activated') = (version IS NOT NULL)",
            ),
        ]
