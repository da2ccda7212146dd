"""Every check about requests, close-outs and rounds finds its damage, and names it."""

from collections.abc import Callable

import pytest

from models.records.base import run_sql_text, sql
from models.rules.requests import RequestKind
from models.services import books, requests
from models.services.prepaid import closings
from models.services.round_prepayments import deciding, recovering
from tests.factories import payments as bank
from tests.factories import prepaid, receipts, sheets
from tests.factories.sheets import APPROVER, CHECKER, MAKER, ON

pytestmark = pytest.mark.usefixtures("db")

ROUND = "VBP1"


def damage(table: str, change: str) -> None:
    """Change a row although every trigger and promise of the table forbids it."""
    names = sql(
        "SELECT string_agg(format('ALTER TABLE %%s DROP CONSTRAINT %%I', conrelid::regclass,"
        " conname), '; ') FROM pg_constraint WHERE conrelid = %s::regclass AND contype = 'c'",
        (table,),
    ).fetchone()[0]
    run_sql_text(
        f"ALTER TABLE {table} DISABLE TRIGGER USER; {names or 'SELECT 1'};"
        f" UPDATE {table} SET {change}"
    )


@pytest.fixture
def rolled_back(db):
    """What is damaged here, constraints and all, never leaves the test."""
    with db.atomic() as transaction:
        yield
        transaction.rollback()


@pytest.fixture
def world(rolled_back) -> sheets.City:
    """A top-up that was answered, an empty closed account, and a prepayment recovered in part."""
    town = sheets.city(3, 2)
    bank.profile()
    receipts.product()
    prepaid.scheme(round_prepay_bp=3_000)
    prepaid.bound_accounts()
    first, second, third = town.hospitals
    prepaid.sheet(first, town.enterprises[0], 250)
    prepaid.pay()
    prepaid.bring()
    prepaid.voucher(first, 250, "top_up")
    prepaid.bring()
    prepaid.voucher(second, 5)
    prepaid.voucher(second, 5, "refund")
    number = closings.ask(MAKER, second, "停用", ON, ON)
    closings.agree(CHECKER, number, ON)
    closings.close(APPROVER, number, ON)
    sql("UPDATE scheme SET funding = 'offset'")
    receipts.insert("vbp_round", round_code=ROUND, name="第一批", level="national",
                    term_start="2026-01-01", term_end="2026-12-31")  # fmt: skip
    receipts.insert("contract", contract_no="C1", hospital_code=third, nhsa_code="P1",
                    enterprise_code=town.enterprises[0], round_code=ROUND, price_yuan="0.40",
                    committed_quantity="84000", term_start="2026-01-01", term_end="2026-12-31",
                    signed_on="2026-01-01")  # fmt: skip
    (one,) = deciding.propose(MAKER, ROUND, None, ON, count=1, total_fen=10_080_00)
    deciding.approve(APPROVER, [one], ON, total_fen=10_080_00)
    deciding.pay_out(MAKER, one, "PV1", ON, ON)
    recovering.repay(MAKER, one, "GH1", 80_00, ON, ON)
    requests.ask(
        requests.Asking(kind=RequestKind.TOP_UP, hospital_code=first, period="2026-03",
                        amount_fen=1, due_on=ON, source="by hand"),
        on=ON, by="maker",
    )  # fmt: skip
    return town


def test_nothing_is_broken_before(world):
    assert books.check_books()["broken"] == []


DAMAGES: dict[str, Callable[[], None]] = {
    "requests_follow_receipts": lambda: damage("money_request", "received_fen = 1"),
    "top_ups_within_vouchers": lambda: damage("money_receipt", "amount_fen = 251"),
    "closed_sub_ledgers_are_empty": lambda: damage(
        "prepayment_voucher", "amount_fen = 6 WHERE kind = 'prepayment'"
    ),
    "round_shares_add_up": lambda: damage("round_share", "amount_fen = amount_fen - 1"),
    "round_money_is_booked": lambda: damage("ledger_entry", "amount_fen = amount_fen + 1"),
    "clawbacks_cover_recoveries": lambda: damage(
        "round_recovery", "way = 'clawback', period = '2026-03', voucher_no = NULL"
    ),
    "balances_follow_the_facts": lambda: damage("round_prepayment", "recovered_fen = 0"),
}


@pytest.mark.parametrize("name", DAMAGES)
def test_each_damage_is_found_by_its_check(world, name):
    DAMAGES[name]()
    broken = books.check_books()["broken"]
    assert any(one.startswith(name) for one in broken), broken
