"""What people may decide about a case: which late word of the bank may still be taken as true.

Nothing here happens by itself. A case moves money only when one person asks for it with a reason
and a second one agrees; the same moves and postings follow as if the bank's word had come in time.
"""

from collections.abc import Iterator

from models.rules.bank_news import CONTRADICTION, News, Outcome, Status, news
from models.rules.states import InstructionMove
from models.rules.words import ExceptionKind, InstructionState

#: Kinds of cases whose evidence people may admit. An amount or account that differs is never
#: booked: the bank must correct it. A file of another bank is imported under its own profile.
ADMISSIBLE = frozenset(
    {
        ExceptionKind.UNMATCHED,
        ExceptionKind.NAME_DIFFERS,
        ExceptionKind.STATUS_UNKNOWN,
        ExceptionKind.CONTRADICTION,
        ExceptionKind.OUTSIDE_BOUNDS,
    }
)

#: Evidence that money was booked has a day.
DATED = frozenset({Status.SETTLED, Status.RETURNED, Status.REVERSED})

_M = InstructionMove
#: The bank had refused, the money left all the same: what two people may admit.
_LATE = {
    Status.SETTLED: News((_M.ADMIT,), Outcome.SETTLED),
    Status.RETURNED: News((_M.ADMIT, _M.RETURN), Outcome.RETURNED),
    Status.REVERSED: News((_M.ADMIT, _M.REVERSE), Outcome.RETURNED),
}
_REFUSED = (InstructionState.REJECTED, InstructionState.CANCELLED)


def admission(state: InstructionState, status: Status) -> News | None:
    """Return what follows when two people admit a word in a state; None: nothing may."""
    found = news(state, status)
    if found != CONTRADICTION:
        return found
    return _LATE.get(status) if state in _REFUSED else None


def admissions() -> Iterator[tuple[InstructionState, Status, News]]:
    """Yield every state, every word, and what may be admitted."""
    for state in InstructionState:
        if state in (InstructionState.APPROVED, InstructionState.BATCHED):
            continue
        for status in Status:
            found = admission(state, status)
            if found is not None:
                yield state, status, found


def plans() -> list[tuple[InstructionMove, ...]]:
    """Return the different sequences of moves, each once."""
    return sorted({one.moves for _, _, one in admissions() if one.moves})
