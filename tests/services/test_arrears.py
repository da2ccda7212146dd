"""Figures of a day, the ranking of a month and the list of a year add up what is overdue."""

from datetime import date

import psycopg
import pytest

from models.records.base import db as database
from models.records.base import sql
from models.rules.errors.access import NotAllowed, OutOfScope
from models.rules.errors.publication import (
    PublicationByItsMaker,
    PublicationChanged,
    PublicationReasonMissing,
    PublicationUnderReview,
    YearNotOver,
)
from models.services import access
from models.services.access import SYSTEM, Actor
from models.services.arrears import cells, figures, publication, ranking
from models.services.monitoring import monitor_period
from models.services.overdue import listing
from tests.factories import receipts, sheets

#: Accepted 2 March: due 1 April.
LATE = date(2026, 5, 1)
CHECKER = Actor(name="checker1", role="checker")


@pytest.fixture
def city(db):
    made = sheets.city()
    receipts.product()
    receipts.scheme()
    receipts.rung(1, 1)
    receipts.rung(2, 40, name="催办")
    return made


def figured(on=LATE):
    with database.atomic():
        figures.refresh(on)
    return {
        (kind, code): (lines, fen)
        for kind, code, lines, fen in sql(
            "SELECT kind, code, sum(lines), sum(unpaid_fen) FROM overdue_figure WHERE as_of = %s"
            " GROUP BY 1, 2",
            (on,),
        )
    }


def test_the_figures_of_a_day_add_up_what_the_listing_has_and_are_replaced(city):
    receipts.receipt(city.hospitals[0], city.enterprises[0], 100_00)
    receipts.receipt(city.hospitals[0], city.enterprises[1], 30_00)
    sheets.sheet(city.hospitals[1], city.enterprises[0], 50_00, due_on=date(2026, 4, 1))
    expected = {
        ("hospital", city.hospitals[0]): (2, 130_00),
        ("hospital", city.hospitals[1]): (1, 50_00),
        ("enterprise", city.enterprises[0]): (2, 150_00),
        ("enterprise", city.enterprises[1]): (1, 30_00),
        ("agency", f"A{sheets.PROVINCE}"): (1, 50_00),
    }
    assert figured() == expected
    assert figured() == expected
    assert sql("SELECT lines, unpaid_fen FROM overdue_figure_run").fetchall() == [(3, 180_00)]


def test_figures_from_the_register_are_those_of_judging_everything(city):
    receipts.receipt(city.hospitals[0], city.enterprises[0], 100_00)
    receipts.receipt(city.hospitals[1], city.enterprises[1], 70_00, accepted_on=date(2026, 1, 5),
                     delivered_on=date(2026, 1, 5))  # fmt: skip
    figured()
    columns = (
        "kind, code, area_code, lane, responsible, step, bucket, lines, unpaid_fen,"
        " interest_fen, days_late, new_lines, step_name, rises_on, rises_to"
    )
    kept = sql(f"SELECT {columns} FROM overdue_figure ORDER BY 1, 2, 3, 4, 5, 6, 7").fetchall()
    with database.atomic():
        cells.judge(access.areas(SYSTEM, None), LATE)
        cells.add_up(cells.LATE.format(where="true"), {"on": LATE})
        judged = sql(f"SELECT {columns} FROM late_cell ORDER BY 1, 2, 3, 4, 5, 6, 7").fetchall()
    assert kept == judged
    assert len(kept) == 4


def test_a_cell_says_when_its_lines_rise_and_what_is_new(city):
    receipts.receipt(city.hospitals[0], city.enterprises[0])
    with database.atomic():
        for day, expected in (
            (date(2026, 4, 2), (1, 1, date(2026, 5, 11), "催办")),
            (date(2026, 4, 3), (1, 0, date(2026, 5, 11), "催办")),
            (date(2026, 5, 11), (2, 1, None, None)),
        ):
            cells.judge(access.areas(SYSTEM, None), day)
            cells.add_up(cells.LATE.format(where="true"), {"on": day})
            found = sql(
                "SELECT step, new_lines, rises_on, rises_to FROM late_cell WHERE kind = 'hospital'"
            ).fetchone()
            assert found == expected


