"""撤回 beside the message: of a review until the approver decides, of an answer until its sheet."""

import re
from datetime import date
from html import unescape

import pytest

from models.records.base import db as database
from models.records.base import sql
from models.services import approvals
from tests.factories import sheets, waiting, work
from tests.factories.sheets import APPROVER, ON, PERIOD
from tests.web.test_accounts import ask, last
from tests.web.test_work_sheets import again, check

SAID_ON = date(2026, 4, 2)


@pytest.fixture
def reviewed(reader, people_of_town):
    """A checker reviewed two drafts; what his next page offers."""
    ids = work.drafts(people_of_town)[:2]
    somebody = reader("checker1")
    done = again(somebody, check(somebody, ids))
    page = somebody.get(done.location).text
    return somebody, ids, page


def taken_back(somebody, page: str):
    moment = unescape(re.search(r'name="at" value="([^"]+)"', page)[1])
    return somebody.post("/sheets/withdraw", at=moment)


def test_the_message_offers_the_way_back_and_its_end_once(reviewed):
    somebody, ids, page = reviewed
    assert 'action="/sheets/withdraw"' in page
    assert "审批人办理之前可以撤回" in page
    assert "/sheets/withdraw" not in somebody.get("/sheets/").text
    done = taken_back(somebody, page)
    assert done.status_code == 303
    assert [sheets.state(one) for one in ids] == ["draft", "draft"]
    assert "已撤回 2 张" in somebody.get(done.location).text


def test_the_page_of_a_sheet_offers_it_to_its_reviewer_alone(reviewed, reader):
    somebody, ids, _page = reviewed
    number = work.number(ids[0])
    assert "撤回我的复核" in somebody.get(f"/sheets/{number}").text
    for name in ("checker2", "maker", "clinic"):
        assert "撤回我的复核" not in reader(name).get(f"/sheets/{number}").text, name
    assert somebody.post("/sheets/withdraw", sheet=ids[0]).status_code == 303
    assert [sheets.state(one) for one in ids] == ["draft", "in_review"]
    assert somebody.post("/sheets/withdraw", sheet="999999").status_code == 404


def test_after_the_approver_it_is_refused_with_a_sentence(reviewed):
    somebody, ids, page = reviewed
    approvals.approve(APPROVER, PERIOD, None, ON)
    refused = taken_back(somebody, page)
    assert "已由下一人办理" in somebody.get(refused.location).text
    assert [sheets.state(one) for one in ids] == ["approved", "approved"]


def test_the_moment_of_another_or_of_nobody_is_not_found(reviewed, reader):
    somebody, ids, page = reviewed
    moment = unescape(re.search(r'name="at" value="([^"]+)"', page)[1])
    assert reader("checker2").post("/sheets/withdraw", at=moment).status_code in {403, 404}
    assert somebody.post("/sheets/withdraw", at="2020-01-01T00:00:00+00:00").status_code == 404
    assert somebody.post("/sheets/withdraw", at="nonsense").status_code == 400
    assert reader("maker").post("/sheets/withdraw", at=moment).status_code == 403
    assert [sheets.state(one) for one in ids] == ["in_review", "in_review"]


@pytest.fixture
def answered(reader, people_of_town, frozen_clock):
    """A clinic confirmed its two lines; what its next page offers."""
    frozen_clock.at(waiting.instant(SAID_ON))
    waiting.scheme(dispute_days=5)
    waiting.line(people_of_town, "L1", 100_00)
    waiting.line(people_of_town, "L2", 50_00)
    waiting.follow(date(2026, 4, 1))
    database.connection().commit()
    clinic = reader("clinic")
    looked = clinic.get("/confirmations/answer").text
    seal = re.search(r'name="selection_hash" value="(\w+)"', looked)[1]
    told = {"decision": "confirm", "party": "hospital", "selection_hash": seal}
    done = clinic.post("/confirmations/answer", **told)
    return clinic, clinic.get(done.location).text


def unsaid(somebody, page: str):
    number = re.search(r'name="answer" value="(\d+)"', page)[1]
    return somebody.post("/confirmations/withdraw", answer=number)


def test_an_answer_is_taken_back_and_the_lines_wait_again(answered):
    clinic, page = answered
    assert "结算单生成之前可以撤回" in page
    assert "没有" in clinic.get("/confirmations/answer").text
    done = unsaid(clinic, page)
    assert "已撤回 2 行" in clinic.get(done.location).text
    assert [row[0] for row in waiting.words("L1")] == ["confirm", "withdraw"]
    waiting.follow(SAID_ON)
    database.connection().commit()
    assert [row[2] for row in waiting.of("L1")] == ["answered", "open"]
    assert "登记 2 行" in clinic.get("/confirmations/answer").text
    assert "不再起作用" in clinic.get(unsaid(clinic, page).location).text


def test_once_a_line_is_on_a_sheet_the_answer_stays(answered):
    clinic, page = answered
    sheet = sheets.sheet(sheets.hospital_code(1), sheets.credit_code(1), 100_00)
    sql(
        "UPDATE sheet_line SET line_no = 'L1' WHERE sheet_id = %s",
        (sheet,),
    )
    refused = unsaid(clinic, page)
    assert "不能撤回答复" in clinic.get(refused.location).text
    assert [row[0] for row in waiting.words("L1") + waiting.words("L2")] == ["confirm"] * 2


def test_nobody_takes_back_the_answer_of_another(answered, reader):
    _clinic, page = answered
    for name in ("maker", "firm", "county"):
        assert unsaid(reader(name), page).status_code == 404, name
    assert unsaid(reader("auditor"), page).status_code == 403
    assert [row[0] for row in waiting.words("L1")] == ["confirm"]


def test_an_account_asked_for_is_taken_back_from_the_message(reader, city):
    maker = reader("maker")
    done = ask(maker)
    page = maker.get(done.location).text
    assert "另一人核验之前可以撤回" in page
    where = re.search(r'action="(/accounts/\d+/withdraw)"', page)[1]
    assert maker.post(where, reason="提交后随即撤回").status_code == 303
    assert str(last().state) == "withdrawn"
    assert reader("checker").post(where.replace("withdraw", "approve")).status_code != 200
    assert str(last().state) == "withdrawn"
