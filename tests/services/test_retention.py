"""Surplus retention over all hospitals agrees with the rule, and shows the last run."""

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from models.records.base import db as database
from models.records.base import sql
from models.rules import retention as rules
from models.rules.errors.access import NotAllowed, UnknownArea
from models.services import retention
from models.services.access import SYSTEM
from tests.factories import receipts, sheets
from tests.rules.test_retention import EXAMPLE

PERIOD = "2026-04"
ZHUZHOU = ((60, 3_000), (80, 5_000))


@pytest.fixture
def city(db):
    made = sheets.city()
    receipts.scheme()
    for min_score, ratio in ZHUZHOU:
        tier(min_score, ratio)
    return made


def tier(min_score, ratio, valid_from="2026-01-01"):
    receipts.insert(
        "retention_tier",
        scheme_code="S1", valid_from=valid_from, min_score=min_score, ratio_bp=ratio,
    )  # fmt: skip


def reported(hospital, nhsa_code="P1", round_code="N1", **changes):
    key = {"period": PERIOD, "hospital_code": hospital, "round_code": round_code}
    receipts.insert("retention_input", **key, nhsa_code=nhsa_code, **{**EXAMPLE, **changes})


def assessed(hospital, score, round_code="N1"):
    receipts.insert(
        "assessment", period=PERIOD, hospital_code=hospital, round_code=round_code, score=score
    )


def retain(area=None, period=PERIOD):
    with database.atomic():
        return retention.retain_period(SYSTEM, period, area)


def results():
    return sql(
        "SELECT hospital_code, round_code, base_fen, score, ratio_bp, retained_fen"
        " FROM retention_result ORDER BY 1, 2"
    ).fetchall()


def test_the_worked_example_for_two_hospitals(city):
    first, second = city.hospitals
    reported(first), reported(second), assessed(first, 83), assessed(second, 72)
    assert retain() == {
        "hospitals": 2, "base_yuan": "263822.40", "retained_yuan": "105528.96",
    }  # fmt: skip
    assert results() == [
        (first, "N1", 13_191_120, 83, 5_000, 6_595_560),
        (second, "N1", 13_191_120, 72, 3_000, 3_957_336),
    ]


def test_products_are_rounded_each_and_rounds_are_kept_apart(city):
    hospital = city.hospitals[0]
    tiny = {
        "base_quantity": 1, "agreed_quantity": 0, "actual_quantity": 0, "non_selected_fen": 0,
        "price_before_yuan": Decimal("0.0050"), "fund_ratio_bp": 10_000, "insured_share_bp": 10_000,
    }  # fmt: skip
    reported(hospital, "A", **tiny), reported(hospital, "B", **tiny)
    reported(hospital, "A", round_code="X1")
    retain()
    assert [row[1:3] for row in results()] == [("N1", 2), ("X1", 13_191_120)]


def test_without_a_score_nothing_is_kept(city):
    reported(city.hospitals[0])
    assert retain()["retained_yuan"] == "0.00"
    assert results()[0][3:] == (None, 0, 0)


def test_only_the_tiers_in_force_on_the_last_day_of_the_month_count(city):
    tier(65, 4_000, "2026-04-30"), tier(10, 5_000, "2026-05-01")
    reported(city.hospitals[0]), assessed(city.hospitals[0], 72)
    retain()
    assert results()[0][4] == 4_000


def test_a_second_run_replaces_the_first_and_leaves_other_areas_alone(city):
    sheets.area(sheets.OTHER_CITY, sheets.PROVINCE)
    far = sheets.hospital(9, sheets.OTHER_CITY)
    reported(city.hospitals[0]), reported(far)
    assert retain()["hospitals"] == 2
    sql("DELETE FROM retention_input")
    assert retain(sheets.CITY) == {"hospitals": 0, "base_yuan": "0.00", "retained_yuan": "0.00"}
    assert [row[0] for row in results()] == [far]


def test_an_unknown_area_and_a_person_without_the_right_are_refused(city):
    with pytest.raises(UnknownArea):
        retain("999999")
    with pytest.raises(NotAllowed), database.atomic():
        retention.retain_period(sheets.CHECKER, PERIOD, None)


quantities = st.integers(0, 10**6).map(lambda n: Decimal(n).scaleb(-2))
prices = st.integers(0, 10**6).map(lambda n: Decimal(n).scaleb(-4))
ratios = st.integers(0, 10_000)
lines = st.builds(
    rules.RetentionLine, quantities, quantities, quantities, prices, prices,
    st.integers(0, 10**7), ratios, ratios, st.sampled_from((None, "短缺")),
)  # fmt: skip


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(line=lines, score=ratios.map(lambda n: Decimal(n).scaleb(-2)))
def test_the_set_says_what_the_rule_says(city, line, score):
    hospital = city.hospitals[0]
    with database.atomic() as transaction:
        receipts.insert(
            "retention_input", period=PERIOD, hospital_code=hospital, round_code="N1",
            nhsa_code="P1", **vars(line),
        )  # fmt: skip
        assessed(hospital, score)
        retention.retain_period(SYSTEM, PERIOD, None)
        (row,) = results()
        transaction.rollback()
    ratio = rules.ratio_bp(score, [(Decimal(least), bp) for least, bp in ZHUZHOU])
    base_fen = rules.base_fen(line)
    assert (row[2], row[4], row[5]) == (base_fen, ratio, rules.retained_fen(base_fen, ratio))


def test_the_day_after_the_month_is_not_asked(city):
    sql("UPDATE scheme SET valid_to = %s", (date(2026, 4, 29),))
    reported(city.hospitals[0]), assessed(city.hospitals[0], 83)
    retain()
    assert results()[0][4] == 0
