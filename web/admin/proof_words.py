"""The proofs of a payment made again in words: which is there, which is missing, what to do."""

from dataclasses import dataclass

from flask_babel import gettext as _
from flask_babel import lazy_gettext

from models.rules.words import InquiryAnswer, InstructionState
from models.services.payment_proofs import Proofs

ANSWERS = {
    InquiryAnswer.NOT_RECEIVED: lazy_gettext("银行从未收到或未办理"),
    InquiryAnswer.IN_PROCESS: lazy_gettext("银行正在办理"),
    InquiryAnswer.PAID: lazy_gettext("银行已经付出"),
}
#: The three facts are different: what each one means for the books.
FACTS = {
    InstructionState.RETURNED: lazy_gettext("已付出后由收款行退回，手续费不退；贷记分录入账"),
    InstructionState.REVERSED: lazy_gettext("银行更正自己的记账，手续费退还；红字冲账分录入账"),
    InstructionState.REJECTED: lazy_gettext("银行没有付出，账户无扣款"),
    InstructionState.CANCELLED: lazy_gettext("银行确认从未收到，经两人核定未支付"),
}


@dataclass(frozen=True)
class Need:
    """One condition of a payment made again."""

    is_met: bool
    title: str
    #: What is there, or what to do.
    told: str
    url: str = ""


def _met(title: str, told: str) -> Need:
    return Need(is_met=True, title=title, told=told)


def _lacks(title: str, told: str, url: str = "") -> Need:
    return Need(is_met=False, title=title, told=told, url=url)


def needs(proofs: Proofs) -> list[Need]:
    """Return the conditions in the order people work on them."""
    found = [_bank(proofs), _statement(proofs), _account(proofs)]
    if proofs.suspended:
        found.append(_lacks(_("企业未停用"), _("企业已停用，恢复后才能付款。"), "/enterprises/"))
    return found


def missing(proofs: Proofs) -> list[str]:
    """Return what is missing, each with what to do."""
    return [need.title + _("：") + need.told for need in needs(proofs) if not need.is_met]


def _bank(proofs: Proofs) -> Need:
    title = _("证据一：银行的说法")
    if proofs.inquiry_said:
        return _met(title, _("银行书面答复从未收到，已由第二人核定"))
    if proofs.result_said and proofs.came_to_nothing:
        return _met(title, _("银行回盘为拒绝或退票"))
    if proofs.state == InstructionState.UNKNOWN:
        told = _("向银行查询，登记书面答复，由另一人核定。")
        return _lacks(title, told, f"/payments/{proofs.reference}#inquiry")
    if not proofs.came_to_nothing:
        return _lacks(title, _("这笔付款没有被拒绝或退回，不能重付。"))
    return _lacks(title, _("只有对账单，还没有银行的拒绝或退票回盘：请导入回盘。"), "/results/")


def _statement(proofs: Proofs) -> Need:
    title = _("证据二：我方账户的对账单")
    if proofs.came_back:
        if proofs.credited:
            return _met(title, _("退回的款项已经入账"))
        return _lacks(title, _("退回的款项尚未入账：请导入入账日的对账单。"), "/statements/")
    if not proofs.no_debit:
        return _lacks(
            title, _("对账单上有这笔扣款，款项可能已付：请到异常处理核对。"), "/exceptions/"
        )
    if not proofs.never_debited:
        return _lacks(title, _days_open(proofs), "/statements/")
    if proofs.was_rejected:
        told = _("发送日 %(d)s 和之后一个完整银行工作日已结平，没有这笔扣款", d=proofs.sent_on)
        return _met(title, told)
    return _met(title, _("发送日和之后两个完整银行工作日均已结平，没有这笔扣款"))


def _days_open(proofs: Proofs) -> str:
    """Say which days' statements are still to be brought in."""
    told = []
    if proofs.send_days_open:
        days = _("、").join(map(str, proofs.send_days_open))
        told.append(_("发送日 %(d)s 的对账单尚未结平：请导入。", d=days))
    if proofs.later_days_open:
        days = _("、").join(map(str, proofs.later_days_open))
        told.append(
            _("银行拒绝后还须有一个完整银行工作日 %(d)s 结平：请导入该日对账单。", d=days)
            if proofs.was_rejected
            else _("发送后两个完整银行工作日中尚未结平：%(d)s。请导入对账单。", d=days)
        )
    return "".join(told) or _("这笔付款尚未发送。")


def _account(proofs: Proofs) -> Need:
    title = _("收款账户经两人核验")
    if not proofs.verified:
        return _lacks(title, _("账户变更尚未核验，或核验后尚未生效。"), "/accounts/")
    if proofs.account_corrected:
        return _met(title, _("账户已更正并核验，重付到新账户"))
    return _met(title, _("账户已核验，与原付款相同"))
