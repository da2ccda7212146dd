"""Windows, silence and disputes in plain words: one line, one party, one day at a time."""

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from models import clock
from models.rules import calendar, windows
from models.rules.words import ConfirmUnit, HolidayShift, Party

RUNNING = {"open", "escalated"}


@dataclass
class Scheme:
    """What the scheme says; the days are looked up in `kinds`."""

    initiator: str
    apply_day: int | None
    days: int
    unit: str
    shift: str
    silence: str
    revocable_days: int | None
    dispute_days: int | None
    kinds: calendar.Kinds


@dataclass
class Word:
    """A party said so."""

    at: datetime
    decision: str
    fen: int


@dataclass
class Window:
    """A party's time for a line."""

    round_no: int
    kind: str
    opened: date
    due: date | None
    state: str = "open"
    next_on: date | None = None
    automatic_at: datetime | None = None


@dataclass
class Line:
    """A line with what both said and were asked."""

    accepted: date
    fen: int
    invoiced: bool
    void: bool = False
    words: dict[str, list[Word]] = field(default_factory=lambda: {p.value: [] for p in Party})
    windows: dict[str, list[Window]] = field(default_factory=lambda: {p.value: [] for p in Party})
    #: (party, state) of each dispute, in the order of their opening.
    disputes: list[list[str]] = field(default_factory=list)

    def latest(self, party: str) -> Word | None:
        return max(self.words[party], key=lambda word: word.at, default=None)

    def is_live(self, party: str) -> bool:
        word = self.latest(party)
        return word is not None and word.decision == "confirm"

    def disputes_it(self, party: str) -> bool:
        word = self.latest(party)
        if word is None or word.decision == "withdraw":
            return False
        return word.decision == "dispute" or word.fen != self.fen

    def speaks(self, party: str) -> bool:
        return self.is_live(party) or self.disputes_it(party)

    def is_disputed(self) -> bool:
        return any(self.disputes_it(party) for party in Party)

    def running(self, party: str) -> Window | None:
        last = self.windows[party][-1] if self.windows[party] else None
        return last if last is not None and last.state in RUNNING else None

    def automatic(self, party: str) -> Window | None:
        last = self.windows[party][-1] if self.windows[party] else None
        return last if last is not None and last.state == "auto_confirmed" else None


def instant(day: date, minute: int = 0) -> datetime:
    midnight = datetime(day.year, day.month, day.day, tzinfo=clock.SHANGHAI)
    return midnight + timedelta(minutes=minute)


def month_after(day: date) -> date:
    return (day.replace(day=1) + timedelta(32)).replace(day=1)


