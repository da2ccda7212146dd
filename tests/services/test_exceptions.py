"""Doubtful evidence moves money only when one person asks and a second agrees; never by itself."""

import threading
from datetime import date

import psycopg
import pytest

from models.records.base import db as handle
from models.records.base import sql
from models.rules.errors.access import NotAllowed, OutOfScope, SecondPersonNeeded
from models.rules.errors.cases import (
    CaseNotAdmissible,
    DayMissing,
    DecisionOpen,
    DecisionTaken,
    NothingSuggested,
    NotTheAsker,
)
from models.rules.errors.payment import ReasonNeeded, SelectionChanged
from models.rules.job_names import JobName
from models.services import bank_results, books, exceptions, jobs, statements, users
from models.services.access import Actor
from models.services.bank_results import suggestions
from models.services.exceptions import together as batch
from models.services.views import identity
from tests.factories import payments as bank
from tests.factories import sheets
from tests.factories.payments import Word
from tests.factories.sheets import APPROVER, CHECKER, CITY, MAKER, ON, PERIOD, PROVINCE
from tests.services.test_statements import Day, Entry, record

pytestmark = pytest.mark.usefixtures("db")

DAY, LATER = date(2026, 4, 10), date(2026, 4, 12)
_files = iter(range(1_000_000))


def answer(*words: Word) -> int:
    """Bring a result file and return its number."""
    file_id = bank.stored(f"answer {next(_files)}".encode())
    bank_results.apply(MAKER, file_id, bank.PROFILE, ON, read=lambda spec, chunks: words)
    return int(sql("SELECT max(id) FROM bank_result_file").fetchone()[0])


def payee(place: int) -> tuple[str, str]:
    return sql(
        "SELECT payee_account_no, payee_account_name FROM payment_instruction"
        " ORDER BY id OFFSET %s",
        (place,),
    ).fetchone()


def keyless(row: int, place: int, status: str | None = "settled", day=DAY, **more) -> Word:
    """A line without our reference, as CCB and BOC send them."""
    account, name = payee(place)
    told = {"account_no": account, "account_name": name} | more
    return Word(row, None, status, bank.orders()[place][1], day, **told)


def reference(place: int = 0) -> str:
    return bank.orders()[place][0]


def states() -> list[str]:
    return [state for _, _, state in bank.orders()]


def cases() -> list[int]:
    found = sql("SELECT id FROM payment_exception WHERE closed_at IS NULL ORDER BY id")
    return [row[0] for row in found]


def entries() -> int:
    return int(sql("SELECT count(*) FROM ledger_entry").fetchone()[0])


def suggested() -> list[tuple[int, str, str]]:
    with transaction():
        suggestions.suggest("x.closed_at IS NULL", {"none": None})
        found = sql(
            "SELECT s.row, i.reference, s.level FROM suggestion s"
            " JOIN payment_instruction i ON i.id = s.order_id ORDER BY 1, 2"
        ).fetchall()
    return [tuple(row) for row in found]


def transaction():
    return handle.atomic()


def sound() -> None:
    assert books.check_books()["broken"] == []


def together(source: str):
    with transaction():
        return batch.collect(source)


def test_a_line_without_reference_is_suggested_and_books_nothing():
    bank.paid_city(100, 200)
    answer(keyless(2, 0), keyless(3, 1))
    assert suggested() == [(2, reference(0), "only"), (3, reference(1), "only")]
    assert states() == ["sent", "sent"]


def test_two_people_admit_a_suggestion_and_the_money_follows():
    bank.paid_city(100)
    file_id = answer(keyless(2, 0))
    (case,) = cases()
    decision = exceptions.ask(MAKER, case, reference(), reason="账号户名金额一致", on=ON)
    assert states() == ["sent"]
    assert exceptions.agree(CHECKER, [decision], ON) == {"count": 1, "sum_fen": 100}
    assert states() == ["settled"]
    assert sheets.state(1) == "paid"
    assert cases() == []
    line = sql(
        "SELECT outcome, problem, reference FROM bank_result_line WHERE result_file_id = %s",
        (file_id,),
    ).fetchone()
    assert line == ("settled", "unmatched", None)
    event = sql("SELECT actor, cause, evidence FROM instruction_event ORDER BY id DESC").fetchone()
    assert event == ("checker1", "exception", f"bank_result:{file_id}:2")
    sound()


