"""An offset cut off anywhere leaves no trace and is then done once; races have one outcome."""

from datetime import date

import pytest

from models.records.base import sql
from models.records.requests import MoneyRequest
from models.rules.errors.requests import MoneyRequestOver
from models.rules.job_names import JobName
from models.rules.words import JobState, Role
from models.services import (
    access,
    books,
    jobs,
    offsets,
    requests,
    shortfalls,
    turnover,
    users,
)
from tests.conftest import empty_tables
from tests.factories import funding, sheets
from tests.factories import payments as bank
from tests.factories.sheets import CHECKER, MAKER, PERIOD
from tests.faults.dying import Death, dying
from tests.faults.test_payment_faults import STEPS_MAX, do
from tests.faults.test_payment_races import race
from tests.services.test_offsets import APRIL, pay_sheet

pytestmark = pytest.mark.usefixtures("db")

ON, IN_MAY = date(2026, 4, 10), date(2026, 5, 11)
_FIGURES = (
    "SELECT kind, debit_account, credit_account, amount_fen FROM ledger_entry ORDER BY entry_no",
    "SELECT period, hospital_code, offset_fen, collected_fen, deferred_fen, carried_out_fen,"
    " recovered_fen FROM hospital_offset ORDER BY 1, 2",
    "SELECT period, sheet_id, amount_fen FROM offset_sheet ORDER BY 1, 2",
    "SELECT period, amount_fen, received_fen, due_on, state FROM money_request ORDER BY 1, 2, 3",
)


def figures() -> list[object]:
    return [sql(query).fetchall() for query in _FIGURES]


def begin() -> str:
    """A hospital that owes since March, a fund of April, and turnover money to take back."""
    town = sheets.city(1, 1)
    bank.profile()
    funding.scheme(
        funding="turnover", shortfall="collect", shortfall_days=5, turnover_months=1,
        turnover_drug_bp=10_000, valid_from="2025-01-01",
    )  # fmt: skip
    funding.reserves()
    hospital = town.hospitals[0]
    funding.fund("2025-12", hospital, 1_000)
    (number,) = turnover.apply(MAKER, [hospital], 2026, date(2026, 1, 8))
    turnover.approve(CHECKER, [number], date(2026, 1, 9))
    turnover.pay_out(MAKER, number, "BK1", date(2026, 1, 10), date(2026, 1, 10))
    sql("UPDATE scheme SET turnover_recovery = 'offset'")
    turnover.recover(MAKER, number, ON, from_period=APRIL)
    pay_sheet(hospital, town.enterprises[0], 500)
    offsets.offset_period(MAKER, PERIOD, None, ON)
    pay_sheet(hospital, town.enterprises[0], 300, APRIL)
    funding.fund(APRIL, hospital, 900)
    users.create("maker", Role.MAKER, access.ALL_AREAS)
    return hospital


def ask() -> int:
    return int(jobs.enqueue(JobName.OFFSET, {"on": IN_MAY, "period": APRIL}, by="maker").id)


def test_an_offset_cut_off_before_any_statement_leaves_no_trace_and_is_then_done_once(monkeypatch):
    begin()
    do(ask())
    expected = figures()
    empty_tables()
    begin()
    job_id, before, deaths = ask(), figures(), 0
    for step in range(1, STEPS_MAX):
        death = Death(step)
        do(job_id, dying(monkeypatch, death))
        if jobs.get(job_id).state == JobState.DONE:
            break
        assert death.came, jobs.get(job_id).error_sentence
        deaths += 1
        assert figures() == before, f"cut off at step {step}"
    do(job_id)
    assert figures() == expected
    assert deaths > 15
    assert books.check_books()["broken"] == []
    assert (
        sql("SELECT recovered_fen FROM hospital_offset WHERE period = %s", (APRIL,)).fetchone()[0]
        == 900 - 800
    )


def test_two_offsets_of_a_month_at_once_book_it_once():
    begin()
    ended = race(*(lambda: offsets.offset_period(MAKER, APRIL, None, IN_MAY) for _ in range(2)))
    assert ended[0] == ended[1]
    assert [row[0] for row in sql("SELECT kind FROM ledger_entry WHERE kind LIKE '%offset%'")] == [
        "offset",
        "turnover_offset",
    ]
    assert books.check_books()["broken"] == []


def test_money_that_comes_in_while_the_offset_runs_is_counted_once():
    hospital = begin()
    (number,) = sql("SELECT request_no FROM money_request WHERE state = 'asked'").fetchone()
    ended = race(
        lambda: offsets.offset_period(MAKER, APRIL, None, ON),
        lambda: shortfalls.receive(MAKER, number, "PZ1", 500, ON, ON),
    )
    assert not any(isinstance(one, Exception) for one in ended), ended
    offsets.offset_period(MAKER, APRIL, None, ON)
    assert sql(
        "SELECT collected_fen, offset_fen, carried_out_fen FROM hospital_offset WHERE period = %s",
        (APRIL,),
    ).fetchone() == (500, 300, 0)
    assert bank.balance(f"agency_advance:{hospital}") == 0
    assert books.check_books()["broken"] == []


def test_a_request_withdrawn_while_the_offset_runs_is_withdrawn_once():
    begin()
    (number,) = sql("SELECT request_no FROM money_request WHERE state = 'asked'").fetchone()
    ended = race(
        lambda: offsets.offset_period(MAKER, APRIL, None, IN_MAY),
        lambda: requests.withdraw(number, "协商由基金抵扣", on=ON, by="maker"),
    )
    assert not isinstance(ended[0], Exception), ended
    assert isinstance(ended[1], (MoneyRequest, MoneyRequestOver)), ended
    assert sql("SELECT state FROM money_request WHERE request_no = %s", (number,)).fetchone() == (
        "withdrawn",
    )
    assert books.check_books()["broken"] == []
