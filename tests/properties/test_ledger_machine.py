"""Any order of runs, answers, duplicates, returns and re-issues keeps every promise of the money.

A plain dictionary is the model: what each order's state must be. After each step the books are
proved and I1 to I12 of docs/money.md are asked of the database.
"""

from datetime import date, timedelta

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    Bundle,
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from models.records.base import sql
from models.rules.bank_news import Day, Outcome, Status, news
from models.rules.errors.payment import AlreadyReissued, NotReissuable
from models.rules.states import CAME_TO_NOTHING, INSTRUCTION, OUT
from models.rules.words import InstructionState
from models.services import bank_results, books, offsets, reissue
from tests.conftest import empty_tables
from tests.factories import payments as bank
from tests.factories import sheets
from tests.factories.payments import Word
from tests.factories.sheets import MAKER, ON
from tests.services.test_offsets import fund
from tests.services.test_statements import Day as StatementDay
from tests.services.test_statements import Entry, record

BOOKED = date(2026, 4, 12)
S = InstructionState


class Money(RuleBasedStateMachine):
    """One city, two hospitals, three enterprises, as many months as hypothesis likes."""

    orders = Bundle("orders")

    @initialize()
    def begin(self) -> None:
        empty_tables()
        self.town = sheets.city(2, 3)
        bank.profile()
        #: reference → state as it must be; days as told.
        self.states: dict[str, InstructionState] = {}
        self.successor_of: set[str] = set()
        self.month = 2
        self.files: list[tuple[bytes, Word]] = []
        self.debited: set[str] = set()
        self.proved: set[str] = set()

    @property
    def period(self) -> str:
        return f"2026-{self.month:02d}"

    @precondition(lambda self: self.month < 9)
    @rule(target=orders, amounts=st.lists(st.integers(1, 900), min_size=1, max_size=3))
    def month_is_paid(self, amounts: list[int]) -> str:
        self.month += 1
        for place, amount in enumerate(amounts):
            sheets.sheet(
                self.town.hospitals[place % 2],
                self.town.enterprises[place],
                amount,
                period=self.period,
            )
        bank.approve_all(self.period)
        bank.pay(self.period)
        assert bank.pay(self.period) == []
        self._learn()
        return bank.orders()[-1][0]

    @rule(order=orders, status=st.sampled_from(list(Status)), late=st.booleans())
    def bank_says(self, order: str, status: Status, late: bool) -> None:
        amount = self._amount(order)
        booked = BOOKED + timedelta(days=int(late))
        word = Word(2, order, status.value, amount, booked)
        content = f"{len(self.files)}".encode()
        self.files.append((content, word))
        self._apply(content, word)

    @rule(order=orders, wrong=st.sampled_from(["amount", "account", "word"]))
    def bank_says_nonsense(self, order: str, wrong: str) -> None:
        before = bank.orders()
        amount = self._amount(order) + (1 if wrong == "amount" else 0)
        word = Word(2, order, None if wrong == "word" else "settled", amount, BOOKED,
                    account_no="9" if wrong == "account" else None)  # fmt: skip
        content = f"nonsense {len(self.files)}".encode()
        self.files.append((content, word))
        assert self._send(content, word)["exceptions"] == 1
        assert bank.orders() == before

    @precondition(lambda self: self.files)
    @rule(data=st.data())
    def an_old_file_comes_again(self, data: st.DataObject) -> None:
        content, word = data.draw(st.sampled_from(self.files))
        before = bank.orders(), sql("SELECT count(*) FROM ledger_entry").fetchone()
        assert self._send(content, word)["unchanged"] is True
        assert (bank.orders(), sql("SELECT count(*) FROM ledger_entry").fetchone()) == before

    @rule(order=orders)
    def silence(self, order: str) -> None:
        batch_no = sql(
            "SELECT batch_no FROM payment_batch b JOIN payment_instruction i ON i.batch_id = b.id"
            " WHERE i.reference = %s",
            (order,),
        ).fetchone()[0]
        bank_results.lose_sight(MAKER, batch_no, "无回音", ON)
        self._learn(S.SENT, S.UNKNOWN)

    @rule(order=orders)
    def statement_closes_the_send_day(self, order: str) -> None:
        """The account shows what happened: money that came back was debited and credited."""
        day = ON + timedelta(days=len(self.proved) + 100)
        state, amount = self.states[order], self._amount(order)
        if order in self.proved or state not in (S.REJECTED, S.RETURNED, S.REVERSED):
            return
        entries = [Entry("1", -amount, order, day), Entry("2", amount, order, day)]
        record(StatementDay(0, 0, entries if state is not S.REJECTED else [], day))
        record(StatementDay(0, 0, [], ON))
        # The full banking day after the last word: BOOKED is a Sunday, or the Monday after it.
        record(*(StatementDay(0, 0, [], BOOKED + timedelta(days=n)) for n in (1, 2)))
        self.proved.add(order)

    @rule(target=orders, order=orders)
    def pay_again(self, order: str) -> str:
        may = (
            self.states[order] in CAME_TO_NOTHING
            and self.states[order] is not S.CANCELLED
            and order in self.proved
        )
        bank.released(order)
        try:
            reissue.reissue(MAKER, [order], bank.PROFILE, ON, formats=bank.PlainFormat)
        except AlreadyReissued:
            assert order in self.successor_of
            return order
        except NotReissuable:
            assert not may
            return order
        assert self.states[order] in CAME_TO_NOTHING
        assert order not in self.successor_of
        self.successor_of.add(order)
        self._learn()
        return bank.orders()[-1][0]

    @precondition(lambda self: self.month > 2)
    @rule(available=st.integers(0, 2000))
    def offset(self, available: int) -> None:
        for hospital in self.town.hospitals:
            fund(self.period, hospital, available)
        offsets.offset_period(MAKER, self.period, None, ON)

    @invariant()
    def states_are_those_of_the_model(self) -> None:
        assert {reference: S(state) for reference, _, state in bank.orders()} == self.states

    @invariant()
    def the_books_are_whole(self) -> None:
        assert books.check_books(bank.PlainFormat)["broken"] == []

    @invariant()
    def nothing_is_paid_twice(self) -> None:
        """I1, I3: what is out or settled never exceeds what was approved, sheet by sheet."""
        over = sql(
            "SELECT s.sheet_no FROM settlement_sheet s"
            " JOIN payment_allocation a ON a.sheet_id = s.id"
            " JOIN payment_instruction i ON i.id = a.instruction_id WHERE i.state = ANY (%s)"
            " GROUP BY s.id, s.sheet_no, s.payable_fen HAVING sum(a.amount_fen) > s.payable_fen",
            ([state.value for state in OUT],),
        ).fetchall()
        assert over == []

    def _amount(self, order: str) -> int:
        return next(amount for reference, amount, _ in bank.orders() if reference == order)

    def _send(self, content: bytes, word: Word) -> dict:
        return bank_results.apply(
            MAKER, bank.stored(content), bank.PROFILE, ON, read=lambda spec, chunks: [word]
        )

    def _apply(self, content: bytes, word: Word) -> None:
        order = str(word.reference)
        found = news(self.states[order], Status(str(word.status)))
        booked, returned = sql(
            "SELECT booked_on, returned_on FROM payment_instruction WHERE reference = %s", (order,)
        ).fetchone()
        clash = {
            Day.ANY: False,
            Day.AS_BOOKED: booked != word.booked_on,
            Day.BEFORE_RETURN: returned is not None and word.booked_on > returned,
            Day.AS_RETURNED: returned != word.booked_on,
        }[found.day]
        result = self._send(content, word)
        if clash or found.outcome is Outcome.EXCEPTION:
            assert result["exceptions"] == 1
            return
        for move in found.moves:
            self.states[order] = INSTRUCTION[self.states[order], move]
        assert result["exceptions"] == 0

    def _learn(self, *expected: InstructionState) -> None:
        """Take in new orders, which must be sent; after silence the unanswered of one batch."""
        for reference, _, state in bank.orders():
            if reference not in self.states:
                assert state == S.SENT
                self.states[reference] = S.SENT
            elif expected and self.states[reference] is expected[0] and state == expected[1]:
                self.states[reference] = expected[1]


@pytest.mark.usefixtures("db")
def test_no_order_of_events_breaks_a_promise_of_the_money() -> None:
    run_state_machine_as_test(
        Money,
        settings=settings(
            max_examples=12,
            stateful_step_count=14,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
