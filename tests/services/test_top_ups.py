"""What a hospital is asked to top up is what its sub-ledger lacks, neither more nor less."""

import threading
from datetime import date

import pytest

from models.records.base import db as handle
from models.records.base import sql
from models.rules.errors.access import NotAllowed
from models.rules.errors.prepaid import NothingMissing
from models.services import books, requests
from models.services.prepaid import balances, top_ups
from tests.factories import payments as bank
from tests.factories import prepaid, sheets
from tests.factories.sheets import CHECKER, MAKER, ON

pytestmark = pytest.mark.usefixtures("db")

APRIL = "2026-04"


@pytest.fixture
def town(db) -> sheets.City:
    made = sheets.city(1, 3)
    bank.profile()
    prepaid.scheme()
    return made


def short(town: sheets.City, *amounts: int) -> str:
    """Sheets of the first hospital that a run leaves short."""
    hospital = town.hospitals[0]
    for code, amount in zip(town.enterprises, amounts, strict=False):
        prepaid.sheet(hospital, code, amount)
    prepaid.pay()
    return hospital


def test_what_is_missing_is_asked_for_once_within_the_days_of_the_scheme(town):
    prepaid.voucher(town.hospitals[0], 100)
    short(town, 250)
    assert prepaid.bring() == {"answered": 0, "asked": 1, "withdrawn": 0}
    assert prepaid.requests() == [("top_up", 150, 0, "asked")]
    row = sql("SELECT due_on, note FROM money_request").fetchone()
    assert row[0] == date(2026, 4, 17)
    assert "缺口 1.50 元" in row[1]
    assert prepaid.bring() == {"answered": 0, "asked": 0, "withdrawn": 0}


def test_without_the_parameter_nobody_is_asked_by_machine(town):
    sql("UPDATE scheme SET top_up_days = NULL")
    short(town, 250)
    assert prepaid.bring() == {"answered": 0, "asked": 0, "withdrawn": 0}


def test_a_top_up_answers_it_and_the_sheet_is_paid_by_the_next_run(town):
    hospital = short(town, 250)
    prepaid.bring()
    prepaid.voucher(hospital, 250, "top_up")
    assert prepaid.bring()["answered"] == 1
    assert prepaid.requests() == [("top_up", 250, 250, "paid")]
    bank.pay()
    assert balances.of(hospital).held_fen == 250
    assert books.check_books()["broken"] == []


def test_a_part_leaves_the_rest_asked_for_with_its_old_deadline(town):
    hospital = short(town, 250)
    prepaid.bring()
    prepaid.voucher(hospital, 100, "top_up")
    assert prepaid.bring() == {"answered": 1, "asked": 0, "withdrawn": 0}
    assert prepaid.requests() == [("top_up", 250, 100, "asked")]


def test_a_larger_gap_asks_for_the_difference_alone(town):
    hospital = short(town, 250)
    prepaid.bring()
    prepaid.sheet(hospital, town.enterprises[0], 70, APRIL)
    prepaid.pay(APRIL)
    prepaid.bring(date(2026, 5, 8))
    assert prepaid.requests() == [("top_up", 250, 0, "asked"), ("top_up", 70, 0, "asked")]


def test_money_from_elsewhere_makes_requests_moot(town):
    hospital = short(town, 250)
    prepaid.bring()
    prepaid.voucher(hospital, 200, "prepayment")
    later = date(2026, 4, 20)
    assert prepaid.bring(later) == {"answered": 0, "asked": 1, "withdrawn": 1}
    assert prepaid.requests() == [("top_up", 250, 0, "withdrawn"), ("top_up", 50, 0, "asked")]
    due = sql("SELECT due_on FROM money_request ORDER BY id DESC LIMIT 1").fetchone()[0]
    assert due == later, "what is left was due before: nobody gains time"
    prepaid.voucher(hospital, 50, "prepayment")
    assert prepaid.bring(later) == {"answered": 0, "asked": 0, "withdrawn": 1}


def test_a_voucher_of_before_answers_nothing(town):
    prepaid.voucher(town.hospitals[0], 100, "top_up")
    sql("UPDATE prepayment_voucher SET import_id = 1")
    sql(
        "INSERT INTO import_run (id, kind, file_id, imported_by, all_or_nothing, business_on,"
        " imported_at, rows_count, accepted_count, unchanged_count, rejected_count, by_code,"
        " warnings) VALUES (1, 'prepayments', 1, 'maker', false, %s, '2026-01-01', 1, 1, 0, 0,"
        " '{}', '[]')",
        (ON,),
    )
    short(town, 250)
    prepaid.bring()
    assert prepaid.bring()["answered"] == 0
    assert prepaid.requests() == [("top_up", 150, 0, "asked")]


def test_a_maker_asks_by_hand_where_no_machine_does(town):
    sql("UPDATE scheme SET top_up_days = NULL")
    hospital = short(town, 250)
    with pytest.raises(NotAllowed):
        top_ups.ask_by_hand(CHECKER, [hospital], ON, ON)
    top_ups.ask_by_hand(MAKER, [hospital], date(2026, 4, 30), ON)
    with pytest.raises(NothingMissing):
        top_ups.ask_by_hand(MAKER, [hospital], date(2026, 4, 30), ON)
    assert prepaid.requests() == [("top_up", 250, 0, "asked")]


def mails() -> list[str]:
    return [row[0] for row in sql("SELECT subject FROM mail ORDER BY id")]


def told(on: date) -> int:
    return requests.tell(on, prepaid.render, by="system")


def test_hospitals_are_told_at_once_reminded_and_told_that_it_is_late(town):
    hospital = short(town, 250)
    prepaid.bring()
    assert (told(ON), told(ON)) == (1, 0)
    assert told(date(2026, 4, 11)) == 0
    assert (told(date(2026, 4, 12)), told(date(2026, 4, 13))) == (1, 0)
    assert told(date(2026, 4, 14)) == 1
    assert told(date(2026, 4, 18)) == 1
    assert (told(date(2026, 4, 19)), told(date(2026, 4, 20))) == (0, 1)
    assert mails() == [
        *("money_request:asked", "money_request:reminder", "money_request:reminder"),
        *("money_request:overdue", "money_request:overdue"),
    ]
    request = requests.open_of(hospital, "top_up")[0]
    requests.withdraw(request.request_no, "误发", on=ON, by="checker1")
    assert told(date(2026, 4, 21)) == 1
    assert mails()[-1] == "money_request:withdrawn"


def test_who_was_never_asked_is_not_told_of_a_withdrawal(town):
    hospital = short(town, 250)
    prepaid.bring()
    request = requests.open_of(hospital, "top_up")[0]
    requests.withdraw(request.request_no, "误发", on=ON, by="checker1")
    assert told(ON) == 0


def test_two_at_once_ask_once(town):
    short(town, 250)
    told: list[dict[str, int]] = []

    def work() -> None:
        try:
            told.append(prepaid.bring())
        finally:
            handle.close()

    threads = [threading.Thread(target=work) for _ in range(3)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    assert sorted(one["asked"] for one in told) == [0, 0, 1]
    assert prepaid.requests() == [("top_up", 250, 0, "asked")]
