"""Sub-ledgers and the round's prepayment: life cycles, amounts and what is already financed.

集采预付 (国办发〔2021〕2号): a share of the agreed amount, earmarked for the round's goods and
drawn down as they are paid. A sub-ledger (分簿) is wound up by steps and closed when it is empty.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from models.rules.money import half_up

#: One is ten thousand basis points.
WHOLE_BP = 10_000


class ClosingState(StrEnum):
    """Life of the close-out of a sub-ledger (分簿销户)."""

    ASKED = "asked"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"
    #: Agreed: what is left to do is listed on its page.
    RUNNING = "running"
    STOPPED = "stopped"
    CLOSED = "closed"
    REOPENED = "reopened"


class ClosingMove(StrEnum):
    """What can happen to a close-out."""

    AGREE = "agree"
    REFUSE = "refuse"
    WITHDRAW = "withdraw"
    STOP = "stop"
    CLOSE = "close"
    REOPEN = "reopen"


_C = ClosingState

CLOSING: Mapping[tuple[ClosingState, ClosingMove], ClosingState] = {
    (_C.ASKED, ClosingMove.AGREE): _C.RUNNING,
    (_C.ASKED, ClosingMove.REFUSE): _C.REFUSED,
    (_C.ASKED, ClosingMove.WITHDRAW): _C.WITHDRAWN,
    (_C.RUNNING, ClosingMove.STOP): _C.STOPPED,
    (_C.RUNNING, ClosingMove.CLOSE): _C.CLOSED,
    (_C.CLOSED, ClosingMove.REOPEN): _C.REOPENED,
}


class RoundState(StrEnum):
    """Life of a round's prepayment to one hospital (集采预付)."""

    PROPOSED = "proposed"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"
    APPROVED = "approved"
    PAID = "paid"
    RECOVERED = "recovered"


class RoundMove(StrEnum):
    """What can happen to a round's prepayment."""

    APPROVE = "approve"
    REFUSE = "refuse"
    WITHDRAW = "withdraw"
    PAY = "pay"
    RECOVER = "recover"


_R = RoundState

ROUND: Mapping[tuple[RoundState, RoundMove], RoundState] = {
    (_R.PROPOSED, RoundMove.APPROVE): _R.APPROVED,
    (_R.PROPOSED, RoundMove.REFUSE): _R.REFUSED,
    (_R.PROPOSED, RoundMove.WITHDRAW): _R.WITHDRAWN,
    (_R.APPROVED, RoundMove.WITHDRAW): _R.WITHDRAWN,
    (_R.APPROVED, RoundMove.PAY): _R.PAID,
    (_R.PAID, RoundMove.RECOVER): _R.RECOVERED,
}


class Destination(StrEnum):
    """Where a round's prepayment goes."""

    SUB_LEDGER = "sub_ledger"
    HOSPITAL = "hospital"


class RecoveryWay(StrEnum):
    """How a round's prepayment comes back (收回方式)."""

    #: Kept back from a month's fund (预付清算).
    CLAWBACK = "clawback"
    #: The hospital paid it back.
    REPAID = "repaid"


@dataclass(frozen=True, slots=True)
class Agreed:
    """What one contract agrees on: quantity and price in yuan."""

    quantity: Decimal
    price_yuan: Decimal


def agreed_fen(agreed: Iterable[Agreed]) -> Decimal:
    """Return Σ quantity × price in fen, exactly: prices have four decimals, so may the sum."""
    return sum((one.quantity * one.price_yuan * 100 for one in agreed), Decimal(0))


def gross_fen(agreed: Decimal, ratio_bp: int) -> int:
    """Return the prepayment before what is already financed: agreed × ratio, half up once."""
    return half_up(agreed * ratio_bp / WHOLE_BP)


def already_financed_fen(
    prepaid_fen: int, covered_fen: int, counted_fen: int, outstanding_fen: int
) -> int:
    """Return what the hospital already has of the agency's money for the same goods.

    Of the sub-ledger it is the general prepayments that no goods used up: goods are paid from them
    first and from the hospital's own top-ups last. What prepayments of other rounds counted of
    them is not counted twice. Outstanding are the round's earlier prepayments not recovered.
    """
    return max(max(prepaid_fen - covered_fen, 0) - counted_fen, 0) + outstanding_fen


def refund_parts_fen(balance_fen: int, interest_fen: int) -> tuple[int, int]:
    """Return how a balance goes back: (interest, the rest).

    Interest is refunded by itself (除利息外不得挪用); goods are paid from the principal first.
    """
    interest = max(min(balance_fen, interest_fen), 0)
    return interest, balance_fen - interest
