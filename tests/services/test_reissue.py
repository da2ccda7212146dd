"""A payment is made again only on two independent proofs, once, to a verified account."""

import threading
from datetime import date, timedelta

import pytest

from models.records.base import db as handle
from models.records.base import run_sql_text, sql
from models.rules.errors.access import NotAllowed, OutOfScope
from models.rules.errors.payment import AlreadyReissued, NotReissuable, UnknownPayment
from models.services import reissue
from models.services.access import Actor
from models.services.payment_proofs import Proofs
from tests.factories import payments as bank
from tests.factories import sheets
from tests.factories.sheets import CHECKER, MAKER, ON, PROVINCE
from tests.services.test_bank_results import about, answer
from tests.services.test_statements import Day, Entry, record

pytestmark = pytest.mark.usefixtures("db")

NEXT = ON + timedelta(days=1)
#: ON is a Friday; the full banking day after it.
MONDAY = date(2026, 4, 13)
AGAIN = date(2026, 4, 20)


def again(*references: str) -> list[dict]:
    asked = references or (bank.orders()[0][0],)
    bank.released(*asked)
    return reissue.reissue(MAKER, asked, bank.PROFILE, AGAIN, formats=bank.PlainFormat)["batches"]


def quiet(*days: date) -> None:
    for day in days:
        record(Day(1000, 1000, [], day))


def proven_rejection() -> None:
    answer(about(0, "rejected"))
    quiet(ON, MONDAY)


def proven_return() -> None:
    reference = bank.orders()[0][0]
    answer(about(0, "settled", ON))
    answer(about(0, "returned", NEXT))
    record(Day(1000, 900, [Entry("1", -100, reference)], ON))
    record(Day(900, 1000, [Entry("1", 100, reference, NEXT)], NEXT))


@pytest.mark.parametrize("prove", [proven_rejection, proven_return])
def test_two_proofs_make_a_linked_payment_to_the_account_as_verified_now(prove):
    town = bank.paid_city(100)
    prove()
    sql("UPDATE enterprise SET account_no = '6299'")
    (batch,) = again()
    assert (batch["lines"], batch["total_yuan"]) == (1, "1.00")
    new = sql(
        "SELECT reissue_of, payee_account_no, state, period FROM payment_instruction"
        " ORDER BY id DESC LIMIT 1"
    ).fetchone()
    assert new == (1, "6299", "sent", sheets.PERIOD)
    assert sheets.state(1) == "sent"
    assert sql("SELECT instruction_id, live FROM payment_allocation ORDER BY 1").fetchall() == [
        (1, False), (2, True),
    ]  # fmt: skip
    assert answer(about(1, "settled", AGAIN))["settled"] == 1
    assert sheets.state(1) == "paid"
    assert bank.balance(f"enterprise:{town.enterprises[0]}") == 0
    assert bank.balance(f"agency_advance:{town.hospitals[0]}") == 100


def test_a_rejection_without_a_closed_statement_day_proves_nothing():
    bank.paid_city(100)
    answer(about(0, "rejected"))
    with pytest.raises(NotReissuable, match="statement"):
        again()
    record(Day(1000, 900, [], ON))
    with pytest.raises(NotReissuable, match="statement"):
        again()


def test_a_file_sent_ahead_is_proved_by_its_day_of_execution_too():
    """Sent on Friday to be paid on Monday: a Friday without its debit proves nothing."""
    bank.paid_city(100)
    run_sql_text(
        "ALTER TABLE payment_batch DISABLE TRIGGER payment_batch_file;"
        " UPDATE payment_batch SET execution_on = '2026-04-13';"
        " ALTER TABLE payment_batch ENABLE TRIGGER payment_batch_file"
    )
    answer(about(0, "rejected"))
    quiet(ON)
    with pytest.raises(NotReissuable, match="still open: 2026-04-13, 2026-04-14"):
        again()
    quiet(MONDAY)
    with pytest.raises(NotReissuable, match="still open: 2026-04-14"):
        again()
    quiet(date(2026, 4, 14))
    assert len(again()) == 1


def test_a_rejection_waits_for_one_banking_day_more():
    """A bank may book on Monday what it refused on Friday; the weekend proves nothing."""
    bank.paid_city(100)
    answer(about(0, "rejected", ON))
    quiet(ON, NEXT)
    with pytest.raises(NotReissuable, match="still open: 2026-04-13") as refused:
        again()
    assert "尚未结平 2026-04-13" in refused.value.sentence
    record(Day(1000, 900, [Entry("1", -100, bank.orders()[0][0], MONDAY)], MONDAY))
    with pytest.raises(NotReissuable, match="it shows the debit"):
        again()


def test_the_day_more_comes_after_the_banks_refusal():
    bank.paid_city(100)
    answer(about(0, "rejected", date(2026, 4, 14)))
    quiet(ON, MONDAY, date(2026, 4, 14))
    with pytest.raises(NotReissuable, match="still open: 2026-04-15"):
        again()
    quiet(date(2026, 4, 15))
    assert len(again()) == 1


def test_a_day_of_rest_is_not_the_day_more():
    bank.paid_city(100)
    answer(about(0, "rejected", ON))
    sql("INSERT INTO bank_day (profile_code, day, kind) VALUES ('*', %s, 'holiday')", (MONDAY,))
    quiet(ON, MONDAY)
    with pytest.raises(NotReissuable, match="still open: 2026-04-14"):
        again()
    quiet(date(2026, 4, 14))
    assert len(again()) == 1


