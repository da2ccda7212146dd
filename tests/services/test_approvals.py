"""Two people review the sealed content of a sheet, and neither of them made it."""

import threading

import pytest

from models.records.base import db as handle
from models.records.base import sql
from models.rules.errors.access import NotAllowed, OutOfScope, SecondPersonNeeded, UnknownArea
from models.rules.errors.payment import (
    ReasonNeeded,
    SheetChanged,
    SheetNotReturnable,
    UnknownSheet,
)
from models.services import approvals
from models.services.access import Actor
from tests.factories import payments, sheets
from tests.factories.sheets import APPROVER, CHECKER, CITY, MAKER, ON, PERIOD

pytestmark = pytest.mark.usefixtures("db")


def test_two_levels_approve_and_book_what_is_owed():
    town = sheets.city()
    one = sheets.sheet(town.hospitals[0], town.enterprises[0], 500, 250)
    two = sheets.sheet(town.hospitals[1], town.enterprises[0], 100)
    assert approvals.approve(CHECKER, PERIOD, CITY, ON) == {"approved": 2, "level": 1, "waiting": 2}
    assert sheets.states() == {one: "in_review", two: "in_review"}
    assert payments.balance(f"enterprise:{town.enterprises[0]}") == 0
    assert approvals.approve(APPROVER, PERIOD, CITY, ON) == {
        "approved": 2,
        "level": 2,
        "waiting": 0,
    }
    assert sheets.states() == {one: "approved", two: "approved"}
    assert payments.balance(f"enterprise:{town.enterprises[0]}") == -850
    assert payments.balance(f"hospital_goods:{town.hospitals[0]}") == 750


def test_the_second_run_finds_nothing_to_do():
    town = sheets.city()
    sheets.sheet(town.hospitals[0], town.enterprises[0], 500)
    approvals.approve(CHECKER, PERIOD, CITY, ON)
    assert approvals.approve(CHECKER, PERIOD, CITY, ON) == {"approved": 0, "level": 1, "waiting": 1}
    approvals.approve(APPROVER, PERIOD, CITY, ON)
    assert approvals.approve(APPROVER, PERIOD, CITY, ON)["approved"] == 0
    assert sql("SELECT count(*) FROM ledger_entry").fetchone()[0] == 1


def test_level_two_waits_for_level_one():
    town = sheets.city()
    sheets.sheet(town.hospitals[0], town.enterprises[0], 500)
    assert approvals.approve(APPROVER, PERIOD, CITY, ON) == {
        "approved": 0,
        "level": 2,
        "waiting": 1,
    }


def test_a_sheet_of_zero_is_nothing_payable_from_the_day_of_approval():
    town = sheets.city()
    one = sheets.sheet(town.hospitals[0], town.enterprises[0], 500, -500)
    payments.approve_all()
    assert sheets.state(one) == "nothing_payable"
    assert sql("SELECT approved_on FROM settlement_sheet").fetchone()[0] == ON
    assert sql("SELECT count(*) FROM ledger_entry").fetchone()[0] == 0


@pytest.mark.parametrize("role", ["maker", "system", "administrator", "auditor", "hospital"])
def test_other_roles_may_not_review(role):
    with pytest.raises(NotAllowed):
        approvals.approve(Actor(name="x", role=role), PERIOD, None, ON)


def test_who_made_a_sheet_may_not_review_it_in_another_role():
    town = sheets.city()
    mine = sheets.sheet(town.hospitals[0], town.enterprises[0], 500, makers=("checker1",))
    with pytest.raises(SecondPersonNeeded):
        approvals.approve(CHECKER, PERIOD, CITY, ON)
    other = sheets.sheet(town.hospitals[1], town.enterprises[0], 500)
    assert approvals.approve(CHECKER, PERIOD, CITY, ON) == {"approved": 1, "level": 1, "waiting": 2}
    assert sheets.states() == {mine: "draft", other: "in_review"}


def test_the_same_person_does_not_review_twice():
    town = sheets.city()
    sheets.sheet(town.hospitals[0], town.enterprises[0], 500)
    approvals.approve(CHECKER, PERIOD, CITY, ON)
    with pytest.raises(SecondPersonNeeded):
        approvals.approve(Actor(name="checker1", role="approver"), PERIOD, CITY, ON)


