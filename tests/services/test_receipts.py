"""A receipt booked wrongly is taken back by another person; the debt stands again, to the fen."""

from datetime import date

import pytest
from psycopg import errors as pg

from models.records.base import sql
from models.rules.errors.access import NotAllowed, SecondPersonNeeded
from models.rules.errors.payment import ReasonNeeded
from models.rules.errors.requests import NoSuchReceipt, UnknownMoneyRequest
from models.services import receipts, requests, shortfalls
from models.services.access import Actor
from tests.factories.funding import fund
from tests.factories.sheets import APPROVER, CHECKER, MAKER, PERIOD
from tests.services.test_offsets import APRIL
from tests.services.test_shortfalls import asked, live, owing, row, run, whole

pytestmark = pytest.mark.usefixtures("db")

PAID_ON, ON = date(2026, 4, 20), date(2026, 4, 21)
WHY = "凭证号录错，实为他院款项"


def received(amount_fen: int = 70) -> str:
    owing()
    request_no = asked()[0][0]
    shortfalls.receive(MAKER, request_no, "PZ1", amount_fen, PAID_ON, ON)
    return request_no


def take_back(request_no: str, who: Actor = CHECKER, why: str = WHY) -> str:
    return str(receipts.take_back(who, request_no, "PZ1", why, ON).state)


def counts_of(request_no: str) -> list[tuple]:
    return sql(
        "SELECT r.turn, r.amount_fen FROM money_receipt r"
        " JOIN money_request q ON q.id = r.request_id WHERE q.request_no = %s"
        " ORDER BY r.made_at, r.amount_fen DESC",
        (request_no,),
    ).fetchall()


def test_a_paid_request_waits_again_and_the_books_reverse_it():
    request_no = received()
    assert take_back(request_no) == "asked"
    assert live() == [(PERIOD, 70)]
    assert counts_of(request_no) == [(1, 70), (1, -70)]
    entries = sql(
        "SELECT kind, amount_fen, reverses IS NULL FROM ledger_entry WHERE source LIKE 'receipt:%'"
        " ORDER BY entry_no"
    ).fetchall()
    assert entries == [("collection", 70, True), ("collection_undone", 70, False)]
    assert whole()


def test_the_voucher_is_booked_again_as_it_truly_was_and_taken_back_again():
    request_no = received()
    take_back(request_no)
    for _ in range(2):
        shortfalls.receive(MAKER, request_no, "PZ1", 7, PAID_ON, ON)
    assert live() == [(PERIOD, 63)]
    assert whole()
    take_back(request_no)
    assert counts_of(request_no) == [(1, 70), (1, -70), (2, 7), (2, -7)]
    assert live() == [(PERIOD, 70)]
    assert whole()


def test_what_an_offset_has_counted_comes_back_in_the_next():
    request_no = received()
    hospital = sql("SELECT hospital_code FROM hospital").fetchone()[0]
    fund(APRIL, hospital, 0)
    run(APRIL)
    assert row(APRIL)[2] == 70
    take_back(request_no)
    fund("2026-05", hospital, 100)
    run("2026-05", date(2026, 6, 10))
    goods, carried_in, collected, _, offset, carried_out = row("2026-05")
    assert (goods, carried_in, collected, offset, carried_out) == (0, 0, -70, 70, 0)
    assert whole()


def test_the_person_who_booked_it_does_not_take_it_back():
    request_no = received()
    with pytest.raises(SecondPersonNeeded):
        receipts.take_back(Actor(name="maker", role="checker"), request_no, "PZ1", WHY, ON)
    with pytest.raises(NotAllowed):
        take_back(request_no, MAKER)


def test_the_database_itself_refuses_one_person_and_a_second_reversal():
    request_no = received()
    insert = (
        "INSERT INTO money_receipt (request_id, voucher_no, turn, is_reversal, hospital_code,"
        " amount_fen, booked_on, reason, made_by, made_at)"
        " SELECT request_id, voucher_no, %s, true, hospital_code, -amount_fen, booked_on, 'x', %s,"
        " now() FROM money_receipt WHERE NOT is_reversal"
    )
    for turn, by in ((1, "maker"), (2, "checker1")):
        with pytest.raises(pg.RestrictViolation):
            sql(insert, (turn, by))
    take_back(request_no)
    with pytest.raises(pg.UniqueViolation):
        sql(insert, (1, "checker9"))
    with pytest.raises(NoSuchReceipt):
        take_back(request_no, APPROVER)


def test_it_needs_a_reason_a_receipt_and_the_rows_of_the_area():
    request_no = received()
    with pytest.raises(ReasonNeeded):
        take_back(request_no, why="  ")
    with pytest.raises(NoSuchReceipt):
        receipts.take_back(CHECKER, request_no, "PZ9", WHY, ON)
    elsewhere = Actor(name="checker1", role="checker", area_code="520200")
    with pytest.raises(UnknownMoneyRequest):
        take_back(request_no, elsewhere)


def test_what_was_paid_unasked_ends_with_its_receipt():
    hospital = owing("carry")
    paid = shortfalls.receive_unasked(MAKER, hospital, "PZ1", 50, PAID_ON, ON)
    assert take_back(str(paid.request_no)) == "withdrawn"
    assert shortfalls.debt_of(hospital, ON).debt_fen == 70
    assert requests.get(str(paid.request_no)).received_fen == 0
    assert whole()