def test_nobody_is_his_own_second_person():
    bank.paid_city(100)
    answer(keyless(2, 0))
    decision = exceptions.ask(CHECKER, cases()[0], reference(), reason="一致", on=ON)
    with pytest.raises(SecondPersonNeeded):
        exceptions.agree(CHECKER, [decision], ON)
    with pytest.raises(NotAllowed):
        exceptions.agree(MAKER, [decision], ON)
    assert states() == ["sent"]
    exceptions.agree(APPROVER, [decision], ON)
    assert states() == ["settled"]


def test_the_database_too_refuses_a_decision_given_by_its_asker_and_keeps_it():
    bank.paid_city(100)
    answer(keyless(2, 0))
    exceptions.ask(MAKER, cases()[0], reference(), reason="一致", on=ON)
    with pytest.raises(psycopg.errors.CheckViolation), transaction():
        sql("UPDATE case_decision SET decided_by = asked_by, decided_at = now(), accepted = true")
    with pytest.raises(psycopg.errors.RestrictViolation), transaction():
        sql("DELETE FROM case_decision")


def test_a_decision_is_asked_once_and_given_once():
    bank.paid_city(100)
    answer(keyless(2, 0))
    (case,) = cases()
    decision = exceptions.ask(MAKER, case, reference(), reason="一致", on=ON)
    with pytest.raises(DecisionOpen):
        exceptions.ask(CHECKER, case, reference(), reason="一致", on=ON)
    with pytest.raises(DecisionOpen):
        exceptions.close(case, MAKER, "先关掉")
    exceptions.agree(CHECKER, [decision], ON)
    with pytest.raises(DecisionTaken):
        exceptions.agree(APPROVER, [decision], ON)


def test_a_refused_or_withdrawn_decision_leaves_the_case_open():
    bank.paid_city(100)
    answer(keyless(2, 0))
    (case,) = cases()
    first = exceptions.ask(MAKER, case, reference(), reason="一致", on=ON)
    with pytest.raises(ReasonNeeded):
        exceptions.refuse(CHECKER, [first], " ")
    assert exceptions.refuse(CHECKER, [first], "请附凭证") == 1
    second = exceptions.ask(MAKER, case, reference(), reason="凭证 12", on=ON)
    with pytest.raises(NotTheAsker):
        exceptions.withdraw(CHECKER, [second], "撤")
    assert exceptions.withdraw(MAKER, [second], "等银行更正") == 1
    assert cases() == [case]
    assert states() == ["sent"]


def test_a_declined_order_is_not_suggested_again():
    bank.paid_city(100)
    answer(keyless(2, 0))
    exceptions.decline(MAKER, cases()[0], reference(), "不是这一笔")
    assert suggested() == []


def test_a_cut_name_is_taken_only_from_a_bank_that_cuts_names():
    town = sheets.city(1, 0)
    name = "贵州某某医药股份有限公司贵阳分公司"
    sheets.sheet(town.hospitals[0], sheets.enterprise(9, name=name), 100)
    bank.profile(results={"names_truncated": True})
    bank.approve_all()
    bank.pay()
    answer(keyless(2, 0, account_name=name[:11]))
    answer(keyless(2, 0, account_name=name[:10]))
    assert [row[2] for row in suggested()] == ["only"]
    sql("UPDATE bank_profile SET spec = '{}'")
    assert suggested() == []


def test_like_lines_and_like_orders_are_counted_and_never_taken_in_bulk():
    town = sheets.city(2, 1)
    bank.profile()
    for hospital in town.hospitals:
        sheets.sheet(hospital, town.enterprises[0], 100, payment_per="sheet")
    bank.approve_all()
    bank.pay()
    file_id = answer(keyless(2, 0), keyless(3, 0))
    counted = [(row, named) for row, named, level in suggested() if level == "counted"]
    assert counted == [(2, reference(0)), (3, reference(1))]
    with pytest.raises(NothingSuggested):
        exceptions.ask_together(MAKER, f"bank_result:{file_id}", seen=(0, 0), reason="x", on=ON)


def test_all_unambiguous_suggestions_of_a_file_are_taken_together_by_two():
    bank.paid_city(100, 200, 300)
    file_id = answer(keyless(2, 0), keyless(3, 1, "rejected", None), keyless(4, 2, None))
    source = f"bank_result:{file_id}"
    assert together(source)[:3] == (2, 300, 0)
    with pytest.raises(SelectionChanged):
        exceptions.ask_together(MAKER, source, seen=(3, 600), reason="逐笔核对", on=ON)
    bundle = exceptions.ask_together(MAKER, source, seen=(2, 300), reason="逐笔核对", on=ON)
    assert together(source)[0] == 0
    ids = [row[0] for row in sql("SELECT id FROM case_decision WHERE bundle = %s", (bundle,))]
    assert exceptions.agree(CHECKER, ids, ON) == {"count": 2, "sum_fen": 300}
    assert states() == ["settled", "rejected", "sent"]
    sound()


