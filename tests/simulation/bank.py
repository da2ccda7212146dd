"""A bank that behaves as badly as banks do, and knows alone who really received money.

It takes the bytes of order files, books debits, credits and reversals on our account, and hands out
result files that are late, lost, doubled, silent or wrong, and statements that are complete.
"""

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date, timedelta
from random import Random

#: Lines of one result file; a bank reports several times a day.
LINES_MAX = 80
#: Why money came back that would come back again.
CLOSED = "收款账户已销户"


@dataclass(frozen=True)
class Chances:
    """How often, in per cent of orders or of result files."""

    timeout: float = 8
    never_reached: float = 3
    rejected: float = 7
    returned: float = 5
    #: Of the returns: because the account was closed, and for good.
    account_closed: float = 30
    reversed: float = 1
    awaiting: float = 2
    rejected_while_paid: float = 1
    taken_back: float = 1
    praised: float = 0.5
    miswritten: float = 0.5
    file_lost: float = 5
    file_doubled: float = 10
    file_late: float = 10
    statement_late: float = 0
    #: Of the orders it executes and of those it wrongly rejects: booked on the day after.
    next_day: float = 0


@dataclass(frozen=True)
class Order:
    """One order as it stands in the file the bank got."""

    reference: str
    account_no: str
    account_name: str
    amount_fen: int


@dataclass(frozen=True)
class Say:
    """One line of a result file; `word` is the neutral word or one that nobody mapped."""

    order: Order
    word: str
    booked_on: date
    reason: str = ""
    amount_fen: int | None = None

    @property
    def shown_fen(self) -> int:
        return self.order.amount_fen if self.amount_fen is None else self.amount_fen


@dataclass(frozen=True)
class Booking:
    """One entry of the statement; a debit is negative."""

    entry_no: str
    booked_on: date
    amount_fen: int
    order: Order | None = None
    reversal: bool = False


@dataclass(frozen=True)
class StatementDay:
    """A day of our account as the bank states it."""

    account_no: str
    day: date
    opening_fen: int
    closing_fen: int
    bookings: list[Booking]


