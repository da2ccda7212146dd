"""Promises, excuses and measures at a browser: whose buttons, whose rows, what is written down."""

import io
import re
from datetime import UTC, date, datetime
from types import SimpleNamespace

import pytest

from models.records.base import db as database
from models.records.base import sql
from models.rules.words import Role
from models.services import access, overdue, users
from models.services.access import SYSTEM
from models.services.notifications import Rendered
from tests.factories import receipts, sheets
from tests.web.conftest import counting_queries
from web.permissions import Page, may_act, may_read
from workers.mail.render import MailRenderer

NOON = datetime(2026, 4, 15, 4, 0, tzinfo=UTC)
PAGES = {Page.PROMISES: "/promises/", Page.EXCUSES: "/excuses/", Page.MEASURES: "/measures/"}
PEOPLE = {
    Role.MAKER: "maker", Role.CHECKER: "checker1", Role.APPROVER: "checker2",
    Role.SUPERVISOR: "supervisor", Role.AUDITOR: "auditor",
    Role.ADMINISTRATOR: "administrator", Role.HOSPITAL: "clinic", Role.ENTERPRISE: "firm",
}  # fmt: skip


@pytest.fixture
def town(people_of_town, frozen_clock):
    """Three late lines of the clinic, one of its neighbour, steps recorded up to suspension."""
    frozen_clock.at(NOON)
    made = people_of_town
    receipts.scheme()
    receipts.rung(1, 1, name="提醒")
    receipts.rung(2, 10, name="暂停拨付", action="suspend")
    for _ in range(3):
        receipts.receipt(made.hospitals[0], made.enterprises[0], 100_00)
    receipts.receipt(made.hospitals[1], made.enterprises[1], 7_77)
    with database.atomic():
        overdue.find(SYSTEM, date(2026, 4, 15), None, render=lambda *_: Rendered("a", "b", "c"))
    return made


def of(code, kind="hospital"):
    return f"who={kind}&code={code}"


@pytest.mark.parametrize("role", list(Role))
def test_lists_forms_and_exports_open_for_the_roles_of_the_table(reader, town, role):
    somebody = reader(PEOPLE[role])
    for page, address in PAGES.items():
        expected = 200 if may_read(role, page) else 403
        assert somebody.get(address).status_code == expected, address
        assert somebody.get(f"{address}export").status_code == expected
        assert somebody.get(f"{address}export?format=xlsx").status_code == expected
    may = access.MAY[role]
    code = town.hospitals[0]
    for address, page, action in (
        (f"/promises/new?{of(code)}", Page.PROMISES, "acknowledge"),
        (f"/excuses/new?{of(code)}", Page.EXCUSES, "excuse_ask"),
        (f"/measures/new?kind=bulletin&{of(code)}", Page.MEASURES, "measure"),
    ):
        allowed = may_act(role, page) and action in may
        assert (somebody.get(address).status_code == 200) == allowed, address


def test_lists_ask_few_questions(reader, town):
    maker = reader("maker")
    for address in PAGES.values():
        maker.get(address)
        with counting_queries() as asked:
            assert maker.get(address).status_code == 200
        assert len(asked) <= 12, asked


def ask(somebody, code, **typed):
    told = {"reason": "disputed", "until_on": "2026-05-15", "note": "价格争议", **typed}
    return somebody.submit(f"/excuses/new?{of(code)}", **told)


def test_an_excuse_from_the_wish_to_its_end(reader, town):
    clinic, code = reader("clinic"), town.hospitals[0]
    page = clinic.get("/excuses/new").text
    assert "人民币叁佰元整" in page
    asked = ask(clinic, code)
    assert asked.status_code == 303, asked.text
    address = asked.headers["Location"]
    own = clinic.get(address).text
    assert "须由另一人决定" in own
    assert "同意免催" not in own
    assert clinic.get(f"{address}/grant").status_code == 404
    checker = reader("checker1")
    assert "决定免催申请" in checker.get("/").text
    assert address.rsplit("/", 1)[1] in checker.get("/excuses/?view=asked").text
    granted = checker.submit(f"{address}/grant", answer="情况属实")
    assert granted.status_code == 303, granted.text
    assert "免催中" in clinic.get(address).text
    assert '今天免催 <b class="num">3</b>' in clinic.get("/excuses/").text
    assert "决定免催申请" not in checker.get("/").text
    line = re.search(r'name="line" value="([^"]+)"', checker.get(address).text)[1]
    ended = checker.submit(f"{address}/end?line={line}", reason="已付")
    assert ended.status_code == 303, ended.text
    states = sql("SELECT state, count(*) FROM line_excuse GROUP BY 1 ORDER BY 1").fetchall()
    assert states == [("ended", 1), ("granted", 2)]


def test_a_second_request_of_other_lines_or_states_does_nothing(reader, town):
    maker, checker = reader("maker"), reader("checker1")
    address = ask(maker, town.hospitals[0]).headers["Location"]
    seal = checker.get(f"{address}/grant").text
    maker.submit(f"{address}/withdraw", reason="填错")
    stale = re.search(r'selection_hash" value="([^"]+)"', seal)[1]
    late = checker.post(f"{address}/grant", selection_hash=stale)
    assert late.status_code == 422
    assert "没有执行任何操作" in late.text


