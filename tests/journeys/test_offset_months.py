"""Three months in which the fund pays back what the agency advanced: carried, collected, drawn."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from models.records.base import sql
from models.rules.job_names import JobName
from models.rules.money import fen
from models.services import ledger, shortfalls
from models.services.views import offset_statement
from models.services.views import shortfalls as shown
from tests.factories.imports import HOSPITAL
from tests.journeys.months import CITY, MAKER, Office, broken, enterprise_is_owed, working_day
from tests.processes import running_workers
from web.scope import Rows

MONTHS = ("2026-01", "2026-02", "2026-03", "2026-04")
JANUARY, FEBRUARY, MARCH, APRIL = MONTHS
#: The practice's example, in yuan: payable, advances, deposit; goods and what was carried.
FUND = ("1286400.00", "760000.00", "64320.00")
GOODS, CARRIED = fen("512000.00"), fen("21500.00")


@pytest.fixture
def office(db, settings, redis_url, tmp_path: Path) -> Iterator[Office]:
    with running_workers(settings.database_url, redis_url, log_path=tmp_path / "log"):
        yield Office()


def row(period: str) -> tuple[int, ...]:
    return sql(
        "SELECT available_fen, goods_fen, carried_in_fen, collected_fen, offset_fen,"
        " carried_out_fen FROM hospital_offset WHERE period = %s",
        (period,),
    ).fetchone()


def adds_up(period: str) -> bool:
    found = offset_statement.statement(Rows(), period, HOSPITAL)
    assert found is not None
    return bool(
        sum(one.amount_fen for one in found.sheets) == found.row.goods_fen
        and sum(one.amount_fen for one in found.receipts) == found.row.collected_fen
        and found.row.available_fen - found.row.offset_fen == found.row.payout_fen
    )


def month(office: Office, period: str, amount_fen: int) -> date:
    """Buy, settle, pay; return the office's day."""
    on = working_day(period)
    office.buy(period, amount_fen, on)
    office.settle_and_pay(period, on)
    return on


def offset(office: Office, period: str, on: date) -> dict[str, object]:
    return office.do(JobName.OFFSET, on, period=period, area=CITY)


def requests() -> list[tuple[str, int, int, str]]:
    return sql(
        "SELECT period, amount_fen, received_fen, state FROM money_request ORDER BY id"
    ).fetchall()


@pytest.mark.parametrize("deduct_month", ["current", "next"])
def test_guizhou_this_or_next_month_to_the_fen(office: Office, deduct_month: str):
    """Guizhou 2026-01-12: taken from the fund of this month or the next; the rest is carried."""
    office.open(deduct_month=deduct_month)
    later = 0 if deduct_month == "current" else 1
    on = month(office, JANUARY, CARRIED)
    office.fund(MONTHS[0 + later], on, "0.00")
    assert offset(office, JANUARY, on)["carried_yuan"] == "21500.00"

    on = month(office, FEBRUARY, GOODS)
    office.fund(MONTHS[1 + later], on, *FUND)
    told = offset(office, FEBRUARY, on)
    assert (told["offset_yuan"], told["carried_yuan"]) == ("462080.00", "71420.00")

    on = month(office, MARCH, fen("80000.00"))
    office.answer("returned", on)
    office.fund(MONTHS[2 + later], on, "100000.00")
    told = offset(office, MARCH, on)
    out = CARRIED + GOODS + fen("80000.00")
    assert row(MARCH) == (
        fen("100000.00"), fen("80000.00") - out, fen("71420.00"), 0, 0, -fen("462080.00"),
    ), "everything the bank brought back is a credit of the hospital"  # fmt: skip
    assert told["carried_yuan"] == "-462080.00"
    assert all(adds_up(period) for period in MONTHS[:3])
    assert ledger.balance_fen(f"hospital_fund:{HOSPITAL}") == fen("462080.00")
    assert enterprise_is_owed() == out
    assert broken() == []


def test_a_rest_is_collected_then_falls_back_on_the_funds(office: Office):
    office.open(deduct_month="current", shortfall="collect", shortfall_days="10")
    on = month(office, JANUARY, GOODS)
    office.fund(JANUARY, on, *FUND)
    offset(office, JANUARY, on)
    assert requests() == [(JANUARY, fen("49920.00"), 0, "asked")]

    number = sql("SELECT request_no FROM money_request").fetchone()[0]
    shortfalls.receive(MAKER, number, "PZ1", fen("40000.00"), on, on)
    on = month(office, FEBRUARY, fen("1000.00"))
    office.fund(FEBRUARY, on, "900.00")
    offset(office, FEBRUARY, on)
    assert row(FEBRUARY) == (
        fen("900.00"), fen("1000.00"), fen("49920.00"), fen("40000.00"), fen("900.00"),
        fen("10020.00"),
    ), "the deadline is over: the fund pays the old debt first"  # fmt: skip
    assert [one[3] for one in requests()] == ["withdrawn", "asked"]
    assert requests()[1][:2] == (FEBRUARY, fen("1000.00"))

    on = month(office, MARCH, fen("500.00"))
    office.fund(MARCH, on, "20000.00")
    offset(office, MARCH, on)
    assert row(MARCH)[4:] == (fen("10520.00"), 0)
    assert all(adds_up(period) for period in MONTHS[:3])
    assert ledger.balance_fen(f"agency_advance:{HOSPITAL}") == 0
    assert enterprise_is_owed() == 0
    mails = sql("SELECT count(*) FROM mail WHERE kind = 'money_request'").fetchone()[0]
    assert mails >= 2
    assert broken() == []


def test_guangdong_everything_is_drawn_by_debit_mandate(office: Office):
    """Guangdong 2025: no fund is imported, what was advanced is drawn from the hospital."""
    office.open(
        funding="bank_debit", deduct_month="current", shortfall="collect", shortfall_days="15",
        suspend_after_days="45",
    )  # fmt: skip
    office.take(
        "mandates",
        [{"hospital_code": HOSPITAL, "valid_from": "2026-01-01", "document_no": "委〔2026〕1号"}],
        date(2026, 1, 2),
    )
    for period, amount in ((JANUARY, fen("300.00")), (FEBRUARY, fen("200.00"))):
        on = month(office, period, amount)
        offset(office, period, on)
        (debit,) = shown.debits(Rows(), shown.Asked(), on)
        assert (debit.period, debit.open_fen, debit.lacks) == (period, amount, "no_account")
        if period == JANUARY:
            shortfalls.receive(MAKER, debit.request_no, "KK1", amount, on, on)
    assert row(FEBRUARY) == (0, fen("200.00"), fen("300.00"), fen("300.00"), 0, fen("200.00"))

    on = working_day(MARCH, 20)
    office.buy(MARCH, fen("50.00"), on)
    assert office.settle_and_pay(MARCH, on)["batches"] == [], "28 February and 45 days are over"
    offset(office, MARCH, on)
    assert row(MARCH)[5] == fen("200.00")
    shortfalls.receive_unasked(MAKER, HOSPITAL, "KK2", fen("200.00"), on, on)
    assert len(office.pay(MARCH, on)["batches"]) == 1
    offset(office, MARCH, on)
    assert row(MARCH) == (0, fen("50.00"), fen("200.00"), fen("200.00"), 0, fen("50.00"))
    assert all(adds_up(period) for period in MONTHS[:3])
    assert enterprise_is_owed() == 0
    assert broken() == []
