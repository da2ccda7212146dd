"""Money asked of hospitals, and the vouchers that answered it."""

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
from models.rules.requests import RequestKind, RequestState

#: What receipt r of request q is called in the books; the same voucher booked again is another.
RECEIPT_SOURCE = """
'receipt:' || q.request_no || ':' || r.voucher_no
    || CASE WHEN r.turn > 1 THEN '#' || r.turn ELSE '' END
""".strip()


class MoneyRequest(Record):
    """That a hospital is asked for money by a day (款项通知): top-up, collection or repayment.

    What was asked for never changes; what came in is the sum of its receipts (request_guard).
    """

    id = pw.BigAutoField()
    request_no = CodeField(unique=True)
    kind = StateField(RequestKind)
    hospital_code = CodeField(index=True)
    area_code = CodeField(index=True)
    #: The month it arose in.
    period = CodeField()
    amount_fen = FenField()
    received_fen = FenField(default=0, constraints=[pw.SQL("DEFAULT 0")])
    asked_on = pw.DateField()
    #: The last day on which the money is in time.
    due_on = pw.DateField()
    state = StateField(RequestState)
    #: What it follows from, for example offset:2026-06:H52010000001; live once.
    source = CodeField()
    note = pw.TextField(null=True)
    asked_by = CodeField()
    asked_at = UtcDateTimeField()
    #: Business day of the money that completed it.
    paid_on = pw.DateField(null=True)
    #: Withdrawn: who, when and why.
    ended_by = CodeField(null=True)
    ended_at = UtcDateTimeField(null=True)
    ended_on = pw.DateField(null=True)
    end_reason = pw.TextField(null=True)

    class Meta:
        """Promises of a request; request_guard adds: one live request for a cause."""

        constraints = [
            one_of("kind", RequestKind, name="money_request_kind_known"),
            one_of("state", RequestState, name="money_request_state_known"),
            promise("money_request_above_zero", "amount_fen > 0"),
            promise("money_request_never_overpaid", "received_fen BETWEEN 0 AND amount_fen"),
            promise(
                "money_request_paid_is_whole", "(state = 'paid') = (received_fen = amount_fen)"
            ),
            promise("money_request_paid_has_a_day", "(paid_on IS NOT NULL) = (state = 'paid')"),
            promise("money_request_runs_forward", "due_on >= asked_on"),
            promise(
                "money_request_ended_whole",
                "(ended_by IS NULL) = (state <> 'withdrawn')"
                " AND (ended_by IS NULL) = (ended_at IS NULL)"
                " AND (ended_by IS NULL) = (ended_on IS NULL)"
                " AND (state <> 'withdrawn' OR coalesce(btrim(end_reason), '') <> '')",
            ),
        ]
        indexes = ((("state", "due_on"), False),)


class MoneyReceipt(Record):
    """What a voucher paid of a request; one voucher may answer several, each with a part.

    A receipt booked wrongly stays; a row of the same turn below zero takes it back, and the voucher
    may be booked again in its next turn.
    """

    request_id = pw.BigIntegerField()
    voucher_no = CodeField(index=True)
    turn = pw.SmallIntegerField(default=1, constraints=[pw.SQL("DEFAULT 1")])
    is_reversal = pw.BooleanField(default=False, constraints=[pw.SQL("DEFAULT false")])
    hospital_code = CodeField()
    amount_fen = FenField()
    booked_on = pw.DateField()
    #: Why it is taken back.
    reason = pw.TextField(null=True)
    made_by = CodeField()
    made_at = UtcDateTimeField()

    class Meta:
        """A voucher counts once for a request at a time; request_guard asks what is reversed."""

        primary_key = pw.CompositeKey("request_id", "voucher_no", "turn", "is_reversal")
        constraints = [
            promise(
                "money_receipt_above_zero",
                "amount_fen <> 0 AND (amount_fen < 0) = is_reversal AND turn > 0",
            ),
            promise(
                "money_receipt_reversed_for_a_reason",
                "(coalesce(btrim(reason), '') <> '') = is_reversal",
            ),
        ]
