"""Which payment system carries an order, and on which day the bank will execute it.

Caps and hours are dated rows, never constants: they change by notice and differ by bank.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from models.rules.calendar import Kinds, add_working_days, is_working
from models.rules.errors.rails import NoRail
from models.rules.money import yuan
from models.rules.words import Rail

#: The row of every bank, where a profile has none of its own.
EVERY_BANK = "*"


@dataclass(frozen=True, slots=True)
class RailRule:
    """What one payment system takes from a day on."""

    profile_code: str
    rail: Rail
    valid_from: date
    valid_to: date | None = None
    cap_fen: int | None = None
    #: HH:MM in Asia/Shanghai; None: taken at any time.
    cut_off: str | None = None
    source_note: str | None = None


def in_force(rows: Sequence[RailRule], profile_code: str, on: date) -> list[RailRule]:
    """Return the rule of each rail for the profile on a day, the cheapest rail first.

    A profile's own rows stand before those of every bank, even when only the latter are valid that
    day: a bank that stopped a rail stays without it. Of several the latest start counts.
    """
    found = []
    for rail in Rail:
        here = [r for r in rows if r.rail is rail]
        own = [r for r in here if r.profile_code == profile_code]
        meant = own or [r for r in here if r.profile_code == EVERY_BANK]
        valid = [r for r in meant if r.valid_from <= on and (not r.valid_to or on <= r.valid_to)]
        if valid:
            found.append(max(valid, key=lambda r: r.valid_from))
    return found


def bands(rules: Sequence[RailRule], *, in_bank: bool) -> list[RailRule]:
    """Return the rails open to an order in the order they are tried; in-bank only within a bank."""
    return [r for r in rules if in_bank or r.rail is not Rail.IN_BANK]


def choose(rules: Sequence[RailRule], amount_fen: int, *, in_bank: bool) -> RailRule:
    """Return the first rail whose cap takes the amount; raises NoRail (check V11)."""
    for rule in bands(rules, in_bank=in_bank):
        if rule.cap_fen is None or amount_fen <= rule.cap_fen:
            return rule
    raise NoRail(amount_yuan=yuan(amount_fen))


def is_late(rule: RailRule | None, now: datetime) -> bool:
    """Say whether the day's cut-off has passed; `now` is the time in Asia/Shanghai."""
    return bool(rule and rule.cut_off and f"{now:%H:%M}" > rule.cut_off)


def execution_day(wanted: date, now: datetime, rule: RailRule | None, kinds: Kinds) -> date:
    """Return the first day not before the wanted one on which the bank can execute (check V10).

    It is not in the past, a business day of the bank, and today only before the cut-off.
    """
    today = now.date()
    day = max(wanted, today)
    if day == today and is_late(rule, now):
        return add_working_days(day, 1, kinds)
    return day if is_working(day, kinds) else add_working_days(day, 1, kinds)
