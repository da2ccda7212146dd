"""Any order of vouchers, runs and words of the bank: the sub-ledger is what a plain list says.

The plain reading keeps a list of movements and adds it up; it shares no line with the product.
"""

from dataclasses import dataclass, field

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from models.records.base import sql
from models.services import books
from models.services.prepaid import balances
from models.services.views import subledgers
from tests.conftest import empty_tables
from tests.factories import payments as bank
from tests.factories import prepaid, sheets
from tests.factories.sheets import ON
from tests.services.test_bank_results import about, answer

pytestmark = pytest.mark.usefixtures("db")

fens = st.integers(1, 900)
deeds = st.one_of(
    st.tuples(st.just("voucher"), st.sampled_from(["prepayment", "top_up", "interest"]), fens),
    st.tuples(st.just("refund"), st.just(""), fens),
    st.tuples(st.just("goods"), st.just(""), fens),
    st.tuples(
        st.just("word"), st.sampled_from(["settled", "rejected", "returned"]), st.integers(0, 9)
    ),
    st.tuples(st.just("top_ups"), st.just(""), st.just(0)),
)


@dataclass
class Plain:
    """One sub-ledger on paper: money in, sheets waiting in their order, sheets covered."""

    money: int = 0
    #: The last month that was paid.
    month: int = 2
    waiting: list[int] = field(default_factory=list)
    #: Payable and the bank's last word of each covered sheet.
    covered: list[list[object]] = field(default_factory=list)

    @property
    def available(self) -> int:
        return self.money - sum(one[0] for one in self.covered)

    @property
    def held(self) -> int:
        return sum(one[0] for one in self.covered if one[1] != "settled")

    @property
    def missing(self) -> int:
        return max(sum(self.waiting) - self.available, 0) if self.waiting else 0

    def run(self) -> None:
        """Whole sheets in their order; the first that does not fit ends it."""
        while self.waiting and self.waiting[0] <= self.available:
            self.covered.append([self.waiting.pop(0), ""])


@given(story=st.lists(deeds, min_size=1, max_size=12))
@settings(
    max_examples=25,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
def test_the_statement_is_what_a_plain_list_says(story):
    empty_tables()
    town, plain = sheets.city(1, 1), Plain()
    hospital, enterprise = town.hospitals[0], town.enterprises[0]
    bank.profile()
    prepaid.scheme()
    for deed, word, number in story:
        if deed in {"voucher", "refund"}:
            pay_in(hospital, plain, word or "refund", number)
        elif deed == "goods" and plain.month < 12:
            buy(hospital, enterprise, plain, number)
        elif deed == "word" and number < len(plain.covered):
            hear(plain, number, word)
        elif deed == "top_ups":
            prepaid.bring()
        look(hospital, plain)
    prepaid.bring()
    open_fen = sql(
        "SELECT coalesce(sum(amount_fen - received_fen), 0) FROM money_request"
        " WHERE state = 'asked'"
    ).fetchone()[0]
    assert open_fen == asked_for(hospital)
    assert prepaid.bring() == {"answered": 0, "asked": 0, "withdrawn": 0}
    assert books.check_books()["broken"] == []


def pay_in(hospital: str, plain: Plain, kind: str, amount: int) -> None:
    if kind == "refund" and plain.available < amount:
        return
    prepaid.voucher(hospital, amount, kind)
    plain.money += -amount if kind == "refund" else amount


def buy(hospital: str, enterprise: str, plain: Plain, amount: int) -> None:
    plain.month += 1
    period = f"2026-{plain.month:02d}"
    prepaid.sheet(hospital, enterprise, amount, period, payment_per="sheet")
    plain.waiting.append(amount)
    prepaid.pay(period)
    plain.run()


def hear(plain: Plain, number: int, word: str) -> None:
    """A word counts where the life of a payment allows it; everything else is a case."""
    answer(about(number, word))
    known = plain.covered[number]
    if known[1] == "" or (known[1] == "settled" and word == "returned"):
        known[1] = word


def asked_for(hospital: str) -> int:
    """What is short as the last run left it, less what is available now."""
    short = sql(
        "SELECT coalesce(sum(payable_fen), 0), count(*) FROM settlement_sheet WHERE state = 'short'"
    ).fetchone()
    return max(int(short[0]) - balances.of(hospital).available_fen, 0) if short[1] else 0


def look(hospital: str, plain: Plain) -> None:
    now, paper = balances.of(hospital), subledgers.statement(hospital, None, None)
    assert (now.available_fen, now.held_fen) == (plain.available, plain.held)
    assert now.booked_fen == now.held_fen + now.available_fen
    assert -bank.balance(f"prepaid:{hospital}") == plain.available
    assert (paper.closing_booked_fen, paper.closing_held_fen) == (now.booked_fen, now.held_fen)
    for move in paper.moves:
        assert move.booked_fen == move.held_fen + move.available_fen
        assert min(move.booked_fen, move.held_fen, move.available_fen) >= 0
    middle = len(paper.moves) // 2
    if middle:
        parts = subledgers.statement(hospital, ON, ON)
        assert len(parts.moves) == len(paper.moves)
