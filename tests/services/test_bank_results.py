"""Every word of the bank moves money once; what does not fit moves nothing and opens a case."""

import threading
from datetime import date

import pytest

from models.records.base import db as handle
from models.records.base import sql
from models.rules.errors.access import NotAllowed
from models.rules.errors.bank import UnknownFile, UnknownProfile
from models.rules.errors.payment import ReasonNeeded
from models.services import bank_results
from tests.factories import payments as bank
from tests.factories import sheets
from tests.factories.payments import Word
from tests.factories.sheets import CHECKER, MAKER, ON, PROVINCE

pytestmark = pytest.mark.usefixtures("db")

DAY, LATER = date(2026, 4, 11), date(2026, 4, 15)
_files = iter(range(1_000_000))


def answer(*words: Word, profile: str = bank.PROFILE, content: bytes | None = None) -> dict:
    file_id = bank.stored(content or f"file {next(_files)}".encode())
    return bank_results.apply(MAKER, file_id, profile, ON, read=lambda spec, chunks: words)


def about(place: int, status: str | None, booked_on: date | None = DAY, **more) -> Word:
    reference, amount, _ = bank.orders()[place]
    return Word(place + 2, reference, status, more.pop("amount_fen", amount), booked_on, **more)


def counts(**named: int) -> dict:
    zero = dict.fromkeys(("settled", "rejected", "returned", "unknown", "exceptions"), 0)
    return {"lines": sum(named.values()), **zero, **named}


def states() -> list[str]:
    return [state for _, _, state in bank.orders()]


def cases() -> list[str]:
    return [row[0] for row in sql("SELECT kind FROM payment_exception ORDER BY id")]


def test_each_word_counts_and_sheets_and_batch_follow():
    bank.paid_city(100, 200, 300, 400)
    result = answer(
        about(0, "settled"), about(1, "rejected"), about(2, "returned"), about(3, "pending", None)
    )
    assert result == counts(settled=1, rejected=1, returned=1, unknown=1)
    assert states() == ["settled", "rejected", "returned", "accepted"]
    assert list(sheets.states().values()) == ["paid", "rejected", "returned", "sent"]
    assert sql("SELECT state FROM payment_batch").fetchone()[0] == "partly_settled"
    assert answer(about(3, "settled")) == counts(settled=1)
    assert sql("SELECT state FROM payment_batch").fetchone()[0] == "settled"


def test_settled_money_has_left_the_fund():
    town = bank.paid_city(100)
    answer(about(0, "settled"))
    assert bank.balance(f"fund:A{PROVINCE}") == -100
    assert bank.balance(f"in_transit:A{PROVINCE}") == 0
    assert bank.balance(f"agency_advance:{town.hospitals[0]}") == 100


def test_a_rejected_line_returns_to_the_enterprise_balance():
    town = bank.paid_city(100)
    answer(about(0, "rejected", bank_reason="户名不符"))
    assert bank.balance(f"enterprise:{town.enterprises[0]}") == -100
    assert bank.balance(f"in_transit:A{PROVINCE}") == 0
    assert bank.balance(f"agency_advance:{town.hospitals[0]}") == 0
    assert sql("SELECT bank_reason FROM payment_instruction").fetchone()[0] == "户名不符"


def test_a_return_after_the_settlement_brings_the_money_back():
    town = bank.paid_city(100)
    answer(about(0, "settled"))
    assert answer(about(0, "returned", LATER)) == counts(returned=1)
    assert bank.balance(f"enterprise:{town.enterprises[0]}") == -100
    assert bank.balance(f"fund:A{PROVINCE}") == 0
    assert bank.balance(f"hospital_goods:{town.hospitals[0]}") == 100
    assert sql("SELECT booked_on, returned_on FROM payment_instruction").fetchone() == (DAY, LATER)


