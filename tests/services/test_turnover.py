"""Turnover money of a year: who may have it, two persons, into the sub-ledger, and back."""

from datetime import date

import pytest

from models.records.base import run_sql_text, sql
from models.rules.errors.access import NotAllowed, OutOfScope, SecondPersonNeeded
from models.rules.errors.payment import ReasonNeeded
from models.rules.errors.requests import VoucherAboveRequest
from models.rules.errors.turnover import (
    NothingOutstanding,
    SubledgerTooLow,
    TurnoverMoved,
    TurnoverNotEligible,
    VoucherKnown,
)
from models.rules.money import fen
from models.rules.turnover import Lack, Obstacle, Pool
from models.rules.words import TurnoverRecovery
from models.services import books, offsets, turnover
from models.services.access import Actor
from tests.factories import funding, sheets
from tests.factories import payments as bank
from tests.factories.sheets import APPROVER, CHECKER, CITY, MAKER

pytestmark = pytest.mark.usefixtures("db")

ON = date(2026, 1, 8)
PAID = date(2026, 2, 2)
DECEMBER = date(2026, 12, 1)
OTHER_MAKER = Actor(name="maker2", role="maker")


def a_city(**more) -> str:
    """A hospital with 12 months of 1,000.00 audited, and funds that bear it."""
    town = sheets.city(1, 1)
    terms = {
        "funding": "turnover", "turnover_months": 12, "turnover_drug_bp": 3_000,
        "turnover_consumable_bp": 2_000, "valid_from": "2025-01-01",
    }  # fmt: skip
    funding.scheme(**{**terms, **more})
    funding.reserves()
    for month in range(1, 13):
        funding.fund(f"2025-{month:02d}", town.hospitals[0], fen("1000.00"))
    return town.hospitals[0]


def granted(hospital: str) -> str:
    (number,) = turnover.apply(MAKER, [hospital], 2026, ON)
    turnover.approve(CHECKER, [number], ON)
    return number


def paid(hospital: str) -> str:
    number = granted(hospital)
    turnover.pay_out(MAKER, number, "BK1", PAID, PAID)
    return number


def state_of(number: str) -> tuple:
    return sql(
        "SELECT state, amount_fen, recovery FROM turnover_grant WHERE turnover_no = %s", (number,)
    ).fetchone()


def request_no() -> str:
    return sql(
        "SELECT request_no FROM money_request WHERE kind = 'repayment' ORDER BY id DESC"
    ).fetchone()[0]


def outstanding(number: str) -> int:
    return turnover.grants.locked(MAKER, number).outstanding_fen


def whole() -> bool:
    return books.check_books()["broken"] == []


def test_half_of_last_years_average_is_applied_for():
    hospital = a_city()
    (number,) = turnover.apply(MAKER, [hospital], 2026, ON, note="一月申请")
    assert state_of(number) == ("applied", fen("500.00"), None)


def test_a_hospital_applies_for_itself_alone():
    hospital = a_city()
    seat = Actor(name="seat", role="hospital", area_code=CITY, party_code=hospital)
    (number,) = turnover.apply(seat, [hospital], 2026, ON)
    assert state_of(number)[0] == "applied"
    other = sheets.hospital(5)
    with pytest.raises(OutOfScope):
        turnover.apply(seat, [other], 2026, ON)


def test_reasons_are_all_told():
    hospital = a_city(funding="offset")
    funding.reserves(employee=("11", -1, 5))
    (found,) = turnover.candidates([CITY], 2026, ON, hospital_code=hospital)
    assert found.obstacles == (Obstacle.NOT_PREPAID,)
    assert found.lacks == ((Pool.EMPLOYEE, Lack.RESERVE_LOW), (Pool.EMPLOYEE, Lack.DEFICIT))
    with pytest.raises(TurnoverNotEligible) as refused:
        turnover.apply(MAKER, [hospital], 2026, ON)
    assert "职工医保累计结余可支付月数不足" in refused.value.sentence


def test_the_nearest_areas_funds_count():
    hospital = a_city()
    sql("DELETE FROM fund_reserve")
    funding.reserves(sheets.PROVINCE)
    assert turnover.candidates([CITY], 2026, ON, hospital_code=hospital)[0].eligible


