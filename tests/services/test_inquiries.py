"""A payment of unknown fate is given up only on the bank's answer, closed days and two people."""

from datetime import date

import pytest

from models.records.base import sql
from models.rules.errors.access import NotAllowed, SecondPersonNeeded
from models.rules.errors.payment import (
    InquiryNotProof,
    InquiryRefused,
    NotReissuable,
    NotSent,
    ReasonNeeded,
    UnknownInquiry,
    UnknownPayment,
)
from models.services import files, inquiries, reissue
from models.services.access import Actor
from tests.factories import payments as bank
from tests.factories import sheets
from tests.factories.sheets import CHECKER, MAKER, ON, PROVINCE
from tests.services.test_bank_results import about, answer
from tests.services.test_statements import Day, Entry, record

pytestmark = pytest.mark.usefixtures("db")

#: ON is a Friday; the two full banking days after it are Monday and Tuesday.
MONDAY, TUESDAY, ASKED = date(2026, 4, 13), date(2026, 4, 14), date(2026, 4, 15)


def reference(place: int = 0) -> str:
    return bank.orders()[place][0]


def state(place: int = 0) -> str:
    return bank.orders()[place][2]


def unknown() -> None:
    inquiries.lose_sight(MAKER, [reference()], "银行三日未答复", ON)


def says(answer_word: str = "not_received", **more) -> int:
    return inquiries.record(
        MAKER, reference(), answer_word, "查复书 2026-15 号：未收到",
        asked_on=MONDAY, answered_on=ASKED, **more,
    )  # fmt: skip


def quiet(*days: date) -> None:
    for day in days:
        record(Day(1000, 1000, [], day))


def test_silence_is_marked_by_a_person_with_a_reason_and_moves_nothing():
    bank.paid_city(100, 200)
    with pytest.raises(ReasonNeeded):
        inquiries.lose_sight(MAKER, [reference()], " ", ON)
    unknown()
    assert [s for _, _, s in bank.orders()] == ["unknown", "sent"]
    assert sheets.state(1) == "unknown"
    assert bank.balance(f"in_transit:A{PROVINCE}") == -300
    with pytest.raises(NotSent):
        unknown()
    with pytest.raises(NotAllowed):
        inquiries.lose_sight(CHECKER, [reference(1)], "…", ON)
    with pytest.raises(UnknownPayment):
        inquiries.lose_sight(MAKER, ["NOBODY"], "…", ON)


def test_the_answer_two_closed_days_and_a_second_person_open_the_payable():
    town = bank.paid_city(100)
    unknown()
    quiet(ON, MONDAY, TUESDAY)
    number = says()
    assert state() == "unknown"
    inquiries.confirm(CHECKER, number, ASKED)
    assert state() == "cancelled"
    assert bank.balance(f"enterprise:{town.enterprises[0]}") == -100
    assert bank.balance(f"in_transit:A{PROVINCE}") == 0
    evidence = sql("SELECT evidence FROM instruction_event ORDER BY id DESC").fetchone()[0]
    assert evidence == f"inquiry:{number}"
    bank.released(reference())
    again = reissue.reissue(MAKER, [reference()], bank.PROFILE, ASKED, formats=bank.PlainFormat)
    assert len(again["batches"]) == 1


@pytest.mark.parametrize(
    ("days", "missing"),
    [((MONDAY, TUESDAY), "send day"), ((ON, MONDAY), "2026-04-14"), ((ON,), "2026-04-13")],
)
def test_every_day_of_silence_must_be_closed(days, missing):
    bank.paid_city(100)
    unknown()
    quiet(*days)
    with pytest.raises(InquiryNotProof, match=missing):
        inquiries.confirm(CHECKER, says(), ASKED)
    assert state() == "unknown"


def test_holidays_are_no_banking_days():
    bank.paid_city(100)
    unknown()
    sql("INSERT INTO calendar_day (day, kind) VALUES (%s, 'holiday')", (MONDAY,))
    quiet(ON, MONDAY, TUESDAY)
    with pytest.raises(InquiryNotProof, match="2026-04-15"):
        inquiries.confirm(CHECKER, says(), ASKED)
    quiet(ASKED)
    inquiries.confirm(CHECKER, 1, ASKED)
    assert state() == "cancelled"


