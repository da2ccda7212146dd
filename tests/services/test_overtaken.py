"""A word that comes after the calculation: what is disputed is not reviewed, the rest goes on."""

from datetime import date

import pytest

from models.records.base import db as database
from models.records.base import sql
from models.rules.errors.payment import SheetOvertaken
from models.services import approvals, sheet_content
from models.services.settle import settle_period
from tests.factories.imports import send
from tests.factories.sheets import CHECKER, MAKER
from tests.scripts.small_city import FILES

ON = date(2026, 11, 1)
PERIOD = "2026-03"


@pytest.fixture
def sheet(db):
    """The number of a draft of two lines, L2 the last of them."""
    for kind, text in FILES.items():
        send(kind, text.encode())
    sql("UPDATE enterprise SET account_verified = true")
    settle()
    return sql("SELECT id FROM settlement_sheet").fetchone()[0]


def settle() -> dict[str, object]:
    with database.atomic():
        return settle_period(MAKER, PERIOD, None, on=ON, progress=lambda *_: None)


def say(decision: str, line_no: str = "L2", hour: int = 9, party: str = "enterprise") -> None:
    fen = sql("SELECT amount_fen FROM purchase_line WHERE line_no = %s", (line_no,)).fetchone()[0]
    row = {
        "line_no": line_no, "party": party, "decided_at": f"2026-04-20T{hour:02d}:00:00+08:00",
        "decision": decision, "amount_yuan": f"{fen / 100:.2f}", "reason": "数量不符",
    }  # fmt: skip
    assert send("confirmations", [row]).counts == (1, 0, 0)


def review() -> dict[str, int]:
    return approvals.approve(CHECKER, PERIOD, None, ON)


def lines() -> list[str]:
    return [n for (n,) in sql("SELECT line_no FROM sheet_line ORDER BY line_no")]


@pytest.mark.parametrize("decision", ["dispute", "withdraw"])
def test_a_draft_with_a_line_in_doubt_is_not_reviewed_until_it_is_settled_again(sheet, decision):
    before = lines()
    assert before[-1] == "L2"
    say(decision)
    with pytest.raises(SheetOvertaken) as refused:
        review()
    assert refused.value.facts["line_no"] == "L2"
    settle()
    assert lines() == before[:-1]
    assert sql("SELECT reasons FROM held_line WHERE line_no = 'L2'").fetchone()[0] != []
    assert review() == {"approved": 1, "level": 1, "waiting": 1}


def test_a_choice_on_the_pages_is_refused_with_the_reason(sheet):
    seen = sheet_content.selection_hash([sheet])
    say("dispute", party="hospital")
    with pytest.raises(SheetOvertaken):
        approvals.approve_sheets(CHECKER, [sheet], ON, selection=seen)


def test_a_doubt_that_was_taken_back_bars_nothing(sheet):
    say("dispute", hour=9)
    say("confirm", hour=10)
    assert review()["approved"] == 1


def test_a_day_of_the_platform_after_the_doubt_bars_nothing(sheet):
    sql("UPDATE purchase_line SET enterprise_confirmed_on = '2026-04-21' WHERE line_no = 'L2'")
    say("dispute")
    assert review()["approved"] == 1


def test_other_sheets_of_the_month_go_on_and_the_answer_counts_the_one_left_out(sheet):
    sql(
        "INSERT INTO settlement_sheet SELECT (jsonb_populate_record(s, jsonb_build_object('id',"
        " s.id + 1000, 'sheet_no', 'JS-OTHER', 'enterprise_code', '915200000000000099',"
        " 'carried_in_fen', -s.received_fen - s.returned_fen - s.adjusted_fen, 'payable_fen', 0,"
        " 'lines_count', s.lines_count))).* FROM settlement_sheet s"
    )
    sheet_content.seal(PERIOD, [sql("SELECT area_code FROM settlement_sheet").fetchone()[0]])
    say("dispute")
    assert review() == {"approved": 1, "level": 1, "waiting": 2, "overtaken": 1}


def test_what_is_said_after_the_first_review_opens_a_case_and_the_second_goes_on(sheet):
    review()
    say("dispute")
    assert sql("SELECT line_no FROM payment_exception WHERE kind = 'late_evidence'").fetchall() == [
        ("L2",)
    ]
    assert sql("SELECT state FROM settlement_sheet").fetchone() == ("in_review",)
