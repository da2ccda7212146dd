"""Refusals about money that is asked of hospitals."""

from models.rules.errors import SettlementError


class UnknownMoneyRequest(SettlementError):
    """No such request within the user's rows."""

    code = "unknown_money_request"
    zh = "找不到款项通知 {request_no}，或它不在您的数据范围内。"
    en = "There is no request for money {request_no} within your rows."


class MoneyRequestOver(SettlementError):
    """What is paid or withdrawn takes nothing more."""

    code = "money_request_over"
    zh = "款项通知 {request_no} 已收齐或已撤销，不能再办理。请刷新后查看。"
    en = "The request for money {request_no} is paid or withdrawn already; reload to see how."


class NoSuchReceipt(SettlementError):
    """Nothing booked by hand stands under that voucher."""

    code = "no_such_receipt"
    zh = (
        "款项通知 {request_no} 下没有可冲回的到账 {voucher_no}：可能已冲回；"
        "补足通知的款项以预付凭证为准，请更正凭证。"
    )
    en = (
        "Nothing booked by hand stands under {voucher_no} of {request_no}: it may be taken back"
        " already; top-ups follow the vouchers of the sub-ledger, correct those."
    )


class ReceiptFromSubledger(SettlementError):
    """The money came out of the sub-ledger by a voucher, which stays."""

    code = "receipt_from_subledger"
    zh = "凭证 {voucher_no} 是从分簿退回的，不能冲回；请以新的预付凭证补回分簿。"
    en = "Voucher {voucher_no} took the money from the sub-ledger; put it back by a new voucher."


class MoneyRequestDiffers(SettlementError):
    """The same cause was asked for with other content."""

    code = "money_request_differs"
    zh = "同一事项已发出款项通知 {request_no}（{amount_yuan} 元），内容不同，请先撤销原通知。"
    en = "The same was asked for by {request_no} ({amount_yuan} yuan); withdraw that one first."


class VoucherAboveRequest(SettlementError):
    """A request takes no more than what is open of it."""

    code = "voucher_above_request"
    zh = "凭证 {voucher_no} 的 {amount_yuan} 元超过通知 {request_no} 尚未收到的 {open_yuan} 元。"
    en = "Voucher {voucher_no} ({amount_yuan}) is above what {request_no} still asks ({open_yuan})."


class DeadlineBeforeRequest(SettlementError):
    """A deadline is not before the day of asking."""

    code = "deadline_before_request"
    zh = "期限 {due_on} 不能早于通知日 {asked_on}。"
    en = "The deadline {due_on} may not be before the day of the request {asked_on}."
