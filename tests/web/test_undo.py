"""撤回 beside the message: what was just reviewed is taken back until the approver decides."""

import re
from html import unescape

import pytest

from models.services import approvals
from tests.factories import sheets, work
from tests.factories.sheets import APPROVER, ON, PERIOD
from tests.web.test_work_sheets import again, check


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
