"""Who must say yes to a line until when, and what silence means: rounds, deadlines, life cycles.

Sources: 苏医保函〔2025〕147号 (application by the 5th, 5 working days to check),
广州公共资源交易中心通知 2022-04-26 (silence accepts, revocable), 国务院令第802号 art. 15 (what is
undisputed is paid).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from models.rules import calendar
from models.rules.words import ConfirmUnit, HolidayShift, Initiator, Party


class WindowKind(StrEnum):
    """What a window is for (时限类别)."""

    #: The initiator puts last month's lines forward.
    APPLY = "apply"
    #: The other party, or with a system's sheet both, say whether a line is right.
    ANSWER = "answer"


class WindowState(StrEnum):
    """Life of a party's window for a line (确认时限)."""

    OPEN = "open"
    #: Its day is over; it still waits, and everybody was told.
    ESCALATED = "escalated"
    ANSWERED = "answered"
    ROLLED = "rolled"
    AUTO_CONFIRMED = "auto_confirmed"
    REVOKED = "revoked"
    #: The party's own word came after the automatic one, or was said before and told later.
    OVERRULED = "overruled"
    #: Somebody disputes the line; another window follows the dispute.
    SUSPENDED = "suspended"
    #: The line was voided or is direct no more.
    DROPPED = "dropped"


class WindowMove(StrEnum):
    """What can happen to a window."""

    ANSWER = "answer"
    ESCALATE = "escalate"
    ROLL = "roll"
    AUTO_CONFIRM = "auto_confirm"
    REVOKE = "revoke"
    OVERRULE = "overrule"
    SUSPEND = "suspend"
    DROP = "drop"


_W = WindowState

WINDOW: Mapping[tuple[WindowState, WindowMove], WindowState] = {
    (_W.OPEN, WindowMove.ANSWER): _W.ANSWERED,
    (_W.ESCALATED, WindowMove.ANSWER): _W.ANSWERED,
    (_W.OPEN, WindowMove.ESCALATE): _W.ESCALATED,
    (_W.OPEN, WindowMove.ROLL): _W.ROLLED,
    (_W.OPEN, WindowMove.AUTO_CONFIRM): _W.AUTO_CONFIRMED,
    (_W.AUTO_CONFIRMED, WindowMove.REVOKE): _W.REVOKED,
    (_W.AUTO_CONFIRMED, WindowMove.OVERRULE): _W.OVERRULED,
    (_W.OPEN, WindowMove.SUSPEND): _W.SUSPENDED,
    (_W.ESCALATED, WindowMove.SUSPEND): _W.SUSPENDED,
    (_W.OPEN, WindowMove.DROP): _W.DROPPED,
    (_W.ESCALATED, WindowMove.DROP): _W.DROPPED,
}


class DisputeState(StrEnum):
    """Life of a dispute about a line (异议)."""

    OPEN = "open"
    #: The agency said what it thinks should be done; it is done by the parties.
    ADVISED = "advised"
    CLOSED = "closed"


class DisputeMove(StrEnum):
    """What can happen to a dispute."""

    ADVISE = "advise"
    CLOSE = "close"


_D = DisputeState

DISPUTE: Mapping[tuple[DisputeState, DisputeMove], DisputeState] = {
    (_D.OPEN, DisputeMove.ADVISE): _D.ADVISED,
    (_D.ADVISED, DisputeMove.ADVISE): _D.ADVISED,
    (_D.OPEN, DisputeMove.CLOSE): _D.CLOSED,
    (_D.ADVISED, DisputeMove.CLOSE): _D.CLOSED,
}


class Advice(StrEnum):
    """What the agency thinks should be done about a disputed line (处理意见)."""

    CONFIRM = "confirm"
    VOID = "void"
    GOODS_RETURN = "goods_return"
    ADJUST = "adjust"


class DisputeEnd(StrEnum):
    """How a dispute ended (了结方式)."""

    #: The disputing party confirmed the line's amount.
    AGREED = "agreed"
    #: It took its dispute back and says nothing for now.
    WITHDRAWN = "withdrawn"
    VOIDED = "voided"


