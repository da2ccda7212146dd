"""A sub-ledger is wound up step by step, closed by another person at zero, and takes nothing."""

from datetime import date

import psycopg
import pytest

from models.records.base import sql
from models.rules.errors.access import NotAllowed, SecondPersonNeeded
from models.rules.errors.accounts import HospitalAccountUnverified
from models.rules.errors.prepaid import (
    ClosingLive,
    ClosingMoved,
    ClosingNotReady,
    NoSubLedger,
    NothingToRefund,
    VoucherKnown,
)
from models.services import books
from models.services.prepaid import balances, closings
from models.services.prepaid.closing_steps import StepName, steps
from tests.factories import imports as files
from tests.factories import payments as bank
from tests.factories import prepaid, sheets
from tests.factories.sheets import APPROVER, CHECKER, MAKER, ON
from tests.services.test_bank_results import about, answer

pytestmark = pytest.mark.usefixtures("db")

END = date(2026, 4, 30)


@pytest.fixture
def town(db) -> sheets.City:
    made = sheets.city(1, 2)
    bank.profile()
    prepaid.scheme()
    prepaid.bound_accounts()
    return made


def agreed(hospital: str) -> str:
    number = closings.ask(MAKER, hospital, "停用预付模式", END, ON)
    closings.agree(CHECKER, number, ON)
    return number


def state(number: str) -> str:
    return sql("SELECT state FROM subledger_closing WHERE closing_no = %s", (number,)).fetchone()[0]


def left(hospital: str) -> dict[str, int]:
    return {one.name.value: one.left_fen for one in steps(hospital)}


def test_the_whole_way_ends_with_an_empty_closed_account(town):
    hospital = town.hospitals[0]
    prepaid.voucher(hospital, 1_000)
    prepaid.voucher(hospital, 7, "interest")
    prepaid.sheet(hospital, town.enterprises[0], 400)
    number = agreed(hospital)
    assert left(hospital)["sheets"] == 400
    with pytest.raises(ClosingNotReady, match="sheets are paid"):
        closings.refund(MAKER, number, StepName.PRINCIPAL, "R1", ON, ON)
    prepaid.pay()
    assert left(hospital) == {
        "sheets": 0, "payments": 400, "requests": 0, "interest": 7, "principal": 600,
    }  # fmt: skip
    answer(about(0, "settled"))
    assert closings.refund(MAKER, number, StepName.INTEREST, "R1", ON, ON) == 7
    with pytest.raises(NothingToRefund):
        closings.refund(MAKER, number, StepName.INTEREST, "R2", ON, ON)
    with pytest.raises(VoucherKnown):
        closings.refund(MAKER, number, StepName.PRINCIPAL, "R1", ON, ON)
    with pytest.raises(ClosingNotReady, match="balance is refunded"):
        closings.close(APPROVER, number, ON)
    assert closings.refund(MAKER, number, StepName.PRINCIPAL, "R2", ON, ON) == 600
    closings.close(APPROVER, number, ON)
    assert state(number) == "closed"
    assert balances.of(hospital).booked_fen == 0
    assert bank.balance(f"prepaid:{hospital}") == 0
    assert books.check_books()["broken"] == []
    with pytest.raises(psycopg.errors.RestrictViolation, match="closed sub-ledger"):
        prepaid.voucher(hospital, 1)


def test_goods_use_up_the_principal_before_the_interest(town):
    hospital = town.hospitals[0]
    prepaid.voucher(hospital, 100)
    prepaid.voucher(hospital, 7, "interest")
    prepaid.sheet(hospital, town.enterprises[0], 103)
    prepaid.pay()
    assert (left(hospital)["interest"], left(hospital)["principal"]) == (4, 0)


def test_two_people_agree_and_a_third_hand_closes(town):
    hospital = town.hospitals[0]
    prepaid.voucher(hospital, 100)
    number = closings.ask(MAKER, hospital, "停用", END, ON)
    with pytest.raises(NotAllowed):
        closings.agree(MAKER, number, ON)
    with pytest.raises(ClosingLive):
        closings.ask(MAKER, hospital, "再来", END, ON)
    closings.refuse(CHECKER, number, "仍在使用", ON)
    with pytest.raises(ClosingMoved):
        closings.agree(CHECKER, number, ON)
    again = agreed(hospital)
    closings.refund(MAKER, again, StepName.PRINCIPAL, "R1", ON, ON)
    closings.close(CHECKER, again, ON)
    with pytest.raises(SecondPersonNeeded):
        closings.reopen(CHECKER, again, "恢复预付", ON)
    closings.reopen(APPROVER, again, "恢复预付", ON)
    prepaid.voucher(hospital, 5)
    assert balances.of(hospital).available_fen == 5


def test_without_a_verified_account_nothing_begins(town):
    hospital = town.hospitals[0]
    prepaid.voucher(hospital, 100)
    number = closings.ask(MAKER, hospital, "停用", END, ON)
    sql("UPDATE hospital SET account_no = '63'")
    with pytest.raises(HospitalAccountUnverified):
        closings.agree(CHECKER, number, ON)
    prepaid.bound_accounts()
    closings.agree(CHECKER, number, ON)


def test_who_never_had_a_sub_ledger_closes_none(town):
    with pytest.raises(NoSubLedger):
        closings.ask(MAKER, town.hospitals[0], "停用", END, ON)


def test_money_that_came_back_waits_to_be_paid_again_first(town):
    hospital = town.hospitals[0]
    prepaid.voucher(hospital, 500)
    prepaid.sheet(hospital, town.enterprises[0], 400)
    prepaid.pay()
    answer(about(0, "rejected"))
    number = agreed(hospital)
    assert (left(hospital)["payments"], balances.of(hospital).held_fen) == (400, 400)
    with pytest.raises(ClosingNotReady, match="payments are booked"):
        closings.refund(MAKER, number, StepName.PRINCIPAL, "R1", ON, ON)


def test_a_stopped_close_out_leaves_the_account_as_it_is(town):
    hospital = town.hospitals[0]
    prepaid.voucher(hospital, 100)
    number = agreed(hospital)
    closings.stop(APPROVER, number, "继续使用", ON)
    assert state(number) == "stopped"
    prepaid.voucher(hospital, 1)
    assert agreed(hospital) != number


def test_files_bring_no_voucher_to_a_closed_account(town, tmp_path):
    hospital = town.hospitals[0]
    prepaid.voucher(hospital, 100)
    number = agreed(hospital)
    rows = [
        {"voucher_no": "F1", "hospital_code": hospital, "kind": "prepayment",
         "amount_yuan": "1.00", "booked_on": "2026-04-10"},
        {"voucher_no": "F2", "hospital_code": hospital, "kind": "top_up",
         "amount_yuan": "1.00", "booked_on": "2026-04-10"},
    ]  # fmt: skip
    result = files.send("prepayments", rows)
    assert result.counts == (1, 0, 1)
    closings.refund(MAKER, number, StepName.PRINCIPAL, "R1", ON, ON)
    closings.close(APPROVER, number, ON)
    rows[1]["voucher_no"] = "F3"
    assert files.send("prepayments", rows[1:]).counts == (0, 0, 1)


def test_a_closed_account_cannot_be_written_open_again(town):
    hospital = town.hospitals[0]
    prepaid.voucher(hospital, 100)
    number = agreed(hospital)
    with pytest.raises(psycopg.errors.CheckViolation, match="closed_by_another"):
        sql("UPDATE subledger_closing SET state = 'closed', ended_by = 'maker', ended_on = %s,"
            " ended_at = now() WHERE closing_no = %s", (ON, number))  # fmt: skip
