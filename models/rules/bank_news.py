"""What a bank's word about an instruction means in each state: which moves, which count, or a case.

Results are monotone: a word that is older than what is known changes nothing, and a word that
contradicts money already booked never moves it; a person looks at the case.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum

from models.rules.states import AWAITED, InstructionMove
from models.rules.words import InstructionState


class Status(StrEnum):
    """The neutral words of a result file."""

    SETTLED = "settled"
    REJECTED = "rejected"
    RETURNED = "returned"
    REVERSED = "reversed"
    PENDING = "pending"
    #: The bank confirms that it never paid and will not.
    CANCELLED = "cancelled"


class Outcome(StrEnum):
    """How a line counts: `lines` of a result is the sum of these."""

    SETTLED = "settled"
    REJECTED = "rejected"
    RETURNED = "returned"
    UNKNOWN = "unknown"
    EXCEPTION = "exception"


class Day(StrEnum):
    """What the day of a repeated word must be, so that it is no contradiction."""

    ANY = "any"
    #: The day it was settled.
    AS_BOOKED = "as_booked"
    #: Not after the day the money came back: then it is the older half of the story.
    BEFORE_RETURN = "before_return"
    #: The day the money came back.
    AS_RETURNED = "as_returned"


@dataclass(frozen=True, slots=True)
class News:
    """What follows from a word in a state."""

    moves: tuple[InstructionMove, ...]
    outcome: Outcome
    day: Day = Day.ANY


_M, _O = InstructionMove, Outcome
CONTRADICTION = News((), _O.EXCEPTION)

_FRESH: Mapping[Status, News] = {
    Status.PENDING: News((_M.ACCEPT,), _O.UNKNOWN),
    Status.SETTLED: News((_M.SETTLE,), _O.SETTLED),
    Status.REJECTED: News((_M.REJECT,), _O.REJECTED),
    # Money that comes back was paid first: a return on a line not yet settled books both.
    Status.RETURNED: News((_M.SETTLE, _M.RETURN), _O.RETURNED),
    Status.REVERSED: News((_M.SETTLE, _M.REVERSE), _O.RETURNED),
    Status.CANCELLED: News((_M.CANCEL,), _O.REJECTED),
}

_OLD = News((), _O.UNKNOWN)
_KNOWN: Mapping[InstructionState, Mapping[Status, News]] = {
    InstructionState.SETTLED: {
        Status.PENDING: _OLD,
        Status.SETTLED: News((), _O.SETTLED, Day.AS_BOOKED),
        Status.RETURNED: News((_M.RETURN,), _O.RETURNED),
        Status.REVERSED: News((_M.REVERSE,), _O.RETURNED),
    },
    InstructionState.REJECTED: {
        Status.PENDING: _OLD,
        Status.REJECTED: News((), _O.REJECTED),
    },
    InstructionState.RETURNED: {
        Status.PENDING: _OLD,
        Status.SETTLED: News((), _O.SETTLED, Day.BEFORE_RETURN),
        Status.RETURNED: News((), _O.RETURNED, Day.AS_RETURNED),
        # A statement without a mark for 冲账 shows the same credit: the word adds its name only.
        Status.REVERSED: News((), _O.RETURNED, Day.AS_RETURNED),
    },
    InstructionState.REVERSED: {
        Status.PENDING: _OLD,
        Status.SETTLED: News((), _O.SETTLED, Day.BEFORE_RETURN),
        Status.RETURNED: News((), _O.RETURNED, Day.AS_RETURNED),
        Status.REVERSED: News((), _O.RETURNED, Day.AS_RETURNED),
    },
    InstructionState.CANCELLED: {Status.CANCELLED: News((), _O.REJECTED)},
}


def news(state: InstructionState, status: Status) -> News:
    """Return what a word means in a state the bank may speak about; else a contradiction."""
    if state in AWAITED:
        if state is InstructionState.ACCEPTED and status is Status.PENDING:
            return _OLD
        return _FRESH[status]
    return _KNOWN.get(state, {}).get(status, CONTRADICTION)


def plan_name(moves: tuple[InstructionMove, ...]) -> str:
    """Return the name under which lines with the same moves are taken together."""
    return "+".join(moves)


def table() -> Iterator[tuple[InstructionState, Status, News]]:
    """Yield every state the bank may speak about, every word, and what follows."""
    for state in InstructionState:
        if state in (InstructionState.APPROVED, InstructionState.BATCHED):
            continue
        for status in Status:
            yield state, status, news(state, status)


def plans() -> list[tuple[InstructionMove, ...]]:
    """Return the different sequences of moves, each once."""
    return sorted({one.moves for _, _, one in table() if one.moves})
