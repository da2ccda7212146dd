"""Surplus retention with the worked example of the notices."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.rules import retention
from models.rules.retention import RetentionLine

EXAMPLE = {
    "base_quantity": Decimal(120_000),
    "agreed_quantity": Decimal(84_000),
    "actual_quantity": Decimal(84_000),
    "price_before_yuan": Decimal("2.5000"),
    "award_price_yuan": Decimal("0.4000"),
    "non_selected_fen": 3_000_000,
    "fund_ratio_bp": 6_200,
    "insured_share_bp": 9_000,
}
ZHUZHOU = [(Decimal(80), 5_000), (Decimal(60), 3_000)]
YIBIN = [(Decimal(80), 5_000), (Decimal(65), 4_000)]


def line(**changes):
    return RetentionLine(**{**EXAMPLE, **changes})


def test_the_worked_example_to_the_fen():
    assert retention.base_fen(line()) == 13_191_120


@pytest.mark.parametrize(
    ("score", "tiers", "kept"),
    [(83, ZHUZHOU, 6_595_560), (72, ZHUZHOU, 3_957_336), (72, YIBIN, 5_276_448), (58, ZHUZHOU, 0)],
)
def test_the_tier_reached_decides_what_is_kept(score, tiers, kept):
    ratio = retention.ratio_bp(Decimal(score), tiers)
    assert retention.retained_fen(13_191_120, ratio) == kept


def test_without_a_score_or_a_tier_nothing_is_kept():
    assert retention.ratio_bp(None, ZHUZHOU) == 0
    assert retention.ratio_bp(Decimal("59.99"), ZHUZHOU) == 0
    assert retention.ratio_bp(Decimal(100), []) == 0


def test_an_agreed_quantity_that_was_not_bought_keeps_nothing_unless_it_is_excluded():
    assert retention.base_fen(line(actual_quantity=Decimal("83999.9999"))) == 0
    excused = line(actual_quantity=Decimal(0), excluded_reason="短缺药品")
    assert retention.base_fen(excused) == 13_191_120


def test_what_cost_more_than_the_budget_is_no_debt():
    assert retention.base_fen(line(price_before_yuan=Decimal("0.1000"))) == 0


@given(st.integers(0, 10_000), st.integers(0, 10_000))
def test_the_base_grows_with_the_shares_of_fund_and_insured(fund, insured):
    base = retention.base_fen(line(fund_ratio_bp=fund, insured_share_bp=insured))
    assert 0 <= base <= retention.base_fen(line(fund_ratio_bp=10_000, insured_share_bp=10_000))
