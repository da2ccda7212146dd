"""Reports of quantities: written by the hospital, reviewed one level up, counted from then on."""

from datetime import date

import psycopg
import pytest

from models.records.base import db as database
from models.records.base import sql
from models.rules.errors.access import NotAllowed
from models.rules.errors.reporting import (
    MemberReported,
    NoMembers,
    ReportIncomplete,
    ReportingClosed,
    ReportMoved,
    ReportProductUnknown,
    ReportQuantityBad,
    ReportReasonMissing,
    ReportUnified,
    ReportUnknown,
    ReviewAbove,
)
from models.services.reporting import deciding, writing
from models.services.reporting.writing import Line
from tests.factories.imports import HOSPITAL, OTHER_HOSPITAL, PRODUCT, send
from tests.factories.reporting import (
    AFTER,
    CITY_CHECKER,
    CLINIC,
    COUNTY_CHECKER,
    DURING,
    MAKER,
    MEMBER,
    ROUND,
    SECOND,
    led,
    reported,
    world,
    written,
)


@pytest.fixture(autouse=True)
def empty(db):
    return db


def counted() -> list[tuple]:
    return sql(
        "SELECT hospital_code, nhsa_code, reported_quantity::text, committed_quantity::text"
        " FROM reported_quantity ORDER BY 1, 2"
    ).fetchall()


def state(report: int) -> str:
    return sql("SELECT state FROM quantity_report WHERE id = %s", (report,)).fetchone()[0]


def test_a_report_begins_with_what_was_used_and_counts_once_reviewed_one_level_up():
    world()
    report = writing.begin(CLINIC, HOSPITAL, ROUND, unified=False, on=DURING)
    lines = "SELECT nhsa_code, reported_quantity::text FROM quantity_report_line ORDER BY 1"
    # 70 + 30 of one name, 40 of the other; what was used before the period is no use.
    assert sql(lines).fetchall() == [(PRODUCT, "100.0000"), (SECOND, "40.0000")]
    with pytest.raises(ReportMoved):
        writing.begin(CLINIC, HOSPITAL, ROUND, unified=False, on=DURING)
    with pytest.raises(ReportIncomplete, match="signed letter"):
        deciding.submit(CLINIC, report, on=DURING)
    written(report, Line(HOSPITAL, PRODUCT, "90.5"), Line(HOSPITAL, SECOND, "40"))
    deciding.submit(CLINIC, report, on=DURING)
    assert counted() == []

    with pytest.raises(ReportMoved):
        written(report, Line(HOSPITAL, PRODUCT, "1"))
    with pytest.raises(psycopg.Error, match="is submitted"), database.atomic():
        sql("UPDATE quantity_report_line SET reported_quantity = 1")
    told = {"hospital_code": HOSPITAL, "round_code": ROUND, "nhsa_code": PRODUCT}
    assert send("report_lines", [told | {"reported_quantity": "1"}]).codes == {2: "conflict"}

    with pytest.raises(NotAllowed):
        deciding.review(MAKER, report, on=DURING)
    with pytest.raises(ReviewAbove):
        deciding.review(COUNTY_CHECKER, report, on=DURING)
    deciding.review(CITY_CHECKER, report, on=DURING)
    # 70 % of what was reported is agreed.
    assert counted() == [
        (HOSPITAL, PRODUCT, "90.5000", "63.3500"),
        (HOSPITAL, SECOND, "40.0000", "28.0000"),
    ]
    moves = "SELECT move, from_state, to_state FROM quantity_report_event ORDER BY id"
    assert sql(moves).fetchall() == [
        ("submit", "draft", "submitted"),
        ("review", "submitted", "reviewed"),
    ]
    with pytest.raises(psycopg.Error, match="add-only"), database.atomic():
        sql("DELETE FROM quantity_report_event")
    actions = "SELECT action FROM audit_event WHERE action LIKE 'report.%' ORDER BY id"
    assert [a for (a,) in sql(actions)] == [
        "report.begun", "report.written", "report.submit", "report.review"
    ]  # fmt: skip


