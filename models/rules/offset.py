"""What is deducted from a hospital's monthly fund, what is carried on, what is asked (抵扣)."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from models.rules.words import Funding, Shortfall

#: Money the agency advances and takes back from the fund; bank_debit settles like offset.
ADVANCED = (Funding.OFFSET, Funding.BANK_DEBIT)
#: Money the hospital's sub-ledger holds before; turnover settles like prepaid_subledger.
PREPAID = (Funding.PREPAID_SUBLEDGER, Funding.TURNOVER)
#: What the fund did not cover is asked of the hospital instead of waiting for the next fund.
ASKS = (Shortfall.COLLECT, Shortfall.TOP_UP)
#: Working days to pay where the scheme does not say.
SHORTFALL_DAYS = 10


@dataclass(frozen=True, slots=True)
class Offset:
    """One hospital's offset of a month, in fen.

    Goods + carried in = collected + offset + carried out; recovered is turnover money.
    """

    available_fen: int
    goods_fen: int
    carried_in_fen: int
    offset_fen: int
    carried_out_fen: int
    collected_fen: int = 0
    deferred_fen: int = 0
    recovered_fen: int = 0

    @property
    def asked_fen(self) -> int:
        """Return what is new this month and no fund covers: all that may be asked for.

        The fund pays old debts first. What was asked for before and fell back on the funds is not
        asked for again.
        """
        old = max(self.carried_in_fen - self.collected_fen, 0)
        free = max(old - self.deferred_fen, 0)
        left = self.deferred_fen + max(free - self.offset_fen, 0)
        return max(self.carried_out_fen - left, 0)


@dataclass(frozen=True, slots=True)
class Waiting:
    """A request that waits for a hospital's money."""

    request_no: str
    open_fen: int
    due_on: date


def available_fen(audited: int, advanced: int, clawback: int, deposit: int) -> int:
    """Return what of the month's fund may be deducted: never below zero."""
    return max(audited - advanced - clawback - deposit, 0)


def offset(
    available: int,
    goods: int,
    carried_in: int,
    *,
    collected: int = 0,
    deferred: int = 0,
    recoverable: int = 0,
) -> Offset:
    """Return the offset: at most what is available, at least nothing; the rest is carried.

    Goods are negative when paid goods came back; then the hospital has a credit that is carried.
    Deferred is what the hospital is asked to pay itself, never more than it owes. Turnover money
    is taken back from what the goods left.
    """
    owed = goods + carried_in - collected
    held = min(deferred, max(owed, 0))
    taken = max(0, min(available, owed - held))
    return Offset(
        available,
        goods,
        carried_in,
        taken,
        owed - taken,
        collected,
        held,
        min(available - taken, recoverable),
    )


def cut(waiting: Iterable[Waiting], allowed_fen: int) -> list[tuple[Waiting, int]]:
    """Return what may still be asked of each request, the nearest deadline served first.

    A credit that came in between makes less owed than is asked: the latest deadlines give way.
    """
    kept = []
    for one in sorted(waiting, key=lambda w: (w.due_on, w.request_no)):
        part = min(one.open_fen, allowed_fen)
        allowed_fen -= part
        kept.append((one, part))
    return kept


def covered(balance_fen: int, payables_fen: list[int]) -> int:
    """Return how many of the payables, in their order, the sub-ledger covers whole.

    The first that does not fit ends it: nobody overtakes.
    """
    for place, payable in enumerate(payables_fen):
        balance_fen -= payable
        if balance_fen < 0:
            return place
    return len(payables_fen)
