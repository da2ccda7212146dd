"""Points, tiers and factors of yearly grades: what is unknown does not count, nothing overflows."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.rules.grades import Figures, GradeSource, Item, score, tier, total

RATE = Item(
    "R", "按时结算", Decimal(40), GradeSource.INDICATOR, "on_time_rate", none_bp=8000, full_bp=9500
)
LIMIT = Item(
    "L", "欠款", Decimal(10), GradeSource.INDICATOR, "arrears_ratio", none_bp=1000, full_bp=0
)
MEAN = Item("M", "考核", Decimal(30), GradeSource.ASSESSMENT)
FOUND = Item("F", "参与问题", Decimal(20), GradeSource.FINDINGS, per_finding=Decimal(5))
GIVEN = Item("G", "现场检查", Decimal(10), GradeSource.GIVEN)
TIERS = [
    (Decimal(0), "D", 9800),
    (Decimal(60), "C", None),
    (Decimal(80), "B", 10000),
    (Decimal(90), "A", 10200),
]


def year(**known):
    told = {"indicators": {}, "assessment": None, "findings": {}, "given": {}} | known
    return Figures(**told)


@pytest.mark.parametrize(
    ("bp", "points"),
    [(7000, "0.00"), (8000, "0.00"), (8750, "20.00"), (9500, "40.00"), (9900, "40.00")],
)
def test_a_rate_earns_points_between_its_two_ends(bp, points):
    known = year(indicators={("on_time_rate", ""): (Decimal(bp), Decimal(10_000))})
    assert score(RATE, known).points == Decimal(points)


def test_the_rate_of_a_year_is_of_its_sums_and_a_limit_counts_downwards():
    # 0.75 of 10 and 9.99 of 90: 10.74 of 100, worse than the limit.
    known = year(indicators={("arrears_ratio", "a"): (Decimal("0.75"), Decimal(10)),
                             ("arrears_ratio", "b"): (Decimal("4.25"), Decimal(90))})  # fmt: skip
    assert score(LIMIT, known).value == 500
    assert score(LIMIT, known).points == Decimal("5.00")


def test_what_is_unknown_does_not_count_and_nothing_known_is_no_grade():
    known = year(assessment=Decimal("83.33"), findings={"absent": 1, "unsigned": 2})
    scored = [score(item, known) for item in (RATE, MEAN, FOUND, GIVEN)]
    assert [one.points for one in scored] == [None, Decimal("25.00"), Decimal("5.00"), None]
    # 30.00 of 50 points known.
    assert total(scored) == Decimal("60.00")
    assert tier(total(scored), TIERS) == ("C", None)
    assert total([score(RATE, year())]) is None
    assert tier(None, TIERS) == ("", None)


@given(st.decimals(0, 1000, places=2), st.integers(0, 50), st.decimals(0, 100, places=2))
def test_points_stay_within_their_item(given_points, findings, mean):
    known = year(given={"G": given_points}, findings={"absent": findings}, assessment=mean)
    for item in (GIVEN, FOUND, MEAN):
        assert 0 <= score(item, known).points <= item.points
    assert 0 <= total([score(item, known) for item in (GIVEN, FOUND, MEAN)]) <= 100
