"""What is paid of retained surplus: rules as data, lists made public, amounts and their orders."""

import peewee as pw

from models.records.base import (
    CodeField,
    FenField,
    QuantityField,
    Record,
    StateField,
    UtcDateTimeField,
    one_of,
    promise,
)
from models.rules.retention_payment import GrantState, PublicityState


class RetentionRule(Record):
    """Who may be paid retention under a scheme, how long it is public, which fund bears it."""

    scheme_code = CodeField()
    valid_from = pw.DateField()
    #: Only hospitals whose in-patient settlement is open (开通住院结算).
    inpatient_required = pw.BooleanField()
    #: Only rounds the hospital reported its quantities of.
    reporting_required = pw.BooleanField()
    #: Only rounds all of whose contracts were signed in time.
    signing_required = pw.BooleanField()
    publicity_days = pw.IntegerField()
    #: Part of the employees' fund; empty: not split.
    employee_share_bp = pw.IntegerField(null=True)

    class Meta:
        """One row for a scheme from a day on."""

        primary_key = pw.CompositeKey("scheme_code", "valid_from")
        constraints = [
            promise("retention_rule_is_public_some_days", "publicity_days BETWEEN 1 AND 60"),
            promise(
                "retention_rule_share_range",
                "employee_share_bp IS NULL OR employee_share_bp BETWEEN 0 AND 10000",
            ),
        ]


class RetentionPublicity(Record):
    """A list of amounts as it is made public for some days before any of it is paid (公示)."""

    id = pw.AutoField()
    publicity_no = CodeField(unique=True)
    period = CodeField()
    #: The area it was drafted for, with all below it.
    area_code = CodeField()
    publicity_days = pw.IntegerField()
    state = StateField(PublicityState)
    drafted_by = CodeField()
    drafted_at = UtcDateTimeField()
    published_by = CodeField(null=True)
    published_at = UtcDateTimeField(null=True)
    published_on = pw.DateField(null=True)
    until_on = pw.DateField(null=True)
    #: Who found that the days are over and nothing stands against paying.
    ended_by = CodeField(null=True)
    ended_at = UtcDateTimeField(null=True)
    ended_on = pw.DateField(null=True)
    withdrawn_by = CodeField(null=True)
    withdrawn_at = UtcDateTimeField(null=True)
    reason = pw.TextField(null=True)

    class Meta:
        """Promises of a list; retention_guard adds its life."""

        table_name = "retention_publicity"
        indexes = ((("period", "area_code"), False),)
        constraints = [
            one_of("state", PublicityState, name="retention_publicity_state_known"),
            promise("retention_published_by_a_second_person", "published_by <> drafted_by"),
            promise("retention_ended_by_a_second_person", "ended_by <> drafted_by"),
            promise(
                "retention_public_all_its_days",
                "publicity_days > 0 AND until_on >= published_on + publicity_days",
            ),
            promise("retention_ended_after_its_days", "ended_on > until_on"),
            promise(
                "retention_publicity_told_whole",
                "(published_by IS NULL) = (published_on IS NULL)"
                " AND (published_by IS NULL) = (until_on IS NULL)"
                " AND (ended_by IS NULL) = (ended_on IS NULL)"
                " AND (state <> 'public' OR published_by IS NOT NULL)"
                " AND (state = 'ended') = (ended_by IS NOT NULL)"
                " AND (state <> 'ended' OR published_by IS NOT NULL)"
                " AND (state = 'withdrawn') = (withdrawn_by IS NOT NULL)"
                " AND (state <> 'withdrawn' OR btrim(reason) <> '')",
            ),
        ]


class RetentionGrant(Record):
    """What one hospital is to be paid for one round, in the figures it declared (留用款)."""

    id = pw.AutoField()
    grant_no = CodeField(unique=True)
    publicity_id = pw.IntegerField(index=True)
    period = CodeField()
    hospital_code = CodeField(index=True)
    round_code = CodeField()
    area_code = CodeField()
    #: Which year of the round's term it is for: filled in by the database.
    agreement_year = pw.IntegerField()
    base_fen = FenField()
    score = QuantityField(null=True)
    ratio_bp = pw.IntegerField()
    amount_fen = FenField()
    #: Parts of the two funds, where the rule splits them.
    employee_fen = FenField(null=True)
    resident_fen = FenField(null=True)
    state = StateField(GrantState)
    listed_by = CodeField()
    listed_at = UtcDateTimeField()
    granted_by = CodeField(null=True)
    granted_on = pw.DateField(null=True)
    #: The agency that owes it since it was granted.
    agency_code = CodeField(null=True)
    withdrawn_by = CodeField(null=True)
    withdrawn_at = UtcDateTimeField(null=True)
    reason = pw.TextField(null=True)

    class Meta:
        """Promises of an amount; retention_guard adds: declared, once, its life."""

        constraints = [
            one_of("state", GrantState, name="retention_grant_state_known"),
            promise("retention_grant_above_zero", "amount_fen > 0"),
            promise("retention_grant_at_most_half", "amount_fen * 2 <= base_fen + 1"),
            promise("retention_granted_by_a_second_person", "granted_by <> listed_by"),
            promise(
                "retention_grant_funds_add_up",
                "(employee_fen IS NULL) = (resident_fen IS NULL) AND (employee_fen IS NULL"
                " OR employee_fen >= 0 AND resident_fen >= 0"
                " AND employee_fen + resident_fen = amount_fen)",
            ),
            promise(
                "retention_grant_told_whole",
                "(granted_by IS NULL) = (granted_on IS NULL)"
                " AND (granted_by IS NULL) = (agency_code IS NULL)"
                " AND (state IN ('listed', 'withdrawn') OR granted_by IS NOT NULL)"
                " AND (state <> 'listed' OR granted_by IS NULL)"
                " AND (state = 'withdrawn') = (withdrawn_by IS NOT NULL)"
                " AND (state <> 'withdrawn' OR btrim(reason) <> '')",
            ),
        ]


class RetentionAllocation(Record):
    """Which amount an instruction pays, whole; live while it may still move money."""

    instruction_id = pw.BigIntegerField(primary_key=True)
    grant_id = pw.IntegerField(index=True)
    amount_fen = FenField()
    #: Kept by a trigger on the instruction's state.
    live = pw.BooleanField(default=True, constraints=[pw.SQL("DEFAULT true")])

    class Meta:
        """One amount for an instruction; retention_guard adds: one live one for an amount."""

        constraints = [promise("retention_allocation_above_zero", "amount_fen > 0")]
