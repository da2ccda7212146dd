"""The round's prepayment: agreed × ratio, never financed twice, passed on, drawn and recovered."""

from datetime import date
from decimal import Decimal

import peewee as pw
import pytest

from models.records.base import sql
from models.records.prepaid import RoundShare
from models.rules import prepaid as rule
from models.rules.errors.access import NotAllowed, OutOfScope, SecondPersonNeeded
from models.rules.errors.payment import SelectionChanged
from models.rules.errors.prepaid import (
    AlreadyPassedOn,
    DayBeforePayout,
    NothingToPrepay,
    NothingToRecover,
    NotPassedOnYet,
    PrepaymentMoved,
    PrepaymentOutdated,
    RepaidTooMuch,
    VoucherKnown,
)
from models.rules.money import fen
from models.rules.prepaid import Agreed
from models.services import books
from models.services.access import Actor
from models.services.prepaid import balances
from models.services.round_prepayments import deciding, news, passing, recovering
from tests.factories import payments as bank
from tests.factories import prepaid, receipts, sheets
from tests.factories.sheets import APPROVER, MAKER, ON, PERIOD
from tests.services.test_bank_results import about, answer

pytestmark = pytest.mark.usefixtures("db")

ROUND = "VBP1"


@pytest.fixture
def town(db) -> sheets.City:
    made = sheets.city(2, 2)
    bank.profile()
    receipts.insert(
        "vbp_round", round_code=ROUND, name="第一批", level="national", term_start="2026-01-01",
        term_end="2026-12-31",
    )  # fmt: skip
    receipts.product()
    prepaid.bound_accounts()
    return made


def scheme(**more) -> None:
    receipts.scheme(**{"round_prepay_bp": 3_000, "pass_on_days": 5, "pass_down_days": 3, **more})


def contract(
    number: str, hospital: str, enterprise: str, quantity: str, price: str = "0.40"
) -> None:
    receipts.insert(
        "contract", contract_no=number, hospital_code=hospital, nhsa_code="P1",
        enterprise_code=enterprise, round_code=ROUND, price_yuan=price,
        committed_quantity=quantity, term_start="2026-01-01", term_end="2026-12-31",
        signed_on="2026-01-01",
    )  # fmt: skip


def award(price: str) -> None:
    receipts.insert(
        "award", round_code=ROUND, nhsa_code="P1", area_code=sheets.PROVINCE, price_yuan=price
    )


def proposed(on: date = ON) -> list[str]:
    found = deciding.look(MAKER, ROUND, None, on)
    total = sum(one.amount_fen for one in found)
    return deciding.propose(MAKER, ROUND, None, on, count=len(found), total_fen=total)


def amount(number: str) -> int:
    return sql(
        "SELECT amount_fen FROM round_prepayment WHERE prepayment_no = %s", (number,)
    ).fetchone()[0]


def paid(number: str, voucher: str = "PV1", on: date = ON) -> str:
    deciding.approve(APPROVER, [number], on, total_fen=amount(number))
    deciding.pay_out(MAKER, number, voucher, on, on)
    return number


def fact(number: str, column: str):
    return sql(
        f"SELECT {column} FROM round_prepayment WHERE prepayment_no = %s",
        (number,),
    ).fetchone()[0]


def test_the_example_of_the_practice_to_the_fen(town):
    """84,000 agreed at 0.40 and 30 %: 10,080.00."""
    scheme()
    contract("C1", town.hospitals[0], town.enterprises[0], "84000")
    (number,) = proposed()
    assert amount(number) == fen("10080.00")
    exact = rule.agreed_fen([Agreed(Decimal("84000"), Decimal("0.40"))])
    assert rule.gross_fen(exact, 3_000) == fen("10080.00")


def test_the_sum_is_rounded_once_and_the_award_price_counts(town):
    scheme()
    award("0.3333")
    contract("C1", town.hospitals[0], town.enterprises[0], "1")
    contract("C2", town.hospitals[0], town.enterprises[1], "2")
    (number,) = proposed()
    assert (fact(number, "agreed_fen"), amount(number)) == (100, 30)


def test_without_a_ratio_nothing_is_prepaid(town):
    scheme(round_prepay_bp=None)
    contract("C1", town.hospitals[0], town.enterprises[0], "84000")
    with pytest.raises(NothingToPrepay):
        proposed()


def test_once_a_year_and_what_was_seen_is_what_is_proposed(town):
    scheme()
    contract("C1", town.hospitals[0], town.enterprises[0], "84000")
    with pytest.raises(SelectionChanged):
        deciding.propose(MAKER, ROUND, None, ON, count=1, total_fen=1)
    (number,) = proposed()
    with pytest.raises(NothingToPrepay):
        proposed()
    deciding.withdraw(MAKER, number, "重算", ON)
    assert proposed() != [number]


