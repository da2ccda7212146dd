"""The close-out of sub-ledgers, and the round's prepayments with who passed them on."""

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
from models.rules.prepaid import ClosingState, Destination, RecoveryWay, RoundState


class SubledgerClosing(Record):
    """The close-out of a hospital's sub-ledger (分簿销户): asked, agreed, wound up, closed."""

    id = pw.BigAutoField()
    closing_no = CodeField(unique=True)
    hospital_code = CodeField(index=True)
    area_code = CodeField(index=True)
    reason = pw.TextField()
    #: The day by which all of it is to be done.
    finish_on = pw.DateField()
    state = StateField(ClosingState)
    asked_by = CodeField()
    asked_at = UtcDateTimeField()
    asked_on = pw.DateField()
    decided_by = CodeField(null=True)
    decided_at = UtcDateTimeField(null=True)
    decided_on = pw.DateField(null=True)
    answer = pw.TextField(null=True)
    #: The bound account as it stood when it was agreed; what is left goes there.
    refund_account_no = CodeField(null=True)
    refund_account_name = pw.TextField(null=True)
    refund_bank_name = pw.TextField(null=True)
    interest_voucher_no = CodeField(null=True)
    principal_voucher_no = CodeField(null=True)
    refunded_by = CodeField(null=True)
    #: Closed, stopped, withdrawn or opened again: the last to act.
    ended_by = CodeField(null=True)
    ended_at = UtcDateTimeField(null=True)
    ended_on = pw.DateField(null=True)
    end_reason = pw.TextField(null=True)

    class Meta:
        """Promises of a close-out; ddl adds: one live close-out of a hospital."""

        constraints = [
            one_of("state", ClosingState, name="subledger_closing_state_known"),
            promise("subledger_closing_says_why", "btrim(reason) <> ''"),
            promise("subledger_closing_needs_a_second_person", "decided_by <> asked_by"),
            promise(
                "subledger_closing_decided_whole",
                "(decided_by IS NULL) = (decided_at IS NULL)"
                " AND (decided_by IS NULL) = (decided_on IS NULL)"
                " AND (decided_by IS NULL) = (state IN ('asked', 'withdrawn'))",
            ),
            promise(
                "subledger_closing_bound_account",
                "state NOT IN ('running', 'closed') OR (refund_account_no IS NOT NULL"
                " AND refund_account_name IS NOT NULL AND refund_bank_name IS NOT NULL)",
            ),
            promise(
                "subledger_closing_closed_by_another",
                "state <> 'closed' OR (ended_by <> asked_by"
                " AND ended_by IS DISTINCT FROM refunded_by)",
            ),
            promise(
                "subledger_closing_ended_whole",
                "(ended_by IS NULL) = (ended_at IS NULL) AND (ended_by IS NULL) ="
                " (ended_on IS NULL) AND (ended_by IS NULL) ="
                " (state IN ('asked', 'running', 'refused'))",
            ),
        ]


