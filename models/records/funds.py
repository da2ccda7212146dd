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
from models.rules.words import VoucherKind


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
    """What was deducted from a hospital's fund for a period and what is carried on (抵扣)."""

    period = CodeField()
    hospital_code = CodeField()
    area_code = CodeField(index=True)
    #: The month whose fund was reduced: the period itself or the next.
    fund_period = CodeField()
    available_fen = FenField()
    goods_fen = FenField()
    carried_in_fen = FenField()
    offset_fen = FenField()
    carried_out_fen = FenField()
    offset_at = UtcDateTimeField()
    offset_by = CodeField()

    class Meta:
        """The identity of domain practice: goods + carried = offset + carried on."""

        primary_key = pw.CompositeKey("period", "hospital_code")
        constraints = [
            promise(
                "hospital_offset_adds_up",
                "goods_fen + carried_in_fen = offset_fen + carried_out_fen",
            ),
            promise(
                "hospital_offset_within_fund",
                "offset_fen = greatest(0, least(available_fen, goods_fen + carried_in_fen))"
                " AND available_fen >= 0",
            ),
        ]