def test_lines_without_a_day_take_the_day_of_the_voucher():
    bank.paid_city(100, 200)
    file_id = answer(
        keyless(2, 0, day=None), Word(3, reference(1), "settled", 200, None, account_no=payee(1)[0])
    )
    source = f"bank_result:{file_id}"
    assert together(source)[:3] == (2, 300, 2)
    with pytest.raises(DayMissing):
        exceptions.ask_together(MAKER, source, seen=(2, 300), reason="凭证", on=ON)
    with pytest.raises(DayMissing):
        exceptions.ask_together(MAKER, source, seen=(2, 300), reason="凭证", on=ON, booked_on=LATER)
    bundle = exceptions.ask_together(
        MAKER, source, seen=(2, 300), reason="凭证", on=ON, booked_on=DAY
    )
    ids = [row[0] for row in sql("SELECT id FROM case_decision WHERE bundle = %s", (bundle,))]
    exceptions.agree(CHECKER, ids, ON)
    assert sql("SELECT DISTINCT booked_on FROM payment_instruction").fetchall() == [(DAY,)]


@pytest.mark.parametrize("status", ["settled", "returned", "reversed"])
def test_money_that_left_after_a_refusal_is_admitted_by_two(status):
    town = bank.paid_city(100)
    answer(Word(2, reference(), "rejected", 100, None))
    answer(Word(2, reference(), status, 100, DAY))
    (case,) = cases()
    before = entries()
    decision = exceptions.ask(MAKER, case, reference(), reason="银行书面更正", on=ON)
    assert entries() == before
    exceptions.agree(CHECKER, [decision], ON)
    assert states() == [status]
    paid = 0 if status == "settled" else -100
    assert bank.balance(f"enterprise:{town.enterprises[0]}") == paid
    assert bank.balance(f"agency_advance:{town.hospitals[0]}") == (100 if paid == 0 else 0)
    assert sheets.state(1) == ("paid" if paid == 0 else "returned")
    sound()


def test_a_late_debit_is_not_admitted_when_it_was_paid_again():
    bank.paid_city(100)
    answer(Word(2, reference(), "rejected", 100, None))
    answer(Word(2, reference(), "settled", 100, DAY))
    (case,) = cases()
    decision = exceptions.ask(MAKER, case, reference(), reason="银行更正", on=ON)
    again(reference())
    with pytest.raises(CaseNotAdmissible, match="twice"):
        exceptions.agree(CHECKER, [decision], ON)
    assert states()[0] == "rejected"


def again(old: str) -> None:
    """An order that stands for the old one, as a re-issue makes it; proofs are not asked here."""
    sql("ALTER TABLE payment_instruction DISABLE TRIGGER payment_instruction_again")
    sql(
        "INSERT INTO payment_instruction (reference, uetr, period, enterprise_code, area_code,"
        " agency_code, payee_account_no, payee_account_name, payee_bank_name, payee_cnaps_code,"
        " amount_fen, purpose, content_hash, state, reissue_of, made_at)"
        " SELECT 'AGAIN1', 'again', period, enterprise_code, area_code, agency_code,"
        " payee_account_no, payee_account_name, payee_bank_name, payee_cnaps_code, amount_fen,"
        " purpose, 'x', 'sent', id, now() FROM payment_instruction WHERE reference = %s",
        (old,),
    )
    sql("ALTER TABLE payment_instruction ENABLE TRIGGER payment_instruction_again")


@pytest.mark.parametrize(
    ("more", "english"),
    [({"amount_fen": 101}, "never booked"), ({"account_no": "1"}, "never booked")],
)
def test_another_amount_or_account_is_never_admitted(more, english):
    bank.paid_city(100)
    told = {"amount_fen": 100} | more
    answer(Word(2, reference(), "settled", told.pop("amount_fen"), DAY, **told))
    with pytest.raises(CaseNotAdmissible, match=english):
        exceptions.ask(MAKER, cases()[0], reference(), reason="差一分", on=ON)