class RoundPrepayment(Record):
    """Money prepaid to a hospital for the agreed goods of a round (集采预付)."""

    id = pw.BigAutoField()
    prepayment_no = CodeField(unique=True)
    round_code = CodeField(index=True)
    hospital_code = CodeField(index=True)
    area_code = CodeField(index=True)
    #: One prepayment for a hospital, round and calendar year.
    year = pw.IntegerField()
    #: Σ agreed quantity × price, half up.
    agreed_fen = FenField()
    ratio_bp = pw.IntegerField()
    gross_fen = FenField()
    #: Already financed: no double financing with the sub-ledger or an earlier prepayment.
    already_fen = FenField()
    amount_fen = FenField()
    destination = StateField(Destination)
    #: Working days; empty: nothing is said.
    pass_on_days = pw.IntegerField(null=True)
    pass_down_days = pw.IntegerField(null=True)
    state = StateField(RoundState)
    proposed_by = CodeField()
    proposed_at = UtcDateTimeField()
    proposed_on = pw.DateField()
    decided_by = CodeField(null=True)
    decided_at = UtcDateTimeField(null=True)
    decided_on = pw.DateField(null=True)
    answer = pw.TextField(null=True)
    voucher_no = CodeField(null=True, unique=True)
    paid_on = pw.DateField(null=True)
    paid_by = CodeField(null=True)
    #: The last working day on which the hospital passes it on in time.
    pass_on_due_on = pw.DateField(null=True)
    recovered_fen = FenField(default=0, constraints=[pw.SQL("DEFAULT 0")])
    ended_by = CodeField(null=True)
    ended_at = UtcDateTimeField(null=True)
    end_reason = pw.TextField(null=True)

    class Meta:
        """Promises of a round's prepayment; ddl adds: one live for hospital, round and year."""

        constraints = [
            one_of("destination", Destination, name="round_prepayment_destination_known"),
            one_of("state", RoundState, name="round_prepayment_state_known"),
            promise("round_prepayment_above_zero", "amount_fen > 0 AND already_fen >= 0"),
            promise("round_prepayment_adds_up", "amount_fen = gross_fen - already_fen"),
            promise(
                "round_prepayment_ratio_holds",
                "ratio_bp BETWEEN 1 AND 10000"
                " AND abs(gross_fen - round(agreed_fen::numeric * ratio_bp / 10000)) <= 1",
            ),
            promise("round_prepayment_needs_a_second_person", "decided_by <> proposed_by"),
            promise(
                "round_prepayment_decided_whole",
                "(decided_by IS NULL) = (decided_at IS NULL)"
                " AND (decided_by IS NULL) = (decided_on IS NULL)"
                " AND (decided_by IS NOT NULL OR state IN ('proposed', 'withdrawn'))",
            ),
            promise(
                "round_prepayment_paid_whole",
                "(voucher_no IS NULL) = (paid_on IS NULL)"
                " AND (voucher_no IS NULL) = (paid_by IS NULL)"
                " AND (voucher_no IS NOT NULL) = (state IN ('paid', 'recovered'))",
            ),
            promise(
                "round_recovered_within_paid",
                "recovered_fen BETWEEN 0 AND amount_fen"
                " AND (recovered_fen = 0 OR state IN ('paid', 'recovered'))"
                " AND (state <> 'recovered' OR recovered_fen = amount_fen)",
            ),
        ]


class RoundLine(Record):
    """What one contract agreed on when the prepayment was computed."""

    prepayment_id = pw.BigIntegerField()
    contract_no = CodeField()
    nhsa_code = CodeField()
    enterprise_code = CodeField()
    quantity = QuantityField()
    price_yuan = QuantityField()

    class Meta:
        """A contract once."""

        primary_key = pw.CompositeKey("prepayment_id", "contract_no")


class RoundShare(Record):
    """A distributor's part of a prepayment, and the days on which it was passed on."""

    prepayment_id = pw.BigIntegerField()
    enterprise_code = CodeField(index=True)
    hospital_code = CodeField()
    amount_fen = FenField()
    #: The hospital paid it to the distributor.
    passed_on = pw.DateField(null=True)
    passed_voucher_no = CodeField(null=True)
    passed_by = CodeField(null=True)
    #: Empty: the distributor makes the goods itself, or no days are set.
    down_due_on = pw.DateField(null=True)
    #: The distributor paid it to the manufacturers.
    passed_down_on = pw.DateField(null=True)
    down_voucher_no = CodeField(null=True)
    down_by = CodeField(null=True)

    class Meta:
        """A distributor once; what was reported is whole."""

        primary_key = pw.CompositeKey("prepayment_id", "enterprise_code")
        constraints = [
            promise("round_share_not_negative", "amount_fen >= 0"),
            promise(
                "round_share_passed_whole",
                "(passed_on IS NULL) = (passed_voucher_no IS NULL)"
                " AND (passed_on IS NULL) = (passed_by IS NULL)",
            ),
            promise(
                "round_share_down_whole",
                "(passed_down_on IS NULL) = (down_voucher_no IS NULL)"
                " AND (passed_down_on IS NULL) = (down_by IS NULL)"
                " AND (passed_down_on IS NULL OR passed_on IS NOT NULL)",
            ),
        ]


class RoundRecovery(Record):
    """What came back of a round's prepayment: kept back from a month's fund, or paid back."""

    id = pw.BigAutoField()
    prepayment_id = pw.BigIntegerField(index=True)
    hospital_code = CodeField()
    way = StateField(RecoveryWay)
    #: The month whose fund was reduced.
    period = CodeField(null=True)
    voucher_no = CodeField(null=True)
    amount_fen = FenField()
    booked_on = pw.DateField()
    made_by = CodeField()
    made_at = UtcDateTimeField()

    class Meta:
        """Promises of a recovery; ddl adds: once for a month, a voucher once."""

        constraints = [
            one_of("way", RecoveryWay, name="round_recovery_way_known"),
            promise("round_recovery_above_zero", "amount_fen > 0"),
            promise(
                "round_recovery_names_its_evidence",
                "(way = 'clawback') = (period IS NOT NULL)"
                " AND (way = 'repaid') = (voucher_no IS NOT NULL)",
            ),
        ]