def ranked(on, since=None):
    with database.atomic():
        result = ranking.record(SYSTEM, on, since)
    rows = sql(
        "SELECT hospital_code, owed_fen, accepted_fen, month_owed_fen, month_due_fen"
        " FROM arrears_ranking_row WHERE as_of = %s ORDER BY 1",
        (on,),
    ).fetchall()
    return result, rows


def test_the_ranking_of_the_first_is_the_arrears_ratio_of_the_month(city):
    first, second = city.hospitals
    receipts.receipt(first, city.enterprises[0], 100_00)
    paid = receipts.receipt(first, city.enterprises[0], 300_00)
    receipts.own_payment(paid, date(2026, 3, 20), 300_00)
    receipts.receipt(second, city.enterprises[0], 50_00, accepted_on=date(2026, 4, 20))
    result, rows = ranked(date(2026, 5, 1))
    assert result == {"hospitals": 2, "recorded": 1}
    assert rows == [(first, 100_00, 400_00, 100_00, 400_00), (second, 0, 50_00, 0, 0)]
    with database.atomic():
        monitor_period(SYSTEM, "2026-04", None, on=date(2026, 5, 1))
    told = sql(
        "SELECT hospital_code, (numerator * 100)::bigint, (denominator * 100)::bigint"
        " FROM indicator_value WHERE indicator = 'arrears_ratio' ORDER BY 1"
    ).fetchall()
    assert told == [row[:3] for row in rows]


def test_a_recorded_ranking_never_changes_and_is_recorded_once(city):
    line = receipts.receipt(city.hospitals[0], city.enterprises[0], 100_00)
    _, before = ranked(date(2026, 5, 1))
    receipts.own_payment(line, date(2026, 4, 25), 100_00)
    result, after = ranked(date(2026, 5, 1))
    assert result["recorded"] == 0
    assert after == before
    with pytest.raises(psycopg.errors.RestrictViolation), database.atomic():
        sql("UPDATE arrears_ranking_row SET owed_fen = 0")


def test_only_who_sees_every_area_records_a_ranking(city):
    for actor, refusal in (
        (Actor("county", "maker", area_code=sheets.CITY), OutOfScope),
        (CHECKER, NotAllowed),
    ):
        with pytest.raises(refusal), database.atomic():
            ranking.record(actor, date(2026, 5, 1))


# The list of a year


@pytest.fixture
def year(city):
    """2026: open and paid late lines with a small, a large enterprise and a private hospital."""
    small, large = city.enterprises
    sql("UPDATE enterprise SET size = 'large' WHERE credit_code = %s", (large,))
    first, second = city.hospitals
    receipts.receipt(first, small, 100_00)
    receipts.receipt(first, small, 20_00)
    receipts.receipt(first, small, 7_00, order_no="O2")
    receipts.receipt(first, large, 999_00)
    paid = receipts.receipt(first, small, 40_00, order_no="O3")
    receipts.own_payment(paid, date(2026, 6, 1), 40_00)
    in_time = receipts.receipt(first, small, 11_00, order_no="O4")
    receipts.own_payment(in_time, date(2026, 4, 1), 11_00)
    sql("UPDATE hospital SET ownership = 'private' WHERE hospital_code = %s", (second,))
    receipts.receipt(second, small, 500_00)
    sheets.sheet(first, small, 50_00, due_on=date(2026, 4, 1))
    receipts.receipt(
        first, small, 3_00, platform="online", hospital_confirmed_on="2026-03-05",
    )  # fmt: skip
    return city


def drafted(actor=SYSTEM, on=date(2027, 3, 2)):
    with database.atomic():
        return publication.draft(actor, 2026, None, on=on)["publication"]


