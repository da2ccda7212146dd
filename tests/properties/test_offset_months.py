"""Random months of advances, funds and money paid in: nothing is lost or asked for twice."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from models.records.base import sql
from models.rules import calendar
from models.rules import offset as rule
from models.rules.offset import ASKS
from models.rules.words import Shortfall
from models.services import books, offsets, shortfalls
from tests.conftest import empty_tables
from tests.factories import funding, sheets
from tests.factories import payments as bank
from tests.factories.sheets import MAKER
from tests.services.test_bank_results import about, answer
from tests.services.test_offsets import pay_sheet


@dataclass(frozen=True)
class Month:
    """What happens in a month: a sheet paid, a fund, one payment back, part of a request paid."""

    amount: int
    fund: int
    comes_back: bool
    paid_share: int
    runs_again: bool


months = st.builds(
    Month,
    amount=st.integers(0, 500),
    fund=st.integers(-100, 500),
    comes_back=st.booleans(),
    paid_share=st.integers(0, 3),
    runs_again=st.booleans(),
)


def one(query: str, *told: object) -> Any:
    return sql(query, told).fetchone()[0]


def total(what: str) -> int:
    return int(one(f"SELECT coalesce(sum({what}), 0) FROM hospital_offset"))


def advanced() -> int:
    """What is out and was not brought back, asked of the orders themselves."""
    return int(
        one(
            "SELECT coalesce(sum(amount_fen), 0) FROM payment_instruction"
            " WHERE state IN ('sent', 'settled')"
        )
    )


def paid_in() -> int:
    return int(one("SELECT coalesce(sum(amount_fen), 0) FROM money_receipt"))


def waiting() -> list[tuple[str, int, date]]:
    return sql(
        "SELECT period, amount_fen - received_fen, due_on FROM money_request"
        " WHERE state = 'asked' ORDER BY period, due_on"
    ).fetchall()


def row(period: str) -> tuple[int, ...] | None:
    return sql(
        "SELECT available_fen, goods_fen, carried_in_fen, offset_fen, carried_out_fen,"
        " collected_fen, deferred_fen, recovered_fen FROM hospital_offset WHERE period = %s",
        (period,),
    ).fetchone()


def expected(period: str, fund: int, on: date, before: dict[str, int]) -> rule.Offset:
    """What the rule says of the facts, added up the plain way."""
    asked = [found for found in waiting() if found[0] < period and found[2] >= on]
    return rule.offset(
        rule.available_fen(fund, 0, 0, 0),
        advanced() - before["goods"],
        before["carried"],
        collected=paid_in() - before["collected"],
        deferred=sum(found[1] for found in asked),
    )


@settings(max_examples=12, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    shortfall=st.sampled_from(list(Shortfall)),
    days=st.integers(1, 60),
    story=st.lists(months, min_size=1, max_size=4),
)
def test_months_add_up_whatever_happens(db, shortfall: Shortfall, days: int, story: list[Month]):
    empty_tables()
    town = sheets.city(1, 1)
    bank.profile()
    funding.scheme(shortfall=shortfall.value, shortfall_days=days)
    hospital = town.hospitals[0]
    for place, month in enumerate(story):
        period = f"2026-{place + 3:02d}"
        on = calendar.last_day(period) + timedelta(10)
        _happens(month, hospital, period)
        before = {
            "goods": total("goods_fen"),
            "collected": total("collected_fen"),
            "carried": _carried(),
        }
        plain = expected(period, month.fund, on, before)
        offsets.offset_period(MAKER, period, None, on)
        _compare(period, plain, asks=shortfall in ASKS)
        if month.paid_share:
            _pay_in(month.paid_share, on)
        if month.runs_again:
            again = expected(period, month.fund, on, before)
            offsets.offset_period(MAKER, period, None, on)
            _compare(period, again, asks=shortfall in ASKS)
            state = (row(period), waiting())
            offsets.offset_period(MAKER, period, None, on)
            assert (row(period), waiting()) == state, "twice is once"
        assert books.check_books()["broken"] == []


def _carried() -> int:
    found = sql("SELECT carried_out_fen FROM hospital_offset ORDER BY period DESC").fetchone()
    return int(found[0]) if found else 0


def _happens(month: Month, hospital: str, period: str) -> None:
    funding.fund(period, hospital, month.fund)
    if month.amount:
        pay_sheet(hospital, sheets.credit_code(1), month.amount, period)
    out = [place for place, order in enumerate(bank.orders()) if order[2] == "sent"]
    if month.comes_back and out:
        answer(about(out[0], "returned"))


def _pay_in(share: int, on: date) -> None:
    """Pay a third, two thirds or all of the first request that waits."""
    for number, open_fen in sql(
        "SELECT request_no, amount_fen - received_fen FROM money_request WHERE state = 'asked'"
        " ORDER BY id LIMIT 1"
    ).fetchall():
        part = open_fen * share // 3
        if part:
            shortfalls.receive(MAKER, number, f"PZ{on}", part, on, on)


def _compare(period: str, plain: rule.Offset, *, asks: bool) -> None:
    found = row(period)
    if found is None:
        assert (plain.goods_fen, plain.carried_in_fen, plain.collected_fen) == (0, 0, 0)
        return
    assert rule.Offset(*found) == plain
    open_fen = sum(one[1] for one in waiting())
    assert open_fen == plain.deferred_fen + (plain.asked_fen if asks else 0)
    assert open_fen <= max(plain.carried_out_fen, 0)
    assert advanced() == total("offset_fen") + total("collected_fen") + plain.carried_out_fen
