"""Which definition of an indicator counts: area, version, subject, and what may be divided."""

from dataclasses import replace
from datetime import date

import pytest

from models.rules.definitions import DEFAULTS, EVERY, PRESETS, in_force, of_subject
from models.rules.errors.imports import RowCode
from models.rules.measures import ABOUT, Measure
from models.rules.monitoring import Direction, Indicator, Target
from models.schemas.table import verdict
from models.schemas.tables import BY_KIND

CITY, PROVINCE = "590900", "590000"
ABOVE = [CITY, PROVINCE]
BASE = next(one for one in DEFAULTS if one.indicator == Indicator.VBP_SHARE_AMOUNT)


def counts(*versions, on=date(2026, 3, 31), subject="", above=ABOVE):
    found = in_force([*versions, *DEFAULTS], above, on)
    return of_subject(found[BASE.indicator], subject)


def test_the_defaults_are_the_eight_indicators_with_their_targets():
    told = {(one.indicator, one.subject): (one.target, one.target_bp) for one in DEFAULTS}
    assert {indicator for indicator, _subject in told} == set(Indicator)
    assert told["online_rate", "drug"] == (Target.FIXED, 9_000)
    assert told["online_rate", "consumable"] == (Target.FIXED, 8_000)
    assert told["purchase_progress", EVERY] == (Target.TIME_PROGRESS, None)
    assert told["non_selected_share", EVERY] == (Target.ROUND_LIMIT, None)
    limited = {one.indicator for one in DEFAULTS if one.direction is Direction.AT_MOST}
    assert limited == {"non_selected_share", "arrears_ratio"}


def test_every_prepared_definition_has_a_source_and_divides_like_by_like():
    assert set(ABOUT) == set(Measure)
    for one in (*DEFAULTS, *PRESETS):
        assert one.source_title, one.indicator
        assert ABOUT[one.numerator] == ABOUT[one.denominator], one.indicator
        assert (one.target is Target.FIXED) == (one.target_bp is not None), one.indicator


def test_the_nearest_area_counts_then_the_latest_version():
    province = replace(BASE, area_code=PROVINCE, valid_from=date(2026, 3, 1))
    city = replace(BASE, area_code=CITY, valid_from=date(2026, 1, 1))
    later = replace(city, valid_from=date(2026, 3, 31))
    assert counts(province) == province
    assert counts(province, city) == city
    assert counts(province, city, later) == later
    assert counts(province, city, later, on=date(2026, 3, 30)) == city
    assert counts(city, above=["590100", PROVINCE]) == BASE


def test_what_ended_lets_the_one_before_count_again():
    ended = replace(BASE, area_code=CITY, valid_from=date(2026, 1, 1), valid_to=date(2026, 3, 31))
    assert counts(ended) == ended
    assert counts(ended, on=date(2026, 4, 1)) == BASE


def test_the_very_subject_counts_before_all_in_the_same_area_alone():
    every = replace(BASE, area_code=CITY, valid_from=date(2026, 2, 1))
    own = replace(every, subject="N1", valid_from=date(2026, 1, 1))
    far = replace(own, area_code=PROVINCE)
    assert counts(every, own, subject="N1") == own
    assert counts(every, own, subject="N2") == every
    assert counts(every, far, subject="N1") == every


@pytest.mark.parametrize(
    ("changed", "wrong"),
    [
        ({}, []),
        ({"denominator": "total_amount"}, [("denominator", RowCode.BAD_CHOICE)]),
        ({"denominator": "vbp_quantity"}, [("denominator", RowCode.BAD_CHOICE)]),
        ({"target": "fixed"}, [("target_bp", RowCode.MISSING_VALUE)]),
        ({"target_bp": "9000"}, [("target_bp", RowCode.BAD_NUMBER)]),
        ({"valid_to": "2025-12-31"}, [("valid_to", RowCode.BAD_DATE)]),
    ],
)
def test_a_row_divides_like_by_like_and_says_its_target_once(changed, wrong):
    row = {
        "indicator": "x", "subject": "all", "area_code": CITY, "valid_from": "2026-01-01",
        "valid_to": "", "name": "名", "numerator": "vbp_amount", "denominator": "drug_amount",
        "direction": "at_least", "target": "none", "target_bp": "", "source_title": "通知",
        "source_article": "",
    }  # fmt: skip
    told = {name: text for name, text in (row | changed).items() if text}
    assert verdict(BY_KIND["indicator_definitions"](), told)[1] == wrong