def test_what_the_sub_ledger_has_of_the_agency_is_not_financed_twice(town):
    scheme(funding="prepaid_subledger")
    hospital = town.hospitals[0]
    prepaid.voucher(hospital, fen("4000.00"))
    prepaid.voucher(hospital, fen("9999.00"), "top_up")
    prepaid.sheet(hospital, town.enterprises[0], fen("1000.00"))
    prepaid.pay()
    contract("C1", hospital, town.enterprises[0], "84000")
    (number,) = proposed()
    assert fact(number, "already_fen") == fen("3000.00")
    assert amount(number) == fen("7080.00")
    paid(number)
    assert balances.of(hospital).available_fen == fen("4000.00") + fen("9999.00") - fen(
        "1000.00"
    ) + fen("7080.00")
    assert sql("SELECT kind FROM prepayment_voucher WHERE voucher_no = 'PV1'").fetchone() == (
        "round_prepayment",
    )
    assert books.check_books()["broken"] == []


def test_two_rounds_do_not_count_the_same_money_twice(town):
    scheme(funding="prepaid_subledger")
    hospital = town.hospitals[0]
    prepaid.voucher(hospital, fen("4000.00"))
    contract("C1", hospital, town.enterprises[0], "84000")
    proposed()
    receipts.insert(
        "vbp_round", round_code="VBP2", name="第二批", level="national", term_start="2026-01-01",
        term_end="2026-12-31",
    )  # fmt: skip
    contract("C2", hospital, town.enterprises[0], "84000")
    sql("UPDATE contract SET round_code = 'VBP2' WHERE contract_no = 'C2'")
    (other,) = deciding.look(MAKER, "VBP2", None, ON)
    assert (other.already_fen, other.amount_fen) == (0, fen("10080.00"))


def test_another_person_approves_and_another_than_he_pays_out(town):
    scheme()
    contract("C1", town.hospitals[0], town.enterprises[0], "84000")
    (number,) = proposed()
    with pytest.raises(NotAllowed):
        deciding.approve(MAKER, [number], ON, total_fen=amount(number))
    deciding.approve(APPROVER, [number], ON, total_fen=amount(number))
    with pytest.raises(PrepaymentMoved):
        deciding.approve(APPROVER, [number], ON, total_fen=amount(number))
    with pytest.raises(SecondPersonNeeded):
        deciding.pay_out(Actor("checker2", "maker"), number, "PV1", ON, ON)
    with pytest.raises(DayBeforePayout):
        deciding.pay_out(MAKER, number, "PV1", date(2026, 4, 11), ON)
    deciding.pay_out(MAKER, number, "PV1", ON, ON)
    assert fact(number, "pass_on_due_on") == date(2026, 4, 17)
    assert bank.balance(f"round_prepaid:{town.hospitals[0]}") == fen("10080.00")
    assert books.check_books()["broken"] == []


def test_a_proposal_that_is_out_of_date_is_not_approved(town):
    scheme()
    contract("C1", town.hospitals[0], town.enterprises[0], "84000")
    (number,) = proposed()
    award("0.30")
    with pytest.raises(PrepaymentOutdated):
        deciding.approve(APPROVER, [number], ON, total_fen=amount(number))


def test_a_voucher_stands_for_one_payout(town):
    scheme()
    for place, hospital in enumerate(town.hospitals):
        contract(f"C{place}", hospital, town.enterprises[0], "84000")
    first, second = proposed()
    paid(first)
    deciding.approve(APPROVER, [second], ON, total_fen=amount(second))
    with pytest.raises(VoucherKnown):
        deciding.pay_out(MAKER, second, "PV1", ON, ON)


def clinic(code: str) -> Actor:
    return Actor("clinic", "hospital", party_code=code)


def firm(code: str) -> Actor:
    return Actor("firm", "enterprise", party_code=code)


def test_each_reports_his_own_part_once(town):
    scheme()
    hospital, (first, second) = town.hospitals[0], town.enterprises
    contract("C1", hospital, first, "60000")
    contract("C2", hospital, second, "24000")
    number = paid(proposed()[0])
    parts = sql("SELECT enterprise_code, amount_fen FROM round_share ORDER BY 1").fetchall()
    assert parts == [(first, fen("7200.00")), (second, fen("2880.00"))]
    later = date(2026, 4, 15)
    with pytest.raises(OutOfScope):
        passing.pass_on(clinic(town.hospitals[1]), number, first, "Z1", later, later)
    with pytest.raises(NotPassedOnYet):
        passing.pass_down(firm(first), number, first, "X1", later, later)
    with pytest.raises(DayBeforePayout):
        passing.pass_on(clinic(hospital), number, first, "Z1", date(2026, 4, 9), later)
    assert passing.pass_on(clinic(hospital), number, first, "Z1", later, later) == date(2026, 4, 20)
    with pytest.raises(AlreadyPassedOn):
        passing.pass_on(clinic(hospital), number, first, "Z2", later, later)
    with pytest.raises(OutOfScope):
        passing.pass_down(firm(second), number, first, "X1", later, later)
    passing.pass_down(firm(first), number, first, "X1", later, later)
    with pytest.raises(pw.IntegrityError):
        RoundShare.update(passed_on=ON).where(RoundShare.enterprise_code == first).execute()


