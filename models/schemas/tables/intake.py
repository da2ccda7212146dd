"""What was bought and who agreed: purchases, confirmations, voids, invoices, own payments."""

from models.rules.words import Decision, InvoiceKind, LineKind, Party, Platform
from models.schemas.number_columns import PriceColumn, QuantityColumn, YuanColumn
from models.schemas.table import About, Nature, Scope, TableSchema
from models.schemas.table_rules import (
    ABOVE,
    BELOW,
    NOT_ZERO,
    ZERO,
    AmountIsProduct,
    SignFollowsKind,
)
from models.schemas.text_columns import (
    ChoiceColumn,
    CodeColumn,
    DayColumn,
    HospitalColumn,
    InstantColumn,
    TextColumn,
    TraceCodesColumn,
)

_PRICED = (LineKind.RECEIPT.value, LineKind.GOODS_RETURN.value)


class Purchases(TableSchema):
    """Purchase lines (采购明细)."""

    about = About(
        kind="purchases",
        title="采购明细",
        table="purchase_line",
        key=("line_no",),
        nature=Nature.FACT,
        scope=Scope.HOSPITAL,
        fillable=(
            "original_line_no",
            "hospital_confirmed_on",
            "enterprise_confirmed_on",
            "trace_codes",
        ),
        fillable_off_sheet=("original_line_no", "trace_codes"),
        rules=(
            SignFollowsKind(
                "line_kind",
                {
                    LineKind.RECEIPT: {"quantity": ABOVE, "amount_yuan": ABOVE},
                    LineKind.GOODS_RETURN: {"quantity": BELOW, "amount_yuan": BELOW},
                    LineKind.PRICE_ADJUSTMENT: {
                        "quantity": ZERO,
                        "unit_price_yuan": ZERO,
                        "amount_yuan": NOT_ZERO,
                    },
                },
            ),
            AmountIsProduct("line_kind", _PRICED, "quantity", "unit_price_yuan", "amount_yuan"),
        ),
        notes=(
            "验收的数量、金额大于0；退货的数量、金额小于0；调价的数量、单价为0，金额带正负号。",
            "验收和退货的金额等于数量乘以单价，四舍五入到分（按绝对值）。",
            "确认日期、追溯码、原明细编号为空表示未说明，以后可以补报；"
            "追溯码和原明细编号只能在明细未上结算单时补报。",
        ),
    )

    line_no = CodeColumn("明细编号")
    line_kind = ChoiceColumn("明细类型", LineKind)
    original_line_no = CodeColumn("原明细编号", optional=True)
    order_no = CodeColumn("订单编号")
    hospital_code = HospitalColumn(references="hospital")
    enterprise_code = CodeColumn("配送企业", references="enterprise")
    nhsa_code = CodeColumn(references="product")
    quantity = QuantityColumn("数量")
    unit_price_yuan = PriceColumn("单价")
    amount_yuan = YuanColumn()
    delivered_on = DayColumn("配送日期")
    accepted_on = DayColumn("验收入库日期")
    platform = ChoiceColumn("采购渠道", Platform)
    hospital_confirmed_on = DayColumn("医院确认日期", optional=True)
    enterprise_confirmed_on = DayColumn("企业确认日期", optional=True)
    trace_codes = TraceCodesColumn("追溯码", optional=True)


class Confirmations(TableSchema):
    """Decisions of a party about a line (确认)."""

    about = About(
        kind="confirmations",
        title="确认",
        table="confirmation",
        key=("line_no", "party", "decided_at"),
        nature=Nature.FACT,
        scope=Scope.LINE,
        notes=("同一方对同一明细以时间最晚的结论为准，历史结论都保留。",),
    )

    line_no = CodeColumn("明细编号", references="purchase_line")
    party = ChoiceColumn("确认方", Party)
    decided_at = InstantColumn("时间")
    decision = ChoiceColumn("结论", Decision)
    amount_yuan = YuanColumn("确认金额")
    reason = TextColumn("原因", optional=True)


class Voids(TableSchema):
    """Lines taken out before they were on a sheet (作废)."""

    about = About(
        kind="voids",
        title="作废",
        table="line_void",
        key=("line_no",),
        nature=Nature.FACT,
        scope=Scope.LINE,
        notes=("只能作废未上结算单的明细；作废后以新的明细编号重报。",),
    )

    line_no = CodeColumn("明细编号", references="purchase_line")
    reason = TextColumn("原因")


class Invoices(TableSchema):
    """Parts of invoices that cover purchase lines (发票)."""

    about = About(
        kind="invoices",
        title="发票",
        table="invoice_line",
        key=("invoice_code", "invoice_no", "line_no"),
        nature=Nature.FACT,
        scope=Scope.LINE,
        rules=(
            SignFollowsKind(
                "kind",
                {
                    InvoiceKind.BLUE: {"amount_yuan": ABOVE},
                    InvoiceKind.RED: {"amount_yuan": BELOW},
                },
            ),
        ),
        notes=("数电票没有发票代码，该列留空。一张发票只能有一个销方和一个购方。",),
    )

    invoice_code = CodeColumn("发票代码", optional=True, default="")
    invoice_no = CodeColumn("发票号码")
    line_no = CodeColumn("明细编号", references="purchase_line")
    kind = ChoiceColumn("类型", InvoiceKind)
    issued_on = DayColumn("开票日期")
    enterprise_code = CodeColumn("销方")
    hospital_code = HospitalColumn("购方")
    amount_yuan = YuanColumn("价税合计")


class HospitalPayments(TableSchema):
    """Payments hospitals made themselves (医院自行付款)."""

    about = About(
        kind="hospital_payments",
        title="医院自行付款",
        table="hospital_payment",
        key=("payment_no", "line_no"),
        nature=Nature.FACT,
        scope=Scope.LINE,
        notes=("只对验收明细登记；直接结算的明细登记后不算付款。",),
    )

    payment_no = CodeColumn("付款编号")
    line_no = CodeColumn("明细编号", references="purchase_line")
    paid_on = DayColumn("付款日期")
    amount_yuan = YuanColumn(above_zero=True)