def test_a_rejection_with_a_debit_proves_nothing():
    bank.paid_city(100)
    answer(about(0, "rejected"))
    record(Day(1000, 900, [Entry("1", -100, bank.orders()[0][0])], ON))
    with pytest.raises(NotReissuable, match="statement"):
        again()


def test_a_return_that_only_the_statement_shows_is_one_proof():
    bank.paid_city(100)
    reference = bank.orders()[0][0]
    record(Day(1000, 1000, [Entry("1", -100, reference), Entry("2", 100, reference)], ON))
    with pytest.raises(NotReissuable, match="bank did not say"):
        again()
    assert answer(about(0, "returned", ON))["returned"] == 1
    assert len(again()) == 1


def test_a_return_whose_credit_is_not_booked_is_one_proof():
    bank.paid_city(100)
    answer(about(0, "returned"))
    with pytest.raises(NotReissuable, match="statement"):
        again()


@pytest.mark.parametrize("status", [None, "settled", "pending"])
def test_what_may_be_paid_is_not_paid_again(status):
    bank.paid_city(100)
    if status:
        answer(about(0, status))
    record(Day(1000, 1000, [], ON))
    with pytest.raises(NotReissuable, match="state"):
        again()


def test_an_account_waits_for_its_second_person():
    bank.paid_city(100)
    proven_rejection()
    sql("UPDATE enterprise SET account_verified = false")
    with pytest.raises(NotReissuable, match="verified"):
        again()


def test_a_suspended_enterprise_is_not_paid_again():
    bank.paid_city(100)
    proven_rejection()
    sql("UPDATE enterprise SET suspended_on = %s", (AGAIN,))
    with pytest.raises(NotReissuable, match="suspended"):
        again()


def test_a_program_that_forgets_its_second_proof_is_stopped_by_the_database(monkeypatch):
    bank.paid_city(100)
    answer(about(0, "rejected"))
    monkeypatch.setattr(Proofs, "statement_shows", property(lambda _proofs: True))
    with pytest.raises(Exception, match="lacks a proof"), handle.atomic():
        again()
    assert len(bank.orders()) == 1


def test_a_payment_has_one_successor():
    bank.paid_city(100)
    proven_rejection()
    first = bank.orders()[0][0]
    again(first)
    with pytest.raises(AlreadyReissued):
        again(first)
    with pytest.raises(Exception, match="reissue_of"), handle.atomic():
        sql(
            "INSERT INTO payment_instruction SELECT (jsonb_populate_record(i, jsonb_build_object("
            "'id', 99, 'reference', 'X', 'uetr', 'x'))).* FROM payment_instruction i WHERE id = 2"
        )


def test_the_successor_can_be_made_again_in_its_turn():
    bank.paid_city(100)
    proven_rejection()
    again()
    answer(about(1, "rejected", AGAIN))
    quiet(AGAIN, AGAIN + timedelta(days=1))
    assert len(again(bank.orders()[1][0])) == 1
    assert [state for _, _, state in bank.orders()] == ["rejected", "rejected", "sent"]


def test_all_or_none():
    bank.paid_city(100, 200)
    proven_rejection()
    references = [reference for reference, _, _ in bank.orders()]
    with pytest.raises(NotReissuable):
        again(*references)
    assert len(bank.orders()) == 2


def test_a_paid_again_prepaid_sheet_stays_covered():
    town = sheets.city(1, 1)
    bank.profile()
    sql(
        "INSERT INTO prepayment_voucher (voucher_no, hospital_code, kind, amount_fen, booked_on)"
        " VALUES ('V1', %s, 'prepayment', 100, '2026-03-01')",
        (town.hospitals[0],),
    )
    sheets.sheet(town.hospitals[0], town.enterprises[0], 100, funding="prepaid_subledger")
    bank.approve_all()
    bank.pay()
    proven_rejection()
    assert bank.balance(f"prepaid:{town.hospitals[0]}") == 0
    assert len(again()) == 1
    assert bank.balance(f"prepaid:{town.hospitals[0]}") == 0
    assert bank.balance(f"in_transit:A{PROVINCE}") == -100


def test_two_at_once_make_one_successor():
    bank.paid_city(100)
    proven_rejection()
    reference, made = bank.orders()[0][0], []

    def run() -> None:
        with handle.connection_context():
            try:
                made.append(len(again(reference)))
            except AlreadyReissued:
                made.append(0)

    threads = [threading.Thread(target=run) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(made) == [0, 0, 1]


def test_unknown_references_rows_and_roles_are_refused():
    bank.paid_city(100)
    with pytest.raises(UnknownPayment):
        again("NOBODY")
    with pytest.raises(NotAllowed):
        reissue.reissue(CHECKER, ["X"], bank.PROFILE, ON, formats=bank.PlainFormat)
    sheets.area(sheets.OTHER_CITY, PROVINCE)
    other = Actor("maker", "maker", area_code=sheets.OTHER_CITY)
    with pytest.raises(OutOfScope):
        reissue.reissue(other, [bank.orders()[0][0]], bank.PROFILE, ON, formats=bank.PlainFormat)
