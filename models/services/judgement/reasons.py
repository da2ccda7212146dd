"""Why a judged line is due when it is: the rule's own words, from the clocks the verdict used."""

from datetime import date
from typing import Any

from models.rules import calendar
from models.rules.due import DueDay, DueRule, LineDays, due_day
from models.rules.words import DueStart, HolidayShift

#: Columns of `judged` beyond the verdict (`also`) that `explain` reads of a row.
COLUMNS = (
    "delivered_on",
    "accepted_on",
    "invoiced_on",
    "joint_on",
    "payment_days",
    "acceptance_days",
    "scheme_code",
    "due_start",
    "due_days",
    "due_month_end",
    "holiday_shift",
)


def explain(row: Any, kinds: calendar.Kinds) -> DueDay:  # noqa: ANN401 - a row by name
    """Return the due day of a judged line with every candidate and the rule that decided."""
    rule = None
    if row.scheme_code is not None and row.due_start is not None:
        rule = DueRule(
            DueStart(row.due_start),
            row.due_days,
            bool(row.due_month_end),
            HolidayShift(row.holiday_shift),
        )
    days = LineDays(
        delivered_on=row.delivered_on,
        accepted_on=row.accepted_on,
        invoiced_on=row.invoiced_on,
        joint_on=row.joint_on,
        payment_days=row.payment_days,
        acceptance_days=row.acceptance_days,
    )
    return due_day(days, rule, kinds)


def told(found: DueDay, due_on: date) -> tuple[str, str]:
    """Return the explanation in Chinese and English of the due day that counts.

    A line on a sheet keeps the day it had then; what was learned since may say another day.
    """
    if found.due_on == due_on:
        return found.sentence, found.sentence_en
    zh = f"进入结算单时确定为 {due_on:%m-%d}；按现有资料：{found.sentence}"
    return zh, f"fixed on the sheet as {due_on:%m-%d}; by what is known now: {found.sentence_en}"
