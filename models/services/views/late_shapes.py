"""What the overdue board is asked, and what it answers."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from models.services.views.turning import Turned


@dataclass(frozen=True)
class Asked:
    """The conditions of the board; empty ones ask nothing."""

    tab: str = "hospital"
    lane: str = ""
    responsible: str = ""
    #: Highest step of the institution; in the list of lines that of the line.
    step: int | None = None
    hospitals: tuple[str, ...] = ()
    enterprises: tuple[str, ...] = ()
    bucket: int | None = None
    sort: str = "days"

    @property
    def names_a_party(self) -> bool:
        """Return whether it is about some institutions: then their lines are read themselves."""
        return bool(self.hospitals or self.enterprises)


@dataclass(frozen=True)
class Step:
    """One step of the ladder: how many stand on it, and who rises next."""

    step: int
    name: str
    count: int
    unpaid_fen: int
    new: int
    rising: int = 0
    rises_on: date | None = None
    #: Days late at which it begins, the earliest of the schemes.
    after_days: int | None = None


@dataclass(frozen=True)
class Board:
    """Everything the page shows of one day."""

    #: What is listed: institutions of the tab, or lines.
    count: int
    lines: int
    unpaid_fen: int
    interest_fen: int
    days_late: int
    steps: list[Step]
    #: A page of the tab: of institutions one more than it shows.
    institutions: list[Any]
    listed: Turned
    #: (bucket, responsible, lane, lines, unpaid_fen)
    ages: list[Any]
    #: Set: the figures were kept then; not set: they are of this moment.
    figured_at: datetime | None = None
    #: Whether facts changed since.
    changed: bool = False
    #: overdue, escalated, mails: what sending now would do (all of the areas, no condition); not
    #: asked where the figures are kept ones.
    would: dict[str, int] | None = None
    #: The next due day of anything open, told where nothing is overdue.
    next_due_on: date | None = None