class Book:
    """Everything that is known, moved by what people do and by the nightly run."""

    def __init__(self, scheme: Scheme, lines: dict[str, Line]) -> None:
        self.scheme, self.lines = scheme, lines

    # What people do.

    def hear(self, line_no: str, party: str, word: Word) -> None:
        line = self.lines[line_no]
        line.words[party].append(word)
        window = line.automatic(party)
        if window is not None and window.automatic_at is not None:
            early = word.at < window.automatic_at
            if early and (word.decision != "confirm" or word.fen != line.fen):
                again = window.automatic_at + timedelta(microseconds=1)
                line.words[party].append(Word(again, word.decision, word.fen))
            if any(said.at > window.automatic_at for said in line.words[party]):
                window.state = "overruled"
        waiting = line.running(party)
        if waiting and word.decision != "withdraw" and line.latest(party) is word:
            waiting.state = "answered"

    def may_revoke(self, line_no: str, party: str, on: date) -> bool:
        window = self.lines[line_no].automatic(party)
        if window is None or window.due is None or self.lines[line_no].void:
            return False
        days = self.scheme.revocable_days
        return days is None or on <= window.due + timedelta(1 + days)

    def revoke(self, line_no: str, party: str, on: date, at: datetime) -> None:
        line = self.lines[line_no]
        window = line.windows[party][-1]
        window.state = "revoked"
        line.words[party].append(Word(at, "withdraw", line.fen))
        line.windows[party].append(Window(window.round_no + 1, "answer", on, self.answer_due(on)))

    # What the nightly run does.

    def run(self, on: date) -> None:
        # Of what is accepted later nobody knows yet.
        known = [line for line in self.lines.values() if line.accepted <= on]
        for line in known:
            for party in Party:
                self._listen(line, party.value)
            self._follow_disputes(line)
            for party in Party:
                self._act_on_silence(line, party.value, on)
        for line in known:
            for party in Party:
                self._open(line, party.value, on)

    def _listen(self, line: Line, party: str) -> None:
        automatic, window = line.automatic(party), line.running(party)
        if automatic is not None and automatic.automatic_at is not None:
            later = [word for word in line.words[party] if word.at > automatic.automatic_at]
            automatic.state = "overruled" if later else automatic.state
        if window is None:
            return
        if line.void:
            window.state = "dropped"
        elif line.speaks(party):
            window.state = "answered"
        elif line.is_disputed():
            window.state = "suspended"

    def _follow_disputes(self, line: Line) -> None:
        for dispute in line.disputes:
            party, state = dispute
            if state != "open":
                continue
            if line.void:
                dispute[1] = "voided"
            elif not line.disputes_it(party):
                dispute[1] = "agreed" if line.is_live(party) else "withdrawn"
        for party in Party:
            live = any(found == [party.value, "open"] for found in line.disputes)
            if line.disputes_it(party.value) and not live and not line.void:
                line.disputes.append([party.value, "open"])

    def _act_on_silence(self, line: Line, party: str, on: date) -> None:
        window = line.running(party)
        if window is None or window.state != "open" or window.due is None or on <= window.due:
            return
        if window.kind == "apply":
            window.state, window.next_on = "rolled", window.due + timedelta(1)
        elif self.scheme.silence == "escalate":
            window.state = "escalated"
        elif self.scheme.silence == "roll":
            begins = self.scheme.apply_day if self.scheme.initiator == "system" else None
            window.state = "rolled"
            window.next_on = month_after(window.due).replace(day=begins or 1)
        else:
            at = instant(window.due + timedelta(1))
            later = any(word.at > at for word in line.words[party])
            window.state, window.automatic_at = "overruled" if later else "auto_confirmed", at
            line.words[party].append(Word(at, "confirm", line.fen))

    def _open(self, line: Line, party: str, on: date) -> None:
        past = line.windows[party]
        if line.void or line.speaks(party) or line.is_disputed() or line.running(party):
            return
        if past and past[-1].next_on is not None and on < past[-1].next_on:
            return
        scheme = self.scheme
        begins = scheme.apply_day if scheme.initiator == "system" else None
        if on < month_after(line.accepted).replace(day=begins or 1):
            return
        if party == scheme.initiator:
            past.append(Window(len(past) + 1, "apply", on, self.apply_due(on)))
            return
        if scheme.initiator != "system" and not self._has_applied(line, on):
            return
        past.append(Window(len(past) + 1, "answer", on, self.answer_due(on)))

    def _has_applied(self, line: Line, on: date) -> bool:
        applicant = self.scheme.initiator
        word = line.latest(applicant)
        if word is None or not line.is_live(applicant):
            return False
        if applicant == "enterprise" and not line.invoiced:
            return False
        if self.scheme.apply_day is None:
            return True
        by = windows.day_of_month(
            calendar.period_of(on), self.scheme.apply_day, HolidayShift(self.scheme.shift),
            self.scheme.kinds,
        )  # fmt: skip
        return word.at.astimezone(clock.SHANGHAI).date() <= by

    def answer_due(self, on: date) -> date:
        scheme = self.scheme
        return windows.due_on(
            on, scheme.days, ConfirmUnit(scheme.unit), HolidayShift(scheme.shift), scheme.kinds
        )

    def apply_due(self, on: date) -> date | None:
        scheme = self.scheme
        if scheme.apply_day is None:
            return None
        unit = ConfirmUnit.DAY_OF_MONTH
        return windows.due_on(on, scheme.apply_day, unit, HolidayShift(scheme.shift), scheme.kinds)
