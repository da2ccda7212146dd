"""Working days between today and a deadline, by the calendar table."""

from datetime import date, timedelta

from flask import g

from models import clock
from models.records.catalogue import CalendarDay
from models.rules import calendar
from models.rules.words import DayKind

#: Deadlines further away are told as dates only.
LOOKED_AHEAD_DAYS = 120
LOOKED_BACK_DAYS = 400


def _kinds() -> dict[date, DayKind]:
    """Return the stated days around today, read once per request."""
    if "calendar_kinds" not in g:
        today = clock.today()
        near = CalendarDay.day.between(
            today - timedelta(days=LOOKED_BACK_DAYS), today + timedelta(days=LOOKED_AHEAD_DAYS)
        )
        g.calendar_kinds = {row.day: row.kind for row in CalendarDay.select().where(near)}
    return g.calendar_kinds


def left(due_on: date | None) -> int | None:
    """Return the working days left until a day, negative when it is past, None when it is far."""
    if due_on is None:
        return None
    today, kinds = clock.today(), _kinds()
    first, last = sorted((today, due_on))
    if (last - first).days > LOOKED_AHEAD_DAYS:
        return None
    count = sum(
        calendar.is_working(first + timedelta(days=n), kinds)
        for n in range(1, (last - first).days + 1)
    )
    return count if due_on >= today else -max(count, 1)


def is_working(day: date) -> bool:
    """Return whether people work that day."""
    return calendar.is_working(day, _kinds())
