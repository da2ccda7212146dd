"""Points are given item by item; their sum is the score; presets give the worked example."""

from decimal import Decimal

import psycopg
import pytest

from models.records.base import db as handle
from models.records.base import sql
from models.rules import retention as rules
from models.rules.errors.access import NotAllowed
from models.rules.errors.retention import (
    AssessmentIncomplete,
    AssessmentListed,
    AssessmentPointsRefused,
    RetentionUnknown,
)
from models.rules.retention_presets import PRESETS
from models.services.access import Actor
from models.services.retention import assessing
from tests.factories import receipts, retention, sheets
from tests.factories.sheets import CHECKER, MAKER

pytestmark = pytest.mark.usefixtures("db")

FULL = {"1": ("40", ""), "2": ("30", ""), "3": ("30", "")}


@pytest.fixture
def key():
    made = sheets.city(1, 1)
    receipts.scheme()
    for valid_from, code, name, points in (
        ("2025-01-01", "9", "旧项目", 100),
        ("2026-01-01", "1", "约定采购量完成率", 40),
        ("2026-01-01", "2", "30天回款率", 30),
        ("2026-01-01", "3", "非中选比例", 30),
        ("2026-04-01", "9", "以后的项目", 100),
    ):
        receipts.insert(
            "assessment_item", scheme_code="S1", valid_from=valid_from, item_code=code, name=name,
            points=points, indicator="paid_in_30_days" if code == "2" else None,
        )  # fmt: skip
    return retention.figures(made.hospitals[0])


def score(key):
    return sql(
        "SELECT score FROM assessment WHERE (period, hospital_code, round_code) = (%s, %s, %s)",
        key,
    ).fetchone()


def test_the_form_is_that_of_the_month_and_the_score_its_sum(key):
    assert [(one.item_code, one.points) for one in assessing.items(key)] == [
        ("1", 40), ("2", 30), ("3", 30),
    ]  # fmt: skip
    given = {**FULL, "2": ("12.5", "回款率 41%")}
    assert assessing.give(CHECKER, key, given) == Decimal("82.5")
    assert score(key) == (Decimal("82.5"),)
    (found,) = [one for one in assessing.items(key) if one.item_code == "2"]
    assert (found.given, found.reason, found.given_by) == (
        Decimal("12.5"),
        "回款率 41%",
        "checker1",
    )
    assessing.give(CHECKER, key, FULL)
    assert score(key) == (100,)
    kept = sql("SELECT count(*) FROM master_history WHERE table_name = 'assessment'").fetchone()
    assert kept == (1,)


def test_points_missing_above_the_item_or_without_their_reason_are_refused(key):
    for given, error in (
        ({"1": ("40", "")}, AssessmentIncomplete),
        ({**FULL, "3": ("29", " ")}, AssessmentIncomplete),
        ({**FULL, "1": ("40.01", "")}, AssessmentPointsRefused),
        ({**FULL, "1": ("-1", "x")}, AssessmentPointsRefused),
        ({**FULL, "1": ("39.999", "x")}, AssessmentPointsRefused),
        ({**FULL, "1": ("NaN", "x")}, AssessmentPointsRefused),
        ({**FULL, "1": ("many", "x")}, AssessmentPointsRefused),
    ):
        with pytest.raises(error):
            assessing.give(CHECKER, key, given)
    assert score(key) is None
    with pytest.raises(psycopg.errors.CheckViolation), handle.atomic():
        sql("INSERT INTO assessment_point VALUES ('2026-03', 'H', 'R', '1', 5, 4, 'x', 'a', now())")


def test_only_the_agency_of_the_hospital_assesses_and_not_what_is_public(key):
    with pytest.raises(NotAllowed):
        assessing.give(MAKER, key, FULL)
    far = Actor(name="far", role="checker", area_code=sheets.OTHER_CITY)
    with pytest.raises(RetentionUnknown):
        assessing.give(far, key, FULL)
    retention.declare(key)
    retention.drafted()
    with pytest.raises(AssessmentListed):
        assessing.give(CHECKER, key, FULL)


@pytest.mark.parametrize(
    ("city", "points", "kept"),
    [
        ("zhuzhou", 83, 6_595_560), ("zhuzhou", 72, 3_957_336), ("zhuzhou", 58, 0),
        ("yibin", 83, 6_595_560), ("yibin", 72, 5_276_448), ("yibin", 58, 0),
    ],
)  # fmt: skip
def test_the_worked_example_by_the_tiers_of_two_cities(city, points, kept):
    tiers = [(Decimal(least), bp) for least, bp in PRESETS[city].tiers]
    ratio = rules.ratio_bp(Decimal(points), tiers)
    assert rules.retained_fen(13_191_120, ratio) == kept
