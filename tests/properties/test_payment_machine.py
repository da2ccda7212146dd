"""Whatever house and bank do, in any order: I1 to I12 hold after each step, by the raw rows.

The bank here may do anything, even what no bank would: pay what it refused, return what it never
paid, repeat, contradict and miswrite. People try everything at any time. Most of it is refused, and
a refusal leaves no trace.
"""

import hashlib
import os
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, event, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from models.records.base import sql
from models.rules import identifiers
from models.rules.bank_news import Status
from models.rules.errors import SettlementError
from models.services import accounts, bank_results, books, exceptions, files, inquiries, reissue
from models.services.accounts import Wish
from tests.conftest import empty_tables
from tests.factories import payments as bank
from tests.factories import sheets
from tests.factories.payments import Word
from tests.factories.sheets import APPROVER, CHECKER, MAKER
from tests.properties import payment_promises as promises
from tests.services.test_statements import Day, Entry
from tests.services.test_statements import record as record_days

few = st.integers(0, 5)
#: Steps between two proofs of the books.
BOOKS_EVERY = 5
PEOPLE = (MAKER, CHECKER, APPROVER)


def _real_code(code: str) -> str:
    """Give an enterprise a code whose check character fits, as a change of account demands."""
    body = code[:12] + code[-5:]
    fitting = f"{body}{identifiers.credit_check_character(body)}"
    sql("UPDATE enterprise SET credit_code = %s WHERE credit_code = %s", (fitting, code))
    return fitting


