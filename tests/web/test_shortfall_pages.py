"""The statement of an offset, debts and collections, and turnover money on the screen."""

import csv
import io
import zipfile
from decimal import Decimal

import pytest

from models import clock
from models.records.base import sql
from models.rules.money import fen, in_words
from models.services import offsets, shortfalls, turnover
from tests.factories import funding, payments, sheets, work
from tests.factories.sheets import CITY, MAKER, ON, PERIOD


@pytest.fixture
def owing(people_of_town):
    """The first hospital's fund covers 1,000.00 of 5,100.00; a collection waits."""
    work.drafts(people_of_town)
    payments.approve_all()
    payments.pay()
    funding.scheme(shortfall="collect", suspend_after_days=3_000)
    funding.fund(PERIOD, people_of_town.hospitals[0], fen("1200.00"), fen("150.00"), 0, fen("50"))
    offsets.offset_period(MAKER, PERIOD, None, ON)
    return people_of_town


def request_no() -> str:
    return sql(
        "SELECT request_no FROM money_request WHERE hospital_code = %s", (sheets.hospital_code(1),)
    ).fetchone()[0]


def test_the_statement_shows_every_figure_and_its_words(reader, owing):
    page = reader("maker").get(f"/offsets/{PERIOD}/{owing.hospitals[0]}").text
    for shown in ("1,200.00", "-150.00", "-50.00", "5,100.00", "4,100.00", request_no()):
        assert shown in page
    assert in_words(fen("1000.00")) in page


def test_the_file_of_a_statement_adds_up(reader, owing):
    address = f"/offsets/{PERIOD}/{owing.hospitals[0]}/export"
    answered = reader("clinic").get(f"{address}?format=csv")
    rows = list(csv.reader(io.StringIO(answered.data.decode("utf-8-sig"))))
    goods = sum(Decimal(row[5]) for row in rows if row[0] == "货款")
    told = {row[0]: Decimal(row[5]) for row in rows[1:]}
    assert goods == told["本期货款"] == Decimal("5100.00")
    assert told["本期货款"] + told["加：上期结转"] == told["本期抵扣"] + told["结转下期"]
    assert zipfile.is_zipfile(io.BytesIO(reader("clinic").get(address).data))
    assert (
        reader("clinic").get(address.replace(owing.hospitals[0], owing.hospitals[1])).status_code
        == 404
    )


def test_the_file_of_a_month_has_every_hospital_and_figure(reader, owing):
    answered = reader("maker").get(f"/offsets/export?period={PERIOD}&format=csv")
    rows = list(csv.DictReader(io.StringIO(answered.data.decode("utf-8-sig"))))
    assert [row["医疗机构"] for row in rows] == ["医院1", "医院2", "医院9"]
    assert [row["结转下期（元）"] for row in rows] == ["4100.00", "77.77", "1.00"]
    own = reader("clinic").get(f"/offsets/export?period={PERIOD}&format=csv")
    assert own.data.decode("utf-8-sig").count("H0") == 1


def test_money_that_came_in_is_looked_at_once_more_and_booked(reader, owing):
    somebody = reader("maker")
    assert "4,100.00" in somebody.get("/shortfalls/").text
    address = f"/shortfalls/requests/{request_no()}/receive"
    refused = somebody.submit(address, voucher_no="PZ1", amount="4100.01")
    assert refused.status_code == 422
    assert "尚未收到的 4100.00 元" in refused.text
    done = somebody.submit(address, voucher_no="PZ1", amount="100.00")
    assert done.status_code == 303
    assert sql("SELECT sum(received_fen) FROM money_request").fetchone()[0] == fen("100.00")
    assert "4,000.00" in somebody.get("/shortfalls/").text
    assert reader("checker1").get(address).status_code == 403


def test_another_person_takes_a_wrong_receipt_back(reader, owing):
    shortfalls.receive(MAKER, request_no(), "PZ 7/1", fen("100.00"), ON, ON)
    page = f"/money-requests/{request_no()}"
    address = f"{page}/receipts/take-back?voucher=PZ%207/1"
    assert address in reader("checker1").get(page).text
    assert "take-back" not in reader("maker").get(page).text
    assert reader("maker").get(address).status_code == 403
    checker = reader("checker1")
    assert "100.00" in checker.get(address).text
    assert checker.submit(address, reason="").status_code == 422
    assert checker.submit(address, reason="录错凭证").status_code == 303
    assert sql("SELECT sum(received_fen) FROM money_request").fetchone()[0] == 0
    assert "录错凭证" in checker.get(page).text
    assert checker.get(address).status_code == 404


def test_a_hospital_sees_its_own_debt_alone(reader, owing):
    page = reader("clinic").get("/shortfalls/").text
    assert "医院1" in page
    assert "医院2" not in page
    assert reader("firm").get("/shortfalls/").status_code == 403


