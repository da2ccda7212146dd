"""The yearly list of grades: made from the year's figures, confirmed by another, then fixed."""

from datetime import date

import psycopg
import pytest

from models.records.base import db as database
from models.records.base import sql
from models.rules.errors.access import NotAllowed, OutOfScope, SecondPersonNeeded
from models.rules.errors.reporting import GradesMissing, GradesMoved, GradesStand
from models.rules.words import Role
from models.services.access import Actor
from models.services.grading import listing
from tests.factories import imports
from tests.factories.imports import HOSPITAL, OTHER_HOSPITAL, SCHEME_ROW, send
from tests.factories.reporting import MAKER

ON = date(2027, 1, 8)
CITY = "529900"
APPROVER = Actor("approver", Role.APPROVER, CITY)
BOTH = Actor("supervisor", Role.SUPERVISOR, CITY)
ITEM = {"scheme_code": "S-1", "valid_from": "2026-01-01"}


@pytest.fixture(autouse=True)
def town(db):
    imports.world()
    send("schemes", [SCHEME_ROW])
    return db


def form() -> None:
    items = [
        ITEM | {"item_code": "1", "name": "按时结算", "points": "60", "source": "indicator",
                "measure": "on_time_rate", "none_bp": "8000", "full_bp": "9500"},
        ITEM | {"item_code": "2", "name": "现场检查", "points": "40", "source": "given"},
    ]  # fmt: skip
    for item in items:
        assert send("grade_items", [item]).counts == (1, 0, 0)
    tiers = [
        ITEM | {"min_points": points, "grade": grade, "factor_bp": factor}
        for points, grade, factor in (("0", "C", "9900"), ("80", "A", "10100"))
    ]
    assert send("grade_tiers", tiers).counts == (2, 0, 0)
    points = [{"year": "2026", "hospital_code": HOSPITAL, "item_code": "2", "points": "36"}]
    assert send("grade_points", points).counts == (1, 0, 0)
    for period, above in (("2026-01", 80), ("2026-12", 95), ("2025-12", 0)):
        sql(
            "INSERT INTO indicator_value (period, hospital_code, indicator, subject, numerator,"
            " denominator, is_money, value_bp)"
            " VALUES (%s, %s, 'on_time_rate', '', %s, 100, true, 0)",
            (period, HOSPITAL, above),
        )


def make(actor: Actor = MAKER) -> int:
    with database.atomic():
        made = listing.make(actor, 2026, CITY, on=ON)
    found = sql("SELECT id FROM grade_list WHERE list_no = %s", (made["list_no"],))
    return int(found.fetchone()[0])


def test_a_list_rates_the_year_and_stays_as_confirmed_until_withdrawn_with_a_reason():
    with pytest.raises(GradesMissing):
        make()
    form()
    made = make()
    results = "SELECT hospital_code, points::text, grade, factor_bp FROM grade_result ORDER BY 1"
    # 175 of 200 on time: 87.50 %, half of 60 points; 36 of 40 given; 66 of 100.
    assert sql(results).fetchall() == [
        (HOSPITAL, "66.0000", "C", 9900), (OTHER_HOSPITAL, None, "", None)
    ]  # fmt: skip
    items = (
        "SELECT item_code, value::text, points::text FROM grade_result_item"
        " WHERE hospital_code = %s ORDER BY 1"
    )
    assert sql(items, (HOSPITAL,)).fetchall() == [
        ("1", "8750.0000", "30.0000"), ("2", "36.0000", "36.0000")
    ]  # fmt: skip
    with pytest.raises(GradesStand):
        make()
    with pytest.raises(NotAllowed):
        listing.confirm(MAKER, made, on=ON)
    listing.confirm(APPROVER, made, on=ON)
    with pytest.raises(GradesMoved):
        listing.confirm(APPROVER, made, on=ON)
    with pytest.raises(psycopg.Error, match="add-only"), database.atomic():
        sql("UPDATE grade_result SET grade = 'A'")
    listing.withdraw(APPROVER, made, "现场检查分有误", on=ON)
    send("grade_points", [
        {"year": "2026", "hospital_code": HOSPITAL, "item_code": "2", "points": "40"}
    ])  # fmt: skip
    again = make(BOTH)
    with pytest.raises(SecondPersonNeeded):
        listing.confirm(BOTH, again, on=ON)
    assert sql("SELECT list_no, state FROM grade_list ORDER BY id").fetchall() == [
        ("分级〔2026〕1号", "withdrawn"), ("分级〔2026〕2号", "proposed")
    ]  # fmt: skip
    county = Actor("county", Role.APPROVER, "529901")
    with pytest.raises(OutOfScope):
        listing.confirm(county, again, on=ON)
    with pytest.raises(OutOfScope), database.atomic():
        listing.make(Actor("m", Role.MAKER, "529901"), 2026, CITY, on=ON)
