"""Refusals about months and days."""

from models.rules.errors import SettlementError


class BadPeriod(SettlementError):
    """The month is not written YYYY-MM."""

    code = "bad_period"
    zh = "“{period}”不是月份，请按 YYYY-MM 填写，例如 2026-03。"
    en = "{period!r} is not a month; write YYYY-MM, for example 2026-03."


class NoWorkingDay(SettlementError):
    """The calendar has no working day near: it is surely imported wrongly."""

    code = "no_working_day"
    zh = "工作日历在 {day} 前后 {limit} 天内没有工作日，请检查工作日历。"
    en = "The calendar has no working day within {limit} days of {day}; check the calendar."
