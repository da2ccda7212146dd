"""Settled periods, settlement sheets with their lines and reviews, and what is held."""

import peewee as pw

from models.records.base import (
    CodeField,
    FenField,
    Record,
    StateField,
    TextArrayField,
    UtcDateTimeField,
    one_of,
    promise,
)
from models.rules.words import (
    Category,
    DeductMonth,
    Funding,
    Lane,
    LineKind,
    PaymentPer,
    SheetState,
)


class SettledPeriod(Record):
    """That a period of an area was settled, by whom and when last."""

    area_code = CodeField()
    period = CodeField()
    settled_at = UtcDateTimeField()
    settled_by = CodeField()

    class Meta:
        """One row for an area and period."""

        primary_key = pw.CompositeKey("area_code", "period")


class SettlementSheet(Record):
    """What one hospital's purchases of one month make payable to one enterprise (结算单)."""

    id = pw.AutoField()
    sheet_no = CodeField(unique=True)
    period = CodeField()
    area_code = CodeField()
    hospital_code = CodeField()
    enterprise_code = CodeField(index=True)
    #: Scheme of the area on the last day of the period, frozen with what it decides per sheet.
    scheme_code = CodeField(null=True)
    funding = StateField(Funding)
    payment_per = StateField(PaymentPer)
    deduct_month = StateField(DeductMonth)
    lines_count = pw.IntegerField()
    received_fen = FenField()
    returned_fen = FenField()
    adjusted_fen = FenField()
    carried_in_fen = FenField()
    payable_fen = FenField()
    carried_out_fen = FenField()
    due_on = pw.DateField(null=True)
    state = StateField(SheetState)
    #: Why pay left an approved sheet out the last time: account_unverified or enterprise_suspended.
    kept_out = CodeField(null=True)
    #: sha256 over the sheet's content; a review is bound to it.
    content_hash = CodeField()
    settled_at = UtcDateTimeField()
    #: Everyone who settled this sheet: none of them may review it.
    makers = TextArrayField()
    #: 3 where the scheme asked for a second approver when the first one approved.
    reviews_needed = pw.IntegerField(default=2, constraints=[pw.SQL("DEFAULT 2")])
    #: Business date of the last approval: a sheet of zero counts as paid from then.
    approved_on = pw.DateField(null=True)
    approved_at = UtcDateTimeField(null=True)

    class Meta:
        """Promises of a sheet."""

        table_name = "settlement_sheet"
        indexes = (
            (("period", "hospital_code", "enterprise_code"), True),
            (("hospital_code", "enterprise_code"), False),
            (("period", "area_code"), False),
        )
        constraints = [
            one_of("state", SheetState, name="settlement_sheet_state_known"),
            one_of("funding", Funding, name="settlement_sheet_funding_known"),
            one_of("payment_per", PaymentPer, name="settlement_sheet_payment_per_known"),
            one_of("deduct_month", DeductMonth, name="settlement_sheet_deduct_month_known"),
            promise(
                "settlement_sheet_adds_up",
                "payable_fen"
                " = greatest(received_fen + returned_fen + adjusted_fen + carried_in_fen, 0)"
                " AND carried_out_fen"
                " = least(received_fen + returned_fen + adjusted_fen + carried_in_fen, 0)",
            ),
            promise(
                "settlement_sheet_signs",
                "received_fen >= 0 AND returned_fen <= 0 AND carried_in_fen <= 0",
            ),
            promise("settlement_sheet_reviews_known", "reviews_needed IN (2, 3)"),
            promise(
                "nothing_payable_has_no_payable",
                "state <> 'nothing_payable' OR payable_fen = 0",
            ),
        ]


class SheetLine(Record):
    """A purchase line on its sheet: at most one, for ever."""

    line_no = CodeField(primary_key=True)
    sheet_id = pw.IntegerField(index=True)
    line_kind = StateField(LineKind)
    category = StateField(Category)
    amount_fen = FenField()
    due_on = pw.DateField()
    contract_no = CodeField(null=True)


class HeldLine(Record):
    """A line that is on no sheet after a settlement of its period, with all its reasons."""

    period = CodeField()
    line_no = CodeField()
    area_code = CodeField()
    #: The line's own hospital, and who settles for it (its lead, else itself); both as the
    #: settlement saw them, so that lists of what is held need not look at the lines.
    hospital_code = CodeField()
    settler_code = CodeField()
    enterprise_code = CodeField()
    amount_fen = FenField()
    accepted_on = pw.DateField()
    lane = StateField(Lane)
    #: Sorted holds; empty for the self lane and for lines waiting for the next period.
    reasons = TextArrayField()

    class Meta:
        """One row for a period and line."""

        primary_key = pw.CompositeKey("period", "line_no")
        indexes = (
            (("period", "area_code"), False),
            (("period", "settler_code", "enterprise_code"), False),
        )
        constraints = [one_of("lane", Lane, name="held_line_lane_known")]


class SheetReview(Record):
    """One review of a sheet: level 1 by a checker, 2 and 3 by approvers; returns are kept."""

    id = pw.AutoField()
    sheet_id = pw.IntegerField(index=True)
    level = pw.IntegerField()
    reviewer = CodeField()
    reviewed_at = UtcDateTimeField()
    reviewed_on = pw.DateField()
    approved = pw.BooleanField()
    reason = pw.TextField(null=True)
    content_hash = CodeField()
    #: False once the sheet went back to draft: a changed sheet needs approval anew.
    counts = pw.BooleanField(default=True, constraints=[pw.SQL("DEFAULT true")])

    class Meta:
        """Promises of the reviews (more in ddl: one live review per level, two persons)."""

        constraints = [promise("sheet_review_level_known", "level IN (1, 2, 3)")]