def rows_of(number):
    return sql(
        "SELECT debtor_kind, debtor_code, contracts, lines, unpaid_fen, year_contracts, year_lines,"
        " year_fen FROM publication_row WHERE publication_id = %s ORDER BY 1, 2",
        (number,),
    ).fetchall()


def the_hash(number):
    return sql("SELECT content_hash FROM overdue_publication WHERE id = %s", (number,)).fetchone()[
        0
    ]


def test_the_list_counts_contracts_with_small_enterprises_by_debtor(year):
    number = drafted()
    assert rows_of(number) == [
        ("agency", f"A{sheets.PROVINCE}", 1, 1, 50_00, 1, 1, 50_00),
        ("hospital", year.hospitals[0], 2, 3, 127_00, 3, 4, 167_00),
    ]
    waiting = sql("SELECT own_fault_lines, own_fault_fen FROM overdue_publication").fetchone()
    assert waiting == (1, 3_00)


def test_what_is_open_in_the_list_is_what_the_listing_of_the_last_day_has(year):
    number = drafted()
    with database.atomic():
        listing.collect(access.areas(SYSTEM, None), date(2026, 12, 31))
        owed = sql(
            "SELECT sum(l.unpaid_fen) FROM late l JOIN enterprise e ON"
            " e.credit_code = l.enterprise_code JOIN hospital h USING (hospital_code)"
            " WHERE e.size <> 'large' AND h.ownership <> 'private'"
            " AND l.responsible <> 'enterprise'"
        ).fetchone()[0]
    assert sum(row[4] for row in rows_of(number)) == owed


def test_a_draft_is_overwritten_and_a_reviewed_one_given_back_first(year):
    number = drafted()
    receipts.receipt(year.hospitals[0], year.enterprises[0], 1_00, order_no="O9")
    assert drafted() == number
    publication.review(CHECKER, number, the_hash(number))
    with pytest.raises(PublicationUnderReview):
        drafted()
    with pytest.raises(PublicationReasonMissing):
        publication.give_back(CHECKER, number, the_hash(number), " ")
    publication.give_back(CHECKER, number, the_hash(number), "合同数不符")
    assert drafted() == number


def test_whoever_drafted_does_not_review_and_only_what_was_seen_is_reviewed(year):
    both = Actor(name="checker1", role="maker")
    number = drafted(both)
    with pytest.raises(PublicationByItsMaker):
        publication.review(CHECKER, number, the_hash(number))
    with pytest.raises(NotAllowed):
        publication.review(Actor("m", "maker"), number, the_hash(number))
    with pytest.raises(PublicationChanged):
        publication.review(sheets.APPROVER, number, "another")
    with pytest.raises(OutOfScope):
        publication.review(Actor("x", "checker", area_code=sheets.CITY), number, the_hash(number))


def test_a_published_list_is_frozen_and_a_correction_is_the_next_version(year):
    number = drafted()
    seen = the_hash(number)
    with pytest.raises(PublicationChanged):
        publication.publish(sheets.MAKER, number, seen, on=date(2027, 3, 5))
    publication.review(CHECKER, number, seen)
    told = publication.publish(sheets.MAKER, number, seen, on=date(2027, 3, 5))
    assert told == "GS2026-ALL-1"
    before = rows_of(number)
    for change in (
        "UPDATE publication_row SET unpaid_fen = 0",
        "DELETE FROM publication_row",
        "UPDATE overdue_publication SET state = 'draft'",
        "DELETE FROM overdue_publication",
    ):
        with pytest.raises(psycopg.errors.RestrictViolation), database.atomic():
            sql(change)
    second = drafted()
    assert second != number
    assert rows_of(number) == before


def test_a_year_that_is_not_over_has_no_list(year):
    with pytest.raises(YearNotOver):
        drafted(on=date(2026, 12, 31))
