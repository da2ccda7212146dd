"""What a digest tells an institution: its totals, counterparties, worst lines and what is next."""

from dataclasses import dataclass, field
from datetime import date
from typing import Any, NamedTuple

#: A digest's file lists the worst lines up to this many; the totals are of all lines.
LISTED_LINES_MAX = 5_000
#: Lines shown in the mail itself.
WORST_LINES = 10
#: Counterparties shown; the others are one row.
COUNTERPARTIES_MAX = 8
#: Days given to pay or to promise, then shifted to a working day.
ANSWER_DAYS = 7


class LateLine(NamedTuple):
    """A late line as a digest shows it."""

    line_no: str
    product_name: str
    hospital_name: str
    enterprise_name: str
    accepted_on: date
    due_on: date
    days_late: int
    unpaid_fen: int
    interest_fen: int
    step: int | None
    step_name: str | None
    #: True: this line called for the mail.
    calls: bool


class Counterparty(NamedTuple):
    """What an institution owes one other; the last row of a digest may be all the others."""

    #: Empty: the others.
    name: str
    lines: int
    unpaid_fen: int
    #: The earliest due day.
    due_on: date


class NextStep(NamedTuple):
    """The next step of the ladder that one of the institution's lines will reach."""

    name: str
    action: str
    after_days: int
    on: date


class BrokenPromise(NamedTuple):
    """A day that was promised for lines still open after it."""

    promised_on: date
    lines: int
    unpaid_fen: int


class SoonLine(NamedTuple):
    """A line that falls due soon, as a mail shows it."""

    line_no: str
    product_name: str
    hospital_name: str
    enterprise_name: str
    due_on: date
    unpaid_fen: int


@dataclass(frozen=True)
class Soon:
    """The lines of one institution that fall due soon and were not announced before."""

    kind: str
    code: str
    name: str
    email: str
    copies: tuple[str, ...]
    lines: int
    unpaid_fen: int
    first_due_on: date
    last_due_on: date
    #: The first to fall due.
    shown: list[SoonLine]


@dataclass(frozen=True)
class Party:
    """An institution that is told, with the totals of everything it has to answer for."""

    kind: str
    code: str
    name: str
    email: str
    copies: tuple[str, ...]
    lines: int
    calling: int
    unpaid_fen: int
    interest_fen: int
    days_late_max: int
    by_step: tuple[tuple[int | None, str | None, int, int], ...]

    def facts(
        self, on: date, lines: list[LateLine], outlook: "Outlook | None" = None
    ) -> dict[str, Any]:
        """Return what the template is told."""
        return {
            "party": self,
            "on": on,
            "lines": lines,
            "worst": lines[:WORST_LINES],
            "listed_max": LISTED_LINES_MAX,
            "outlook": outlook or Outlook(),
        }


@dataclass(frozen=True)
class Outlook:
    """What stands in a digest beside the late lines themselves."""

    counterparties: list[Counterparty] = field(default_factory=list)
    next_step: NextStep | None = None
    #: The latest promises that were not kept, by their day.
    broken: list[BrokenPromise] = field(default_factory=list)
    #: Pay or promise by then.
    answer_by: date | None = None
    #: The agency that signs.
    office: str = ""
    soon: Soon | None = None