def test_a_debit_settles_whatever_the_bank_answered():
    bank.paid_city(100)
    unknown()
    number = says()
    record(Day(1000, 900, [Entry("1", -100, reference())], ON))
    quiet_days = [Day(900, 900, [], MONDAY), Day(900, 900, [], TUESDAY)]
    record(*quiet_days)
    assert state() == "settled"
    with pytest.raises(InquiryNotProof, match="unknown"):
        inquiries.confirm(CHECKER, number, ASKED)


@pytest.mark.parametrize("word", ["in_process", "paid"])
def test_any_other_answer_proves_nothing(word):
    bank.paid_city(100)
    unknown()
    quiet(ON, MONDAY, TUESDAY)
    with pytest.raises(InquiryNotProof, match="never received"):
        inquiries.confirm(CHECKER, says(word), ASKED)


def test_who_recorded_the_answer_cannot_confirm_it():
    bank.paid_city(100)
    unknown()
    quiet(ON, MONDAY, TUESDAY)
    number = says()
    with pytest.raises(SecondPersonNeeded):
        inquiries.confirm(Actor("maker", "checker"), number, ASKED)
    with pytest.raises(NotAllowed):
        inquiries.confirm(Actor("maker2", "maker"), number, ASKED)
    with pytest.raises(UnknownInquiry):
        inquiries.confirm(CHECKER, 99, ASKED)


def test_what_is_only_sent_is_not_given_up():
    bank.paid_city(100)
    quiet(ON, MONDAY, TUESDAY)
    with pytest.raises(InquiryNotProof, match="unknown"):
        inquiries.confirm(CHECKER, says(), ASKED)
    assert state() == "sent"


def test_an_answer_needs_its_words_its_days_and_an_open_payment():
    bank.paid_city(100)
    unknown()
    with pytest.raises(ReasonNeeded):
        inquiries.record(MAKER, reference(), "paid", "", asked_on=ON, answered_on=ON)
    with pytest.raises(InquiryRefused):
        inquiries.record(MAKER, reference(), "paid", "…", asked_on=ASKED, answered_on=ON)
    with pytest.raises(InquiryRefused):
        inquiries.record(MAKER, reference(), "perhaps", "…", asked_on=ON, answered_on=ON)
    answer(about(0, "settled"))
    with pytest.raises(InquiryRefused, match="already"):
        says()


def test_the_banks_letter_is_kept():
    bank.paid_city(100)
    unknown()
    says(letter=("查复书.pdf", [b"%PDF"]))
    file_id = sql("SELECT file_id FROM bank_inquiry").fetchone()[0]
    assert b"".join(files.read(file_id)) == b"%PDF"


def test_late_evidence_after_the_confirmation_moves_nothing_and_opens_a_case():
    bank.paid_city(100)
    unknown()
    quiet(ON, MONDAY, TUESDAY)
    inquiries.confirm(CHECKER, says(), ASKED)
    answer(about(0, "settled", ASKED))
    assert state() == "cancelled"
    assert sql("SELECT kind FROM payment_exception").fetchone()[0] == "contradiction"


def test_a_later_debit_stops_the_second_payment():
    bank.paid_city(100)
    unknown()
    quiet(ON, MONDAY, TUESDAY)
    inquiries.confirm(CHECKER, says(), ASKED)
    record(Day(1000, 900, [Entry("1", -100, reference(), ASKED)], ASKED))
    with pytest.raises(NotReissuable, match="statement"):
        reissue.reissue(MAKER, [reference()], bank.PROFILE, ASKED, formats=bank.PlainFormat)


def test_the_banks_own_days_of_rest_go_before_the_calendar():
    bank.paid_city(100)
    unknown()
    sql(
        "INSERT INTO bank_day (profile_code, day, kind) VALUES ('*', %s, 'holiday'),"
        " (%s, %s, 'working'), (%s, %s, 'holiday')",
        (MONDAY, bank.PROFILE, MONDAY, bank.PROFILE, TUESDAY),
    )
    quiet(ON, MONDAY)
    with pytest.raises(InquiryNotProof, match="2026-04-15"):
        inquiries.confirm(CHECKER, says(), ASKED)
