"""What a fund does not cover is carried, collected, topped up, or stops the next advance."""

from datetime import date

import pytest

from models.records.base import sql
from models.rules.errors.access import NotAllowed
from models.rules.errors.requests import UnknownMoneyRequest, VoucherAboveRequest
from models.rules.errors.shortfalls import NothingOwed, ReceivedInTheFuture
from models.services import access, books, offsets, requests, shortfalls
from models.services.access import Actor
from tests.factories import funding, sheets
from tests.factories import payments as bank
from tests.factories.funding import fund
from tests.factories.sheets import APPROVER, CHECKER, MAKER, PERIOD, state
from tests.services.test_bank_results import about, answer
from tests.services.test_offsets import APRIL, pay_sheet

pytestmark = pytest.mark.usefixtures("db")

MAY = "2026-05"
RUN = {PERIOD: date(2026, 4, 10), APRIL: date(2026, 5, 11), MAY: date(2026, 6, 10)}


def run(period: str = PERIOD, on: date | None = None) -> dict:
    return offsets.offset_period(MAKER, period, None, on or RUN[period])


def asked() -> list[tuple]:
    return sql(
        "SELECT request_no, period, amount_fen, received_fen, due_on, state FROM money_request"
        " WHERE kind = 'collection' ORDER BY id"
    ).fetchall()


def live() -> list[tuple]:
    return [(row[1], row[2] - row[3]) for row in asked() if row[5] == "asked"]


def row(period: str) -> tuple:
    return sql(
        "SELECT goods_fen, carried_in_fen, collected_fen, deferred_fen, offset_fen,"
        " carried_out_fen FROM hospital_offset WHERE period = %s",
        (period,),
    ).fetchone()


def owing(shortfall: str = "collect", **more) -> str:
    """A hospital whose fund of March covers 30 of 100."""
    town = sheets.city(1, 1)
    bank.profile()
    funding.scheme(shortfall=shortfall, **more)
    hospital = town.hospitals[0]
    fund(PERIOD, hospital, 30)
    pay_sheet(hospital, town.enterprises[0], 100)
    run()
    return hospital


def whole() -> bool:
    return books.check_books()["broken"] == []


def test_a_scheme_that_carries_asks_nobody():
    owing("carry")
    assert asked() == []
    assert row(PERIOD) == (100, 0, 0, 0, 30, 70)


def test_collection_asks_for_the_rest_within_the_working_days_of_the_scheme():
    owing(shortfall_days=3)
    ((_, period, amount, _, due_on, _),) = asked()
    assert (period, amount, due_on) == (PERIOD, 70, date(2026, 4, 15))
    assert whole()


def test_ten_working_days_where_the_scheme_does_not_say():
    owing("top_up")
    assert asked()[0][4] == date(2026, 4, 24)


def test_run_again_asks_nothing_again_and_another_result_asks_anew():
    hospital = owing()
    first = asked()
    run()
    assert asked() == first
    fund(PERIOD, hospital, 50)
    run()
    assert live() == [(PERIOD, 50)]
    assert [one[5] for one in asked()] == ["withdrawn", "asked"]
    fund(PERIOD, hospital, 100)
    run()
    assert live() == []
    assert whole()


def test_the_next_fund_is_spared_until_the_deadline_is_over():
    hospital = owing(shortfall_days=30)
    fund(APRIL, hospital, 500)
    run(APRIL)
    assert row(APRIL) == (0, 70, 0, 70, 0, 70)
    assert live() == [(PERIOD, 70)]


def test_a_deadline_that_is_over_falls_back_on_the_funds_and_is_not_asked_again():
    hospital = owing(shortfall_days=3)
    fund(APRIL, hospital, 20)
    run(APRIL)
    assert row(APRIL) == (0, 70, 0, 0, 20, 50)
    assert live() == []
    fund(MAY, hospital, 500)
    run(MAY)
    assert row(MAY) == (0, 50, 0, 0, 50, 0)
    assert whole()


def test_money_that_comes_in_is_booked_and_counted_by_the_next_offset():
    hospital = owing()
    (request,) = asked()
    paid = shortfalls.receive(MAKER, request[0], "PZ1", 40, date(2026, 4, 20), date(2026, 4, 21))
    assert paid.received_fen == 40
    assert bank.balance(f"agency_advance:{hospital}") == 30
    assert whole()
    shortfalls.receive(MAKER, request[0], "PZ2", 30, date(2026, 4, 22), date(2026, 4, 22))
    assert bank.balance(f"agency_advance:{hospital}") == 0
    fund(APRIL, hospital, 500)
    run(APRIL)
    assert row(APRIL) == (0, 70, 70, 0, 0, 0)
    assert whole()


