"""Sheets on the screen: totals that hold, reviews through a check page, makers that are refused."""

import re
from decimal import Decimal

import pytest

from models.records.access import User
from models.records.base import sql
from models.rules.money import in_words
from tests.factories import payments, sheets, work


@pytest.fixture
def town(people_of_town):
    return people_of_town


def boxes(html: str) -> list[str]:
    return re.findall(r'name="sheet" value="(\d+)"', html)


def test_the_totals_of_the_list_are_those_of_the_export(reader, town, tmp_path):
    work.drafts(town)
    page = reader("maker").get("/sheets/?view=all").text
    rows = work.exported("sheets", tmp_path)
    total = sum(Decimal(row["payable_yuan"]) for row in rows)
    assert f"查询合计 {len(rows)} 张" in page
    assert f"{total:,}" in page


def test_filters_stay_in_the_address_and_narrow_the_totals(reader, town):
    work.drafts(town)
    page = reader("maker").get(f"/sheets/?view=all&hospital={town.hospitals[1]}").text
    assert "查询合计 1 张" in page
    assert "77.77" in page
    assert "5,000.00" not in page


def test_a_reviewer_begins_with_what_waits_and_sees_no_other_boxes(reader, town):
    ids = work.drafts(town)
    page = reader("checker1").get("/sheets/").text
    assert sorted(map(int, boxes(page))) == sorted(ids)
    assert boxes(reader("checker2").get("/sheets/?view=all").text) == []
    assert boxes(reader("maker").get("/sheets/?view=all").text) == []


def check(somebody, ids, action="approve"):
    page = somebody.post("/sheets/check", sheet=ids, action=action)
    assert page.status_code == 200, page.text
    return page.text


def again(somebody, html, **more):
    seen = re.search(r'name="selection_hash" value="([0-9a-f]*)"', html)[1]
    ids = re.findall(r'name="sheet" value="(\d+)"', html)
    action = re.search(r'name="action" value="(\w+)"', html)[1]
    return somebody.post("/sheets/check", sheet=ids, action=action, selection_hash=seen, **more)


def test_the_check_page_repeats_count_sum_and_words_and_changes_nothing(reader, town):
    ids = work.drafts(town)[:2]
    page = check(reader("checker1"), ids)
    assert "2 张" in page
    assert "¥5,100.00" in page
    assert in_words(510_000) in page
    assert set(sheets.states().values()) == {"draft"}


def test_the_second_request_reviews_what_was_checked(reader, town):
    ids = work.drafts(town)[:2]
    somebody = reader("checker1")
    done = again(somebody, check(somebody, ids))
    assert done.status_code == 303
    assert [sheets.state(one) for one in ids] == ["in_review", "in_review"]
    assert "复核通过 2 张" in somebody.get(done.location).text
    boss = reader("checker2")
    assert again(boss, check(boss, ids)).status_code == 303
    assert [sheets.state(one) for one in ids] == ["approved", "approved"]


def test_a_choice_that_changed_meanwhile_is_refused_whole(reader, town):
    ids = work.drafts(town)[:2]
    somebody = reader("checker1")
    page = check(somebody, ids)
    sql("UPDATE settlement_sheet SET content_hash = 'other' WHERE id = %s", (ids[0],))
    refused = again(somebody, page)
    assert refused.status_code == 422
    assert "发生了变化，没有执行" in refused.text
    assert set(sheets.states().values()) == {"draft"}


def test_all_of_a_query_is_chosen_by_its_conditions(reader, town):
    work.drafts(town)
    somebody = reader("checker1")
    address = "/sheets/check?view=mine"
    page = somebody.post(address, all="1", action="approve").text
    assert "4 张" in page
    assert re.findall(r'name="sheet"', page) == []
    seen = re.search(r'name="selection_hash" value="([0-9a-f]*)"', page)[1]
    somebody.post(address, all="1", action="approve", selection_hash=seen)
    assert set(sheets.states().values()) == {"in_review"}


def test_makers_are_told_why_they_may_not_review(reader, town):
    one = sheets.sheet(town.hospitals[0], town.enterprises[0], 1_00, makers=("checker1",))
    somebody = reader("checker1")
    assert "您是制单人，须由另一人办理" in check(somebody, [one])
    page = somebody.get(f"/sheets/{work.number(one)}").text
    assert "您是制单人，不能复核" in page
    assert 'value="approve"' not in page


@pytest.mark.parametrize("name", ["maker", "clinic", "firm", "supervisor", "auditor"])
def test_others_review_nothing(reader, town, name):
    ids = work.drafts(town)
    assert reader(name).post("/sheets/check", sheet=ids, action="approve").status_code == 403
    assert set(sheets.states().values()) == {"draft"}


