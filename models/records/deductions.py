"""Lists of what is taken from hospitals' monthly funds beside goods, and their lines (扣款)."""

import peewee as pw

from models.records.base import (
    CodeField,
    FenField,
    Record,
    StateField,
    UtcDateTimeField,
    one_of,
    promise,
)
from models.rules.deductions import DeductionKind, DeductionState


class DeductionList(Record):
    """A list as somebody proposed it and a second person put it into the fund (扣款建议)."""

    id = pw.AutoField()
    #: As printed: 扣款〔2026〕3号.
    list_no = CodeField(unique=True)
    #: The month whose fund it is taken from.
    period = CodeField()
    area_code = CodeField()
    kind = StateField(DeductionKind)
    state = StateField(DeductionState)
    #: The notice, agreement or assessment it rests on.
    basis = pw.TextField()
    proposed_by = CodeField()
    proposed_at = UtcDateTimeField()
    decided_by = CodeField(null=True)
    decided_at = UtcDateTimeField(null=True)
    ended_by = CodeField(null=True)
    ended_at = UtcDateTimeField(null=True)
    reason = pw.TextField(null=True)

    class Meta:
        """Promises of a list; deduction_guard adds its life."""

        indexes = ((("period", "area_code"), False),)
        constraints = [
            one_of("kind", DeductionKind, name="deduction_list_kind_known"),
            one_of("state", DeductionState, name="deduction_list_state_known"),
            promise("deduction_list_rests_on_something", "btrim(basis) <> ''"),
            promise("deduction_list_needs_a_second_person", "decided_by <> proposed_by"),
            promise(
                "deduction_list_told_whole",
                "(decided_by IS NULL) = (decided_at IS NULL)"
                " AND (ended_by IS NULL) = (ended_at IS NULL)"
                " AND (decided_by IS NOT NULL) = (state IN ('accepted', 'revoked'))"
                " AND (ended_by IS NOT NULL) = (state IN ('withdrawn', 'revoked'))"
                " AND (ended_by IS NULL OR btrim(reason) <> '')",
            ),
        ]


class Deduction(Record):
    """What one hospital of a list loses and why; the fund's deposit before and after."""

    list_id = pw.IntegerField()
    hospital_code = CodeField(index=True)
    amount_fen = FenField()
    reason = pw.TextField()
    before_fen = FenField(null=True)
    after_fen = FenField(null=True)

    class Meta:
        """A hospital once in a list."""

        primary_key = pw.CompositeKey("list_id", "hospital_code")
        constraints = [
            promise("deduction_above_zero", "amount_fen > 0"),
            promise("deduction_has_a_reason", "btrim(reason) <> ''"),
            promise(
                "deduction_adds_up",
                "(before_fen IS NULL) = (after_fen IS NULL)"
                " AND (after_fen IS NULL OR after_fen = before_fen + amount_fen)",
            ),
        ]