def test_what_is_wrong_in_the_form_comes_back_with_its_sentence_and_what_was_typed(reader, town):
    refused = ask(
        reader("maker"), town.hospitals[0], reason="other", note="", until_on="2026-05-15"
    )
    assert refused.status_code == 422
    assert "请填写“说明”" in refused.text
    assert 'value="2026-05-15"' in refused.text
    again = ask(reader("maker"), town.hospitals[0], reason="invoice_in_transit", until_on="")
    assert "须填写截止日" in again.text


def test_a_seat_reaches_neither_other_institutions_nor_their_rows(reader, town):
    maker, clinic, firm = reader("maker"), reader("clinic"), reader("firm")
    other = town.hospitals[1]
    excuse = ask(maker, other).headers["Location"]
    promise = maker.submit(
        f"/promises/new?{of(other)}", said_by="李", channel="phone", reference="10:00"
    ).headers["Location"]
    measure = maker.submit(f"/measures/new?kind=bulletin&{of(other)}", words="通报").headers[
        "Location"
    ]
    for address in (excuse, promise, measure, f"{measure}/print", f"{excuse}/file"):
        assert clinic.get(address).status_code == 404, address
        assert firm.get(address).status_code == 404, address
    # Whatever code a seat asks for, it answers for itself.
    assert "叁佰元整" in clinic.get(f"/excuses/new?{of(other)}").text
    assert clinic.get(f"{excuse}/withdraw").status_code == 404
    far = reader("county")
    for address in (excuse, promise, measure):
        assert far.get(address).status_code == 404, address
    assert far.get(f"/excuses/new?{of(other)}").status_code == 404


def test_a_promise_is_written_down_broken_and_told_at_home(reader, town, frozen_clock):
    clinic = reader("clinic")
    done = clinic.submit("/promises/new", said_by="王院长", promised_on="2026-04-16")
    assert done.status_code == 303, done.text
    maker = reader("maker")
    assert "未到期" in maker.get("/promises/").text
    frozen_clock.at(datetime(2026, 4, 17, 4, 0, tzinfo=UTC))
    maker = reader("maker")
    page = maker.get("/promises/?view=broken").text
    assert "未兑现" in page
    assert "300.00" in page
    assert "承诺 2026-04-16 未兑现" in maker.get(done.headers["Location"]).text
    for name in ("maker", "clinic", "supervisor"):
        assert "承诺未兑现" in reader(name).get("/").text, name
    assert "承诺未兑现" not in reader("firm").get("/").text


def test_staff_name_the_person_and_the_call(reader, town):
    maker = reader("maker")
    address = f"/promises/new?{of(town.hospitals[0])}"
    refused = maker.submit(address, said_by="王", channel="phone", reference="")
    assert refused.status_code == 422
    assert maker.submit(address, said_by="王", channel="nonsense").status_code == 400


def test_an_interview_is_planned_held_copied_and_printed(reader, town, frozen_clock):
    maker = reader("maker")
    done = maker.submit(
        f"/measures/new?kind=interview&{of(town.hospitals[0])}",
        words="长期拖欠货款", meet_on="2026-04-16", meet_time="09:30", place="三楼会议室",
    )  # fmt: skip
    assert done.status_code == 303, done.text
    address = done.headers["Location"]
    assert "约谈到日子" in maker.get("/").text
    paper = maker.get(f"{address}/print?print=1").text
    for words in ("约谈通知书", "约谈〔2026〕1号", "人民币叁佰元整", "2026年4月16日", "三楼会议室"):
        assert words in paper, words
    frozen_clock.at(datetime(2026, 4, 16, 4, 0, tzinfo=UTC))
    maker = reader("maker")
    pdf = (io.BytesIO(b"%PDF-1.4 minutes"), "纪要.pdf")
    held = maker.submit(f"{address}/hold", attended="张院长", outcome="月底付清", evidence=pdf)
    assert held.status_code == 303, held.text
    copied = maker.submit(f"{address}/copy", authority="health_commission", name="市卫健委")
    assert copied.status_code == 303
    page = maker.get(address).text
    for words in ("已约谈", "张院长", "月底付清", "市卫健委", "纪要.pdf"):
        assert words in page, words
    file = re.search(rf'href="({address}/files/\d+)"', page)[1]
    assert reader("clinic").get(file).data == b"%PDF-1.4 minutes"
    assert reader("firm").get(file).status_code == 404
    seat = reader("clinic").get(address).text
    assert "市卫健委" not in seat
    assert maker.get(f"{address}/files/999").status_code == 404
    assert maker.get(f"{address}/nonsense").status_code == 404


