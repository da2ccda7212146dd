"""When a reminder leaves: the hour its agency sends at, and no day of rest where it says so."""

from datetime import date, datetime, time

from models import clock
from models.rules import calendar
from models.rules.calendar import Kinds

#: Where the agency names no hour, what waited over days of rest leaves half an hour after the
#: morning's own digests are written, which take the older ones into themselves.
MORNING = time(9, 0)


def leaves_at(on: date, at: time | None, kinds: Kinds, *, rests: bool) -> datetime | None:
    """Return the instant before which a reminder of the day waits; None: it leaves at once.

    `at` is a time of day in Shanghai; `rests` says that nothing leaves on a day of rest.
    """
    day = calendar.add_working_days(on, 1, kinds) if rests and not _works(on, kinds) else on
    if day == on and at is None:
        return None
    return datetime.combine(day, at or MORNING, tzinfo=clock.SHANGHAI)


def _works(day: date, kinds: Kinds) -> bool:
    return calendar.is_working(day, kinds)


def answer_by(on: date, days: int, kinds: Kinds) -> date:
    """Return the day by which a reminder asks to pay or promise: a working day."""
    day = date.fromordinal(on.toordinal() + days)
    return day if _works(day, kinds) else calendar.add_working_days(day, 1, kinds)
