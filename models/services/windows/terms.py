"""What the schemes with windows say, for one day: who begins, and the days that follow from it."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from models.records.base import sql
from models.rules import calendar, windows
from models.rules.windows import Terms
from models.rules.words import ConfirmUnit, HolidayShift, Initiator
from models.services.judgement.due import day_kinds

_SCHEMES = """
SELECT scheme_code, valid_from, initiator, apply_day, confirm_days, confirm_unit, holiday_shift,
       silence, revocable_days, dispute_days FROM scheme WHERE windows
"""
_BELOW = """
WITH RECURSIVE below AS (
    SELECT area_code FROM area WHERE area_code IN (SELECT area_code FROM scheme WHERE windows)
    UNION
    SELECT a.area_code FROM area a JOIN below b ON a.parent_code = b.area_code
)
SELECT area_code FROM below
 UNION SELECT area_code FROM confirm_window WHERE state IN ('open', 'escalated')
 UNION SELECT area_code FROM line_dispute WHERE state <> 'closed'
 ORDER BY 1
"""
_MAKE = """
CREATE TEMP TABLE window_term (
    scheme_code text, valid_from date, initiator text, apply_day integer, days integer, unit text,
    holiday_shift text, silence text, revocable_days integer,
    -- Day of the month on which a round begins.
    begins integer,
    answer_due_on date, apply_due_on date, applied_by_on date, dispute_due_on date
) ON COMMIT DROP
"""
_RUNNING = """
SELECT DISTINCT opened_on, days, unit, holiday_shift FROM confirm_window
 WHERE state = 'open' AND days IS NOT NULL AND due_on >= %(on)s
"""
_LATER = """
UPDATE confirm_window SET due_on = %(due)s
 WHERE state = 'open' AND opened_on = %(opened)s AND days = %(days)s AND unit = %(unit)s
   AND holiday_shift = %(shift)s AND due_on >= %(on)s AND due_on < %(due)s
"""


def areas() -> list[str]:
    """Return every area with a scheme that has windows, or with a window or dispute that runs."""
    return [row[0] for row in sql(_BELOW)]


def of(scheme: Mapping[str, Any]) -> Terms:
    """Return the terms of a scheme by the names of its columns."""
    return Terms(
        Initiator(scheme["initiator"]),
        scheme["apply_day"],
        scheme["confirm_days"],
        ConfirmUnit(scheme["confirm_unit"]),
        HolidayShift(scheme["holiday_shift"]),
    )


def make(on: date) -> None:
    """Make `window_term` for a day: the days that windows opened on it would end."""
    sql("DROP TABLE IF EXISTS pg_temp.window_term")
    sql(_MAKE)
    kinds = day_kinds()
    cursor = sql(_SCHEMES)
    names = [column.name for column in cursor.description]
    found = [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]
    with sql("SELECT 1").copy("COPY pg_temp.window_term FROM STDIN") as copy:
        for scheme in found:
            copy.write_row(_row(scheme, on, kinds))


def _row(scheme: dict[str, Any], on: date, kinds: calendar.Kinds) -> tuple[Any, ...]:
    terms = of(scheme)
    return (
        scheme["scheme_code"], scheme["valid_from"], terms.initiator.value, terms.apply_day,
        terms.days, terms.unit.value, terms.shift.value, scheme["silence"],
        scheme["revocable_days"],
        terms.apply_day if terms.initiator is Initiator.SYSTEM and terms.apply_day else 1,
        windows.due_on(on, terms.days, terms.unit, terms.shift, kinds),
        windows.apply_due_on(on, terms, kinds),
        windows.applied_by(on, terms, kinds),
        None if scheme["dispute_days"] is None
        else calendar.add_working_days(on, scheme["dispute_days"], kinds),
    )  # fmt: skip


def follow_the_calendar(on: date) -> int:
    """Move the due days of running windows to what the calendar says now; only later ones."""
    kinds, moved = day_kinds(), 0
    for opened, days, unit, mode in sql(_RUNNING, {"on": on}).fetchall():
        due = windows.due_on(opened, days, ConfirmUnit(unit), HolidayShift(mode), kinds)
        told = {"opened": opened, "days": days, "unit": unit, "shift": mode, "due": due, "on": on}
        moved += int(sql(_LATER, told).rowcount)
    return moved
