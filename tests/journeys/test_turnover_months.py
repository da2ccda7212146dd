"""A year of turnover money with real workers: granted, working for three months, taken back."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from models.records.base import sql
from models.rules.job_names import JobName
from models.rules.money import fen
from models.services import ledger, turnover
from tests.factories.imports import HOSPITAL
from tests.journeys.months import (
    CHECKER,
    CITY,
    MAKER,
    Office,
    broken,
    enterprise_is_owed,
    working_day,
)
from tests.processes import running_workers

JANUARY = date(2026, 1, 8)
DECEMBER = date(2026, 12, 10)


@pytest.fixture
def office(db, settings, redis_url, tmp_path: Path) -> Iterator[Office]:
    with running_workers(settings.database_url, redis_url, log_path=tmp_path / "log"):
        yield Office()


def granted(office: Office, recovery: str) -> str:
    """Half of last year's monthly average, 30 % for drugs and 20 % for consumables."""
    office.open(
        funding="turnover", deduct_month="current", turnover_months="12", turnover_drug_bp="3000",
        turnover_consumable_bp="2000", turnover_recovery=recovery, top_up_days="10",
    )  # fmt: skip
    reserves = [
        {"area_code": CITY, "year": "2026", "pool": pool, "reserve_months": months,
         "last_year_balance_yuan": "1.00", "forecast_balance_yuan": "0.00"}
        for pool, months in (("employee", "13.5"), ("resident", "6"))
    ]  # fmt: skip
    office.take("fund_reserves", reserves, JANUARY)
    funds = [
        {"period": f"2025-{month:02d}", "hospital_code": HOSPITAL, "audited_yuan": "1200000.00",
         "advanced_yuan": "0", "clawback_yuan": "0", "deposit_yuan": "0"}
        for month in range(1, 13)
    ]  # fmt: skip
    office.take("monthly_funds", funds, JANUARY)
    (number,) = turnover.apply(MAKER, [HOSPITAL], 2026, JANUARY)
    turnover.approve(CHECKER, [number], JANUARY)
    turnover.pay_out(MAKER, number, "BK1", JANUARY, JANUARY)
    assert -ledger.balance_fen(f"prepaid:{HOSPITAL}") == fen("600000.00")
    return number


def month(office: Office, period: str, amount: str) -> dict[str, object]:
    on = working_day(period)
    office.buy(period, fen(amount), on)
    return office.settle_and_pay(period, on)


def three_months(office: Office) -> None:
    """Goods are paid out of the money; what is short is topped up by the hospital."""
    assert len(month(office, "2026-01", "350000.00")["batches"]) == 1
    assert month(office, "2026-02", "300000.00")["shortfalls"] == {HOSPITAL: "50000.00"}
    on = working_day("2026-02", 15)
    office.take(
        "prepayments",
        [{"voucher_no": "BC1", "hospital_code": HOSPITAL, "kind": "top_up",
          "amount_yuan": "450000.00", "booked_on": on.isoformat()}],
        on,
    )  # fmt: skip
    assert len(office.pay("2026-02", on)["batches"]) == 1
    assert len(month(office, "2026-03", "100000.00")["batches"]) == 1
    assert -ledger.balance_fen(f"prepaid:{HOSPITAL}") == fen("300000.00")
    assert enterprise_is_owed() == 0


def outstanding(number: str) -> int:
    return turnover.grants.locked(MAKER, number).outstanding_fen


def test_turnover_money_is_repaid_before_the_year_ends(office: Office):
    number = granted(office, "repay")
    three_months(office)
    turnover.recover(MAKER, number, DECEMBER)
    request, due_on = sql(
        "SELECT request_no, due_on FROM money_request WHERE kind = 'repayment'"
    ).fetchone()
    assert due_on == date(2026, 12, 31)
    for voucher, amount, from_subledger in (
        ("TK1", "300000.00", True),
        ("TK2", "300000.00", False),
    ):
        turnover.repay(
            MAKER, request, voucher, fen(amount), DECEMBER, DECEMBER,
            from_subledger=from_subledger,
        )  # fmt: skip
    assert outstanding(number) == 0
    assert ledger.balance_fen(f"prepaid:{HOSPITAL}") == 0
    assert broken() == []


def test_turnover_money_is_taken_from_the_funds_where_the_scheme_says_so(office: Office):
    number = granted(office, "offset")
    three_months(office)
    turnover.recover(MAKER, number, DECEMBER, from_period="2026-10")
    for period, audited in (("2026-10", "250000.00"), ("2026-11", "900000.00")):
        on = working_day(period)
        office.fund(period, on, audited)
        office.do(JobName.OFFSET, on, period=period, area=CITY)
    taken = sql(
        "SELECT period, recovered_fen FROM hospital_offset WHERE recovered_fen > 0 ORDER BY period"
    ).fetchall()
    assert taken == [("2026-10", fen("250000.00")), ("2026-11", fen("350000.00"))]
    assert outstanding(number) == 0
    assert ledger.balance_fen(f"hospital_fund:{HOSPITAL}") == fen("600000.00")
    assert broken() == []
