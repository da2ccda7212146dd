"""Sub-ledgers to test with: vouchers, sheets in a prepaid funding, and a mail nobody reads."""

import itertools
from datetime import date
from typing import Any

from models.records.base import sql
from models.services import ledger
from models.services.notifications import Rendered
from models.services.prepaid import top_ups
from tests.factories import payments as bank
from tests.factories import receipts, sheets
from tests.factories.sheets import ON, PERIOD

_numbers = itertools.count(1)


def render(template: str, facts: Any) -> Rendered:
    """A mail that says no more than its kind and what happened."""
    return Rendered(f"{template}:{facts['event']}", "text", "<p>html</p>")


def voucher(
    hospital: str, fen: int, kind: str = "prepayment", *, on: date = ON, number: str = ""
) -> str:
    """A voucher as an import leaves it: kept and booked."""
    number = number or f"V{next(_numbers):05d}"
    receipts.insert(
        "prepayment_voucher", voucher_no=number, hospital_code=hospital, kind=kind,
        amount_fen=fen, booked_on=on,
    )  # fmt: skip
    ledger.book_vouchers(on=on)
    return number


def bound_accounts() -> None:
    """Every hospital has an account that was verified."""
    sql(
        "UPDATE hospital SET account_no = '62', account_name = '医院', bank_name = '工行',"
        " account_verified = true"
    )


def scheme(**more: Any) -> str:
    """A prepaid scheme of the city that asks for top-ups within five working days."""
    told = {"funding": "prepaid_subledger", "top_up_days": 5, "top_up_remind_days": 2}
    return receipts.scheme(**{**told, **more})


def sheet(hospital: str, enterprise: str, fen: int, period: str = PERIOD, **more: Any) -> int:
    return sheets.sheet(
        hospital, enterprise, fen, funding="prepaid_subledger", period=period, **more
    )


def pay(period: str = PERIOD, on: date = ON) -> None:
    """Two reviews and a run of what waits."""
    bank.approve_all(period, on)
    bank.pay(period, on)


def bring(on: date = ON) -> dict[str, int]:
    return top_ups.bring(on, by="system")


def requests() -> list[tuple[str, int, int, str]]:
    """Kind, amount, received and state of every request in their order."""
    return sql(
        "SELECT kind, amount_fen, received_fen, state FROM money_request ORDER BY id"
    ).fetchall()
