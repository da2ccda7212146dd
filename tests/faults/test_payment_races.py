"""Two people or two workers at once: one wins, the other is told why, nothing is done twice."""

import threading
from collections.abc import Callable
from datetime import date, timedelta
from functools import partial
from typing import Any

import pytest

from models.records.base import db as handle
from models.records.base import sql
from models.rules.errors import SettlementError
from models.rules.errors.cases import CaseNotAdmissible
from models.rules.errors.payment import (
    AlreadyAsked,
    AlreadyReissued,
    InquiryNotProof,
    InquiryRefused,
    NotReissuable,
    RequestDecided,
    SelectionChanged,
    SheetOvertaken,
)
from models.services import (
    approvals,
    bank_results,
    books,
    exceptions,
    inquiries,
    reissue,
    sheet_content,
)
from models.services.access import Actor
from tests.conftest import empty_tables
from tests.factories import payments as bank
from tests.factories import sheets
from tests.factories.imports import confirmation, send
from tests.factories.payments import Word
from tests.factories.sheets import APPROVER, CHECKER, MAKER, ON, PERIOD
from tests.services.test_statements import Day, Entry, record

pytestmark = pytest.mark.usefixtures("db")

OTHER_CHECKER = Actor(name="checker3", role="checker")
OTHER_APPROVER = Actor(name="checker4", role="approver")
NEXT = ON + timedelta(1)
#: ON is a Friday; the full banking day after it.
MONDAY = ON + timedelta(3)
#: So often is each race run: who wins differs.
TIMES = 3