def test_months_that_are_not_imported_are_not_averaged():
    hospital = a_city()
    sql("DELETE FROM monthly_fund WHERE period > '2025-06'")
    (found,) = turnover.candidates([CITY], 2026, ON, hospital_code=hospital)
    assert found.terms is not None
    assert (found.terms.months, found.terms.months_wanted) == (6, 12)
    assert found.amount.base_fen == fen("1000.00")


def test_one_application_a_year():
    hospital = a_city()
    turnover.apply(MAKER, [hospital], 2026, ON)
    with pytest.raises(TurnoverNotEligible):
        turnover.apply(MAKER, [hospital], 2026, ON)


def test_who_applied_never_decides_and_who_decided_never_pays():
    hospital = a_city()
    (number,) = turnover.apply(MAKER, [hospital], 2026, ON)
    with pytest.raises(NotAllowed):
        turnover.approve(MAKER, [number], ON)
    with pytest.raises(SecondPersonNeeded):
        turnover.approve(Actor(name="maker", role="checker"), [number], ON)
    turnover.approve(CHECKER, [number], ON)
    with pytest.raises(SecondPersonNeeded):
        turnover.pay_out(Actor(name=CHECKER.name, role="maker"), number, "BK1", PAID, PAID)
    with pytest.raises(TurnoverMoved):
        turnover.approve(APPROVER, [number], ON)


def test_the_database_refuses_one_person_for_both():
    hospital = a_city()
    (number,) = turnover.apply(MAKER, [hospital], 2026, ON)
    with pytest.raises(Exception, match="turnover_two_persons"):
        sql(
            "UPDATE turnover_grant SET state = 'approved', decided_by = applied_by,"
            " decided_on = applied_on, decided_at = now() WHERE turnover_no = %s",
            (number,),
        )


def test_the_funds_must_still_bear_it_at_the_decision():
    hospital = a_city()
    (number,) = turnover.apply(MAKER, [hospital], 2026, ON)
    funding.reserves(resident=("5", 0, 0))
    with pytest.raises(TurnoverNotEligible):
        turnover.approve(CHECKER, [number], ON)


def test_a_refused_application_may_be_made_again():
    hospital = a_city()
    (number,) = turnover.apply(MAKER, [hospital], 2026, ON)
    with pytest.raises(ReasonNeeded):
        turnover.refuse(CHECKER, number, " ", ON)
    turnover.refuse(CHECKER, number, "先清理上年欠款", ON)
    (second,) = turnover.apply(MAKER, [hospital], 2026, ON)
    turnover.withdraw(MAKER, second)
    with pytest.raises(TurnoverMoved):
        turnover.withdraw(MAKER, second)
    assert [state_of(one)[0] for one in (number, second)] == ["refused", "withdrawn"]


def test_the_payout_fills_the_sub_ledger_once():
    hospital = a_city()
    number = paid(hospital)
    turnover.pay_out(MAKER, number, "BK1", PAID, PAID)
    assert bank.balance(f"prepaid:{hospital}") == -fen("500.00")
    assert bank.balance(f"turnover:{hospital}") == fen("500.00")
    with pytest.raises(TurnoverMoved):
        turnover.pay_out(MAKER, number, "BK2", PAID, PAID)
    assert whole()


def test_a_voucher_number_is_used_once():
    hospital = a_city()
    number = granted(hospital)
    sql(
        "INSERT INTO prepayment_voucher (voucher_no, hospital_code, kind, amount_fen, booked_on)"
        " VALUES ('BK1', %s, 'top_up', 7, '2026-01-01')",
        (hospital,),
    )
    with pytest.raises(VoucherKnown):
        turnover.pay_out(MAKER, number, "BK1", PAID, PAID)


def test_a_repayment_is_asked_until_the_years_last_day():
    hospital = a_city()
    number = paid(hospital)
    turnover.recover(MAKER, number, DECEMBER)
    turnover.recover(MAKER, number, DECEMBER)
    due = sql("SELECT due_on, amount_fen FROM money_request WHERE kind = 'repayment'").fetchall()
    assert due == [(date(2026, 12, 31), fen("500.00"))]
    assert state_of(number)[0] == "recovering"


