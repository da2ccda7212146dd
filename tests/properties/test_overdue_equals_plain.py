"""The set-based listing of overdue lines agrees with the plain reading, and so does interest."""

from datetime import date, timedelta
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from models.records.base import sql
from models.services import access
from models.services.overdue import listing, watched
from models.services.settle import settle_period
from tests.properties import plain_overdue
from tests.properties.moneys import later, moneys, put_money
from tests.properties.plain_overdue import Money
from tests.properties.plain_settlement import Settlement, World
from tests.properties.worlds import put, worlds


def listed(on: date) -> dict[str, tuple[Any, ...]]:
    listing.collect(access.areas(access.SYSTEM, None), on)
    watched.collect_interest(on)
    rows = sql(
        "SELECT l.line_no, l.lane, l.due_on, l.days_late, l.unpaid_fen,"
        " (SELECT coalesce(sum(p.interest_fen), 0)::bigint FROM late_part p"
        "   WHERE p.line_no = l.line_no), l.step, l.responsible, l.party_code FROM late l"
    )
    return {row[0]: tuple(row[1:]) for row in rows}


def parts(on: date) -> dict[str, list[tuple[Any, ...]]]:
    watched.collect(access.areas(access.SYSTEM, None), on)
    watched.collect_interest(on)
    found: dict[str, list[tuple[Any, ...]]] = {}
    for line_no, *part in sql(
        "SELECT line_no, amount_fen, paid_on, days, rate_bp, interest_fen::bigint FROM late_part"
        " ORDER BY line_no, paid_on NULLS LAST, amount_fen"
    ):
        found.setdefault(line_no, []).append(tuple(part))
    return found


def plain_parts(plain: Settlement, money: Money, on: date) -> dict[str, list[tuple[Any, ...]]]:
    found = {}
    for line in plain.world.live_lines():
        if line["line_kind"] == "receipt" and line["accepted_on"] <= on:
            told = plain_overdue.late_parts(plain, money, line, on)
            if told:
                found[line["line_no"]] = [
                    (p.amount_fen, p.paid_on, p.days, p.rate_bp, p.interest_fen) for p in told
                ]
    return found


def telling_days(plain: Settlement, money: Money) -> list[st.SearchStrategy[date]]:
    """Days on which something changes: bookings and returns, the day after a due day, any day."""
    moved = [day for fates in money.booked.values() for pair in fates for day in pair if day]
    due = [
        plain_overdue.due_on(plain, line, date(2026, 4, 1)) + timedelta(1)
        for line in plain.world.live_lines()
    ]
    return [later, *(st.sampled_from(days) for days in (moved, due) if days)]


#: Each example rolls back, so the emptied database serves them all.
@settings(
    max_examples=30,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(world=worlds(), data=st.data())
def test_overdue_lines_and_interest_agree_on_any_day(db, world: World, data):
    with db.atomic() as transaction:
        put(world)
        plain = Settlement(world)
        period = data.draw(st.sampled_from(("2026-02", "2026-03")))
        plain.settle(period, set())
        settle_period(access.SYSTEM, period, None, on=date(2026, 11, 1), progress=lambda *_: None)
        money = data.draw(moneys(plain))
        put_money(plain, money)
        for on in data.draw(st.sets(st.one_of(telling_days(plain, money)), min_size=2, max_size=3)):
            assert listed(on) == plain_overdue.listing(plain, money, on)
            assert parts(on) == plain_parts(plain, money, on)
        transaction.rollback()
