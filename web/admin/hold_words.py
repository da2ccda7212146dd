"""Every hold in words: what it says about the line, who must act and what to do."""

from typing import Any

from flask_babel import lazy_gettext as _

from models.rules.words import Hold

#: hold → (who must act, what is wrong, what to do).
HOLDS: dict[Hold, tuple[Any, Any, Any]] = {
    Hold.WAITING_HOSPITAL: (
        _("医院"),
        _("医院尚未确认这一行。"),
        _("医院在“双方确认”中确认，或说明异议。"),
    ),
    Hold.WAITING_ENTERPRISE: (
        _("企业"),
        _("企业尚未确认这一行。"),
        _("企业在“双方确认”中确认，或说明异议。"),
    ),
    Hold.DISPUTED: (
        _("双方"),
        _("一方提出异议，或双方确认的金额与明细不一致。"),
        _("双方核对数量、单价后重新确认；明细有误的作废后重报。"),
    ),
    Hold.CONTRACT_MISSING: (
        _("医院"),
        _("集采品种在验收日没有有效的购销协议。"),
        _("医院与企业补签协议，由经办导入协议。"),
    ),
    Hold.MANDATE_MISSING: (
        _("医院"),
        _("验收日没有有效的结算委托书，方案要求先委托再代付。"),
        _("医院签署委托书，由经办登记并上传。"),
    ),
    Hold.PRICE_ABOVE_AWARD: (
        _("企业"),
        _("单价高于该统筹区当日的中选价。"),
        _("企业按中选价更正，差额以调价明细冲减。"),
    ),
    Hold.INVOICE_MISSING: (_("企业"), _("没有覆盖这一行的发票。"), _("企业开具并上传发票。")),
    Hold.INVOICE_MISMATCH: (
        _("企业"),
        _("发票合计与明细金额不相符。"),
        _("企业补开、红冲或更正发票，使合计与明细相等。"),
    ),
    Hold.ACCOUNT_UNVERIFIED: (
        _("经办机构"),
        _("企业收款账户未经第二人核验。"),
        _("复核或审批人员在“账户变更”中核验。"),
    ),
    Hold.ENTERPRISE_SUSPENDED: (
        _("经办机构"),
        _("企业在结算月末已停用。"),
        _("核实停用原因；恢复后重新导入企业资料。"),
    ),
    Hold.TRACE_CODE_MISSING: (
        _("医院"),
        _("结算方案要求追溯码，这一行没有。"),
        _("医院补采追溯码后重新上报明细。"),
    ),
    Hold.TRACE_CODE_REUSED: (
        _("医院"),
        _("追溯码与其他收货明细重复，或在本行出现两次。"),
        _("医院核对扫码记录，错误的明细作废后重报。"),
    ),
    Hold.ORIGINAL_MISSING: (
        _("企业"),
        _("退货或调价没有对应的原收货明细。"),
        _("补报原明细，或更正退货所指的明细编号。"),
    ),
    Hold.ORIGINAL_WAITING: (
        _("等待原明细"),
        _("原收货明细自己还在挂起或尚未到期。"),
        _("先解除原明细的挂起；原明细进入结算后本行随之进入。"),
    ),
    Hold.RETURN_EXCEEDS_ORIGINAL: (
        _("企业"),
        _("退货累计数量或金额超过原收货明细。"),
        _("核对退货记录，多报的作废。"),
    ),
}


def responsible(hold: str) -> str:
    """Return who must act."""
    return str(HOLDS[Hold(hold)][0])


def sentence(hold: str) -> str:
    """Return what is wrong."""
    return str(HOLDS[Hold(hold)][1])


def remedy(hold: str) -> str:
    """Return what to do."""
    return str(HOLDS[Hold(hold)][2])
