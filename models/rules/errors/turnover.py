"""Refusals about turnover money of a year (周转金)."""

from models.rules.errors import SettlementError


class TurnoverNotEligible(SettlementError):
    """The hospital or its area's funds do not meet the conditions."""

    code = "turnover_not_eligible"
    zh = "{hospital} 不能申请 {year} 年周转金：{reasons}。"
    en = "{hospital} may not have turnover money for {year}: {reasons_en}."


class UnknownTurnover(SettlementError):
    """No such grant within the user's rows."""

    code = "unknown_turnover"
    zh = "找不到周转金 {turnover_no}，或它不在您的数据范围内。"
    en = "There is no turnover money {turnover_no} within your rows."


class TurnoverMoved(SettlementError):
    """It is not in a state from which that can be done."""

    code = "turnover_moved"
    zh = "周转金 {turnover_no} 已不能{what}，请刷新后查看。"
    en = "Turnover money {turnover_no} cannot be {what_en} any more; reload to see how it stands."


class VoucherKnown(SettlementError):
    """A voucher number stands for one movement of money."""

    code = "voucher_known"
    zh = "凭证号 {voucher_no} 已经使用过，请核对银行凭证。"
    en = "Voucher number {voucher_no} was used before; check the bank's voucher."


class SubledgerTooLow(SettlementError):
    """A sub-ledger gives back no more than it holds."""

    code = "subledger_too_low"
    zh = "{hospital} 的分簿可用余额为 {balance_yuan} 元，不能从中退回 {amount_yuan} 元。"
    en = "The sub-ledger of {hospital} holds {balance_yuan} yuan; {amount_yuan} cannot go back."


class NothingOutstanding(SettlementError):
    """All of it is back."""

    code = "nothing_outstanding"
    zh = "周转金 {turnover_no} 已全部收回。"
    en = "All of the turnover money {turnover_no} is back already."


class NotARepayment(SettlementError):
    """Another kind of request is paid elsewhere."""

    code = "not_a_repayment"
    zh = "款项通知 {request_no} 不是周转金归还通知。"
    en = "Request {request_no} does not ask for turnover money."
