"""What must be true before a month closes, and the life of a proposal to close it (关账)."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from enum import StrEnum


class CloseState(StrEnum):
    """Life of a proposal to close a month."""

    PROPOSED = "proposed"
    CLOSED = "closed"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"


class CloseMove(StrEnum):
    """What people do with it; nothing leads out of `closed`."""

    CLOSE = "close"
    REFUSE = "refuse"
    WITHDRAW = "withdraw"


CLOSE: Mapping[tuple[CloseState, CloseMove], CloseState] = {
    (CloseState.PROPOSED, CloseMove.CLOSE): CloseState.CLOSED,
    (CloseState.PROPOSED, CloseMove.REFUSE): CloseState.REFUSED,
    (CloseState.PROPOSED, CloseMove.WITHDRAW): CloseState.WITHDRAWN,
}


class Point(StrEnum):
    """A point of the checklist, in its order."""

    PERIOD_OVER = "period_over"
    EARLIER_OPEN = "earlier_open"
    SETTLED = "settled"
    UNREVIEWED = "unreviewed"
    UNPAID = "unpaid"
    UNANSWERED = "unanswered"
    CASES = "cases"
    REQUESTS = "requests"
    DIFFERENCES = "differences"
    BOOKS = "books"
    STATEMENTS = "statements"
    OFFSET_MISSING = "offset_missing"
    OFFSET_STALE = "offset_stale"
    SHORT = "short"
    CAME_BACK = "came_back"
    HELD = "held"
    CARRIED = "carried"
    OWED = "owed"
    FUND_MISSING = "fund_missing"


#: These do not keep a month open: they are carried on, and whoever closes says why.
CARRIED_ON = frozenset(
    {
        Point.SHORT,
        Point.CAME_BACK,
        Point.HELD,
        Point.CARRIED,
        Point.OWED,
        Point.FUND_MISSING,
    }
)


@dataclass(frozen=True)
class Finding:
    """What is open at a point: how many, and their sum where there is one."""

    point: Point
    count: int
    sum_fen: int | None = None
    #: One of them, so that a person finds the way in.
    example: str = ""

    @property
    def blocks(self) -> bool:
        """Return whether the month stays open because of it."""
        return self.count > 0 and self.point not in CARRIED_ON

    @property
    def is_carried(self) -> bool:
        """Return whether it goes on into later months."""
        return self.count > 0 and self.point in CARRIED_ON


def seal(totals: Mapping[str, int], findings: Sequence[Finding]) -> str:
    """Return the hash of what a person sees: any change of a sum or a point is another hash."""
    told = {"totals": dict(totals), "points": [asdict(one) for one in findings]}
    text = json.dumps(told, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()
