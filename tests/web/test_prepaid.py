"""Sub-ledgers, requests, close-outs and the round's prepayments on the screen."""

import csv
import io
import re
from datetime import timedelta

import pytest

from models import clock
from models.records.base import sql
from models.rules.money import in_words
from models.services.prepaid import balances
from tests.factories import prepaid, receipts, sheets, work
from tests.web.conftest import fields
from web import counts
from web.permissions import TABLE


@pytest.fixture
def town(people_of_town):
    """The first hospital has 1,000.00, one paid sheet and one that is short."""
    made = people_of_town
    prepaid.scheme(round_prepay_bp=3_000, pass_on_days=5, pass_down_days=3)
    hospital = made.hospitals[0]
    prepaid.voucher(hospital, 1_000_00, number="YF-1")
    prepaid.sheet(hospital, made.enterprises[0], 400_00)
    prepaid.sheet(hospital, made.enterprises[1], 900_00, due_on=sheets.ON)
    prepaid.pay()
    return made


@pytest.fixture
def hospital(town) -> str:
    return town.hospitals[0]


def agreed(somebody, address: str, **typed: object):
    """Open a check page, fill it in and agree."""
    return somebody.submit(address, **typed)


def number_of(table: str, column: str) -> str:
    return str(sql(f"SELECT {column} FROM {table} ORDER BY id DESC LIMIT 1").fetchone()[0])


def test_the_list_shows_booked_held_available_and_what_is_missing(reader, hospital):
    page = reader("maker").get("/subledgers/").text
    for told in ("1,000.00", "400.00", "600.00", "300.00", "等待补足"):
        assert told in page, told


def test_the_statement_has_every_movement_with_its_balance(reader, hospital):
    page = reader("maker").get(f"/subledgers/{hospital}").text
    for told in ("YF-1", "收到预付", "付款发出，冻结", in_words(600_00)):
        assert told in page, told
    answer = reader("auditor").get(f"/subledgers/{hospital}/export")
    rows = list(csv.reader(io.StringIO(answer.get_data().decode("utf-8-sig"))))
    assert [row[3] for row in rows[1:]] == ["收到预付", "付款发出，冻结"]
    assert [row[-3:] for row in rows[1:]] == [
        ["1000.00", "0.00", "1000.00"],
        ["1000.00", "400.00", "600.00"],
    ]
    assert reader("maker").get(f"/subledgers/{hospital}/export?format=xlsx").data[:2] == b"PK"
    assert "医保预付专用账户分簿对账单" in reader("maker").get(f"/subledgers/{hospital}/print").text


def test_days_of_the_address_bound_the_statement_and_the_opening_follows(reader, hospital):
    later = sheets.ON + timedelta(days=1)
    page = reader("maker").get(f"/subledgers/{hospital}?since={later}").text
    assert "这段时间没有记录" in page
    before = reader("maker").get(f"/subledgers/{hospital}?until={sheets.ON}").text
    assert "期末，共 2 笔" in before


def test_a_hospital_sees_its_own_and_others_do_not(reader, hospital, town):
    assert reader("clinic").get(f"/subledgers/{hospital}").status_code == 200
    prepaid.voucher(town.hospitals[1], 1)
    assert reader("clinic").get(f"/subledgers/{town.hospitals[1]}").status_code == 404
    assert reader("county").get(f"/subledgers/{hospital}").status_code == 404
    assert reader("firm").get("/subledgers/").status_code == 403


def test_a_maker_asks_for_the_gap_and_a_checker_takes_it_back(reader, hospital):
    maker = reader("maker")
    address = f"/subledgers/{hospital}/top-up"
    assert "发出通知 ¥300.00" in maker.get(address).text
    due = clock.today() + timedelta(days=10)
    asked = agreed(maker, address, due_on=str(due))
    assert asked.status_code == 303
    number = number_of("money_request", "request_no")
    page = maker.get(f"/money-requests/{number}").text
    for told in (number, "300.00", in_words(300_00), "缺口 300.00 元"):
        assert told in page, told
    assert work.jobs_asked("money_requests")
    assert "没有尚未通知的缺口" in maker.get(address).text
    assert maker.get(f"/money-requests/{number}/withdraw").status_code == 403
    checker = reader("checker1")
    assert agreed(checker, f"/money-requests/{number}/withdraw", reason="").status_code == 422
    assert agreed(checker, f"/money-requests/{number}/withdraw", reason="误发").status_code == 303
    assert "误发" in reader("clinic").get(f"/money-requests/{number}").text
    listed = checker.get("/money-requests/?view=withdrawn").text
    assert number in listed
    assert checker.get("/money-requests/export").status_code == 200


def test_a_deadline_in_the_past_is_refused_with_a_sentence(reader, hospital):
    refused = agreed(reader("maker"), f"/subledgers/{hospital}/top-up", due_on="2020-01-01")
    assert refused.status_code == 422
    assert "不能早于通知日" in refused.text


def test_a_close_out_goes_from_asking_to_its_steps(reader, hospital):
    maker = reader("maker")
    address = f"/subledger-closings/new?hospital={hospital}"
    end = str(clock.today() + timedelta(days=30))
    made = agreed(maker, address, reason="改用抵扣模式", finish_on=end)
    assert made.status_code == 303
    number = number_of("subledger_closing", "closing_no")
    page = maker.get(f"/subledger-closings/{number}").text
    for told in ("您是提出人", "付清全部结算单", "900.00", "在途和退回的付款全部到账"):
        assert told in page, told
    refused = agreed(reader("checker1"), f"/subledger-closings/{number}/agree")
    assert "尚未核验" in refused.text
    prepaid.bound_accounts()
    assert agreed(reader("checker1"), f"/subledger-closings/{number}/agree").status_code == 303
    page = reader("checker2").get(f"/subledger-closings/{number}").text
    assert "…62" in page
    assert ">确认销户<" not in page
    refused = agreed(reader("checker2"), f"/subledger-closings/{number}/close")
    assert "还有未完成的步骤" in refused.text
    assert number in reader("auditor").get("/subledger-closings/").text


