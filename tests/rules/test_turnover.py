"""Turnover money: what funds must bear, and the amount to the fen."""

from datetime import date
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from models.rules import turnover as rule
from models.rules.money import fen
from models.rules.turnover import Lack, Pool, Reserve

GOOD = [
    Reserve(Pool.EMPLOYEE, Decimal("12"), 0, 0),
    Reserve(Pool.RESIDENT, Decimal("6"), 0, 0),
]


def test_twelve_months_for_employees_and_six_for_residents_are_enough():
    assert rule.lacks(GOOD) == []
    low = [Reserve(Pool.EMPLOYEE, Decimal("11.9999"), 0, 0), GOOD[1]]
    assert rule.lacks(low) == [(Pool.EMPLOYEE, Lack.RESERVE_LOW)]


def test_a_deficit_last_year_or_forecast_forbids_it():
    bad = [GOOD[0], Reserve(Pool.RESIDENT, Decimal("9"), -1, -1)]
    assert rule.lacks(bad) == [(Pool.RESIDENT, Lack.DEFICIT), (Pool.RESIDENT, Lack.FORECAST)]


def test_a_fund_nobody_told_of_forbids_it():
    assert rule.lacks(GOOD[:1]) == [(Pool.RESIDENT, Lack.NOT_KNOWN)]


def test_an_area_may_ask_for_other_months():
    own = [Reserve(Pool.EMPLOYEE, Decimal("10"), 0, 0, Decimal("9")), GOOD[1]]
    assert rule.lacks(own) == []


def test_half_of_last_years_monthly_average_as_thirty_and_twenty_percent():
    """Guizhou 2020: 12 months of 14,400,000.00 in all are 1,200,000.00 a month."""
    found = rule.amount(fen("14400000.00"), 12, 3_000, 2_000)
    assert found.base_fen == fen("1200000.00")
    assert (found.drug_fen, found.consumable_fen) == (fen("360000.00"), fen("240000.00"))
    assert found.total_fen == fen("600000.00")


def test_nothing_audited_is_nothing():
    assert rule.amount(0, 12, 3_000, 2_000).total_fen == 0
    assert rule.amount(-5, 12, 3_000, 2_000).total_fen == 0
    assert rule.amount(100, 0, 3_000, 2_000).total_fen == 0


@given(st.integers(1, 10**12), st.integers(1, 36), st.integers(0, 20_000), st.integers(0, 20_000))
def test_parts_are_half_up_of_the_exact_average(audited, months, drug, consumable):
    found = rule.amount(audited, months, drug, consumable)
    for part, share in ((found.drug_fen, drug), (found.consumable_fen, consumable)):
        exact = Decimal(audited) * share / (10_000 * months)
        assert abs(part - exact) <= Decimal("0.5")


def test_the_base_ends_in_december_and_the_money_is_back_by_then():
    assert rule.base_months(2026, 12) == ("2025-01", "2025-12")
    assert rule.base_months(2026, 36) == ("2023-01", "2025-12")
    assert rule.repay_by(2026, date(2026, 11, 20)) == date(2026, 12, 31)
    assert rule.repay_by(2026, date(2027, 1, 5)) == date(2027, 1, 5)