def test_a_suspension_needs_another_person_and_says_what_it_does_not_do(reader, town):
    maker, approver = reader("maker"), reader("checker2")
    done = maker.submit(
        f"/measures/new?kind=suspension&{of(town.hospitals[0])}", words="超过十天未付"
    )
    assert done.status_code == 303, done.text
    address = done.headers["Location"]
    assert "须由另一名审批或监管人员决定" in maker.get(address).text
    assert maker.get(f"{address}/approve").status_code == 403
    assert reader("clinic").get(address).status_code == 404
    assert "决定暂停拨付提议" in approver.get("/").text
    assert "规则不因此改变" in approver.get(address).text
    assert approver.submit(f"{address}/approve").status_code == 303
    assert "暂停中" in reader("clinic").get(address).text
    assert approver.submit(f"{address}/lift", reason="已付清").status_code == 303
    assert "已恢复" in maker.get(address).text


def test_a_measure_without_evidence_cannot_be_taken(reader, town):
    maker = reader("maker")
    page = maker.get(f"/measures/new?kind=bulletin&{of(town.enterprises[0], 'enterprise')}").text
    assert "没有已登记催办等级的逾期明细" in page
    assert "selection_hash" not in page


def test_lines_are_chosen_one_by_one_by_step_or_all(reader, town):
    maker, code = reader("maker"), town.hospitals[0]
    lines = [
        row[0]
        for row in sql("SELECT line_no FROM open_line WHERE hospital_code = %s ORDER BY 1", (code,))
    ]
    one = maker.get(f"/excuses/new?{of(code)}&line={lines[0]}&line={lines[1]}").text
    assert "申请免催 2 行" in one
    assert "办理全部" in one
    assert maker.get(f"/excuses/new?{of(code)}").text.count('name="line"') == 3
    assert "申请免催 3 行" in maker.get(f"/excuses/new?{of(code)}&step=2").text
    assert "没有可以申请" in maker.get(f"/excuses/new?{of(code)}&step=1").text
    assert ask(maker, code).status_code == 303
    assert "没有可以申请" in maker.get(f"/excuses/new?{of(code)}").text


def test_exports_hold_what_the_list_shows_and_run_nothing(reader, town):
    maker = reader("maker")
    ask(maker, town.hospitals[0], note="=1+1")
    text = maker.get("/excuses/export?view=asked").data.decode("utf-8-sig")
    assert text.count("\n") == 2
    assert "'=1+1" in text
    assert "300.00" in text
    assert (
        sql("SELECT count(*) FROM audit_event WHERE action = 'export.written'").fetchone()[0] == 1
    )


def test_who_has_no_institution_yet_finds_those_that_are_late(reader, town):
    page = reader("maker").get("/promises/new").text
    assert f"code={town.hospitals[0]}" in page
    assert f"code={town.hospitals[1]}" in page
    assert "code=" not in reader("county").get("/promises/new").text


def test_the_line_tells_what_was_answered_about_it_to_its_own_institution(reader, town):
    maker, clinic = reader("maker"), reader("clinic")
    address = ask(clinic, town.hospitals[0]).headers["Location"]
    maker.submit(
        f"/promises/new?{of(town.hospitals[0])}",
        said_by="王", channel="phone", reference="10:00", promised_on="2026-04-20",
    )  # fmt: skip
    maker.submit(f"/measures/new?kind=referral&{of(town.hospitals[0])}", words="函")
    line = sql("SELECT min(line_no) FROM line_excuse").fetchone()[0]
    told = maker.get(f"/purchases/{line}").text
    for words in ("承诺 2026-04-20 付款", address, "函告〔2026〕1号"):
        assert words in told, words
    own = clinic.get(f"/purchases/{line}").text
    assert address in own
    assert "函告" not in own
    creditor = reader("firm").get(f"/purchases/{line}").text
    assert "承诺 2026-04-20" not in creditor
    assert address not in creditor


def test_the_board_marks_what_is_excused_and_what_was_promised_in_vain(reader, town, frozen_clock):
    ask(reader("clinic"), town.hospitals[0])
    reader("clinic").submit("/promises/new", said_by="王院长", promised_on="2026-04-16")
    address = sql("SELECT min(request_no) FROM line_excuse").fetchone()[0]
    reader("checker1").submit(f"/excuses/{address}/grant")
    frozen_clock.at(datetime(2026, 4, 17, 4, 0, tzinfo=UTC))
    for name, sees in (("maker", True), ("clinic", True), ("firm", False)):
        board = reader(name).get("/overdue/?tab=line&now=1").text
        assert "免催</span>" in board, name
        assert ("承诺 04-16 未兑现" in board) == sees, name


def test_another_area_has_no_tasks_of_this_one(reader, town, frozen_clock):
    maker = reader("maker")
    ask(maker, town.hospitals[0])
    users.create("far", Role.CHECKER, sheets.OTHER_CITY, password="Test-1234")
    assert "决定免催申请" not in reader("far").get("/").text


@pytest.mark.parametrize(
    "page",
    ["overdue", "accounts", "returns", "exceptions/1", "payments/R1", "excuses/MC1", "measures/1"],
)
def test_the_links_of_mails_lead_to_pages(app, page):
    link = MailRenderer(SimpleNamespace(public_url="")).link(page)
    endpoint, _ = app.url_map.bind("localhost").match(link)
    assert endpoint.split(".")[0] == page.split("/")[0]