@dataclass
class Bank:
    """The other side."""

    random: Random
    account_no: str
    chances: Chances = field(default_factory=Chances)
    balance_fen: int = 9_000_000_000_00
    #: The truth: account → fen that stayed there.
    kept_fen: dict[str, int] = field(default_factory=lambda: defaultdict(int))
    orders: dict[str, Order] = field(default_factory=dict)
    #: Reference → what the bank itself holds of it: paid, rejected, returned, reversed, waiting.
    fates: dict[str, str] = field(default_factory=dict)
    #: Reference → kinds of cases its behaviour may open; "" for what names no order of ours.
    blunders: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    #: Accounts that exist no more: what is paid there comes back.
    closed_accounts: set[str] = field(default_factory=set)
    #: Reference → day of its last debit or credit.
    moved_on: dict[str, date] = field(default_factory=dict)
    _due: dict[date, list[tuple[str, str]]] = field(default_factory=lambda: defaultdict(list))
    _bookings: dict[date, list[Booking]] = field(default_factory=lambda: defaultdict(list))
    _says: list[Say] = field(default_factory=list)
    _outgoing: dict[date, list[list[Say]]] = field(default_factory=lambda: defaultdict(list))
    _statements: dict[date, list[StatementDay]] = field(default_factory=lambda: defaultdict(list))

    def take(self, orders: list[Order], on: date) -> None:
        """Receive a file; a reference the bank has seen before would be a second payment."""
        for order in orders:
            if order.reference in self.orders:
                raise AssertionError(f"{order.reference} was sent twice")
            self.orders[order.reference] = order
            self._begin(order, on)

    def _begin(self, order: Order, on: date) -> None:
        c, roll, ref = self.chances, self.random.random() * 100, order.reference
        act, edge = "pay", 0.0
        for share, unlucky in (
            (c.never_reached, "never"),
            (c.rejected, "reject"),
            (c.rejected_while_paid, "reject_paid"),
            (c.awaiting, "await"),
        ):
            if edge <= roll < edge + share:
                act = unlucky
            edge += share
        if act == "never":
            self.fates[ref] = "never"
        elif act == "await":
            self.fates[ref] = "waiting"
            self._say(ref, "pending", on)
            self._due[on + timedelta(self.random.randint(1, 3))].append(
                (ref, "reject" if self._happens(20) else "pay")
            )
        elif act == "reject_paid":
            self.blunders[ref].add("contradiction")
            self._say(ref, "rejected", on, "户名不符")
            self._due[self._execution_day(on)].append((ref, "debit"))
        else:
            self._due[self._execution_day(on) if act == "pay" else on].append((ref, act))

    def _execution_day(self, on: date) -> date:
        return on + timedelta(1) if self._happens(self.chances.next_day) else on

    def _happens(self, per_cent: float) -> bool:
        return self.random.random() * 100 < per_cent

    def end_day(self, on: date) -> None:
        """Execute what is due, write the day's result files and its statement."""
        for ref, act in self._due.pop(on, []):
            getattr(self, f"_{act}")(ref, on)
        if self._happens(30):
            self._book(on, None, -500)
            self.blunders[""].add("unmatched")
        self._write_results(on)
        self._write_statement(on)

    def _reject(self, ref: str, on: date) -> None:
        self.fates[ref] = "rejected"
        self._say(
            ref, "rejected", on, self.random.choice(["账户已销户", "户名不符", "行名行号不一致"])
        )
        if self._happens(self.chances.praised):
            self.blunders[ref].add("contradiction")
            self._due[on + timedelta(self.random.randint(1, 3))].append((ref, "praise"))

    def _praise(self, ref: str, on: date) -> None:
        """Say that it was settled, which it never was."""
        self._say(ref, "settled", on)

    def _debit(self, ref: str, on: date) -> None:
        order = self.orders[ref]
        self.fates[ref], self.moved_on[ref] = "paid", on
        self.kept_fen[order.account_no] += order.amount_fen
        self._book(on, order, -order.amount_fen)

    def _pay(self, ref: str, on: date) -> None:
        self._debit(ref, on)
        self._say(ref, "settled", on)
        later = on + timedelta(self.random.randint(1, 4))
        closed = self.orders[ref].account_no in self.closed_accounts
        if closed or self._happens(self.chances.returned):
            self._due[later].append((ref, "return"))
        elif self._happens(self.chances.reversed):
            self._due[later].append((ref, "reverse"))
        elif self._happens(self.chances.taken_back):
            self.blunders[ref].add("contradiction")
            self._due[later].append((ref, "take_back"))

    def _take_back(self, ref: str, on: date) -> None:
        """Say that it was rejected, though the money is there."""
        self._say(ref, "rejected", on, "系统处理失败")

    def _return(self, ref: str, on: date, fate: str = "returned") -> None:
        order = self.orders[ref]
        self.fates[ref], self.moved_on[ref] = fate, on
        self.kept_fen[order.account_no] -= order.amount_fen
        self._book(on, order, order.amount_fen, reversal=fate == "reversed")
        if fate == "returned" and self._happens(self.chances.account_closed):
            self.closed_accounts.add(order.account_no)
        closed = order.account_no in self.closed_accounts
        self._say(ref, fate, on, CLOSED if closed else "退回" if fate == "returned" else "冲正")

    def _reverse(self, ref: str, on: date) -> None:
        self._return(ref, on, "reversed")

    def _book(
        self, on: date, order: Order | None, amount_fen: int, *, reversal: bool = False
    ) -> None:
        number = f"{on:%m%d}{len(self._bookings[on]) + 1:05d}"
        self._bookings[on].append(Booking(number, on, amount_fen, order, reversal))

    def _say(self, ref: str, word: str, on: date, reason: str = "") -> None:
        order = self.orders[ref]
        if word in ("settled", "rejected") and self._happens(self.chances.timeout):
            if self._happens(50):
                return  # Nothing at all: the line is simply missing.
            self.blunders[ref].add("status_unknown")
            word, reason = "timeout", "通讯超时"
        self._says.append(Say(order, word, on, reason))
        if self._happens(self.chances.miswritten):
            self.blunders[ref].add("amount_differs")
            self._says.append(Say(order, "settled", on, amount_fen=order.amount_fen + 1))

    def _write_results(self, on: date) -> None:
        says, self._says = self._says, []
        # One word about one order in one file, as real banks do; the other goes into the next.
        first: dict[str, Say] = {}
        rest = [say for say in says if first.setdefault(say.order.reference, say) is not say]
        for lines in (list(first.values()), rest):
            self.random.shuffle(lines)
            for start in range(0, len(lines), LINES_MAX):
                self._deliver(lines[start : start + LINES_MAX], on)

    def _deliver(self, lines: list[Say], on: date) -> None:
        if self._happens(self.chances.file_lost):
            return
        wait = self.random.randint(1, 3) if self._happens(self.chances.file_late) else 0
        self._outgoing[on + timedelta(1 + wait)].append(lines)
        if self._happens(self.chances.file_doubled):
            again = self._outgoing[on + timedelta(1 + wait + self.random.randint(0, 2))]
            again.append(lines if self._happens(50) else list(reversed(lines)))

    def _write_statement(self, on: date) -> None:
        bookings = self._bookings[on]
        closing = self.balance_fen + sum(one.amount_fen for one in bookings)
        late = self.random.randint(1, 3) if self._happens(self.chances.statement_late) else 0
        self._statements[on + timedelta(1 + late)].append(
            StatementDay(self.account_no, on, self.balance_fen, closing, bookings)
        )
        self.balance_fen = closing

    def results(self, on: date) -> list[list[Say]]:
        """Hand out the result files that arrive in the morning of a day."""
        return self._outgoing.pop(on, [])

    def statements(self, on: date) -> list[StatementDay]:
        """Hand out the statements that arrive in the morning of a day."""
        return self._statements.pop(on, [])

    def ask(self, references: list[str]) -> dict[str, str]:
        """Answer an inquiry by what the bank's books say; sometimes not at all."""
        return {
            ref: {"never": "not_received", "waiting": "in_process"}.get(
                self.fates.get(ref, "waiting"), "processed"
            )
            for ref in references
            if not self._happens(self.chances.timeout)
        }

    def repeat(self, references: list[str], on: date) -> None:
        """Report on these orders once more: what the bank did with them, and on which day."""
        lines = []
        for ref in references:
            fate = self.fates[ref]
            word = {"paid": "settled", "waiting": "pending"}.get(fate, fate)
            if word not in ("never",):
                lines.append(Say(self.orders[ref], word, self.moved_on.get(ref, on), "查复"))
        if lines:
            self._outgoing[on + timedelta(1)].append(lines)

    @property
    def busy(self) -> bool:
        """Whether anything of the bank is still to come."""
        stated = (day for days in self._statements.values() for day in days)
        return (
            any(self._due.values())
            or any(self._outgoing.values())
            or bool(self._says)
            or any(one.order for day in stated for one in day.bookings)
        )
