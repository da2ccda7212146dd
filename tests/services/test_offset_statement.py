"""A statement adds up to the fen by its own lines, and stays as it was given out."""

from datetime import date
from decimal import Decimal

import pytest

from models.records.base import sql
from models.services import books, offsets, shortfalls
from models.services.views import offset_statement
from models.services.views.offset_statement import Statement
from tests.factories import funding, sheets
from tests.factories import payments as bank
from tests.factories.funding import fund
from tests.factories.sheets import MAKER, ON, PERIOD
from tests.services.test_bank_results import about, answer
from tests.services.test_offsets import APRIL, pay_sheet
from web.scope import Rows

pytestmark = pytest.mark.usefixtures("db")

IN_MAY = date(2026, 5, 11)


def told(period: str, hospital: str, rows: Rows | None = None) -> Statement:
    found = offset_statement.statement(rows or Rows(), period, hospital)
    assert found is not None
    return found


def adds_up(found: Statement) -> bool:
    row = found.row
    return (
        sum(one.amount_fen for one in found.sheets) == row.goods_fen
        and sum(one.amount_fen for one in found.receipts) == row.collected_fen
        and row.goods_fen + row.carried_in_fen
        == row.collected_fen + row.offset_fen + row.carried_out_fen
        and row.available_fen == row.offset_fen + row.recovered_fen + row.payout_fen
        and (row.audited_fen is None or row.available_fen == max(row.net_fen, 0))
    )


def test_goods_are_the_sheets_whose_money_is_out():
    town = sheets.city(1, 2)
    bank.profile()
    hospital = town.hospitals[0]
    for code, amount in zip(town.enterprises, (300, 500), strict=True):
        sheets.sheet(hospital, code, amount)
    bank.approve_all()
    bank.pay()
    answer(about(1, "rejected"))
    fund(PERIOD, hospital, 1_000, 100, 50, 25)
    offsets.offset_period(MAKER, PERIOD, None, ON)
    found = told(PERIOD, hospital)
    assert [one.amount_fen for one in found.sheets] == [300]
    assert (found.row.available_fen, found.row.payout_fen) == (825, 525)
    assert adds_up(found)


def test_money_that_came_back_is_a_negative_line_of_the_next_statement():
    town = sheets.city(1, 1)
    bank.profile()
    hospital = town.hospitals[0]
    fund(PERIOD, hospital, 1_000)
    pay_sheet(hospital, town.enterprises[0], 300)
    offsets.offset_period(MAKER, PERIOD, None, ON)
    answer(about(0, "returned"))
    fund(APRIL, hospital, 1_000)
    pay_sheet(hospital, town.enterprises[0], 120, APRIL)
    offsets.offset_period(MAKER, APRIL, None, IN_MAY)
    march, april = told(PERIOD, hospital), told(APRIL, hospital)
    assert [(one.period, one.amount_fen) for one in april.sheets] == [(APRIL, 120), (PERIOD, -300)]
    assert [one.amount_fen for one in march.sheets] == [300], "what was given out stays"
    assert adds_up(march)
    assert adds_up(april)
    assert (march.neighbours.after, april.neighbours.before) == (APRIL, PERIOD)


def test_a_fund_imported_anew_changes_no_statement():
    town = sheets.city(1, 1)
    bank.profile()
    fund(PERIOD, town.hospitals[0], 1_000)
    pay_sheet(town.hospitals[0], town.enterprises[0], 300)
    offsets.offset_period(MAKER, PERIOD, None, ON)
    fund(PERIOD, town.hospitals[0], 10)
    found = told(PERIOD, town.hospitals[0])
    assert found.row.audited_fen == 1_000
    assert adds_up(found)


def test_each_voucher_stands_on_the_statement_that_counted_it():
    town = sheets.city(1, 1)
    bank.profile()
    funding.scheme(shortfall="collect", shortfall_days=60)
    hospital = town.hospitals[0]
    pay_sheet(hospital, town.enterprises[0], 300)
    offsets.offset_period(MAKER, PERIOD, None, ON)
    (number,) = sql("SELECT request_no FROM money_request").fetchone()
    for place, amount in enumerate((100, 40)):
        shortfalls.receive(MAKER, number, f"PZ{place}", amount, ON, ON)
    pay_sheet(hospital, town.enterprises[0], 70, APRIL)
    offsets.offset_period(MAKER, APRIL, None, IN_MAY)
    shortfalls.receive(MAKER, number, "PZ9", 160, IN_MAY, IN_MAY)
    offsets.offset_period(MAKER, "2026-05", None, date(2026, 6, 10))
    counted = {
        period: [one.voucher_no for one in told(period, hospital).receipts]
        for period in (PERIOD, APRIL, "2026-05")
    }
    assert counted == {PERIOD: [], APRIL: ["PZ0", "PZ1"], "2026-05": ["PZ9"]}
    assert all(adds_up(told(period, hospital)) for period in counted)
    assert [one.period for one in told(APRIL, hospital).requests] == [APRIL]
    assert books.check_books()["broken"] == []


def test_without_a_fund_the_statement_says_so():
    town = sheets.city(1, 1)
    bank.profile()
    pay_sheet(town.hospitals[0], town.enterprises[0], 300)
    offsets.offset_period(MAKER, PERIOD, None, ON)
    found = told(PERIOD, town.hospitals[0])
    assert found.row.audited_fen is None
    assert adds_up(found)


def test_nobody_reads_another_hospitals_statement():
    town = sheets.city(2, 1)
    bank.profile()
    pay_sheet(town.hospitals[0], town.enterprises[0], 300)
    offsets.offset_period(MAKER, PERIOD, None, ON)
    other = Rows(hospital_code=town.hospitals[1])
    assert offset_statement.statement(other, PERIOD, town.hospitals[0]) is None


@pytest.mark.parametrize(
    "damage",
    [
        "UPDATE hospital_offset SET available_fen = available_fen + 1",
        "UPDATE hospital_offset SET collected_fen = collected_fen + 1",
        "UPDATE hospital_offset SET recovered_fen = 1",
        "UPDATE hospital_offset SET deferred_fen = -1",
        "UPDATE offset_sheet SET amount_fen = 0",
    ],
)
def test_the_database_refuses_a_statement_that_does_not_add_up(damage):
    town = sheets.city(1, 1)
    bank.profile()
    fund(PERIOD, town.hospitals[0], 100)
    pay_sheet(town.hospitals[0], town.enterprises[0], 300)
    offsets.offset_period(MAKER, PERIOD, None, ON)
    with pytest.raises(Exception, match=r"hospital_offset_|offset_sheet_"):
        sql(damage)
    assert Decimal(bank.balance(f"hospital_fund:{town.hospitals[0]}")) == 100
