"""Who is responsible for a late line, which step of the ladder it has reached, who is told."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from models.rules.words import Hold, LadderAction, Lane


class Responsible(StrEnum):
    """The institution that must act on a late line."""

    HOSPITAL = "hospital"
    ENTERPRISE = "enterprise"
    AGENCY = "agency"


#: Holds only the hospital can lift: it has not confirmed, signed or scanned.
HOSPITAL_HOLDS = frozenset(
    {
        Hold.WAITING_HOSPITAL,
        Hold.DISPUTED,
        Hold.CONTRACT_MISSING,
        Hold.MANDATE_MISSING,
        Hold.TRACE_CODE_MISSING,
        Hold.TRACE_CODE_REUSED,
    }
)


@dataclass(frozen=True)
class Rung:
    """A step of the ladder (催办阶梯) of a scheme."""

    step: int
    name: str
    after_days: int
    action: LadderAction
    #: Empty: told once.
    repeat_days: int | None = None
    copy_to: str | None = None


#: The ladder of a scheme that has none, and of lines without a scheme.
DEFAULT_LADDER = (Rung(step=1, name="提醒", after_days=1, action=LadderAction.REMIND),)


def responsible(lane: Lane, holds: Collection[Hold], *, short: bool) -> Responsible:
    """Return who keeps a late line from being paid.

    `holds` are judged anew on the day; a line on a sheet has none. `short` says that the last
    pay run left its sheet without cover, which the hospital must top up.
    """
    if lane is Lane.SELF or short or not HOSPITAL_HOLDS.isdisjoint(holds):
        return Responsible.HOSPITAL
    return Responsible.ENTERPRISE if holds else Responsible.AGENCY


def rungs_in_force(versions: Iterable[tuple[date, Rung]], on: date) -> tuple[Rung, ...]:
    """Return the ladder's rows with the latest start not after the day.

    A scheme without any row has one step; before the first version of a ladder nobody is told.
    """
    rows = list(versions)
    if not rows:
        return DEFAULT_LADDER
    started = [valid_from for valid_from, _ in rows if valid_from <= on]
    if not started:
        return ()
    return tuple(rung for valid_from, rung in rows if valid_from == max(started))


def reached(ladder: Iterable[Rung], days_late: int) -> Rung | None:
    """Return the rung with the greatest after_days that is not more than the days late."""
    passed = [rung for rung in ladder if rung.after_days <= days_late]
    return max(passed, key=lambda rung: (rung.after_days, rung.step), default=None)


def escalates(step: int | None, highest_recorded: int | None) -> bool:
    """Say whether a step is higher than any recorded for the line before."""
    return step is not None and (highest_recorded is None or step > highest_recorded)


def repeats(rung: Rung | None, last_mailed_on: date | None, on: date) -> bool:
    """Say whether the reminder of this line and step is due again since its last mail."""
    if rung is None or rung.repeat_days is None or last_mailed_on is None:
        return False
    return (on - last_mailed_on).days >= rung.repeat_days


@dataclass(frozen=True)
class Span:
    """The days late during which a rung is the one reached: from_days included, to_days not."""

    from_days: int
    to_days: int
    rung: Rung


#: Later than any line will ever be.
DAYS_LATE_MAX = 1_000_000


def spans(ladder: Iterable[Rung]) -> list[Span]:
    """Return the ladder as spans that do not overlap, for bulk statements to look up."""
    ladder = list(ladder)
    starts = sorted({rung.after_days for rung in ladder})
    found = zip(starts, [*starts[1:], DAYS_LATE_MAX], strict=False)
    reached_at = [(start, end, reached(ladder, start)) for start, end in found]
    return [Span(start, end, rung) for start, end, rung in reached_at if rung is not None]
