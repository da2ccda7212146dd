"""The life of a draft of a scheme: (state, move) → state; nobody settles by it until in force."""

from collections.abc import Mapping
from enum import StrEnum


class DraftState(StrEnum):
    """Where a draft of a scheme stands (草案)."""

    DRAFT = "draft"
    SUBMITTED = "submitted"
    IN_FORCE = "in_force"
    WITHDRAWN = "withdrawn"


class DraftMove(StrEnum):
    """What can happen to a draft."""

    WRITE = "write"
    SUBMIT = "submit"
    #: The second person wants it changed and says why.
    GIVE_BACK = "give_back"
    PUT_IN_FORCE = "put_in_force"
    WITHDRAW = "withdraw"


_D = DraftState

DRAFT: Mapping[tuple[DraftState, DraftMove], DraftState] = {
    (_D.DRAFT, DraftMove.WRITE): _D.DRAFT,
    (_D.DRAFT, DraftMove.SUBMIT): _D.SUBMITTED,
    (_D.DRAFT, DraftMove.WITHDRAW): _D.WITHDRAWN,
    (_D.SUBMITTED, DraftMove.GIVE_BACK): _D.DRAFT,
    (_D.SUBMITTED, DraftMove.PUT_IN_FORCE): _D.IN_FORCE,
    (_D.SUBMITTED, DraftMove.WITHDRAW): _D.WITHDRAWN,
}

#: While a draft is in one of these, no other is begun for its version.
OPEN = tuple(sorted({start.value for start, _ in DRAFT}))


def source(move: DraftMove) -> list[DraftState]:
    """Return the states a move may begin from."""
    return [start for start, one in DRAFT if one is move]


def target(state: DraftState, move: DraftMove) -> DraftState | None:
    """Return where a move leads from a state, or None where it cannot happen."""
    return DRAFT.get((state, move))
