"""撤回: a first review taken back by its own person, until the next one decides."""

import pytest

from models.records.base import sql
from models.rules.errors.payment import ReviewDecided
from models.services import approvals
from tests.factories import sheets
from tests.factories.sheets import APPROVER, CHECKER, MAKER, ON, PERIOD


@pytest.fixture
def two(db) -> list[int]:
    made = sheets.city(2, 2)
    return [
        sheets.sheet(made.hospitals[0], made.enterprises[0], 100_00),
        sheets.sheet(made.hospitals[1], made.enterprises[1], 50_00),
    ]


def moment():
    return sql("SELECT max(reviewed_at) FROM sheet_review").fetchone()[0]


def booked() -> int:
    return sql("SELECT count(*) FROM ledger_entry").fetchone()[0]


def test_what_was_taken_back_is_a_draft_again_and_the_story_keeps_both(two):
    approvals.approve(CHECKER, PERIOD, None, ON)
    ids = approvals.reviewed_at(CHECKER, moment())
    assert ids == two
    assert approvals.withdraw(CHECKER, ids, ON) == 2
    assert set(sheets.states().values()) == {"draft"}
    kept = sql("SELECT approved, counts, reason FROM sheet_review ORDER BY id").fetchall()
    assert kept == [(True, False, None)] * 2 + [(False, False, "复核人撤回")] * 2
    assert booked() == 0
    assert approvals.approve(CHECKER, PERIOD, None, ON)["approved"] == 2


def test_after_the_next_person_decided_nothing_is_taken_back(two):
    approvals.approve(CHECKER, PERIOD, None, ON)
    first = approvals.reviewed_at(CHECKER, moment())
    approvals.approve(APPROVER, PERIOD, None, ON)
    before = (sheets.states(), booked())
    with pytest.raises(ReviewDecided):
        approvals.withdraw(CHECKER, first, ON)
    assert (sheets.states(), booked()) == before


def test_nobody_takes_back_the_review_of_another(two):
    approvals.approve(CHECKER, PERIOD, None, ON)
    with pytest.raises(ReviewDecided):
        approvals.withdraw(APPROVER, two, ON)
    assert approvals.reviewed_at(APPROVER, moment()) == []
    assert set(sheets.states().values()) == {"in_review"}
    assert MAKER.name not in {CHECKER.name, APPROVER.name}


def test_of_two_sheets_one_decided_both_stay(two):
    approvals.approve(CHECKER, PERIOD, None, ON)
    sql("UPDATE sheet_review SET reviewer = 'another' WHERE sheet_id = %s", (two[1],))
    with pytest.raises(ReviewDecided):
        approvals.withdraw(CHECKER, two, ON)
    assert set(sheets.states().values()) == {"in_review"}