def race(*deeds: Callable[[], Any]) -> list[Any]:
    """Do all at once on connections of their own; return answers and refusals, in order."""
    start, ended = threading.Barrier(len(deeds)), [None] * len(deeds)

    def run(place: int, deed: Callable[[], Any]) -> None:
        with handle.connection_context():
            start.wait()
            try:
                ended[place] = deed()
            except Exception as error:  # noqa: BLE001 - the test says which it may be
                ended[place] = error

    threads = [threading.Thread(target=run, args=(place, deed)) for place, deed in enumerate(deeds)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    return ended


def one_wins(ended: list[Any], *refusals: type[SettlementError]) -> None:
    """One has its answer; each other was refused for a reason people understand."""
    losers = [one for one in ended if isinstance(one, Exception)]
    assert len(losers) == len(ended) - 1, ended
    for one in losers:
        assert isinstance(one, refusals), repr(one)
        assert one.sentence


def says(status: str, booked_on: date = ON) -> dict[str, Any]:
    reference, amount, _ = bank.orders()[0]
    word = Word(2, reference, status, amount, booked_on)
    file_id = bank.stored(f"{status}{booked_on}".encode())
    return bank_results.apply(MAKER, file_id, bank.PROFILE, ON, read=lambda _spec, _b: [word])


def debit(amount_fen: int = -100) -> dict[str, Any]:
    entry = Entry("1", amount_fen, bank.orders()[0][0], ON)
    return record(Day(1000, 1000 + amount_fen, [entry], ON))


def again() -> dict[str, Any]:
    bank.released(bank.orders()[0][0])
    return reissue.reissue(
        MAKER, [bank.orders()[0][0]], bank.PROFILE, NEXT, formats=bank.PlainFormat
    )


def ask() -> str:
    return reissue.ask(MAKER, [bank.orders()[0][0]], bank.PROFILE, "再付", NEXT)


def count(table: str, where: str = "true") -> int:
    return int(sql(f"SELECT count(*) FROM {table} WHERE {where}").fetchone()[0])


def states() -> list[str]:
    return [state for _, _, state in bank.orders()]


def whole() -> bool:
    return books.check_books(bank.PlainFormat)["broken"] == []


def proven_rejection() -> None:
    bank.paid_city(100)
    says("rejected")
    record(Day(1000, 1000, [], ON), Day(1000, 1000, [], MONDAY))


def approved_sheets(count_of: int = 3) -> sheets.City:
    town = sheets.city(1, count_of)
    bank.profile()
    for code in town.enterprises:
        sheets.sheet(town.hospitals[0], code, 100)
    return town


@pytest.mark.parametrize("pair", [(CHECKER, OTHER_CHECKER), (APPROVER, OTHER_APPROVER)])
def test_two_people_of_one_level_review_a_month_once(pair):
    approved_sheets()
    if pair[0] is APPROVER:
        approvals.approve(CHECKER, PERIOD, None, ON)
    ended = race(*(lambda who=who: approvals.approve(who, PERIOD, None, ON) for who in pair))
    assert sorted(one["approved"] for one in ended) == [0, 3]
    assert count("sheet_review") == 3 * (2 if pair[0] is APPROVER else 1)
    assert count("ledger_entry", "kind = 'payable'") == (3 if pair[0] is APPROVER else 0)


def test_two_approvers_of_one_choice_are_one_and_a_changed_choice():
    approved_sheets()
    approvals.approve(CHECKER, PERIOD, None, ON)
    ids = list(sheets.states())
    seen = sheet_content.selection_hash(ids)
    ended = race(
        lambda: approvals.approve_sheets(APPROVER, ids, ON, selection=seen),
        lambda: approvals.approve_sheets(OTHER_APPROVER, ids, ON, selection=seen),
    )
    one_wins(ended, SelectionChanged)
    assert count("ledger_entry", "kind = 'payable'") == 3


def test_an_approval_and_a_return_of_the_same_sheets_are_not_both():
    for _ in range(TIMES):
        approved_sheets()
        approvals.approve(CHECKER, PERIOD, None, ON)
        ids = list(sheets.states())
        race(
            lambda: approvals.approve(APPROVER, PERIOD, None, ON),
            partial(approvals.return_sheets, CHECKER, ids, "有误", ON),
        )
        assert set(sheets.states().values()) == {"draft"}
        assert whole()
        empty_tables()


def test_a_dispute_and_the_first_review_never_miss_each_other():
    for _ in range(TIMES):
        town = approved_sheets(1)
        line_no = sql("SELECT min(line_no) FROM sheet_line").fetchone()[0]
        row = confirmation(line_no, decision="dispute", amount_yuan="1.00", reason="数量不符")
        reviewed, sent = race(
            lambda: approvals.approve(CHECKER, PERIOD, None, ON),
            partial(send, "confirmations", [row]),
        )
        assert sent.counts == (1, 0, 0), (town, sent)
        if isinstance(reviewed, SheetOvertaken):
            assert list(sheets.states().values()) == ["draft"]
        else:
            assert list(sheets.states().values()) == ["in_review"]
            assert count("payment_exception", "kind = 'late_evidence'") == 1
        empty_tables()


def test_two_runs_pay_once_and_the_other_finds_nothing():
    for _ in range(TIMES):
        approved_sheets()
        bank.approve_all()
        ended = race(bank.pay, bank.pay, bank.pay)
        assert sorted(sum(one["lines"] for one in batches) for batches in ended) == [0, 0, 3]
        assert count("stored_file", "kind = 'bank_file'") == 1
        assert whole()
        empty_tables()


def test_a_suspension_comes_before_the_run_or_after_it():
    for _ in range(TIMES):
        town = approved_sheets(1)
        bank.approve_all()

        def suspend(code: str = town.enterprises[0]) -> None:
            sql(
                "UPDATE enterprise SET suspended_on = %s, suspended_set_at = clock_timestamp()"
                " WHERE credit_code = %s",
                (ON, code),
            )

        batches, nothing = race(bank.pay, suspend)
        assert nothing is None
        kept_out = sql("SELECT kept_out FROM settlement_sheet").fetchone()[0]
        assert (batches == []) == (kept_out == "enterprise_suspended")
        assert states() == (["sent"] if batches else [])
        assert whole()
        empty_tables()


def test_a_return_of_a_sheet_and_the_run_are_not_both():
    for _ in range(TIMES):
        approved_sheets(1)
        bank.approve_all()
        batches, returned = race(
            bank.pay, lambda: approvals.return_sheets(CHECKER, list(sheets.states()), "有误", ON)
        )
        assert (batches == []) != isinstance(returned, SettlementError)
        assert set(sheets.states().values()) == ({"sent"} if batches else {"draft"})
        assert whole()
        empty_tables()


def test_result_and_statement_of_one_order_book_it_once():
    for _ in range(TIMES):
        bank.paid_city(100)
        answered, stated = race(lambda: says("settled"), debit)
        assert (answered["settled"], answered["exceptions"]) == (1, 0)
        assert (stated["matched"], stated["exceptions"]) == (1, 0)
        assert count("ledger_entry", "kind = 'payment_settled'") == 1
        assert count("instruction_event", "to_state = 'settled'") == 1
        assert whole()
        empty_tables()


def test_a_rejection_and_its_debit_leave_one_state_and_one_case():
    for _ in range(TIMES):
        bank.paid_city(100)
        race(lambda: says("rejected"), debit)
        assert states()[0] in ("settled", "rejected")
        assert count("payment_exception", "kind = 'contradiction'") == 1
        assert whole()
        with pytest.raises(NotReissuable):
            again()
        empty_tables()


def test_two_reissues_make_one_successor():
    for _ in range(TIMES):
        proven_rejection()
        one_wins(race(again, again, again), AlreadyReissued)
        assert states() == ["rejected", "sent"]
        assert whole()
        empty_tables()


def test_two_requests_to_pay_again_are_one_and_two_releases_are_one():
    proven_rejection()
    ended = race(ask, ask)
    one_wins(ended, AlreadyAsked)
    number = next(one for one in ended if isinstance(one, str))
    one_wins(
        race(
            lambda: reissue.release(APPROVER, number, NEXT, count=1, total_fen=100),
            lambda: reissue.release(OTHER_APPROVER, number, NEXT, count=1, total_fen=100),
        ),
        RequestDecided,
    )
    assert count("job", "name = 'reissue'") == 1


def test_late_evidence_is_admitted_or_the_payment_is_made_again_but_never_both():
    for _ in range(TIMES):
        proven_rejection()
        assert says("settled", NEXT)["exceptions"] == 1
        case = sql("SELECT id FROM payment_exception").fetchone()[0]
        asked = exceptions.ask(CHECKER, case, bank.orders()[0][0], reason="到账", on=NEXT)
        ended = race(partial(exceptions.agree, APPROVER, [asked], NEXT), again)
        one_wins(ended, CaseNotAdmissible, NotReissuable, AlreadyReissued)
        assert states() in (["settled"], ["rejected", "sent"])
        assert whole()
        empty_tables()


def test_a_confirmed_silence_and_a_late_success_are_not_both():
    for _ in range(TIMES):
        bank.paid_city(100)
        reference = bank.orders()[0][0]
        inquiries.lose_sight(MAKER, [reference], "无回音", ON)
        record(*(Day(1000, 1000, [], ON + timedelta(days)) for days in range(5)))
        later = ON + timedelta(6)
        inquiry = inquiries.record(
            MAKER, reference, "not_received", "查无", asked_on=later, answered_on=later
        )
        answered, confirmed = race(
            partial(says, "settled", later), partial(inquiries.confirm, CHECKER, inquiry, later)
        )
        if isinstance(confirmed, Exception):
            assert isinstance(confirmed, InquiryNotProof | InquiryRefused)
            assert states() == ["settled"]
        else:
            assert states() == ["cancelled"]
            assert answered["exceptions"] == 1
        assert whole()
        empty_tables()
