"""Who takes part: areas, agencies, hospitals, enterprises and the accounts money goes to."""

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
from models.rules.words import (
    AccountChangeState,
    AccountSource,
    AreaLevel,
    EnterpriseRole,
    EnterpriseSize,
    HospitalLevel,
    Ownership,
)


class Area(Record):
    """A pooling area (统筹区) in the tree province – city – county."""

    area_code = CodeField(primary_key=True)
    name = pw.TextField()
    parent_code = CodeField(null=True, index=True)
    level = StateField(AreaLevel)

    class Meta:
        """Promises of the area tree."""

        constraints = [
            one_of("level", AreaLevel, name="area_level_known"),
            promise("area_is_not_its_own_parent", "parent_code IS DISTINCT FROM area_code"),
        ]


class Agency(Record):
    """An agency (经办机构): pays for its area and for areas below that have none."""

    agency_code = CodeField(primary_key=True)
    name = pw.TextField()
    area_code = CodeField(index=True)
    account_no = CodeField()
    account_name = pw.TextField()
    bank_name = pw.TextField()
    cnaps_code = CodeField()
    email = pw.TextField()
    #: HH:MM in Shanghai from which reminders leave; empty: at once.
    mail_at = CodeField(null=True)
    #: Reminders of days of rest wait for the next working day.
    mail_rest = pw.BooleanField(default=False, constraints=[pw.SQL("DEFAULT false")])


class Hospital(Record):
    """A designated hospital (定点医疗机构)."""

    hospital_code = CodeField(primary_key=True)
    name = pw.TextField()
    credit_code = CodeField()
    area_code = CodeField(index=True)
    ownership = StateField(Ownership)
    level = StateField(HospitalLevel)
    lead_hospital_code = CodeField(null=True)
    joined_on = pw.DateField(null=True)
    email = pw.TextField()
    copy_emails = pw.TextField(null=True)
    inpatient = pw.BooleanField(null=True)
    account_no = CodeField(null=True)
    account_name = pw.TextField(null=True)
    bank_name = pw.TextField(null=True)
    cnaps_code = CodeField(null=True)
    #: Others than who asked approved the account as it stands; money goes to no other.
    account_verified = pw.BooleanField(default=False, constraints=[pw.SQL("DEFAULT false")])

    class Meta:
        """Promises of the hospital."""

        constraints = [
            one_of("ownership", Ownership, name="hospital_ownership_known"),
            one_of("level", HospitalLevel, name="hospital_level_known"),
        ]


class Enterprise(Record):
    """An enterprise (医药企业).

    account_verified: the account was approved by others than who asked for it and no change of it
    is open; nothing is paid otherwise.
    """

    credit_code = CodeField(primary_key=True)
    name = pw.TextField()
    role = StateField(EnterpriseRole)
    size = StateField(EnterpriseSize)
    account_no = CodeField()
    account_name = pw.TextField()
    bank_name = pw.TextField()
    cnaps_code = CodeField()
    email = pw.TextField()
    suspended_on = pw.DateField(null=True)
    #: When the present suspended_on was imported: pay asks whether that was after the last
    #: approval.
    suspended_set_at = UtcDateTimeField(null=True)
    account_verified = pw.BooleanField(default=False, constraints=[pw.SQL("DEFAULT false")])

    class Meta:
        """Promises of the enterprise."""

        constraints = [
            one_of("role", EnterpriseRole, name="enterprise_role_known"),
            one_of("size", EnterpriseSize, name="enterprise_size_known"),
        ]


class AccountChange(Record):
    """A new or changed receiving account of an enterprise and what became of it.

    Staged: the enterprise keeps the account in force, and is paid nothing, until this one is in
    force or came to an end. What was asked for never changes, and an ended row not at all.
    """

    id = pw.AutoField()
    credit_code = CodeField(index=True)
    #: account_no, account_name, bank_name, cnaps_code in force before; null: none was accepted.
    before = JsonField(null=True)
    after = JsonField()
    source = StateField(AccountSource)
    note = pw.TextField(null=True)
    evidence_file_id = pw.BigIntegerField(null=True)
    #: The enterprise's own wish; earlier than the end of the cooling-off it says nothing.
    wanted_on = pw.DateField(null=True)
    #: The strictest of the schemes in force when it was asked for.
    reviews_needed = pw.IntegerField()
    cooling_days = pw.IntegerField()
    requested_by = CodeField()
    requested_at = UtcDateTimeField()
    state = StateField(AccountChangeState)
    #: The first of two persons, where two are needed beside who asked.
    checked_by = CodeField(null=True)
    checked_at = UtcDateTimeField(null=True)
    decided_by = CodeField(null=True)
    decided_at = UtcDateTimeField(null=True)
    effective_on = pw.DateField(null=True)
    in_force_at = UtcDateTimeField(null=True)
    #: Who stopped an approved change before it was in force.
    stopped_by = CodeField(null=True)
    stopped_at = UtcDateTimeField(null=True)
    #: Why it was refused, withdrawn or stopped.
    reason = pw.TextField(null=True)

    class Meta:
        """Promises of the account change."""

        constraints = [
            one_of("source", AccountSource, name="account_change_source_known"),
            one_of("state", AccountChangeState, name="account_change_state_known"),
            promise(
                "account_change_needs_a_second_person",
                "state NOT IN ('approved', 'in_force') OR decided_by <> requested_by",
            ),
            promise(
                "account_change_checked_by_another",
                "checked_by IS NULL OR (checked_by <> requested_by"
                " AND (state NOT IN ('approved', 'in_force') OR checked_by <> decided_by))",
            ),
            promise(
                "account_change_checked_where_needed",
                "reviews_needed = 1 OR state NOT IN ('approved', 'in_force')"
                " OR checked_by IS NOT NULL",
            ),
            promise(
                "account_change_decided_whole",
                "(decided_by IS NULL) = (decided_at IS NULL)"
                " AND (decided_by IS NULL) = (state IN ('requested', 'checked'))",
            ),
            promise(
                "account_change_has_its_day",
                "state NOT IN ('approved', 'in_force') OR effective_on IS NOT NULL",
            ),
            promise("account_change_reviews_known", "reviews_needed IN (1, 2)"),
            promise("account_change_cools_forward", "cooling_days >= 0"),
        ]


class MasterHistory(Record):
    """What a master row was before each change; written by triggers, never edited."""

    id = pw.AutoField()
    table_name = CodeField()
    key = CodeField()
    changed_at = UtcDateTimeField(constraints=[pw.SQL("DEFAULT clock_timestamp()")])
    changed_by = CodeField(null=True)
    before = JsonField()
    after = JsonField()

    class Meta:
        """Find the history of one row."""

        indexes = ((("table_name", "key"), False),)
