"""Findings about who takes part in volume procurement and how (参与问题), and what is done of them.

关于进一步做好药品和医用耗材采购工作的通知 (Guigang, 2024) names them: not taking part, false or low
reporting, contracts not signed in time; reminder, explanation and rectification answer them.
"""

from collections.abc import Mapping
from enum import StrEnum


class FindingKind(StrEnum):
    """What is wrong."""

    ABSENT = "absent"
    UNREPORTED = "unreported"
    UNDER_REPORTED = "under_reported"
    OVER_REPORTED = "over_reported"
    NO_CONTRACT = "no_contract"
    UNSIGNED = "unsigned"
    SIGNED_LATE = "signed_late"


class FindingState(StrEnum):
    """Where a finding stands."""

    OPEN = "open"
    REMINDED = "reminded"
    ASKED = "asked"
    RECTIFYING = "rectifying"
    ANSWERED = "answered"
    #: Closed by a second person with a reason.
    SETTLED = "settled"
    #: The figures no longer show it.
    GONE = "gone"


class FindingMove(StrEnum):
    """What is done about a finding; `vanish` and `return` are the run's own."""

    REMIND = "remind"
    ASK = "ask"
    RECTIFY = "rectify"
    ANSWER = "answer"
    SETTLE = "settle"
    VANISH = "vanish"
    RETURN = "return"


_S, _M = FindingState, FindingMove
_URGED = (_S.OPEN, _S.REMINDED, _S.ASKED, _S.RECTIFYING, _S.ANSWERED)

FINDING: Mapping[tuple[FindingState, FindingMove], FindingState] = {
    **{(state, _M.REMIND): _S.REMINDED for state in (_S.OPEN, _S.REMINDED)},
    **{(state, _M.ASK): _S.ASKED for state in _URGED},
    **{(state, _M.RECTIFY): _S.RECTIFYING for state in _URGED},
    **{(state, _M.ANSWER): _S.ANSWERED for state in _URGED if state is not _S.ANSWERED},
    **{(state, _M.SETTLE): _S.SETTLED for state in _URGED},
    **{(state, _M.VANISH): _S.GONE for state in _URGED},
    (_S.GONE, _M.RETURN): _S.OPEN,
}
#: States in which somebody still has to do something.
LIVE = _URGED
#: Moves that set a day by which the hospital answers or puts right.
WITH_DAY = (FindingMove.ASK, FindingMove.RECTIFY)
#: Moves that say why.
WITH_WORDS = (FindingMove.ASK, FindingMove.RECTIFY, FindingMove.ANSWER, FindingMove.SETTLE)


def target(state: FindingState, move: FindingMove) -> FindingState | None:
    """Return where a move leads from a state, or None where it cannot happen."""
    return FINDING.get((state, move))


def sources(move: FindingMove) -> list[FindingState]:
    """Return the states a move may begin from."""
    return [state for state, one in FINDING if one is move]
