"""Above the scheme's amount another approver has the last word; below it nothing changes."""

import pytest

from models.records.base import run_sql_text, sql
from models.rules.errors.access import SecondPersonNeeded
from models.rules.words import Role
from models.services import approvals, books
from models.services.access import Actor
from tests.factories import payments as bank
from tests.factories import sheets
from tests.factories.sheets import APPROVER, CHECKER, CITY, ON, PERIOD

pytestmark = pytest.mark.usefixtures("db")

OTHER = Actor(name="approver2", role=Role.APPROVER)


@pytest.fixture
def town():
    made = sheets.city(1, 2)
    bank.profile()
    sql(
        "INSERT INTO scheme (scheme_code, valid_from, area_code, funding, scope, deduct_month,"
        " confirm_days, confirm_unit, silence, payment_per, trace_codes, holiday_shift, due_start,"
        " due_days, due_month_end, third_review_fen) VALUES ('S', '2026-01-01', %s, 'offset',"
        " '{national_vbp}', 'next', 5, 'working_day', 'escalate', 'enterprise', 'ignore',"
        " 'next_working_day', 'acceptance', 30, false, 1000)",
        (CITY,),
    )
    for code, fen in zip(made.enterprises, (1_000, 1_001), strict=True):
        sheets.sheet(made.hospitals[0], code, fen)
    sql("UPDATE settlement_sheet SET scheme_code = 'S'")
    return made


def review(actor: Actor) -> dict:
    return approvals.approve(actor, PERIOD, None, ON)


def states() -> list[str]:
    return [row[0] for row in sql("SELECT state FROM settlement_sheet ORDER BY payable_fen")]


def levels() -> list[int]:
    return [
        row[0]
        for row in sql(
            "SELECT level FROM sheet_review r JOIN settlement_sheet s ON s.id = r.sheet_id"
            " WHERE s.payable_fen = 1001 ORDER BY r.id"
        )
    ]


def test_what_is_above_the_amount_waits_for_another_approver(town):
    review(CHECKER)
    assert review(APPROVER) == {"approved": 2, "level": 2, "waiting": 1, "passed_on": 1}
    assert states() == ["approved", "in_review"]
    assert bank.balance(f"hospital_goods:{town.hospitals[0]}") == 1_000
    assert [len(bank.pay()), bank.pay()] == [1, []]
    with pytest.raises(SecondPersonNeeded):
        review(APPROVER)
    assert review(OTHER) == {"approved": 1, "level": 2, "waiting": 0}
    assert levels() == [1, 2, 3]
    assert states()[1] == "approved"
    assert len(bank.pay()) == 1
    assert [one for one in books.check_books()["broken"] if "register" not in one] == []


def test_a_returned_sheet_begins_anew_and_a_higher_amount_needs_no_third(town):
    review(CHECKER)
    review(APPROVER)
    sheet = sql("SELECT id FROM settlement_sheet WHERE payable_fen = 1001").fetchone()[0]
    approvals.return_sheets(OTHER, [sheet], "发票有误", ON)
    sql("UPDATE scheme SET third_review_fen = 2000")
    review(CHECKER)
    assert review(OTHER) == {"approved": 1, "level": 2, "waiting": 0}
    assert states() == ["approved", "approved"]


def test_a_later_scheme_changes_nothing_of_what_waits(town):
    review(CHECKER)
    review(APPROVER)
    sql("UPDATE scheme SET third_review_fen = NULL")
    assert states()[1] == "in_review"
    review(OTHER)
    assert levels() == [1, 2, 3]


def test_a_missing_third_review_is_named(town):
    review(CHECKER)
    review(APPROVER)
    review(OTHER)
    run_sql_text(
        "ALTER TABLE sheet_review DISABLE TRIGGER USER; DELETE FROM sheet_review WHERE level = 3;"
        " ALTER TABLE sheet_review ENABLE TRIGGER USER"
    )
    assert any("two_people_approved" in one for one in books.check_books()["broken"])