def test_a_return_of_what_was_not_yet_settled_books_both():
    bank.paid_city(100)
    answer(about(0, "returned"))
    kinds = [row[0] for row in sql("SELECT kind FROM ledger_entry ORDER BY entry_no")]
    assert kinds[-3:] == ["payment_settled", "payment_returned", "advance_undone"]
    moves = [row[0] for row in sql("SELECT to_state FROM instruction_event ORDER BY id")]
    assert moves == ["batched", "sent", "settled", "returned"]


def test_a_reversal_is_another_fact_than_a_return():
    bank.paid_city(100)
    answer(about(0, "settled"))
    assert answer(about(0, "reversed", LATER)) == counts(returned=1)
    assert states() == ["reversed"]
    assert sheets.state(1) == "returned"


def test_the_same_bytes_again_are_no_news():
    bank.paid_city(100)
    first = answer(about(0, "settled"), content=b"same")
    entries = sql("SELECT count(*) FROM ledger_entry").fetchone()[0]
    assert answer(about(0, "settled"), content=b"same") == {**first, "unchanged": True}
    assert sql("SELECT count(*) FROM ledger_entry").fetchone()[0] == entries
    assert sql("SELECT count(*) FROM bank_result_line").fetchone()[0] == 1


def test_a_result_that_comes_in_parts_repeats_and_books_once():
    bank.paid_city(100, 200)
    answer(about(0, "settled"))
    assert answer(about(0, "settled"), about(1, "settled")) == counts(settled=2)
    settled = sql("SELECT count(*) FROM ledger_entry WHERE kind = 'payment_settled'").fetchone()[0]
    assert settled == 2
    assert cases() == []


@pytest.mark.parametrize(
    ("first", "then"),
    [
        ("rejected", "settled"),
        ("settled", "rejected"),
        ("returned", "rejected"),
        ("rejected", "returned"),
    ],
)
def test_a_contradiction_moves_no_money_and_opens_a_case(first, then):
    bank.paid_city(100)
    answer(about(0, first))
    before = sql("SELECT count(*) FROM ledger_entry").fetchone()[0], states()
    assert answer(about(0, then, LATER)) == counts(exceptions=1)
    assert (sql("SELECT count(*) FROM ledger_entry").fetchone()[0], states()) == before
    assert cases() == ["contradiction"]


@pytest.mark.parametrize(("status", "again"), [("settled", "settled"), ("returned", "returned")])
def test_the_same_word_with_another_day_is_a_contradiction(status, again):
    bank.paid_city(100)
    answer(about(0, status))
    assert answer(about(0, again, LATER)) == counts(exceptions=1)


def test_an_old_word_that_arrives_late_changes_nothing():
    bank.paid_city(100)
    answer(about(0, "returned", LATER))
    assert answer(about(0, "settled", DAY)) == counts(settled=1)
    assert answer(about(0, "pending", None)) == counts(unknown=1)
    assert states() == ["returned"]
    assert cases() == []


@pytest.mark.parametrize(
    ("more", "kind"),
    [
        ({"amount_fen": 101}, "amount_differs"),
        ({"account_no": "1"}, "account_differs"),
        ({"account_name": "别人"}, "name_differs"),
        ({"contradiction": "GrpSts"}, "contradiction"),
    ],
)
def test_a_line_unlike_its_order_is_a_case(more, kind):
    bank.paid_city(100)
    assert answer(about(0, "settled", **more)) == counts(exceptions=1)
    assert states() == ["sent"]
    assert cases() == [kind]


def test_width_of_brackets_makes_no_other_name():
    town = sheets.city(1, 0)
    bank.profile()
    sheets.sheet(town.hospitals[0], sheets.enterprise(9, name="贵州（医药）"), 100)
    bank.approve_all()
    bank.pay()
    assert answer(about(0, "settled", account_name="贵州(医药)")) == counts(settled=1)


def test_unknown_words_and_missing_days_are_cases_not_failures():
    bank.paid_city(100, 200)
    assert answer(about(0, None), about(1, "settled", None)) == counts(exceptions=2)
    assert states() == ["sent", "sent"]
    assert cases() == ["status_unknown", "status_unknown"]