def test_what_is_returned_is_put_right_and_counts_anew_even_after_the_last_day():
    world()
    report = reported()
    deciding.take_back(CLINIC, report, on=DURING)
    assert state(report) == "draft"
    with pytest.raises(ReportingClosed):
        deciding.submit(CLINIC, report, on=AFTER)
    deciding.submit(CLINIC, report, on=DURING)
    deciding.review(CITY_CHECKER, report, on=DURING)
    with pytest.raises(ReportMoved):
        deciding.take_back(CLINIC, report, on=DURING)
    deciding.give_back(CITY_CHECKER, report, "布洛芬多报", on=AFTER)
    assert len(counted()) == 2
    sql("DELETE FROM quantity_report_line WHERE nhsa_code = %s", (SECOND,))
    with pytest.raises(ReportReasonMissing, match="布洛芬"):
        deciding.submit(CLINIC, report, on=AFTER)
    written(report, Line(HOSPITAL, SECOND, "0", "今后不再使用"))
    deciding.submit(CLINIC, report, on=AFTER)
    deciding.review(CITY_CHECKER, report, on=AFTER)
    assert (HOSPITAL, SECOND, "0.0000", "0.0000") in counted()


def test_far_less_or_more_than_was_used_needs_a_reason():
    world()
    report = writing.begin(CLINIC, HOSPITAL, ROUND, unified=False, on=DURING)
    for quantity in ("79.9999", "200.0001"):
        written(report, Line(HOSPITAL, PRODUCT, quantity))
        with pytest.raises(ReportReasonMissing, match="阿莫西林"):
            deciding.submit(CLINIC, report, on=DURING)
    for quantity in ("80", "200"):
        written(report, Line(HOSPITAL, PRODUCT, quantity))
        deciding.submit(CLINIC, report, on=DURING)
        deciding.take_back(CLINIC, report, on=DURING)


def test_a_lead_reports_for_its_members_and_a_member_no_more_for_itself():
    world()
    with pytest.raises(NoMembers):
        writing.begin(CLINIC, HOSPITAL, ROUND, unified=True, on=DURING)
    led()
    own = writing.begin(MEMBER, OTHER_HOSPITAL, ROUND, unified=False, on=DURING)
    written(own, Line(OTHER_HOSPITAL, PRODUCT, "10"), by=MEMBER)
    deciding.submit(MEMBER, own, on=DURING)
    with pytest.raises(MemberReported):
        writing.begin(CLINIC, HOSPITAL, ROUND, unified=True, on=DURING)
    deciding.take_back(MEMBER, own, on=DURING)
    report = writing.begin(CLINIC, HOSPITAL, ROUND, unified=True, on=DURING)
    with pytest.raises(ReportUnified):
        deciding.submit(MEMBER, own, on=DURING)
    written(report, Line(OTHER_HOSPITAL, PRODUCT, "12"))
    deciding.submit(CLINIC, report, on=DURING)
    deciding.review(CITY_CHECKER, report, on=DURING)
    assert [(row[0], row[2]) for row in counted()] == [
        (HOSPITAL, "100.0000"), (HOSPITAL, "40.0000"), (OTHER_HOSPITAL, "12.0000")
    ]  # fmt: skip


def test_nobody_reports_for_others_outside_the_days_or_outside_the_catalogue():
    world()
    for day in (date(2026, 7, 31), AFTER):
        with pytest.raises(ReportingClosed):
            writing.begin(CLINIC, HOSPITAL, ROUND, unified=False, on=day)
    with pytest.raises(ReportUnknown):
        writing.begin(CLINIC, OTHER_HOSPITAL, ROUND, unified=False, on=DURING)
    with pytest.raises(NotAllowed):
        writing.begin(MAKER, HOSPITAL, ROUND, unified=False, on=DURING)
    report = writing.begin(CLINIC, HOSPITAL, ROUND, unified=False, on=DURING)
    with pytest.raises(ReportUnknown):
        written(report, Line(HOSPITAL, PRODUCT, "1"), by=MEMBER)
    with pytest.raises(ReportUnknown):
        written(report, Line(OTHER_HOSPITAL, PRODUCT, "1"))
    with pytest.raises(ReportProductUnknown):
        written(report, Line(HOSPITAL, "NONE", "1"))
    for quantity in ("-1", "1.00001", "many"):
        with pytest.raises(ReportQuantityBad):
            written(report, Line(HOSPITAL, PRODUCT, quantity))
    # A file of the hospital's own lines does the same; another's are not its rows.
    told = {"round_code": ROUND, "nhsa_code": PRODUCT, "reported_quantity": "99"}
    rows = [told | {"hospital_code": code} for code in (HOSPITAL, OTHER_HOSPITAL)]
    assert send("report_lines", rows, by=CLINIC).codes == {3: "unknown_reference"}


def test_without_terms_nothing_is_reported():
    world(area_code="529902")
    with pytest.raises(ReportingClosed):
        writing.begin(CLINIC, HOSPITAL, ROUND, unified=False, on=DURING)
