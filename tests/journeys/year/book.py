"""The plain book of the year: what is late each day, which step it reached, who was told."""

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date

from models.rules import overdue
from models.rules.words import LadderAction
from tests.journeys.year.city import City
from tests.properties import plain_overdue
from tests.properties.plain_overdue import Late, Money
from tests.properties.plain_settlement import Row, Settlement, Verdict, scheme_of


class Reckoning(Settlement):
    """The plain settlement, remembering its verdicts while nothing happens."""

    def __init__(self, world: City) -> None:
        super().__init__(world)
        self._known: dict[tuple[str, date], Verdict] = {}

    def judge(self, line: Row, period_end: date) -> Verdict:
        key = (line["line_no"], period_end)
        if key not in self._known:
            self._known[key] = super().judge(line, period_end)
        return self._known[key]

    def changed(self) -> None:
        """Forget: something has happened."""
        self._known.clear()
        self.world.changed()


@dataclass(frozen=True)
class Told:
    """What a sending comes to."""

    overdue: int = 0
    escalated: int = 0
    mails: int = 0


@dataclass(frozen=True)
class Letter:
    """What a digest must say: what called for it, and the totals of all its institution owes."""

    calls: frozenset[tuple[str, int]]
    lines: int
    unpaid_fen: int
    interest_fen: int


@dataclass
class Excuse:
    """That a line is not urged for a while."""

    line_no: str
    from_on: date
    until_on: date
    #: From this day on it is urged again, whatever was granted.
    ended_on: date | None = None

    def covers(self, on: date) -> bool:
        """Say whether the line is left in peace on a day."""
        return self.from_on <= on <= self.until_on and (self.ended_on is None or on < self.ended_on)


@dataclass
class Book:
    """Steps and mails as they should have been recorded."""

    plain: Reckoning
    money: Money
    excuses: list[Excuse] = field(default_factory=list)
    #: (line, step) → the day it was reached.
    steps: dict[tuple[str, int], date] = field(default_factory=dict)
    #: (line, step) → day of its last mail.
    mailed: dict[tuple[str, int], date] = field(default_factory=dict)
    #: (day, kind, code) → its mails in their order; a second one only where a day is asked again.
    mails: dict[tuple[date, str, str], list[Letter]] = field(
        default_factory=lambda: defaultdict(list)
    )

    def late(self, on: date) -> dict[str, Late]:
        """Every late line as the product must list it."""
        return plain_overdue.listing(self.plain, self.money, on)

    def send(self, on: date) -> Told:
        """Record what sending on a day records, and return what it tells."""
        late = self.late(on)
        urged = {no: row for no, row in late.items() if not self.is_excused(no, on)}
        reached: dict[str, int] = {}
        for line, step in self.steps:
            reached[line] = max(step, reached.get(line, 0))
        escalated = 0
        calls: dict[tuple[str, str], set[tuple[str, int]]] = {}
        for no, (_, _, days_late, _, _, step, who, party) in urged.items():
            if step is None:
                continue
            rises = overdue.escalates(step, reached.get(no))
            rung = self._rung(no, step, days_late, on)
            again = overdue.repeats(rung, self.mailed.get((no, step)), on)
            escalated += rises
            if rises:
                self.steps[no, step] = on
            if (rises or again) and party is not None:
                calls.setdefault((who, party), set()).add((no, step))
        for (who, party), called in calls.items():
            owed = [row for row in urged.values() if row[-2:] == (who, party)]
            letter = Letter(
                frozenset(called),
                len(owed),
                sum(row[3] for row in owed),
                sum(row[4] for row in owed),
            )
            self.mails[on, who, party].append(letter)
            for call in called:
                self.mailed[call] = max(on, self.mailed.get(call, on))
        return Told(len(late), escalated, len(calls))

    def is_excused(self, line_no: str, on: date) -> bool:
        """Say whether a line is left in peace on a day."""
        return any(excuse.line_no == line_no and excuse.covers(on) for excuse in self.excuses)

    def _rung(self, line_no: str, step: int, days_late: int, on: date) -> overdue.Rung | None:
        line = self.plain.world.one("purchase_line", line_no=line_no)
        hospital = self.plain.world.one("hospital", hospital_code=line["hospital_code"])
        scheme = scheme_of(self.plain.world, hospital["area_code"], line["accepted_on"])
        versions = [
            (row["valid_from"], overdue.Rung(row["step"], row["name"], row["after_days"],
                                             LadderAction(row["action"]), row["repeat_days"]))
            for row in self.money.ladder_step
            if row["scheme_code"] == scheme["scheme_code"]
        ]  # fmt: skip
        rung = overdue.reached(overdue.rungs_in_force(versions, on), days_late)
        assert rung is not None
        assert rung.step == step
        return rung
