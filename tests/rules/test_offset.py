"""An offset takes what it may, spares what a hospital is asked to pay itself, and loses nothing."""

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from models.rules import offset as rule
from models.rules.money import fen
from models.rules.offset import Waiting

sums = st.integers(-1_000, 1_000)
above = st.integers(0, 1_000)


def test_the_example_of_the_practice_to_the_fen():
    available = rule.available_fen(fen("1286400.00"), fen("760000.00"), 0, fen("64320.00"))
    found = rule.offset(available, fen("512000.00"), fen("21500.00"))
    assert (found.available_fen, found.offset_fen) == (fen("462080.00"), fen("462080.00"))
    assert found.carried_out_fen == fen("71420.00")


def test_what_is_new_this_month_is_asked_for_and_what_fell_back_is_not():
    found = rule.offset(30, 100, 50)
    assert found.carried_out_fen == 120
    assert found.asked_fen == 100, "the fund paid 30 of the old 50, 20 fell back and stay carried"


def test_a_fund_spares_what_the_hospital_is_asked_to_pay():
    found = rule.offset(1_000, 100, 50, deferred=50)
    assert (found.offset_fen, found.carried_out_fen, found.asked_fen) == (100, 50, 0)


def test_turnover_money_is_taken_from_what_the_goods_left():
    found = rule.offset(1_000, 700, 0, recoverable=500)
    assert (found.offset_fen, found.recovered_fen) == (700, 300)


@given(above, sums, sums, sums, above, above)
def test_nothing_is_lost_and_nothing_taken_twice(a, goods, carried, collected, deferred, turnover):
    found = rule.offset(
        a, goods, carried, collected=collected, deferred=deferred, recoverable=turnover
    )
    assert goods + carried == collected + found.offset_fen + found.carried_out_fen
    assert 0 <= found.offset_fen + found.recovered_fen <= a
    assert 0 <= found.recovered_fen <= turnover
    assert found.deferred_fen <= max(found.carried_out_fen, 0)
    assert 0 <= found.asked_fen + found.deferred_fen <= max(found.carried_out_fen, 0)


@given(st.lists(st.tuples(st.integers(1, 300), st.integers(0, 5)), max_size=5), above)
def test_requests_are_cut_from_the_latest_deadline(opens, allowed):
    waiting = [
        Waiting(f"R{n}", amount, date(2026, 5, 1) + timedelta(day))
        for n, (amount, day) in enumerate(opens)
    ]
    kept = rule.cut(waiting, allowed)
    assert sum(part for _, part in kept) == min(allowed, sum(one.open_fen for one in waiting))
    cut_short = [one.due_on for one, part in kept if part < one.open_fen]
    whole = [one.due_on for one, part in kept if part == one.open_fen]
    assert not cut_short or not whole or max(whole) <= min(cut_short)