def test_a_rejection_is_not_admitted_when_the_statement_shows_the_debit():
    bank.paid_city(100)
    answer(Word(2, reference(), "rejected", 100, None, account_name="别人"))
    (case,) = cases()
    record(Day(1000, 900, [Entry("1", -100, reference())]))
    with pytest.raises(CaseNotAdmissible):
        exceptions.ask(MAKER, case, reference(), reason="银行说拒绝", on=ON)


def test_an_unknown_word_is_given_its_meaning_by_two():
    bank.paid_city(100)
    answer(Word(2, reference(), None, 100, None, status_text="已划款"))
    (case,) = cases()
    with pytest.raises(CaseNotAdmissible):
        exceptions.ask(MAKER, case, reference(), reason="电话核实", on=ON)
    decision = exceptions.ask(
        MAKER, case, reference(), reason="电话核实", on=ON, status="settled", booked_on=DAY
    )
    exceptions.agree(CHECKER, [decision], ON)
    assert states() == ["settled"]


def test_a_word_the_profile_learnt_since_is_admitted_in_bulk():
    bank.paid_city(100, 200)
    file_id = answer(
        Word(2, reference(0), None, 100, DAY, status_text="已划款"),
        Word(3, reference(1), None, 200, None, status_text="退汇处理"),
    )
    source = f"bank_result:{file_id}"
    assert together(source)[0] == 0
    bank.profile(bank.PROFILE, 2, results={"status_map": {"已划款": "settled"}})
    assert together(source)[:3] == (1, 100, 0)
    bundle = exceptions.ask_together(MAKER, source, seen=(1, 100), reason="已教给格式", on=ON)
    ids = [row[0] for row in sql("SELECT id FROM case_decision WHERE bundle = %s", (bundle,))]
    exceptions.agree(CHECKER, ids, ON)
    assert states() == ["settled", "sent"]


def test_the_identity_of_the_month_holds_after_late_evidence():
    bank.paid_city(100)
    answer(Word(2, reference(), "rejected", 100, None))
    answer(Word(2, reference(), "settled", 100, DAY))
    decision = exceptions.ask(MAKER, cases()[0], reference(), reason="银行书面更正", on=ON)
    exceptions.agree(CHECKER, [decision], ON)
    found = identity.month([CITY], PERIOD)
    assert [row.status for row in found["statuses"]] == ["settled"]
    assert found["differences"] == []


def test_an_entry_without_reference_proves_what_the_result_said():
    bank.paid_city(100)
    answer(Word(2, reference(), "settled", 100, DAY))
    account, name = payee(0)
    record(Day(1000, 900, [Entry("1", -100, None, counter_account=account, counter_name=name)]))
    (case,) = cases()
    assert [row[2] for row in suggested()] == ["only"]
    before = entries()
    decision = exceptions.ask(MAKER, case, reference(), reason="流水一致", on=ON)
    exceptions.agree(CHECKER, [decision], ON)
    assert entries() == before
    linked = sql("SELECT instruction_id IS NOT NULL FROM statement_entry").fetchone()
    assert linked == (True,)
    sound()


def test_an_entry_without_reference_settles_what_was_not_answered():
    bank.paid_city(100)
    account, name = payee(0)
    record(Day(1000, 900, [Entry("1", -100, None, counter_account=account, counter_name=name)]))
    source = f"statement:1001{PROVINCE}:{DAY}"
    assert together(source)[:2] == (1, 100)
    bundle = exceptions.ask_together(MAKER, source, seen=(1, 100), reason="流水一致", on=ON)
    ids = [row[0] for row in sql("SELECT id FROM case_decision WHERE bundle = %s", (bundle,))]
    exceptions.agree(APPROVER, ids, ON)
    assert states() == ["settled"]
    sound()


def test_beyond_the_bounds_a_person_matches():
    bank.paid_city(100)
    bounds = statements.Bounds(days_max=1, amount_max_fen=None)
    told = Day(1000, 900, [Entry("1", -100, reference(), LATER)], LATER)
    result = statements.record(
        MAKER, bank.stored(b"s", "statement"), bank.PROFILE, ON, bounds=bounds,
        read=lambda spec, chunks: [told],
    )  # fmt: skip
    assert result == {"entries": 1, "matched": 0, "exceptions": 1}
    assert states() == ["sent"]
    decision = exceptions.ask(MAKER, cases()[0], reference(), reason="节假日顺延", on=ON)
    exceptions.agree(CHECKER, [decision], ON)
    assert states() == ["settled"]


