"""Indicators with the examples of the notices."""

from datetime import date
from decimal import Decimal

import pytest

from models.rules import monitoring
from models.rules.monitoring import Direction, Term, Verdict


@pytest.mark.parametrize(
    ("numerator", "denominator", "value"),
    [
        (9_200_000, 10_000_000, 9_200),
        (3_100_000, 4_000_000, 7_750),
        (4_750_000, 5_000_000, 9_500),
        (250_000, 5_000_000, 500),
        (18_000, 90_000, 2_000),
        (96_600, 84_000, 11_500),
        (4_500_000, 5_000_000, 9_000),
        (372_000, 400_000, 9_300),
        (46, 50, 9_200),
        (3_500_000, 10_000_000, 3_500),
        (Decimal("0.00005"), 1, 1),
        (Decimal("-0.00005"), 1, -1),
    ],
)
def test_a_value_is_ten_thousand_times_the_share_half_away_from_zero(numerator, denominator, value):
    assert monitoring.value_bp(numerator, denominator) == value


def test_time_progress_of_a_cycle_counts_both_end_days():
    term = Term(Decimal(120_000), date(2026, 3, 1), date(2027, 2, 28))
    asked = monitoring.time_progress_bp([term], date(2026, 6, 30))
    assert asked == 3_342
    assert monitoring.value_bp(30_000, 120_000) - asked == -842


def test_time_progress_of_several_terms_is_weighted_by_what_was_committed():
    half = Term(Decimal(100), date(2026, 1, 1), date(2026, 1, 10))
    whole = Term(Decimal(300), date(2026, 1, 1), date(2026, 1, 5))
    assert monitoring.time_progress_bp([half, whole], date(2026, 1, 5)) == 8_750
    assert monitoring.time_progress_bp([], date(2026, 1, 5)) is None


def test_a_share_reaches_its_target_and_a_limit_is_not_passed():
    assert monitoring.verdict(Direction.AT_LEAST, 9_000, 9_000) is Verdict.PASS
    assert monitoring.verdict(Direction.AT_LEAST, 8_999, 9_000) is Verdict.FAIL
    assert monitoring.verdict(Direction.AT_MOST, 3_000, 3_000) is Verdict.PASS
    assert monitoring.verdict(Direction.AT_MOST, 3_001, 3_000) is Verdict.FAIL
    assert monitoring.verdict(Direction.AT_LEAST, 1, None) is None