def goods(town: sheets.City, amount_fen: int, on: date) -> None:
    """Goods of the round, paid by the fund and booked."""
    sheet_id = sheets.sheet(town.hospitals[0], town.enterprises[0], amount_fen)
    sql("UPDATE sheet_line SET contract_no = 'C1' WHERE sheet_id = %s", (sheet_id,))
    bank.approve_all(PERIOD, on)
    bank.pay(PERIOD, on)
    answer(about(len(bank.orders()) - 1, "settled", on))


def fund(period: str, hospital: str, clawback: int) -> None:
    receipts.insert(
        "monthly_fund", period=period, hospital_code=hospital, audited_fen=10**9, advanced_fen=0,
        clawback_fen=clawback, deposit_fen=0,
    )  # fmt: skip


def test_what_goods_draw_down_is_recovered_from_the_claw_back(town):
    scheme()
    hospital = town.hospitals[0]
    contract("C1", hospital, town.enterprises[0], "84000")
    number = paid(proposed()[0])
    with pytest.raises(NothingToRecover):
        recovering.recover(MAKER, number, "2026-04", ON)
    goods(town, fen("3000.00"), ON)
    fund("2026-04", hospital, fen("2000.00"))
    assert recovering.recover(MAKER, number, "2026-04", ON) == fen("2000.00")
    with pytest.raises(NothingToRecover):
        recovering.recover(MAKER, number, "2026-04", ON)
    fund("2026-05", hospital, fen("99999.00"))
    assert recovering.recover(MAKER, number, "2026-05", ON) == fen("1000.00")
    assert bank.balance(f"round_prepaid:{hospital}") == fen("7080.00")
    with pytest.raises(RepaidTooMuch):
        recovering.repay(MAKER, number, "GH1", fen("7080.01"), ON, ON)
    recovering.repay(MAKER, number, "GH1", fen("80.00"), ON, ON)
    new_year = date(2027, 1, 4)
    fund("2026-12", hospital, fen("99999.00"))
    assert recovering.recover(MAKER, number, "2026-12", new_year) == fen("7000.00")
    assert fact(number, "state") == "recovered"
    assert bank.balance(f"round_prepaid:{hospital}") == 0
    assert books.check_books()["broken"] == []


def test_the_books_find_a_recovery_that_no_claw_back_covers(town):
    scheme()
    hospital = town.hospitals[0]
    contract("C1", hospital, town.enterprises[0], "84000")
    number = paid(proposed()[0])
    goods(town, fen("3000.00"), ON)
    fund("2026-04", hospital, fen("100.00"))
    recovering.recover(MAKER, number, "2026-04", ON)
    sql("UPDATE monthly_fund SET clawback_fen = 1")
    assert any("clawbacks_cover_recoveries" in one for one in books.check_books()["broken"])


def test_no_fen_is_lost_between_distributors(town):
    scheme()
    hospital = town.hospitals[0]
    for place in range(3):
        contract(f"C{place}", hospital, sheets.enterprise(60 + place), "1.0001", "0.3333")
    (number,) = proposed()
    parts = [row[0] for row in sql("SELECT amount_fen FROM round_share")]
    assert sum(parts) == amount(number)


def mails() -> list[tuple[str, str]]:
    return sql("SELECT party_code, subject FROM mail ORDER BY id").fetchall()


def test_who_is_to_pass_it_on_is_told_once_and_once_more_when_late(town):
    scheme()
    hospital, (first, _second) = town.hospitals[0], town.enterprises
    contract("C1", hospital, first, "84000")
    number = paid(proposed()[0])

    def tell(on: date) -> int:
        return news.tell(on, prepaid.render, by="system")

    assert (tell(ON), tell(date(2026, 4, 17))) == (1, 0)
    assert (tell(date(2026, 4, 18)), tell(date(2026, 4, 25))) == (1, 0)
    late = date(2026, 4, 27)
    passing.pass_on(clinic(hospital), number, first, "Z1", late, late)
    assert (tell(late), tell(date(2026, 5, 1)), tell(date(2026, 5, 4))) == (1, 1, 0)
    assert mails() == [
        (hospital, "round_prepayment:paid"), (hospital, "round_prepayment:late_on"),
        (first, "round_prepayment:passed"), (first, "round_prepayment:late_down"),
    ]  # fmt: skip


def test_what_goes_into_a_sub_ledger_is_passed_on_by_nobody(town):
    scheme(funding="prepaid_subledger")
    contract("C1", town.hospitals[0], town.enterprises[0], "84000")
    paid(proposed()[0])
    assert news.tell(date(2026, 6, 1), prepaid.render, by="system") == 0
