"""Statement days are recorded facts; a debit proves a payment, and contradictions move nothing."""

from dataclasses import dataclass
from datetime import date

import pytest

from models.records.base import sql
from models.rules.errors.bank import ForeignStatement, StatementConflict, UnknownFile
from models.services import bank_results, statements
from tests.factories import payments as bank
from tests.factories import sheets
from tests.factories.payments import Word
from tests.factories.sheets import MAKER, ON, PROVINCE

pytestmark = pytest.mark.usefixtures("db")

OURS = f"1001{PROVINCE}"
DAY, NEXT = date(2026, 4, 10), date(2026, 4, 11)


@dataclass
class Entry:
    entry_no: str
    amount_fen: int
    reference: str | None = None
    booked_on: date = DAY
    counter_account: str | None = None
    counter_name: str | None = None
    purpose: str | None = None
    reversal: bool = False


@dataclass
class Day:
    opening_fen: int
    closing_fen: int
    entries: list[Entry]
    day: date = DAY
    account_no: str = OURS


def record(*days: Day) -> dict:
    return statements.record(
        MAKER, bank.stored(b"x", "statement"), bank.PROFILE, ON, read=lambda spec, chunks: days
    )


def reference(place: int = 0) -> str:
    return bank.orders()[place][0]


def states() -> list[str]:
    return [state for _, _, state in bank.orders()]


def closed() -> list[bool]:
    return [row[0] for row in sql("SELECT closed FROM statement_day ORDER BY day")]


def cases() -> list[str]:
    return [row[0] for row in sql("SELECT kind FROM payment_exception ORDER BY id")]


def says(status: str, booked_on: date = DAY) -> dict:
    ref, amount, _ = bank.orders()[0]
    word = Word(2, ref, status, amount, booked_on)
    file_id = bank.stored(f"{status}{booked_on}".encode())
    return bank_results.apply(MAKER, file_id, bank.PROFILE, ON, read=lambda spec, chunks: [word])


def test_a_debit_with_our_reference_settles_and_the_day_closes():
    bank.paid_city(100, 200)
    result = record(
        Day(1000, 700, [Entry("1", -100, reference(0)), Entry("2", -200, reference(1))])
    )
    assert result == {"entries": 2, "matched": 2, "exceptions": 0}
    assert states() == ["settled", "settled"]
    assert closed() == [True]
    assert sheets.state(1) == "paid"


def test_the_same_statement_again_is_no_news():
    bank.paid_city(100)
    day = Day(1000, 893, [Entry("1", -100, reference()), Entry("2", -7, None)])
    first = record(day)
    assert first == {"entries": 2, "matched": 1, "exceptions": 1}
    assert record(day) == {**first, "unchanged": True}
    assert cases() == ["unmatched"]
    assert (
        sql("SELECT count(*) FROM ledger_entry WHERE kind = 'payment_settled'").fetchone()[0] == 1
    )


def test_a_day_that_does_not_add_up_stays_open():
    bank.paid_city(100)
    record(Day(1000, 800, [Entry("1", -100, reference())]))
    assert closed() == [False]
    record(Day(1000, 800, [Entry("2", -100, None)]))
    assert closed() == [True]


def test_a_day_begins_where_the_day_before_ended():
    bank.paid_city(100)
    record(Day(1000, 1000, [], DAY), Day(900, 900, [], NEXT))
    assert closed() == [True, False]


def test_an_earlier_day_that_comes_late_opens_what_does_not_follow_it():
    bank.paid_city(100)
    record(Day(900, 900, [], NEXT))
    assert closed() == [True]
    record(Day(1000, 1000, [], DAY))
    assert closed() == [True, False]


@pytest.mark.parametrize(
    ("amount", "with_reference", "kind"),
    [(-101, True, "amount_differs"), (-100, False, "unmatched")],
)
def test_what_does_not_match_is_a_case(amount, with_reference, kind):
    bank.paid_city(100)
    record(Day(1000, 1000 + amount, [Entry("1", amount, reference() if with_reference else "X")]))
    assert cases() == [kind]
    assert states() == ["sent"]


def test_a_second_debit_of_one_order_is_a_case():
    bank.paid_city(100)
    record(Day(1000, 900, [Entry("1", -100, reference())]))
    result = record(Day(900, 800, [Entry("1", -100, reference(), NEXT)], NEXT))
    assert result == {"entries": 1, "matched": 0, "exceptions": 1}
    assert cases() == ["duplicate"]


def test_a_debit_of_a_rejected_order_moves_no_money():
    bank.paid_city(100)
    says("rejected")
    record(Day(1000, 900, [Entry("1", -100, reference())]))
    assert states() == ["rejected"]
    assert cases() == ["contradiction"]


def test_a_debit_undone_the_same_day_confirms_the_rejection():
    bank.paid_city(100)
    says("rejected")
    both = [Entry("1", -100, reference()), Entry("2", 100, reference())]
    assert record(Day(1000, 1000, both)) == {"entries": 2, "matched": 2, "exceptions": 0}
    assert cases() == []


def test_a_rejection_of_what_the_statement_debited_moves_nothing():
    bank.paid_city(100)
    record(Day(1000, 900, [Entry("1", -100, reference())]))
    assert says("rejected")["exceptions"] == 1
    assert states() == ["settled"]


@pytest.mark.parametrize(("reversal", "state"), [(False, "returned"), (True, "reversed")])
def test_a_credit_brings_settled_money_back(reversal, state):
    bank.paid_city(100)
    record(Day(1000, 900, [Entry("1", -100, reference())]))
    record(Day(900, 1000, [Entry("1", 100, reference(), NEXT, reversal=reversal)], NEXT))
    assert states() == [state]
    assert sql("SELECT returned_on FROM payment_instruction").fetchone()[0] == NEXT


def test_a_credit_for_what_was_never_paid_is_a_case():
    bank.paid_city(100)
    record(Day(1000, 1100, [Entry("1", 100, reference())]))
    assert cases() == ["contradiction"]
    assert states() == ["sent"]


def test_result_and_statement_agree_in_either_order():
    bank.paid_city(100)
    says("settled")
    assert record(Day(1000, 900, [Entry("1", -100, reference())]))["matched"] == 1
    assert says("returned", NEXT)["returned"] == 1
    assert record(Day(900, 1000, [Entry("1", 100, reference(), NEXT)], NEXT))["matched"] == 1
    assert cases() == []


def test_a_recorded_entry_never_changes():
    bank.paid_city(100)
    record(Day(1000, 900, [Entry("1", -100, reference())]))
    assert record(Day(1000, 900, [Entry("1", -99, reference())]))["exceptions"] == 1
    assert sql("SELECT amount_fen FROM statement_entry").fetchone()[0] == -100


def test_other_balances_for_a_recorded_day_are_refused():
    bank.paid_city(100)
    record(Day(1000, 1000, []))
    with pytest.raises(StatementConflict):
        record(Day(1001, 1001, []))


def test_the_statement_of_a_foreign_account_is_refused():
    bank.paid_city(100)
    with pytest.raises(ForeignStatement):
        record(Day(1, 1, [], account_no="9999"))
    assert sql("SELECT count(*) FROM statement_day").fetchone()[0] == 0


def test_an_unknown_file_is_refused():
    bank.profile()
    with pytest.raises(UnknownFile):
        statements.record(MAKER, 404, bank.PROFILE, ON, read=lambda spec, chunks: [])