def test_it_goes_back_from_the_sub_ledger_and_from_the_hospitals_own_money():
    hospital = a_city()
    number = paid(hospital)
    turnover.recover(MAKER, number, DECEMBER)
    for _ in range(2):
        turnover.repay(
            MAKER, request_no(), "TK1", fen("300.00"), DECEMBER, DECEMBER, from_subledger=True
        )
    assert outstanding(number) == fen("200.00")
    assert bank.balance(f"prepaid:{hospital}") == -fen("200.00")
    assert whole()
    turnover.repay(
        MAKER, request_no(), "TK2", fen("200.00"), DECEMBER, DECEMBER, from_subledger=False
    )
    assert outstanding(number) == 0
    assert bank.balance(f"prepaid:{hospital}") == -fen("200.00"), "the rest is the hospital's own"
    assert bank.balance(f"turnover:{hospital}") == 0
    assert whole()
    with pytest.raises(NothingOutstanding):
        turnover.recover(MAKER, number, DECEMBER)


def test_a_sub_ledger_gives_back_no_more_than_it_holds():
    hospital = a_city()
    number = paid(hospital)
    bank.profile()
    sheets.sheet(hospital, sheets.credit_code(1), fen("400.00"), funding="turnover")
    bank.approve_all()
    bank.pay()
    turnover.recover(MAKER, number, DECEMBER)
    with pytest.raises(SubledgerTooLow):
        turnover.repay(
            MAKER, request_no(), "TK1", fen("101.00"), DECEMBER, DECEMBER, from_subledger=True
        )
    with pytest.raises(VoucherAboveRequest):
        turnover.repay(
            MAKER, request_no(), "TK1", fen("500.01"), DECEMBER, DECEMBER, from_subledger=False
        )
    assert whole()


def test_the_funds_pay_it_back_where_the_scheme_says_offset():
    hospital = a_city(turnover_recovery="offset")
    number = paid(hospital)
    turnover.recover(MAKER, number, DECEMBER, from_period="2026-11")
    funding.fund("2026-11", hospital, fen("120.00"))
    funding.fund("2026-12", hospital, fen("900.00"))
    offsets.offset_period(MAKER, "2026-11", None, DECEMBER)
    offsets.offset_period(MAKER, "2026-11", None, DECEMBER)
    assert outstanding(number) == fen("380.00")
    funding.fund("2026-11", hospital, fen("100.00"))
    offsets.offset_period(MAKER, "2026-11", None, DECEMBER)
    assert outstanding(number) == fen("400.00")
    assert whole()
    offsets.offset_period(MAKER, "2026-12", None, DECEMBER)
    assert outstanding(number) == 0
    assert bank.balance(f"turnover:{hospital}") == 0
    assert bank.balance(f"hospital_fund:{hospital}") == fen("500.00")
    assert whole()


def test_a_repayment_nobody_made_is_taken_from_the_funds_instead():
    hospital = a_city()
    number = paid(hospital)
    turnover.recover(MAKER, number, DECEMBER)
    turnover.recover(MAKER, number, DECEMBER, way=TurnoverRecovery.OFFSET, from_period="2026-12")
    assert state_of(number) == ("recovering", fen("500.00"), "offset")
    assert sql("SELECT state FROM money_request").fetchall() == [("withdrawn",)]
    with pytest.raises(TurnoverMoved):
        turnover.recover(MAKER, number, DECEMBER, way=TurnoverRecovery.REPAY)


def test_none_is_paid_while_another_years_is_outstanding():
    hospital = a_city()
    number = paid(hospital)
    funding.reserves(year=2027)
    (found,) = turnover.candidates([CITY], 2027, date(2027, 1, 8), hospital_code=hospital)
    assert Obstacle.OUTSTANDING in found.obstacles
    turnover.recover(MAKER, number, DECEMBER)
    turnover.repay(
        MAKER, request_no(), "TK1", fen("500.00"), DECEMBER, DECEMBER, from_subledger=True
    )
    (found,) = turnover.candidates([CITY], 2027, date(2027, 1, 8), hospital_code=hospital)
    assert Obstacle.OUTSTANDING not in found.obstacles


def test_what_was_applied_for_never_changes():
    hospital = a_city()
    turnover.apply(MAKER, [hospital], 2026, ON)
    with pytest.raises(Exception, match="turnover_grant"):
        run_sql_text("UPDATE turnover_grant SET amount_fen = 1, drug_fen = 1, consumable_fen = 0")
