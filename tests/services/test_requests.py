"""Money asked of hospitals: asked once, answered by vouchers in parts, withdrawn with a reason."""

from datetime import date

import peewee as pw
import psycopg
import pytest

from models.records.base import sql
from models.rules.errors.payment import ReasonNeeded
from models.rules.errors.requests import (
    DeadlineBeforeRequest,
    MoneyRequestDiffers,
    MoneyRequestOver,
    UnknownMoneyRequest,
    VoucherAboveRequest,
)
from models.rules.requests import RequestKind, RequestState
from models.services import requests
from tests.factories import prepaid, sheets
from tests.factories.sheets import ON

pytestmark = pytest.mark.usefixtures("db")

DUE = date(2026, 4, 17)


@pytest.fixture
def hospital(db) -> str:
    return sheets.city(1, 1).hospitals[0]


def ask(hospital: str, fen: int = 1_000, kind=RequestKind.COLLECTION, source: str = "offset:1"):
    asking = requests.Asking(
        kind=kind, hospital_code=hospital, period="2026-03", amount_fen=fen, due_on=DUE,
        source=source,
    )  # fmt: skip
    return requests.ask(asking, on=ON, by="maker")


def receive(request, voucher: str, fen: int):
    return requests.settle_with(request.request_no, voucher, fen, booked_on=ON, by="maker")


def test_a_request_is_numbered_by_its_kind_and_asked_for_once(hospital):
    first = ask(hospital)
    assert first.request_no.startswith("ZJ20260410")
    assert ask(hospital).id == first.id
    with pytest.raises(MoneyRequestDiffers):
        ask(hospital, 999)
    assert ask(hospital, 5, RequestKind.REPAYMENT).request_no.startswith("GH")


def test_parts_add_up_and_the_last_fen_makes_it_paid(hospital):
    request = ask(hospital)
    half = receive(request, "B1", 400)
    assert (half.received_fen, half.state, half.paid_on) == (400, RequestState.ASKED, None)
    assert receive(request, "B1", 400).received_fen == 400, "the same voucher again is nothing new"
    with pytest.raises(VoucherAboveRequest):
        receive(request, "B2", 601)
    whole = receive(request, "B2", 600)
    assert (whole.state, whole.paid_on) == (RequestState.PAID, ON)
    with pytest.raises(MoneyRequestOver):
        receive(request, "B3", 1)


def test_a_withdrawn_request_takes_nothing_and_may_be_asked_again(hospital):
    request = ask(hospital)
    with pytest.raises(ReasonNeeded):
        requests.withdraw(request.request_no, " ", on=ON, by="checker1")
    gone = requests.withdraw(request.request_no, "误发", on=ON, by="checker1")
    assert (gone.state, gone.ended_by, gone.end_reason) == ("withdrawn", "checker1", "误发")
    for late in (lambda: receive(request, "B1", 1), lambda: requests.withdraw(
        request.request_no, "再撤", on=ON, by="checker1")):  # fmt: skip
        with pytest.raises(MoneyRequestOver):
            late()
    assert ask(hospital).id != request.id


def test_overdue_is_a_deadline_that_is_over(hospital):
    request = ask(hospital)
    assert requests.overdue(DUE) == []
    (late,) = requests.overdue(date(2026, 4, 18))
    assert (late.request_no, late.open_fen) == (request.request_no, 1_000)
    assert requests.overdue(date(2026, 4, 18), [sheets.OTHER_CITY]) == []


def test_a_deadline_is_not_before_its_day_and_counts_working_days(hospital):
    with pytest.raises(DeadlineBeforeRequest):
        requests.ask(
            requests.Asking(
                kind=RequestKind.TOP_UP, hospital_code=hospital, period="2026-03", amount_fen=1,
                due_on=date(2026, 4, 9), source="x",
            ),
            on=ON, by="maker",
        )  # fmt: skip
    assert requests.due_day(ON, 5) == date(2026, 4, 17), "Friday and five working days"


def test_an_unknown_number_is_said_so(hospital):
    with pytest.raises(UnknownMoneyRequest):
        requests.get("BZ0")


def refused(statement: str, *told: object) -> None:
    with pytest.raises(psycopg.Error), sql("SELECT 1").connection.transaction():
        sql(statement, told)


def test_the_database_itself_keeps_what_was_asked_and_what_came_in(hospital):
    request = ask(hospital)
    receive(request, "B1", 400)
    refused("UPDATE money_request SET received_fen = 1000, state = 'paid', paid_on = %s", ON)
    refused("UPDATE money_request SET amount_fen = 400")
    refused("DELETE FROM money_request")
    refused("UPDATE money_receipt SET amount_fen = 1")
    refused(
        "INSERT INTO money_receipt (request_id, voucher_no, hospital_code, amount_fen, booked_on,"
        " made_by, made_at) VALUES (%s, 'B9', 'H2', 1, %s, 'x', now())",
        request.id, ON,
    )  # fmt: skip


def test_a_top_up_is_answered_by_vouchers_of_its_hospital_alone(hospital):
    request = ask(hospital, 1_000, RequestKind.TOP_UP, "subledger:1")
    number = prepaid.voucher(hospital, 300, "top_up")
    receive(request, number, 300)
    other = ask(hospital, 1_000, RequestKind.TOP_UP, "subledger:2")
    for voucher in (number, "NO-SUCH"):
        with pytest.raises(pw.IntegrityError, match="answered by vouchers"):
            receive(other, voucher, 1)