def test_the_same_voucher_twice_is_once():
    hospital = owing()
    (request,) = asked()
    for _ in range(2):
        shortfalls.receive(MAKER, request[0], "PZ1", 40, date(2026, 4, 20), date(2026, 4, 21))
    assert asked()[0][3] == 40
    assert bank.balance(f"agency_advance:{hospital}") == 30


def test_what_came_in_changes_a_month_that_runs_again():
    owing()
    (request,) = asked()
    shortfalls.receive(MAKER, request[0], "PZ1", 70, date(2026, 4, 20), date(2026, 4, 21))
    run()
    assert row(PERIOD) == (100, 0, 70, 0, 30, 0)
    assert [one[5] for one in asked()] == ["paid"]
    assert whole()


def test_more_than_is_asked_and_days_to_come_are_refused():
    owing()
    (request,) = asked()
    with pytest.raises(VoucherAboveRequest):
        shortfalls.receive(MAKER, request[0], "PZ1", 71, date(2026, 4, 20), date(2026, 4, 21))
    with pytest.raises(ReceivedInTheFuture):
        shortfalls.receive(MAKER, request[0], "PZ1", 70, date(2026, 4, 22), date(2026, 4, 21))


def test_a_debt_nobody_asks_for_is_paid_in_one_step():
    hospital = owing("carry")
    day = date(2026, 4, 20)
    with pytest.raises(NothingOwed):
        shortfalls.receive_unasked(MAKER, hospital, "PZ1", 71, day, day)
    for _ in range(2):
        shortfalls.receive_unasked(MAKER, hospital, "PZ1", 25, day, day)
    assert bank.balance(f"agency_advance:{hospital}") == 45
    run(APRIL)
    assert row(APRIL) == (0, 70, 25, 0, 0, 45)
    assert whole()


def test_goods_that_come_back_reduce_what_is_asked():
    owing(shortfall_days=40)
    answer(about(0, "returned"))
    run(APRIL)
    assert row(APRIL) == (-100, 70, 0, 0, 0, -30)
    assert live() == []
    assert whole()


def test_a_withdrawn_request_leaves_the_debt():
    owing()
    requests.withdraw(asked()[0][0], "协商由基金抵扣", on=date(2026, 4, 20), by="maker")
    assert live() == []
    run(APRIL)
    assert row(APRIL) == (0, 70, 0, 0, 0, 70)
    assert live() == []


def test_only_makers_of_the_area_book_what_comes_in():
    owing()
    (request,) = asked()
    day = date(2026, 4, 20)
    with pytest.raises(NotAllowed):
        shortfalls.receive(CHECKER, request[0], "PZ1", 1, day, day)
    sheets.area(sheets.OTHER_CITY, sheets.PROVINCE)
    away = Actor(name="away", role="maker", area_code=sheets.OTHER_CITY)
    with pytest.raises(UnknownMoneyRequest):
        shortfalls.receive(away, request[0], "PZ1", 1, day, day)


def next_sheet(hospital: str) -> int:
    number = sheets.sheet(hospital, sheets.credit_code(1), 100, period=APRIL)
    bank.approve_all(APRIL)
    return number


def test_suspend_stops_advances_until_the_debt_is_gone():
    hospital = owing("suspend")
    number = next_sheet(hospital)
    assert bank.pay(APRIL, RUN[APRIL]) == []
    assert state(number) == "short"
    day = date(2026, 5, 12)
    shortfalls.receive_unasked(MAKER, hospital, "PZ1", 70, day, day)
    assert len(bank.pay(APRIL, day)) == 1
    assert state(number) == "sent"
    assert whole()


def test_a_debt_that_is_too_old_stops_advances_by_the_days_of_the_scheme():
    hospital = owing("collect", suspend_after_days=41)
    number = next_sheet(hospital)
    assert state(number) == "approved"
    assert bank.pay(APRIL, date(2026, 5, 12)) == [], "31 March and 41 days are over on 12 May"
    assert state(number) == "short"
    assert len(bank.pay(APRIL, date(2026, 5, 11))) == 1


def test_prepaid_goods_are_paid_whatever_is_owed():
    hospital = owing("suspend")
    sql(
        "INSERT INTO prepayment_voucher (voucher_no, hospital_code, kind, amount_fen, booked_on)"
        " VALUES ('V1', %s, 'prepayment', 100, '2026-03-01')",
        (hospital,),
    )
    sheets.sheet(hospital, sheets.credit_code(1), 100, period=APRIL, funding="prepaid_subledger")
    bank.approve_all(APRIL)
    assert len(bank.pay(APRIL)) == 1


def test_the_debt_is_told_with_the_day_it_began():
    hospital = owing("carry")
    debt = shortfalls.debt_of(hospital, date(2026, 5, 1))
    assert debt is not None
    assert (debt.debt_fen, debt.asked_fen, debt.suspended) == (70, 0, False)
    assert access.MAY[APPROVER.role] & {"shortfall"} == set()
