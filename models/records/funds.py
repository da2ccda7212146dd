"""The hospitals' money in the fund: monthly fund, prepayment vouchers and offsets."""

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
from models.rules.words import Shortfall, VoucherKind


class MonthlyFund(Record):
    """What the fund owes a hospital for a month (月度医保基金)."""

    period = CodeField()
    hospital_code = CodeField()
    audited_fen = FenField()
    advanced_fen = FenField()
    clawback_fen = FenField()
    deposit_fen = FenField()

    class Meta:
        """One row for a month and hospital."""

        primary_key = pw.CompositeKey("period", "hospital_code")


class PrepaymentVoucher(Record):
    """Money put into or taken out of a hospital's sub-ledger (预付与补足)."""

    voucher_no = CodeField(primary_key=True)
    hospital_code = CodeField(index=True)
    kind = StateField(VoucherKind)
    amount_fen = FenField()
    booked_on = pw.DateField()
    import_id = pw.IntegerField(null=True)

    class Meta:
        """Promises of a voucher."""

        constraints = [
            one_of("kind", VoucherKind, name="prepayment_voucher_kind_known"),
            promise("prepayment_voucher_above_zero", "amount_fen > 0"),
        ]


class HospitalOffset(Record):
    """What was deducted from a hospital's fund for a period and what is carried on (抵扣).

    The fund's own figures are kept with it: a fund imported anew changes no statement.
    """

    period = CodeField()
    hospital_code = CodeField()
    area_code = CodeField(index=True)
    #: The month whose fund was reduced: the period itself or the next.
    fund_period = CodeField()
    #: The fund as it stood; empty where none was imported.
    audited_fen = FenField(null=True)
    advanced_fen = FenField(null=True)
    clawback_fen = FenField(null=True)
    deposit_fen = FenField(null=True)
    available_fen = FenField()
    goods_fen = FenField()
    carried_in_fen = FenField()
    #: What the hospital paid in itself and no earlier offset counted.
    collected_fen = FenField(default=0, constraints=[pw.SQL("DEFAULT 0")])
    #: What it is asked to pay itself: no fund is touched for it.
    deferred_fen = FenField(default=0, constraints=[pw.SQL("DEFAULT 0")])
    offset_fen = FenField()
    carried_out_fen = FenField()
    #: Turnover money taken back from what the goods left, and of which grant.
    recovered_fen = FenField(default=0, constraints=[pw.SQL("DEFAULT 0")])
    turnover_no = CodeField(null=True, index=True)
    #: What the scheme of that day said about a rest.
    shortfall = StateField(
        Shortfall, default=Shortfall.CARRY, constraints=[pw.SQL("DEFAULT 'carry'")]
    )
    offset_at = UtcDateTimeField()
    offset_by = CodeField()

    class Meta:
        """Goods + carried = collected + offset + carried on, and nothing beyond the fund."""

        primary_key = pw.CompositeKey("period", "hospital_code")
        constraints = [
            one_of("shortfall", Shortfall, name="hospital_offset_shortfall_known"),
            promise(
                "hospital_offset_adds_up",
                "goods_fen + carried_in_fen = collected_fen + offset_fen + carried_out_fen",
            ),
            promise(
                "hospital_offset_within_fund",
                "offset_fen = greatest(0, least(available_fen,"
                " goods_fen + carried_in_fen - collected_fen - deferred_fen))"
                " AND available_fen >= 0 AND deferred_fen >= 0",
            ),
            promise(
                "hospital_offset_explained",
                "audited_fen IS NULL OR available_fen"
                " = greatest(0, audited_fen - advanced_fen - clawback_fen - deposit_fen)",
            ),
            promise(
                "hospital_offset_recovers_the_rest",
                "recovered_fen BETWEEN 0 AND available_fen - offset_fen"
                " AND (recovered_fen = 0) = (turnover_no IS NULL)",
            ),
        ]


class OffsetSheet(Record):
    """A sheet an offset counts among its goods; negative when its money came back since."""

    period = CodeField()
    hospital_code = CodeField()
    sheet_id = pw.IntegerField(index=True)
    amount_fen = FenField()

    class Meta:
        """A sheet once in a month's offset; checks of the books add them up."""

        primary_key = pw.CompositeKey("period", "sheet_id")
        indexes = ((("hospital_code", "period"), False),)
        constraints = [promise("offset_sheet_counts", "amount_fen <> 0")]
