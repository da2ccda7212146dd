"""Interest of 国务院令第802号 to the fen."""

from datetime import date, timedelta
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.rules import interest
from models.rules.words import EnterpriseSize

DUE = date(2026, 4, 30)


def test_100_000_yuan_46_days_late_cost_2300_yuan_or_378_08_at_three_per_cent():
    days = (date(2026, 6, 15) - DUE).days
    assert days == 46
    assert interest.interest_fen(10_000_000, days, None) == 230_000
    assert interest.interest_fen(10_000_000, days, 300) == 37_808


@pytest.mark.parametrize(
    ("amount_fen", "days", "expected"),
    [(1_000, 25, 13), (1_000, 1, 1), (999, 1, 0), (3_000, 3, 5), (1, 0, 0)],
)
def test_half_a_fen_is_rounded_up(amount_fen, days, expected):
    assert interest.interest_fen(amount_fen, days, None) == expected


def test_the_size_when_the_contract_was_signed_goes_before_the_present_one():
    assert interest.bears_interest(EnterpriseSize.SMALL, EnterpriseSize.LARGE)
    assert not interest.bears_interest(EnterpriseSize.LARGE, EnterpriseSize.MICRO)
    assert interest.bears_interest(None, EnterpriseSize.MEDIUM)
    assert not interest.bears_interest(None, EnterpriseSize.LARGE)


def test_a_rate_below_the_lpr_counts_as_none_and_stands_where_no_lpr_is_known():
    assert interest.rate_that_counts(300, 300) == 300
    assert interest.rate_that_counts(299, 300) is None
    assert interest.rate_that_counts(1, None) == 1
    assert interest.rate_that_counts(None, 300) is None


def test_each_part_paid_late_and_what_is_open_are_parts_of_their_own():
    on = DUE + timedelta(days=40)
    paid = [(DUE + timedelta(days=10), 200_00), (DUE, 300_00), (DUE + timedelta(days=1), 100_00)]
    parts = interest.late_parts(DUE, on, paid, 400_00, None)
    assert [(part.amount_fen, part.days, part.interest_fen) for part in parts] == [
        (100_00, 1, 5),
        (200_00, 10, 100),
        (400_00, 40, 800),
    ]
    assert parts[-1].paid_on is None


def test_what_is_paid_on_the_due_day_costs_nothing():
    assert interest.late_parts(DUE, DUE + timedelta(days=9), [(DUE, 100_00)], 0, None) == []
    assert interest.late_parts(DUE, DUE, [], 100_00, None) == []


@given(st.integers(0, 10**13), st.integers(0, 5_000), st.none() | st.integers(0, 10_000))
def test_interest_is_the_nearest_fen_to_the_exact_value(amount_fen, days, rate_bp):
    daily = Fraction(5, 10_000) if rate_bp is None else Fraction(rate_bp, 10_000 * 365)
    exact = amount_fen * daily * days
    got = interest.interest_fen(amount_fen, days, rate_bp)
    assert got - Fraction(1, 2) <= exact < got + Fraction(1, 2)
