"""Which payment system carries an order, and when the bank will pay it."""

from dataclasses import replace
from datetime import date, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.rules import rails
from models.rules.errors.rails import NoRail
from models.rules.rails import RailRule
from models.rules.words import DayKind, Rail

SHANGHAI = ZoneInfo("Asia/Shanghai")
START = date(2018, 5, 2)
MILLION = 1_000_000_00
BEPS = RailRule("*", Rail.BEPS, START, cap_fen=MILLION)
HVPS = RailRule("*", Rail.HVPS, START, cut_off="17:15")
INSIDE = RailRule("*", Rail.IN_BANK, START)
ALL = [HVPS, BEPS, INSIDE]
MONDAY, FRIDAY, SATURDAY = date(2026, 7, 13), date(2026, 7, 17), date(2026, 7, 18)


def at(day: date, hour: int, minute: int = 0) -> datetime:
    return datetime(day.year, day.month, day.day, hour, minute, tzinfo=SHANGHAI)


def chosen(amount_fen: int, *, in_bank: bool = False) -> Rail:
    found = rails.in_force(ALL, "any", MONDAY)
    return rails.choose(found, amount_fen, in_bank=in_bank).rail


def test_a_small_order_goes_by_the_small_value_system_up_to_its_cap():
    assert chosen(1) is Rail.BEPS
    assert chosen(MILLION) is Rail.BEPS


def test_a_larger_order_goes_by_the_large_value_system():
    assert chosen(MILLION + 1) is Rail.HVPS


def test_within_a_bank_the_bank_carries_it():
    assert chosen(MILLION * 9, in_bank=True) is Rail.IN_BANK


def test_an_order_no_rail_takes_is_refused_with_its_amount():
    with pytest.raises(NoRail, match=r"1000000\.01"):
        rails.choose([BEPS], MILLION + 1, in_bank=False)


def test_a_profiles_own_row_stands_before_that_of_every_bank():
    own = replace(BEPS, profile_code="icbc", cap_fen=50_000_00)
    found = rails.in_force([*ALL, own], "icbc", MONDAY)
    assert rails.choose(found, 60_000_00, in_bank=False).rail is Rail.HVPS
    assert chosen(60_000_00) is Rail.BEPS


def test_a_bank_that_ended_a_rail_stays_without_it():
    own = replace(BEPS, profile_code="icbc", valid_to=date(2026, 6, 30))
    found = rails.in_force([*ALL, own], "icbc", MONDAY)
    assert Rail.BEPS not in {rule.rail for rule in found}


def test_of_several_rows_the_latest_start_not_after_the_day_counts():
    later = replace(BEPS, valid_from=date(2026, 7, 14), cap_fen=5)
    assert rails.in_force([*ALL, later], "any", MONDAY)[1] == BEPS
    assert rails.in_force([*ALL, later], "any", date(2026, 7, 14))[1] == later


def test_before_the_cut_off_the_day_counts_and_after_it_the_next_working_day():
    assert rails.execution_day(MONDAY, at(MONDAY, 17, 15), HVPS, {}) == MONDAY
    assert rails.execution_day(MONDAY, at(MONDAY, 17, 16), HVPS, {}) == date(2026, 7, 14)
    assert rails.execution_day(FRIDAY, at(FRIDAY, 18), HVPS, {}) == date(2026, 7, 20)


def test_a_day_of_rest_and_a_past_day_become_the_next_working_day():
    assert rails.execution_day(SATURDAY, at(FRIDAY, 9), HVPS, {}) == date(2026, 7, 20)
    assert rails.execution_day(date(2026, 1, 1), at(MONDAY, 9), HVPS, {}) == MONDAY


def test_a_rail_without_a_cut_off_pays_the_same_day():
    assert rails.execution_day(MONDAY, at(MONDAY, 23, 59), BEPS, {}) == MONDAY


@given(
    wanted=st.dates(date(2026, 1, 1), date(2026, 12, 1)),
    today=st.dates(date(2026, 1, 1), date(2026, 12, 1)),
    hour=st.integers(0, 23),
    rests=st.sets(st.dates(date(2026, 1, 1), date(2026, 12, 31)), max_size=10),
)
def test_the_day_is_never_past_never_of_rest_and_never_before_the_wanted_one(
    wanted, today, hour, rests
):
    kinds = dict.fromkeys(rests, DayKind.HOLIDAY)
    day = rails.execution_day(wanted, at(today, hour), HVPS, kinds)
    assert day >= max(wanted, today)
    assert rails.is_working(day, kinds)
    assert not (day == today and rails.is_late(HVPS, at(today, hour)))


@given(amount=st.integers(1, 10**13), in_bank=st.booleans())
def test_the_chosen_rail_is_the_first_whose_cap_takes_the_amount(amount, in_bank):
    rule = rails.choose(rails.in_force(ALL, "any", MONDAY), amount, in_bank=in_bank)
    assert rule.cap_fen is None or amount <= rule.cap_fen
    assert in_bank or rule.rail is not Rail.IN_BANK
