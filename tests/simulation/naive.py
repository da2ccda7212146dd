"""The rule of most programs: what is not a success is a failure, and is sent again in two days.

It writes and reads the very same files; only its judgement differs. It is here so that the
simulation is seen to bite.
"""

from dataclasses import dataclass, field
from datetime import UTC, date, datetime

from tests.simulation.bank import Bank
from tests.simulation.paper import Paper
from tests.simulation.town import ACCOUNT_NO
from workers import bankfiles
from workers.bankfiles import Batch, Profile

RETRY_DAYS = 2
FILE_LINES = 100


@dataclass
class NaiveClerk:
    """Knows the latest attempt of each payable and whether it succeeded."""

    paper: Paper
    bank: Bank
    #: Account → fen owed.
    owed: dict[str, int]
    reissues: int = 0
    _attempt: dict[str, tuple[str, date]] = field(default_factory=dict)
    _paid: set[str] = field(default_factory=set)
    _account_of: dict[str, str] = field(default_factory=dict)

    def pay(self, on: date) -> None:
        """Send every payable."""
        self._send(list(self.owed), on)

    def work(self, on: date) -> None:
        """Believe the results, and send again what did not succeed."""
        profile = Profile.from_spec(self.paper.spec)
        for number, says in enumerate(self.bank.results(on)):
            content = self.paper.write_results(says, number)
            for line in bankfiles.read_results(profile, [content]).lines:
                self._believe(str(line.reference), line.status)
        again = [
            account
            for account, (_, sent_on) in self._attempt.items()
            if account not in self._paid and (on - sent_on).days >= RETRY_DAYS
        ]
        self.reissues += len(again)
        self._send(again, on)

    def _believe(self, reference: str, status: str | None) -> None:
        account = self._account_of[reference]
        if self._attempt[account][0] != reference:
            return
        if status == "settled":
            self._paid.add(account)
        elif status != "pending":
            self._paid.discard(account)

    def _send(self, accounts: list[str], on: date) -> None:
        for start in range(0, len(accounts), FILE_LINES):
            self._send_file(accounts[start : start + FILE_LINES], on)

    def _send_file(self, accounts: list[str], on: date) -> None:
        orders = []
        for account in accounts:
            reference = f"NAIVE{len(self._account_of) + 1:010d}"
            self._account_of[reference], self._attempt[account] = account, (reference, on)
            uetr = f"00000000-0000-4000-8000-{len(self._account_of):012d}"
            orders.append(
                bankfiles.Order(reference, uetr, account, "贵州药业", "建行", "105100000017",
                                self.owed[account], "货款")
            )  # fmt: skip
        profile = Profile.from_spec(self.paper.spec)
        total = sum(order.amount_fen for order in orders)
        batch = Batch(f"N{on:%Y%m%d}", datetime(2026, 4, 1, tzinfo=UTC), on, ACCOUNT_NO, "经办",
                      "工行", "102100099996", len(orders), total)  # fmt: skip
        content = b"".join(bankfiles.write(profile, batch, orders))
        self.bank.take(self.paper.read_orders(content), on)