def test_a_return_needs_its_reason_and_goes_back_to_draft(reader, town):
    ids = work.drafts(town)[:1]
    boss, somebody = reader("checker2"), reader("checker1")
    again(somebody, check(somebody, ids))
    page = check(boss, ids, "return")
    refused = again(boss, page, reason=" ")
    assert refused.status_code == 422
    assert "请填写退回的原因" in refused.text
    assert again(boss, page, reason="数量不符").status_code == 303
    assert sheets.state(ids[0]) == "draft"
    assert "数量不符" in boss.get(f"/sheets/{work.number(ids[0])}?tab=changes").text


def test_a_sheet_shows_its_equation_its_words_and_what_stayed_outside(reader, town):
    one = work.drafts(town)[0]
    work.held(town, "HELD1", "invoice_missing", "waiting_hospital")
    page = reader("checker1").get(f"/sheets/{work.number(one)}").text
    assert all(part in page for part in ("收货 1 行", "120.00", "退货 1 行", "20.00", "100.00"))
    assert in_words(100_00) in page
    assert "另有 1 行未进本单" in page
    assert "缺发票" in page
    assert "医院未确认" in page


def test_the_account_is_masked_until_somebody_asks_and_that_is_kept(reader, town):
    one = work.number(work.drafts(town)[0])
    account = "6200000000000001"
    somebody = reader("checker1")
    assert account not in somebody.get(f"/sheets/{one}").text
    assert account in somebody.post(f"/sheets/{one}/account").text
    kept = sql("SELECT actor, facts FROM audit_event WHERE action = 'account.shown'").fetchall()
    assert kept == [("checker1", {"sheet_no": one})]


def test_the_print_view_has_signatures_and_words(reader, town):
    one = work.number(work.drafts(town)[0])
    page = reader("maker").get(f"/sheets/{one}?print=1").text
    assert all(word in page for word in ("制单", "复核", "审批", "盖章", in_words(100_00)))
    assert 'class="side"' not in page
    summary = reader("maker").get("/sheets/print?view=all").text
    assert in_words(sum((100_00, 5_000_00, 77_77, 1_00))) in summary


def test_calculating_asks_first_and_then_queues_once(reader, town):
    work.drafts(town)
    somebody = reader("maker")
    address = f"/sheets/calculate?period={sheets.PERIOD}"
    page = somebody.get(address).text
    assert "4 张待复核的结算单将按最新资料重新计算" in page
    assert work.jobs_asked("settle") == []
    sent = somebody.submit(address)
    assert sent.status_code == 303
    assert [job["period"] for job in work.jobs_asked("settle")] == [sheets.PERIOD]


def test_a_calculation_is_refused_when_lines_came_meanwhile(reader, town):
    somebody = reader("maker")
    address = f"/sheets/calculate?period={sheets.PERIOD}"
    seen = re.search(r'name="selection_hash" value="(\w+)"', somebody.get(address).text)[1]
    work.held(town)
    refused = somebody.post(address, selection_hash=seen, period=sheets.PERIOD)
    assert refused.status_code == 422
    assert work.jobs_asked("settle") == []


@pytest.mark.parametrize("name", ["checker1", "checker2", "supervisor", "clinic", "administrator"])
def test_only_makers_calculate(reader, town, name):
    assert reader(name).get("/sheets/calculate").status_code == 403


def test_rows_outside_are_not_found(reader, town):
    ids = work.drafts(town)
    ours, other = work.number(ids[0]), work.number(ids[3])
    assert reader("county").get(f"/sheets/{ours}").status_code == 404
    assert reader("county").get(f"/sheets/{other}").status_code == 200
    assert reader("clinic").get(f"/sheets/{ours}").status_code == 200
    assert reader("clinic").get(f"/sheets/{other}").status_code == 404
    assert reader("firm").get(f"/sheets/{work.number(ids[1])}").status_code == 404
    assert reader("county").get(f"/sheets/?area={sheets.CITY}").status_code == 404
    assert "查询合计 1 张" in reader("county").get("/sheets/?view=all").text


def test_the_next_sheet_is_the_next_of_the_same_query(reader, town):
    work.drafts(town)
    somebody = reader("checker1")
    rows = re.findall(r'href="(/sheets/JS\d+\?view=all)"', somebody.get("/sheets/?view=all").text)
    first = somebody.get(rows[0]).text
    assert "第 1 / 4 张" in first
    assert rows[1] in first


def test_a_paid_sheet_tells_how_it_was_paid(reader, town):
    one = work.drafts(town)[0]
    payments.approve_all()
    payments.pay()
    page = reader("maker").get(f"/sheets/{work.number(one)}?tab=payments").text
    assert work.batch_no() in page
    assert "已发出未确认" in page
    assert User.select().count() == 9
