"""The hospitals' money in the fund as files tell it: monthly funds and vouchers."""

from models.rules.words import VoucherKind
from models.schemas.number_columns import YuanColumn
from models.schemas.table import About, Nature, Scope, TableSchema
from models.schemas.text_columns import (
    ChoiceColumn,
    CodeColumn,
    DayColumn,
    HospitalColumn,
    PeriodColumn,
)


class MonthlyFunds(TableSchema):
    """What the fund owes a hospital for a month (月度医保基金)."""

    about = About(
        kind="monthly_funds",
        title="月度医保基金",
        table="monthly_fund",
        key=("period", "hospital_code"),
        scope=Scope.HOSPITAL,
    )

    period = PeriodColumn()
    hospital_code = HospitalColumn(references="hospital")
    audited_yuan = YuanColumn("审核应付")
    advanced_yuan = YuanColumn("已即时拨付")
    clawback_yuan = YuanColumn("预付清算")
    deposit_yuan = YuanColumn("质量保证金")


class Prepayments(TableSchema):
    """Money put into or taken out of a hospital's sub-ledger (预付与补足)."""

    about = About(
        kind="prepayments",
        title="预付与补足",
        table="prepayment_voucher",
        key=("voucher_no",),
        nature=Nature.FACT,
        scope=Scope.HOSPITAL,
        notes=("退款从分簿余额中减去，不能超过余额（已导入凭证减去已占用的结算单）。",),
    )

    voucher_no = CodeColumn("凭证号")
    hospital_code = HospitalColumn(references="hospital")
    kind = ChoiceColumn("类型", VoucherKind, without=frozenset({VoucherKind.ROUND_PREPAYMENT}))
    amount_yuan = YuanColumn(above_zero=True)
    booked_on = DayColumn("入账日期")