class Payments(RuleBasedStateMachine):
    """One city with three enterprises, a bank without manners and people without patience."""

    @initialize()
    def begin(self) -> None:
        empty_tables()
        self.town = sheets.city(2, 3)
        self.town.enterprises = [_real_code(code) for code in self.town.enterprises]
        bank.profile()
        self.month, self.today, self.balance = 2, date(2026, 4, 13), 1_000_000
        self.files: list[tuple[bytes, list[Word]]] = []
        self.booked: list[Entry] = []
        self.open_requests: list[str] = []
        self.picture, self.steps = promises.take(), 0
        self.a_month_is_approved_and_paid([300, 200, 100])

    @precondition(lambda self: self.month < 5)
    @rule(amounts=st.lists(st.integers(1, 900), min_size=1, max_size=3))
    def a_month_is_approved_and_paid(self, amounts: list[int]) -> None:
        self.month += 1
        period = f"2026-{self.month:02d}"
        for place, amount in enumerate(amounts):
            sheets.sheet(
                self.town.hospitals[place % 2], self.town.enterprises[place], amount, period=period
            )
        bank.approve_all(period, self.today)
        self._try(lambda: bank.pay(period, self.today))
        self._again(lambda: bank.pay(period, self.today), answer=[])

    @rule()
    def the_file_is_fetched_again(self) -> None:
        for batch_no, sha256, _ in promises.take().files:
            file_id = sql(
                "SELECT file_id FROM payment_batch WHERE batch_no = %s", (batch_no,)
            ).fetchone()[0]
            assert hashlib.sha256(b"".join(files.read(file_id))).hexdigest() == sha256

    @rule(which=few, status=st.sampled_from(list(Status)), back=st.integers(0, 2))
    def the_bank_says(self, which: int, status: Status, back: int) -> None:
        reference, amount = self._order(which)
        booked_on = self.today - timedelta(back)
        self._send([Word(2, reference, status.value, amount, booked_on)])

    @rule(which=few, wrong=st.sampled_from(["amount", "account", "word", "reference", "day"]))
    def the_bank_writes_nonsense(self, which: int, wrong: str) -> None:
        reference, amount = self._order(which)
        word = Word(
            2,
            "ZJ0" if wrong == "reference" else reference,
            None if wrong == "word" else "settled",
            amount + (wrong == "amount"),
            None if wrong == "day" else self.today,
            account_no="9" if wrong == "account" else None,
        )
        before = self.picture.states
        self._send([word])
        assert promises.take().states == before

    @precondition(lambda self: self.files)
    @rule(which=few)
    def an_old_file_comes_again(self, which: int) -> None:
        content, words = self.files[which % len(self.files)]
        self._again(lambda: self._apply(content, words)["unchanged"], answer=True)

    @rule(which=few, kind=st.sampled_from(["debit", "return", "reversal"]))
    def the_bank_books(self, which: int, kind: str) -> None:
        reference, amount = self._order(which)
        entry_no = str(len(self.booked) + 1)
        signed = -amount if kind == "debit" else amount
        self.booked.append(
            Entry(entry_no, signed, reference, self.today, reversal=kind == "reversal")
        )

    @rule(lost=st.booleans())
    def a_statement_day_arrives(self, lost: bool) -> None:
        """A day whose last entry got lost does not close; the whole day comes after it."""
        closing = self.balance + sum(entry.amount_fen for entry in self.booked)
        day = Day(self.balance, closing, self.booked, self.today)
        if lost and self.booked:
            part = Day(self.balance, closing, self.booked[:-1], self.today)
            self._try(lambda: record_days(part))
        self._try(lambda: record_days(day))
        self._again(lambda: record_days(day).get("unchanged", not self.booked), answer=True)
        self.balance, self.booked = closing, []
        self.today += timedelta(1)

    @rule(which=few, days=st.integers(1, 4))
    def a_rejection_is_proved(self, which: int, days: int) -> None:
        """The word and the closed days; more often than chance would bring them together."""
        self.the_bank_says(which, Status.REJECTED, 0)
        for _ in range(days):
            self.a_statement_day_arrives(False)

    @rule(which=few, kind=st.sampled_from(["return", "reversal"]), said=st.booleans())
    def money_comes_back(self, which: int, kind: str, said: bool) -> None:
        self.the_bank_books(which, "debit")
        self.a_statement_day_arrives(False)
        if said:
            status = Status.RETURNED if kind == "return" else Status.REVERSED
            self.the_bank_says(which, status, 0)
        self.the_bank_books(which, kind)
        self.a_statement_day_arrives(False)

    @rule(which=few, days=st.integers(0, 4))
    def silence_is_followed_up(self, which: int, days: int) -> None:
        for _ in range(days):
            self.a_statement_day_arrives(False)
        self.nobody_answers(which)
        self.the_bank_is_asked(which, "not_received")

    @rule(which=few)
    def refused_money_arrives(self, which: int) -> None:
        self.the_bank_says(which, Status.REJECTED, 0)
        self.the_bank_books(which, "debit")
        self.a_statement_day_arrives(False)
        self.a_case_is_decided(0, True)

    @rule(which=few)
    def nobody_answers(self, which: int) -> None:
        self._try(
            lambda: inquiries.lose_sight(MAKER, [self._order(which)[0]], "无回音", self.today)
        )

    @rule(which=few, answer=st.sampled_from(["not_received", "in_process", "paid"]))
    def the_bank_is_asked(self, which: int, answer: str) -> None:
        reference, _ = self._order(which)

        def ask_and_confirm() -> None:
            number = inquiries.record(
                MAKER, reference, answer, "答复", asked_on=self.today, answered_on=self.today
            )
            self._remember()
            inquiries.confirm(CHECKER, number, self.today)

        self._try(ask_and_confirm)

    @rule(which=few, who=st.sampled_from(PEOPLE))
    def somebody_wants_it_paid_again(self, which: int, who: Any) -> None:
        """Straight to the end, with a release that looked at nothing: the last door asks too."""
        reference, _ = self._order(which, wanted=promises.NOTHING)

        def straight() -> None:
            bank.released(reference)
            reissue.reissue(who, [reference], bank.PROFILE, self.today, formats=bank.PlainFormat)

        self._try(straight)

    @rule(which=few, releaser=st.sampled_from(PEOPLE))
    def it_is_asked_for_and_released(self, which: int, releaser: Any) -> None:
        reference, amount = self._order(which, wanted=promises.NOTHING)

        def ask_and_release() -> None:
            number = reissue.ask(MAKER, [reference], bank.PROFILE, "再付", self.today)
            self._remember()
            reissue.release(releaser, number, self.today, count=1, total_fen=amount)

        self._try(ask_and_release)

    @rule(which=few, admit=st.booleans())
    def a_case_is_decided(self, which: int, admit: bool) -> None:
        open_cases = sql(
            "SELECT x.id, i.reference FROM payment_exception x LEFT JOIN payment_instruction i"
            " ON i.id = x.instruction_id WHERE x.closed_at IS NULL ORDER BY x.id"
        ).fetchall()
        if not open_cases:
            return
        case, reference = open_cases[which % len(open_cases)]

        def admitted() -> None:
            asked = exceptions.ask(CHECKER, case, reference, reason="核实", on=self.today)
            self._remember()
            exceptions.agree(APPROVER, [asked], self.today)

        if admit and reference:
            self._try(admitted)
        else:
            before = self.picture.states
            self._try(lambda: exceptions.close(case, CHECKER, "核实"))
            assert promises.take().states == before

    @rule(which=few, approved=st.booleans())
    def an_account_changes(self, which: int, approved: bool) -> None:
        code = self.town.enterprises[which % 3]
        name = sql("SELECT name FROM enterprise WHERE credit_code = %s", (code,)).fetchone()[0]
        number = f"6200{self.today:%m%d}{which:08d}"

        def change() -> None:
            asked = accounts.request(
                MAKER, code, Wish(number, name, "建行", "105100000017"), on=self.today
            )
            if approved:
                accounts.approve(CHECKER, [asked], on=self.today)

        self._try(change)

    @rule(which=few, suspended=st.booleans())
    def an_enterprise_is_suspended(self, which: int, suspended: bool) -> None:
        sql(
            "UPDATE enterprise SET suspended_on = %s, suspended_set_at = now()"
            " WHERE credit_code = %s",
            (self.today if suspended else None, self.town.enterprises[which % 3]),
        )

    @invariant()
    def the_promises_hold(self) -> None:
        if hasattr(self, "picture"):
            self._remember()
            self.steps += 1
            # The product's own proof of the books is slower: it is asked now and then, and last.
            if self.steps % BOOKS_EVERY == 0:
                self.teardown()

    def teardown(self) -> None:
        if hasattr(self, "picture"):
            assert books.check_books(bank.PlainFormat)["broken"] == []

    def _remember(self) -> None:
        now = promises.take()
        promises.hold(self.picture, now)
        self.picture = now

    def _try(self, deed: Callable[[], Any]) -> Any:
        """Do it; what is refused leaves no trace of its last transaction."""
        before = promises.take()
        try:
            return deed()
        except SettlementError as refusal:
            event(f"refused: {refusal.code}")
            if before.states == self.picture.states:
                promises.unchanged(before, promises.take())
            return None

    def _again(self, deed: Callable[[], Any], *, answer: Any) -> None:
        """Do what was done already: the same answer, and nothing more."""
        before = promises.take()
        assert deed() == answer
        promises.unchanged(before, promises.take())

    def _order(self, which: int, wanted: tuple[str, ...] = ()) -> tuple[str, int]:
        """Return one of the latest orders, of those in the wanted states if there are any."""
        found = bank.orders()
        orders = [order for order in found if order[2] in wanted] or found
        reference, amount, _ = orders[-1 - which % len(orders)]
        return reference, amount

    def _send(self, words: list[Word]) -> None:
        content = f"file {len(self.files)}".encode()
        self.files.append((content, words))
        self._apply(content, words)

    def _apply(self, content: bytes, words: list[Word]) -> dict[str, Any]:
        return bank_results.apply(
            MAKER, bank.stored(content), bank.PROFILE, self.today, read=lambda _spec, _b: words
        )


@pytest.mark.usefixtures("db")
def test_no_order_of_deeds_breaks_a_promise() -> None:
    run_state_machine_as_test(
        Payments,
        settings=settings(
            max_examples=25 if os.environ.get("CI") else 10,
            stateful_step_count=25,
            deadline=None,
            derandomize=True,
            suppress_health_check=list(HealthCheck),
        ),
    )
