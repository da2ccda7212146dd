"""Months and working days: when a month ends and where a day of rest is moved to."""

import re
from calendar import monthrange
from collections.abc import Iterable, Iterator, Mapping
from datetime import date, timedelta

from models.rules.errors.calendar import BadPeriod, NoWorkingDay
from models.rules.words import DayKind, HolidayShift

#: The stated kinds of days; a day that is not listed goes by its weekday.
Kinds = Mapping[date, DayKind]

ONE_DAY = timedelta(days=1)
SATURDAY = 5
#: No rest is longer than this; a calendar that says so was imported wrongly.
REST_DAYS_MAX = 60

_PERIOD = re.compile(r"([0-9]{4})-(0[1-9]|1[0-2])")


def _year_month(period: str) -> tuple[int, int]:
    """Return year and month of a period; raises BadPeriod."""
    found = _PERIOD.fullmatch(period)
    if found is None or found[1] == "0000":
        raise BadPeriod(period=period)
    return int(found[1]), int(found[2])


def _text(months: int) -> str:
    """Return the period of a count of months since year 0."""
    year, month0 = divmod(months, 12)
    return f"{year:04d}-{month0 + 1:02d}"


def first_day(period: str) -> date:
    """Return the first day of a month 'YYYY-MM'; raises BadPeriod."""
    year, month = _year_month(period)
    return date(year, month, 1)


def last_day(period: str) -> date:
    """Return the last day of a month 'YYYY-MM'; raises BadPeriod."""
    year, month = _year_month(period)
    return date(year, month, monthrange(year, month)[1])


def next_period(period: str) -> str:
    """Return the month after: '2026-12' → '2027-01'; raises BadPeriod."""
    year, month = _year_month(period)
    return _text(year * 12 + month)


def previous_period(period: str) -> str:
    """Return the month before: '2026-01' → '2025-12'; raises BadPeriod."""
    year, month = _year_month(period)
    return _text(year * 12 + month - 2)


def period_of(day: date) -> str:
    """Return the month a day lies in."""
    return f"{day.year:04d}-{day.month:02d}"


def end_of_next_month(day: date) -> date:
    """Return the last day of the month after the day's month (次月底)."""
    return last_day(next_period(period_of(day)))


def kind_of(day: date, kinds: Kinds) -> DayKind:
    """Return the stated kind of a day, else working or weekend by its weekday."""
    stated = kinds.get(day)
    if stated is not None:
        return stated
    return DayKind.WEEKEND if day.weekday() >= SATURDAY else DayKind.WORKING


def is_working(day: date, kinds: Kinds) -> bool:
    """Say whether people work that day: working days and make-up days (调休上班) count."""
    return kind_of(day, kinds) in (DayKind.WORKING, DayKind.MAKEUP)


def _working_from(day: date, kinds: Kinds, step: timedelta) -> date:
    """Return the nearest working day after (or before) the day, the day itself excluded."""
    found = day
    for _ in range(REST_DAYS_MAX):
        found += step
        if is_working(found, kinds):
            return found
    raise NoWorkingDay(day=day.isoformat(), limit=REST_DAYS_MAX)


def add_working_days(day: date, count: int, kinds: Kinds) -> date:
    """Return the count-th working day after the day; negative counts go back, 0 stays."""
    step = ONE_DAY if count > 0 else -ONE_DAY
    for _ in range(abs(count)):
        day = _working_from(day, kinds, step)
    return day


def working_days_until(start: date, end: date, kinds: Kinds) -> int:
    """Return how many working days lie after the start up to the end; 0 when it is not later."""
    days = (start + timedelta(days=n) for n in range(1, (end - start).days + 1))
    return sum(is_working(day, kinds) for day in days)


def shift(day: date, mode: HolidayShift, kinds: Kinds) -> date:
    """Return where a due day goes (节假日顺延): days on which people work stand.

    `after_holiday_plus_2`: a statutory holiday goes to the second working day after it, an
    ordinary weekend to the next working day.
    """
    if is_working(day, kinds):
        return day
    if mode is HolidayShift.PREVIOUS_WORKING_DAY:
        return add_working_days(day, -1, kinds)
    holiday = kind_of(day, kinds) is DayKind.HOLIDAY
    plus_2 = holiday and mode is HolidayShift.AFTER_HOLIDAY_PLUS_2
    return add_working_days(day, 2 if plus_2 else 1, kinds)


def shifts(days: Iterable[date], kinds: Kinds) -> Iterator[tuple[date, HolidayShift, date]]:
    """Yield (day, mode, shifted day) where a shift moves the day, for bulk statements to join."""
    for day in days:
        if not is_working(day, kinds):
            for mode in HolidayShift:
                yield day, mode, shift(day, mode, kinds)
