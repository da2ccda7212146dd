"""Day by day: what is excused is never called, and what is not is called as if nothing had been."""

from dataclasses import dataclass
from datetime import date, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from models.records.base import sql
from models.rules import overdue as rules
from models.services import overdue
from models.services.access import SYSTEM
from models.services.notifications import Rendered
from tests.factories import receipts, sheets

START = date(2026, 4, 1)
DAYS = 26
LADDER = (
    rules.Rung(1, "提醒", 1, rules.LadderAction.REMIND, repeat_days=5),
    rules.Rung(2, "催办", 12, rules.LadderAction.URGE, repeat_days=4),
    rules.Rung(3, "约谈", 21, rules.LadderAction.INTERVIEW),
)

days = st.integers(0, DAYS).map(lambda n: START + timedelta(n))


@dataclass(frozen=True)
class Excuse:
    """An excuse with its days; without a decision it covers nothing."""

    line: int
    state: str
    from_on: date
    until_on: date | None
    decided_on: date
    ended_on: date

    def covers(self, on: date) -> bool:
        """Say it in one's own words."""
        if self.state not in {"granted", "ended"} or on < max(self.from_on, self.decided_on):
            return False
        if self.state == "ended" and on >= self.ended_on:
            return False
        return self.until_on is None or on <= self.until_on


@st.composite
def excuses(draw, lines: int) -> list[Excuse]:
    """Several excuses; at most one of a line is asked for or granted."""
    found, live = [], set()
    for _ in range(draw(st.integers(1, 6))):
        line = draw(st.integers(0, lines - 1))
        states = ["refused", "ended", *([] if line in live else ["asked", "granted"])]
        state = draw(st.sampled_from(states))
        from_on = draw(days)
        length = draw(st.one_of(st.none(), st.integers(0, 15)))
        found.append(
            Excuse(
                line, state, from_on, None if length is None else from_on + timedelta(length),
                draw(days), draw(days),
            )
        )  # fmt: skip
        if state in {"asked", "granted"}:
            live.add(line)
    return found


def put(number: int, line_no: str, one: Excuse) -> None:
    decided = {} if one.state == "asked" else {
        "decided_by": "checker", "decided_at": "now", "decided_on": one.decided_on,
    }  # fmt: skip
    ended = {} if one.state != "ended" else {
        "ended_by": "maker", "ended_at": "now", "ended_on": one.ended_on, "end_reason": "x",
    }  # fmt: skip
    receipts.insert(
        "line_excuse", request_no=f"MC{number}", line_no=line_no, hospital_code="H",
        enterprise_code="E", area_code=sheets.CITY, responsible="hospital", party_code="H",
        due_on=START, unpaid_fen=1, from_on=one.from_on, until_on=one.until_on, reason="disputed",
        state=one.state, asked_by="maker", asked_at="now", asked_on=START - timedelta(9),
        **decided, **ended,
    )  # fmt: skip


class Plain:
    """The ladder of each line as a person would keep it on paper."""

    def __init__(self, due: dict[str, date], asked: dict[str, list[Excuse]]) -> None:
        self.due, self.asked = due, asked
        self.recorded: dict[str, int] = {}
        self.mailed: dict[tuple[str, int], date] = {}

    def day(self, on: date) -> set[str]:
        """Return the lines that call for a mail, and write down that they did."""
        called = set()
        for line, due in self.due.items():
            rung = rules.reached(LADDER, (on - due).days) if due < on else None
            if rung is None or any(one.covers(on) for one in self.asked[line]):
                continue
            last = self.mailed.get((line, rung.step))
            if rules.escalates(rung.step, self.recorded.get(line)) or rules.repeats(rung, last, on):
                called.add(line)
                self.recorded[line] = max(rung.step, self.recorded.get(line, 0))
                self.mailed[line, rung.step] = on
        return called


def told(template, facts) -> Rendered:
    return Rendered(template, ",".join(sorted(line.line_no for line in facts["lines"])), "<p>")


@pytest.fixture
def town(db):
    made = sheets.city()
    receipts.product()
    receipts.scheme()
    for rung in LADDER:
        receipts.rung(
            rung.step, rung.after_days, name=rung.name, action=rung.action.value,
            repeat_days=rung.repeat_days,
        )  # fmt: skip
    return made


@settings(
    max_examples=6,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(data=st.data())
def test_excused_lines_are_never_called_and_all_others_as_ever(db, town, data):
    with db.atomic() as transaction:
        accepted = data.draw(st.lists(st.integers(-25, 10), min_size=3, max_size=5))
        lines = [
            receipts.receipt(
                town.hospitals[0], town.enterprises[0], 100_00,
                accepted_on=START - timedelta(30) + timedelta(n),
            )
            for n in accepted
        ]  # fmt: skip
        chosen = data.draw(excuses(len(lines)))
        for number, one in enumerate(chosen):
            put(number, lines[one.line], one)
        plain: Plain | None = None
        for n in range(DAYS):
            on = START + timedelta(n)
            result = overdue.find(SYSTEM, on, None, render=told)
            if plain is None:
                due = dict(sql("SELECT line_no, due_on FROM open_line").fetchall())
                plain = Plain(due, {
                    line: [one for one in chosen if one.line == place]
                    for place, line in enumerate(lines)
                })  # fmt: skip
            called = plain.day(on)
            row = sql(
                "SELECT coalesce(array_agg(line_no), '{}') FROM mail_line WHERE mailed_on = %s",
                (on,),
            ).fetchone()
            assert set(row[0]) == called, on
            assert result["mails"] == bool(called)
            excused = {lines[one.line] for one in chosen if one.covers(on)}
            for (text,) in sql("SELECT body_text FROM mail WHERE business_on = %s", (on,)):
                assert not excused & set(text.split(","))
        transaction.rollback()