def test_a_line_that_was_never_sent_is_a_case():
    bank.paid_city(100)
    words = Word(2, "ZJ9999", "settled", 1, DAY), Word(3, None, "settled", 1, DAY)
    assert answer(*words) == counts(exceptions=2)
    assert cases() == ["unmatched", "unmatched"]


def test_the_file_of_another_bank_moves_nothing():
    bank.paid_city(100)
    bank.profile("other")
    assert answer(about(0, "settled"), profile="other") == counts(exceptions=1)
    assert cases() == ["foreign"]
    assert states() == ["sent"]


def test_the_same_evidence_opens_one_case():
    bank.paid_city(100)
    for _ in range(3):
        answer(about(0, "settled", amount_fen=7))
    assert cases() == ["amount_differs"]


def test_words_about_one_order_are_taken_in_their_order():
    bank.paid_city(100)
    reference = bank.orders()[0][0]
    words = [Word(2, reference, "pending", 100), Word(3, reference, "settled", 100, DAY),
             Word(4, reference, "returned", 100, LATER)]  # fmt: skip
    assert answer(*words) == counts(unknown=1, settled=1, returned=1)
    assert states() == ["returned"]


def test_a_flood_of_words_about_one_order_is_no_answer():
    bank.paid_city(100)
    reference = bank.orders()[0][0]
    words = [Word(n, reference, "pending", 100) for n in range(2, 32)]
    assert answer(*words) == counts(unknown=20, exceptions=10)


def test_silence_is_unknown_and_never_a_failure():
    bank.paid_city(100, 200)
    answer(about(0, "settled"))
    batch_no = sql("SELECT batch_no FROM payment_batch").fetchone()[0]
    with pytest.raises(ReasonNeeded):
        bank_results.lose_sight(MAKER, batch_no, " ", ON)
    assert bank_results.lose_sight(MAKER, batch_no, "银行无回音", ON) == 1
    assert states() == ["settled", "unknown"]
    assert sheets.state(2) == "unknown"
    assert bank.pay(on=LATER) == []
    assert answer(about(1, "settled")) == counts(settled=1)


def test_the_bank_confirms_a_cancellation():
    town = bank.paid_city(100)
    assert answer(about(0, "cancelled", None)) == counts(rejected=1)
    assert states() == ["cancelled"]
    assert sheets.state(1) == "approved"
    assert bank.pay() == []
    assert bank.balance(f"enterprise:{town.enterprises[0]}") == -100


def test_two_imports_at_once_book_once():
    bank.paid_city(100)
    word, results = about(0, "settled"), []
    file_ids = [
        bank.stored(b"same"),
        bank.stored(b"same"),
        bank.stored(b"other"),
        bank.stored(b"third"),
    ]

    def run(file_id: int) -> None:
        with handle.connection_context():
            results.append(
                bank_results.apply(
                    MAKER, file_id, bank.PROFILE, ON, read=lambda spec, chunks: [word]
                )
            )

    threads = [threading.Thread(target=run, args=(one,)) for one in file_ids]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [one["settled"] for one in results] == [1, 1, 1, 1]
    assert sum("unchanged" in one for one in results) == 1
    settled = sql("SELECT count(*) FROM ledger_entry WHERE kind = 'payment_settled'").fetchone()[0]
    assert settled == 1


def test_unknown_files_profiles_and_roles_are_refused():
    bank.profile()
    with pytest.raises(UnknownFile):
        bank_results.apply(MAKER, 404, bank.PROFILE, ON, read=lambda spec, chunks: [])
    with pytest.raises(UnknownProfile):
        bank_results.apply(MAKER, 404, "nobody", ON, read=lambda spec, chunks: [])
    with pytest.raises(NotAllowed):
        bank_results.apply(CHECKER, 404, bank.PROFILE, ON, read=lambda spec, chunks: [])
