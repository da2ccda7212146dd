"""Refusals of the settlement of a period."""

from models.rules.errors import SettlementError


class PeriodNotOver(SettlementError):
    """The month has not ended on the business date."""

    code = "period_not_over"
    zh = "{period} 尚未结束（业务日期 {on}），请在 {last_day} 之后结算。"
    en = "{period} is not over on {on}; settle it after {last_day}."


class PeriodClosed(SettlementError):
    """A later month of the area is settled already."""

    code = "period_closed"
    zh = "统筹区 {area} 已结算到 {later}，不能再结算 {period}；漏结的明细会进入下一期。"
    en = "Area {area} is settled up to {later}; {period} cannot be settled any more."