def test_a_changed_sheet_is_not_approved():
    town = sheets.city()
    one = sheets.sheet(town.hospitals[0], town.enterprises[0], 500)
    approvals.approve(CHECKER, PERIOD, CITY, ON)
    sql("UPDATE sheet_line SET amount_fen = 501")
    with pytest.raises(SheetChanged):
        approvals.approve(APPROVER, PERIOD, CITY, ON)
    assert sheets.state(one) == "in_review"


def test_a_sheet_sealed_anew_after_the_first_review_is_not_approved():
    town = sheets.city()
    sheets.sheet(town.hospitals[0], town.enterprises[0], 500)
    approvals.approve(CHECKER, PERIOD, CITY, ON)
    sql("UPDATE sheet_review SET content_hash = 'another'")
    with pytest.raises(SheetChanged):
        approvals.approve(APPROVER, PERIOD, CITY, ON)


def test_areas_outside_are_refused():
    sheets.city()
    sheets.area(sheets.OTHER_CITY, sheets.PROVINCE)
    narrow = Actor(name="checker1", role="checker", area_code=CITY)
    with pytest.raises(OutOfScope):
        approvals.approve(narrow, PERIOD, sheets.OTHER_CITY, ON)
    with pytest.raises(UnknownArea):
        approvals.approve(CHECKER, PERIOD, "999999", ON)


def test_a_returned_sheet_is_a_draft_and_the_payable_is_reversed():
    town = sheets.city()
    one = sheets.sheet(town.hospitals[0], town.enterprises[0], 500)
    payments.approve_all()
    assert approvals.return_sheets(CHECKER, [one, one], "发票有误", ON) == 1
    assert sheets.state(one) == "draft"
    assert payments.balance(f"enterprise:{town.enterprises[0]}") == 0
    assert sql("SELECT count(*) FROM sheet_review WHERE counts").fetchone()[0] == 0
    assert sql("SELECT reason FROM sheet_review WHERE NOT approved").fetchone()[0] == "发票有误"
    payments.approve_all()
    assert sheets.state(one) == "approved"
    assert payments.balance(f"enterprise:{town.enterprises[0]}") == -500


def test_a_return_needs_a_reason_and_a_sheet():
    with pytest.raises(ReasonNeeded):
        approvals.return_sheets(CHECKER, [1], "  ", ON)
    with pytest.raises(UnknownSheet):
        approvals.return_sheets(CHECKER, [404], "错", ON)
    with pytest.raises(NotAllowed):
        approvals.return_sheets(MAKER, [1], "错", ON)


def test_a_draft_or_a_paid_sheet_cannot_be_returned():
    town = sheets.city()
    payments.profile()
    one = sheets.sheet(town.hospitals[0], town.enterprises[0], 500)
    with pytest.raises(SheetNotReturnable):
        approvals.return_sheets(CHECKER, [one], "错", ON)
    payments.approve_all()
    payments.pay()
    with pytest.raises(SheetNotReturnable):
        approvals.return_sheets(CHECKER, [one], "错", ON)


def test_nothing_is_returned_once_a_later_period_is_settled():
    town = sheets.city()
    one = sheets.sheet(town.hospitals[0], town.enterprises[0], 500)
    payments.approve_all()
    sheets.sheet(town.hospitals[0], town.enterprises[0], 100, period="2026-04")
    with pytest.raises(SheetNotReturnable):
        approvals.return_sheets(APPROVER, [one], "错", ON)


def test_two_checkers_at_once_leave_one_review_each_sheet():
    town = sheets.city()
    sheets.sheet(town.hospitals[0], town.enterprises[0], 500)
    counts: list[int] = []

    def review(name: str) -> None:
        with handle.connection_context():
            counts.append(approvals.approve(Actor(name, "checker"), PERIOD, CITY, ON)["approved"])

    threads = [threading.Thread(target=review, args=(f"c{n}",)) for n in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(counts) == [0, 0, 0, 1]
