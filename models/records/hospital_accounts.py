"""Where money goes back to hospitals: changes of their accounts and what became of each."""

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
from models.rules.words import AccountChangeState, AccountSource


class HospitalAccountChange(Record):
    """A new or changed account of a hospital and what became of it.

    The same life as an enterprise's (AccountChange); what was asked for never changes.
    """

    id = pw.AutoField()
    hospital_code = CodeField(index=True)
    #: account_no, account_name, bank_name, cnaps_code verified before; null: none was.
    before = JsonField(null=True)
    after = JsonField()
    source = StateField(AccountSource)
    note = pw.TextField(null=True)
    evidence_file_id = pw.BigIntegerField(null=True)
    wanted_on = pw.DateField(null=True)
    reviews_needed = pw.IntegerField()
    cooling_days = pw.IntegerField()
    requested_by = CodeField()
    requested_at = UtcDateTimeField()
    state = StateField(AccountChangeState)
    checked_by = CodeField(null=True)
    checked_at = UtcDateTimeField(null=True)
    decided_by = CodeField(null=True)
    decided_at = UtcDateTimeField(null=True)
    effective_on = pw.DateField(null=True)
    in_force_at = UtcDateTimeField(null=True)
    stopped_by = CodeField(null=True)
    stopped_at = UtcDateTimeField(null=True)
    reason = pw.TextField(null=True)

    class Meta:
        """Promises of the change; ddl adds: one open change of a hospital, the life cycle."""

        constraints = [
            one_of("source", AccountSource, name="hospital_account_change_source_known"),
            one_of("state", AccountChangeState, name="hospital_account_change_state_known"),
            promise(
                "hospital_account_change_needs_a_second_person",
                "state NOT IN ('approved', 'in_force') OR decided_by <> requested_by",
            ),
            promise(
                "hospital_account_change_checked_by_another",
                "checked_by IS NULL OR (checked_by <> requested_by"
                " AND (state NOT IN ('approved', 'in_force') OR checked_by <> decided_by))",
            ),
            promise(
                "hospital_account_change_checked_where_needed",
                "reviews_needed = 1 OR state NOT IN ('approved', 'in_force')"
                " OR checked_by IS NOT NULL",
            ),
            promise(
                "hospital_account_change_decided_whole",
                "(decided_by IS NULL) = (decided_at IS NULL)"
                " AND (decided_by IS NULL) = (state IN ('requested', 'checked'))",
            ),
            promise(
                "hospital_account_change_has_its_day",
                "state NOT IN ('approved', 'in_force') OR effective_on IS NOT NULL",
            ),
            promise("hospital_account_change_reviews_known", "reviews_needed IN (1, 2)"),
            promise("hospital_account_change_cools_forward", "cooling_days >= 0"),
        ]
