"""The register kept by changes says what judging everything anew says, whatever happened."""

from datetime import date, timedelta
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from models.records.base import db as database
from models.records.base import sql
from models.services import access, overdue
from models.services.access import SYSTEM
from models.services.notifications import Rendered
from models.services.overdue import calling, listing, register, scan, watched
from tests.properties.plain_settlement import World
from tests.properties.register_moves import Happening
from tests.properties.worlds import worlds

#: Everything but the next check, of which only the first day matters.
ROW = (
    "line_no, lane, hospital_code, enterprise_code, area_code, nhsa_code, scheme_code, contract_no,"
    " sheet_id, accepted_on, due_on, amount_fen, unpaid_fen, mask, short, responsible, party_code,"
    " bears_interest, rate_bp, paid_interest_fen, step"
)
LATE = (
    "line_no, lane, hospital_code, enterprise_code, area_code, accepted_on, due_on, days_late,"
    " amount_fen, unpaid_fen, step, step_name, action, repeat_days, copy_to, scheme_code, mask,"
    " short, responsible, party_code"
)
CALLING = "SELECT line_no, step, responsible, party_code, escalates, repeats FROM calling"

Rows = dict[str, tuple[Any, ...]]


def rows(text: str, told: dict[str, Any] | None = None) -> Rows:
    return {row[0]: tuple(row[1:]) for row in sql(text, told)}


def in_full(on: date) -> tuple[Rows, Rows, Rows]:
    """The late lines, their interest and what they call for, judged anew."""
    listing.collect(access.areas(SYSTEM, None), on)
    watched.collect_interest(on)
    calling.collect(on)
    late = rows(f"SELECT {LATE} FROM late")
    cost = rows("SELECT line_no, sum(interest_fen)::bigint FROM late_part GROUP BY 1")
    return late, {no: cost.get(no, (0,)) for no in late}, rows(CALLING)


def by_register(on: date) -> tuple[Rows, Rows, Rows]:
    """The same, read from the register."""
    listing.collect_rungs(on)
    told = {"on": on}
    late = rows(f"SELECT {LATE} FROM ({register.late_rows()}) l", told)
    cost = rows(f"SELECT line_no, interest_fen FROM ({register.late_rows()}) l", told)
    found = scan.look(access.areas(SYSTEM, None), on)
    assert found["overdue"] == len(late)
    return late, cost, rows(CALLING)


def check_agrees(on: date) -> None:
    kept, checks = rows(f"SELECT {ROW} FROM open_line"), rows(NEXT)
    later = rows("SELECT line_no, look_on FROM open_line_later")
    assert by_register(on) == in_full(on)
    with database.atomic() as transaction:
        sql("DELETE FROM open_line")
        register.rebuild(on)
        assert kept == rows(f"SELECT {ROW} FROM open_line")
        for line_no, (day,) in rows(NEXT).items():
            before = checks[line_no][0]
            assert before == day or (before is not None and before <= on), (line_no, before, day)
        assert later == rows("SELECT line_no, look_on FROM open_line_later")
        transaction.rollback()


NEXT = "SELECT line_no, next_check_on FROM open_line"


def plain(template: str, facts: dict[str, Any]) -> Rendered:
    return Rendered(template, "text", "<p>")


@settings(
    max_examples=12,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(world=worlds(), data=st.data())
def test_the_register_agrees_with_judging_everything_after_any_moves(db, world: World, data):
    with db.atomic() as transaction:
        happening = Happening(world, data)
        register.rebuild(happening.on)
        for _ in range(data.draw(st.integers(2, 5))):
            with db.atomic() as attempt:
                for _ in range(data.draw(st.integers(1, 6))):
                    happening.move()
                happening.on += timedelta(data.draw(st.sampled_from((0, 0, 1, 7, 31))))
                on = happening.on
                if data.draw(st.integers(0, 4)) == 0:
                    with db.atomic() as refreshing:
                        register.refresh(on)
                        refreshing.rollback()
                assert register.refresh(on)
                check_agrees(on)
                if data.draw(st.integers(0, 2)) == 0:
                    expected = len(in_full(on)[2])
                    told = overdue.find(SYSTEM, on, None, render=plain)
                    assert bool(told["escalated"] or told["mails"]) <= bool(expected)
                    check_agrees(on)
                    assert overdue.find(SYSTEM, on, None, render=None)["escalated"] == 0
                del attempt
        transaction.rollback()