#: Working days before the due day on which a running window is called to mind.
REMIND_WORKING_DAYS = 2


@dataclass(frozen=True)
class Terms:
    """What the scheme of a line's day says about its confirmation."""

    initiator: Initiator
    #: Day of the month until which the initiator applies; empty: any day.
    apply_day: int | None
    days: int
    unit: ConfirmUnit
    shift: HolidayShift


def applicant(initiator: Initiator) -> Party | None:
    """Return the party that begins; None where sheets are made by the system."""
    return None if initiator is Initiator.SYSTEM else Party(initiator.value)


def round_day(accepted_on: date, terms: Terms) -> date:
    """Return the first day on which a line of that acceptance is due for confirmation.

    The month after its own: sheets of the system appear on the apply day, else from the 1st on.
    """
    period = calendar.next_period(calendar.period_of(accepted_on))
    return _round_of(period, terms)


def next_round_day(due_on: date, terms: Terms) -> date:
    """Return the first day of the round after the one whose day was over: the next month's."""
    return _round_of(calendar.next_period(calendar.period_of(due_on)), terms)


def _round_of(period: str, terms: Terms) -> date:
    begins = terms.apply_day if terms.initiator is Initiator.SYSTEM else None
    return calendar.first_day(period).replace(day=begins or 1)


def due_on(
    opened_on: date, days: int, unit: ConfirmUnit, shift: HolidayShift, kinds: calendar.Kinds
) -> date:
    """Return the last day of a window; it is never before the opening."""
    if unit is ConfirmUnit.WORKING_DAY:
        return calendar.add_working_days(opened_on, days, kinds)
    if unit is ConfirmUnit.CALENDAR_DAY:
        end = opened_on + timedelta(days=days)
        shifted = calendar.shift(end, shift, kinds)
        # Moved back before its own beginning it would be over at once.
        forward = calendar.shift(end, HolidayShift.NEXT_WORKING_DAY, kinds)
        return shifted if shifted >= opened_on else forward
    period = calendar.period_of(opened_on)
    this_month = day_of_month(period, days, shift, kinds)
    if opened_on <= this_month:
        return this_month
    return day_of_month(calendar.next_period(period), days, shift, kinds)


def day_of_month(period: str, day: int, shift: HolidayShift, kinds: calendar.Kinds) -> date:
    """Return the day of a month, the last one of a shorter month, moved off days of rest."""
    last = calendar.last_day(period)
    return calendar.shift(last.replace(day=min(max(day, 1), last.day)), shift, kinds)


def applied_by(on: date, terms: Terms, kinds: calendar.Kinds) -> date | None:
    """Return the day until which an application belongs to the round of a day's month.

    None: applications are taken any day. A later one belongs to the next month's round.
    """
    if terms.apply_day is None:
        return None
    return day_of_month(calendar.period_of(on), terms.apply_day, terms.shift, kinds)


def apply_due_on(opened_on: date, terms: Terms, kinds: calendar.Kinds) -> date | None:
    """Return until when an application opened on a day is wanted; None: no day is named."""
    if terms.apply_day is None:
        return None
    return due_on(opened_on, terms.apply_day, ConfirmUnit.DAY_OF_MONTH, terms.shift, kinds)


def revocable_until(automatic_on: date, revocable_days: int | None) -> date | None:
    """Return the last day on which an automatic confirmation may be revoked; None: no limit."""
    return None if revocable_days is None else automatic_on + timedelta(days=revocable_days)


def sentence(days: int | None, unit: ConfirmUnit) -> tuple[str, str]:
    """Return how long a window is, in Chinese and in English."""
    if days is None:
        return "不限日期", "no day named"
    return {
        ConfirmUnit.WORKING_DAY: (f"{days} 个工作日", f"{days} working days"),
        ConfirmUnit.CALENDAR_DAY: (f"{days} 个自然日", f"{days} calendar days"),
        ConfirmUnit.DAY_OF_MONTH: (f"每月 {days} 日前", f"by day {days} of the month"),
    }[unit]