@pytest.fixture
def contracts(town):
    receipts.insert(
        "vbp_round", round_code="VBP1", name="第一批", level="national", term_start="2020-01-01",
        term_end="2099-12-31",
    )  # fmt: skip
    receipts.insert(
        "contract", contract_no="C1", hospital_code=town.hospitals[1], nhsa_code="P1",
        enterprise_code=town.enterprises[0], round_code="VBP1", price_yuan="0.40",
        committed_quantity="84000", term_start="2020-01-01", term_end="2099-12-31",
        signed_on="2020-01-01",
    )  # fmt: skip
    sql("UPDATE scheme SET funding = 'offset'")
    prepaid.bound_accounts()
    return town


def test_a_round_is_prepaid_by_two_people_and_passed_on_by_the_seats(reader, contracts):
    maker = reader("maker")
    page = maker.get("/round-prepayments/new?round=VBP1").text
    for told in ("提出 1 家 ¥10,080.00", in_words(10_080_00)):
        assert told in page, told
    assert agreed(maker, "/round-prepayments/new?round=VBP1").status_code == 303
    number = number_of("round_prepayment", "prepayment_no")
    assert "您是提出人" in maker.get(f"/round-prepayments/{number}").text
    assert maker.get("/round-prepayments/approve?round=VBP1").status_code == 403
    approved = agreed(reader("checker2"), "/round-prepayments/approve?round=VBP1")
    assert approved.status_code == 303
    today = str(clock.today())
    paid = agreed(maker, f"/round-prepayments/{number}/pay", voucher_no="PV1", day=today)
    assert paid.status_code == 303
    firm, code = reader("firm"), contracts.enterprises[0]
    assert firm.get(f"/round-prepayments/{number}/pass/{code}/on").status_code in {200, 403}
    way = f"/round-prepayments/{number}/pass/{code}"
    assert agreed(firm, f"{way}/on", voucher_no="X", day=today).status_code != 303
    assert agreed(maker, f"{way}/on", voucher_no="Z1", day=today).status_code == 303
    assert agreed(firm, f"{way}/down", voucher_no="X1", day=today).status_code == 303
    page = firm.get(f"/round-prepayments/{number}").text
    assert "X1" in page
    assert "计算依据" not in page
    nothing = maker.get(f"/round-prepayments/{number}/recover").text
    assert "现在没有可收回的金额" in nothing
    repaid = agreed(
        maker, f"/round-prepayments/{number}/repay", voucher_no="GH1", amount="80.00", day=today
    )
    assert repaid.status_code == 303
    page = maker.get(f"/round-prepayments/{number}").text
    assert "10,000.00" in page
    assert maker.get("/round-prepayments/export?format=xlsx").data[:2] == b"PK"


def test_a_hospital_does_not_see_what_others_were_prepaid(reader, contracts):
    agreed(reader("maker"), "/round-prepayments/new?round=VBP1")
    number = number_of("round_prepayment", "prepayment_no")
    assert reader("clinic").get(f"/round-prepayments/{number}").status_code == 404
    assert reader("firm").get(f"/round-prepayments/{number}").status_code == 404
    assert number not in reader("clinic").get("/round-prepayments/").text


@pytest.mark.parametrize(
    "address", ["/subledgers/", "/money-requests/", "/round-prepayments/", "/subledger-closings/"]
)
def test_empty_pages_say_what_comes_next(reader, people_of_town, address):
    page = reader("maker").get(address)
    assert page.status_code == 200
    assert 'class="empty"' in page.text


def test_rights_of_the_pages_stand_in_the_table():
    for page in ("subledgers", "money_requests", "round_prepayments"):
        assert re.search(rf"^{page} ", TABLE, re.MULTILINE)


def test_numbers_on_the_page_are_those_of_the_stage(reader, hospital):
    assert balances.of(hospital).available_fen == 600_00
    assert fields(reader("maker").get(f"/subledgers/{hospital}/top-up").text)["selection_hash"]


def test_all_that_lack_money_are_asked_at_once(reader, hospital):
    maker = reader("maker")
    assert "通知 1 家 ¥300.00" in maker.get("/subledgers/top-ups").text
    due = str(clock.today() + timedelta(days=10))
    assert agreed(maker, "/subledgers/top-ups", due_on=due).status_code == 303
    assert prepaid.requests() == [("top_up", 300_00, 0, "asked")]
    assert "没有尚未通知的缺口" in maker.get("/subledgers/top-ups").text
    number = number_of("money_request", "request_no")
    paper = reader("clinic").get(f"/money-requests/{number}/print").text
    for told in ("补足分簿通知书", in_words(300_00), number, "尾号"):
        assert told in paper, told
    assert f"/money-requests/{number}" in maker.get(f"/find/?q={number}").headers["Location"]
    counts.forget()
    menu = reader("clinic").get("/").text.split("<main")[0]
    assert re.search(r'href="/offsets/"[^>]*>抵扣与分簿 <span class="n">1<', menu)