def test_the_list_of_debits_says_why_an_account_cannot_be_debited(reader, owing):
    page = reader("maker").get("/shortfalls/?tab=debits").text
    assert "无有效委托书" in page
    sql(
        "INSERT INTO mandate (hospital_code, valid_from, document_no)"
        " VALUES (%s, '2026-01-01', '委〔2026〕1号')",
        (owing.hospitals[0],),
    )
    sql(
        "UPDATE hospital SET account_no = '6222000011112222', account_name = '医院1',"
        " bank_name = '工行', cnaps_code = '102100099996' WHERE hospital_code = %s",
        (owing.hospitals[0],),
    )
    assert "账户未核实" in reader("maker").get("/shortfalls/?tab=debits").text
    sql(
        "UPDATE hospital SET account_verified = true WHERE hospital_code = %s",
        (owing.hospitals[0],),
    )
    page = reader("maker").get("/shortfalls/?tab=debits").text
    assert "可以扣款" in page
    assert "6222000011112222" in page
    assert "6222000011112222" not in reader("auditor").get("/shortfalls/?tab=debits").text


def test_a_debt_nobody_asked_for_is_booked_too(reader, owing):
    somebody = reader("maker")
    address = f"/shortfalls/hospitals/{owing.hospitals[0]}/receive"
    assert "现在不能办理" in somebody.get(address).text
    sql(
        "UPDATE money_request SET state = 'withdrawn', ended_by = 'maker', ended_at = now(),"
        " ended_on = '2026-04-11', end_reason = '-'"
    )
    assert somebody.submit(address, voucher_no="PZ1", amount="1.00").status_code == 303


@pytest.fixture
def bearing(people_of_town):
    """Every hospital of the city may have turnover money this year."""
    year = clock.today().year
    funding.scheme(
        funding="turnover", turnover_months=12, turnover_drug_bp=3_000,
        turnover_consumable_bp=2_000, valid_from=f"{year - 1}-01-01",
    )  # fmt: skip
    funding.reserves(CITY, year)
    for hospital in people_of_town.hospitals[:2]:
        funding.fund(f"{year - 1}-12", hospital, fen("1000.00"))
    return people_of_town


def test_turnover_money_is_applied_for_approved_paid_and_asked_back(reader, bearing):
    maker, checker = reader("maker"), reader("checker1")
    page = maker.get("/turnover/apply").text
    assert "¥1,000.00" in page
    assert "结算方案没有规定周转金" in page, "the hospital of the other city has no scheme"
    code = bearing.hospitals[0]
    assert maker.submit(f"/turnover/apply?hospital_code={code}").status_code == 303
    (number,) = sql("SELECT turnover_no FROM turnover_grant").fetchone()
    assert maker.get(f"/turnover/{number}/approve").status_code == 403
    assert checker.submit(f"/turnover/{number}/approve", answer="同意").status_code == 303
    assert maker.submit(f"/turnover/{number}/pay", voucher_no="BK1").status_code == 303
    assert maker.submit(f"/turnover/{number}/recover").status_code == 303
    page = maker.get(f"/turnover/{number}").text
    assert "登记归还" in page
    answered = maker.submit(
        f"/turnover/{number}/repay", voucher_no="TK1", amount="500.00", source="subledger"
    )
    assert answered.status_code == 303
    assert "已收回" in maker.get(f"/turnover/{number}").text
    assert "医院1" in maker.get("/turnover/").text
    assert maker.get("/turnover/export").status_code == 200


def test_a_hospital_applies_for_itself_on_its_seat(reader, bearing):
    seat = reader("clinic")
    page = seat.get("/turnover/apply").text
    assert "医院2" not in page
    assert seat.submit("/turnover/apply", note="申请").status_code == 303
    assert sql("SELECT hospital_code FROM turnover_grant").fetchall() == [(bearing.hospitals[0],)]
    assert "经过" in seat.get("/turnover/" + number_of(bearing.hospitals[0])).text


def number_of(hospital: str) -> str:
    return sql(
        "SELECT turnover_no FROM turnover_grant WHERE hospital_code = %s", (hospital,)
    ).fetchone()[0]


def test_reasons_are_shown_and_nothing_can_be_asked(reader, bearing):
    funding.reserves(CITY, clock.today().year, resident=("5", -1, 0))
    page = reader("maker").get("/turnover/apply").text
    assert "居民医保累计结余可支付月数不足" in page
    assert "现在不能办理" in page


def test_the_refusal_of_one_person_for_both_is_told(reader, bearing):
    year = clock.today().year
    (number,) = turnover.apply(MAKER, [bearing.hospitals[0]], year, clock.today())
    sql("UPDATE app_user SET role = 'checker' WHERE name = 'maker'")
    answered = reader("maker").submit(f"/turnover/{number}/approve")
    assert answered.status_code == 422


def test_reserves_are_a_master_list(reader, bearing):
    page = reader("maker").get("/fund_reserves/").text
    assert "职工医保" in page
    assert str(clock.today().year) in page


def test_a_run_says_which_sheets_it_leaves_to_hospitals_that_owe(reader, owing):
    sql("UPDATE scheme SET shortfall = 'suspend'")
    number = sheets.sheet(owing.hospitals[0], owing.enterprises[0], fen("8.00"), period="2026-04")
    payments.approve_all("2026-04")
    page = reader("maker").get(f"/batches/new?period=2026-04&profile={payments.PROFILE}").text
    assert "其中 1 张 ¥8.00 属于暂停代付的 1 家医院" in page
    assert payments.pay("2026-04") == []
    assert sheets.state(number) == "short"
    assert "暂停代付" in reader("maker").get("/shortfalls/").text