def test_the_county_decides_nothing_of_the_province():
    bank.paid_city(100)
    answer(keyless(2, 0))
    (case,) = cases()
    county = Actor(name="county", role="maker", area_code="529901")
    with pytest.raises(OutOfScope):
        exceptions.ask(county, case, reference(), reason="一致", on=ON)
    decision = exceptions.ask(MAKER, case, reference(), reason="一致", on=ON)
    with pytest.raises(OutOfScope):
        exceptions.agree(Actor("c", "checker", "529901"), [decision], ON)


def test_a_banks_line_number_names_our_line():
    bank.paid_city(100, 200)
    batch_no = sql("SELECT batch_no FROM payment_batch").fetchone()[0]
    words = [
        Word(n + 2, None, "settled", bank.orders()[n][1], DAY, bank_line_no=f"{batch_no}-{n + 1}")
        for n in (0, 1)
    ]
    answer(*words)
    assert states() == ["settled", "settled"]


def test_a_banks_own_batch_is_ours_when_other_lines_of_it_say_so():
    bank.paid_city(100, 200, 300)
    answer(
        Word(2, reference(0), "settled", 100, DAY, bank_line_no="HQF7-1"),
        Word(3, None, "settled", 200, DAY, bank_line_no="HQF7-2"),
        Word(4, None, "settled", 999, DAY, bank_line_no="HQF7-3"),
    )
    assert states() == ["settled", "settled", "sent"]


def test_a_banks_batch_that_contradicts_itself_names_nothing():
    bank.paid_city(100, 200)
    answer(
        Word(2, reference(0), "settled", 100, DAY, bank_line_no="HQF7-2"),
        Word(3, None, "settled", 200, DAY, bank_line_no="HQF7-1"),
    )
    assert states() == ["settled", "sent"]


@pytest.mark.parametrize("first", ["settled", "returned"])
def test_two_words_about_one_order_are_given_together_in_their_order(first):
    bank.paid_city(100)
    second = "returned" if first == "settled" else "settled"
    answer(keyless(2, 0, first, DAY))
    answer(keyless(2, 0, second, DAY))
    ids = [exceptions.ask(MAKER, case, reference(), reason="回单", on=ON) for case in cases()]
    assert exceptions.agree(CHECKER, ids, ON)["count"] == 2
    assert states() == ["returned"]
    assert cases() == []
    sound()


def test_two_people_who_agree_at_once_book_once():
    bank.paid_city(100)
    answer(keyless(2, 0))
    decision = exceptions.ask(MAKER, cases()[0], reference(), reason="回单", on=ON)
    results: list[object] = []

    def run(actor: Actor) -> None:
        with handle.connection_context():
            try:
                results.append(exceptions.agree(actor, [decision], ON)["count"])
            except DecisionTaken as error:
                results.append(error.code)

    threads = [threading.Thread(target=run, args=(one,)) for one in (CHECKER, APPROVER)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(map(str, results)) == ["1", "decision_taken"]
    sound()


def test_a_large_file_is_counted_and_asked_for_by_jobs_of_its_own():
    """The same figures and the same bundle as at once; nothing but what was counted is asked."""
    users.create(MAKER.name, MAKER.role, "all")
    bank.paid_city(100, 200)
    source = f"bank_result:{answer(keyless(2, 0), keyless(3, 1))}"
    assert (batch.waiting(source, 9), batch.waiting(source, 1)) == (2, 1)
    counted = job({"source": source, "dry": True})
    assert (counted["count"], counted["sum_fen"], counted["dayless"]) == (2, 300, 0)
    assert sql("SELECT count(*) FROM case_decision").fetchone() == (0,)
    with pytest.raises(SelectionChanged):
        job({"source": source, "count": 2, "sum_fen": 299, "reason": "逐笔核对"})
    told = {"source": source, "count": 2, "sum_fen": 300, "reason": "逐笔核对"}
    assert job(told)["bundle"] == f"{source}#1"
    assert sql("SELECT count(*), min(asked_by) FROM case_decision").fetchone() == (2, MAKER.name)


def job(args: dict) -> dict:
    """Do a job here, as a worker would; its refusal comes out."""
    with transaction():
        queued = jobs.enqueue(JobName.ADMIT_TOGETHER, {"on": ON, **args}, by=MAKER.name)
    jobs.run(queued.id, batch.run)
    ended = jobs.get(queued.id)
    if ended.error_code:
        assert ended.error_code == SelectionChanged.code
        raise SelectionChanged(what="候选")
    return ended.result
