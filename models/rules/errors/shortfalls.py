"""Refusals about what hospitals owe beyond their monthly funds."""

from models.rules.errors import SettlementError


class NothingOwed(SettlementError):
    """More was to be booked than the hospital owes without being asked."""

    code = "nothing_owed"
    zh = (
        "{hospital} 未通知的欠款为 {owed_yuan} 元，不能登记 {amount_yuan} 元；"
        "已发通知的部分请在通知上登记。"
    )
    en = (
        "{hospital} owes {owed_yuan} yuan that nobody asked for; {amount_yuan} cannot be booked."
        " What was asked for is booked on its request."
    )


class NotACollection(SettlementError):
    """Another kind of request is paid elsewhere."""

    code = "not_a_collection"
    zh = "款项通知 {request_no} 不是追缴通知，请在分簿或周转金页面登记。"
    en = "Request {request_no} is no collection; book it with the sub-ledger or turnover money."


class ReceivedInTheFuture(SettlementError):
    """Money is booked when it is there."""

    code = "received_in_the_future"
    zh = "入账日期 {booked_on} 不能晚于业务日期 {on}。"
    en = "The day of booking {booked_on} may not be after the business day {on}."
