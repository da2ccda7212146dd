"""The life of a change of a receiving account: (state, move) → state."""

from collections.abc import Mapping
from enum import StrEnum

from models.rules.words import AccountChangeState


class AccountMove(StrEnum):
    """What can happen to a change of a receiving account."""

    #: The checker verified it; somebody else must still approve.
    CHECK = "check"
    APPROVE = "approve"
    #: Approved by the only second person the scheme asks for.
    APPROVE_ALONE = "approve_alone"
    REJECT = "reject"
    #: Who asked thought better of it, or asked for another account.
    WITHDRAW = "withdraw"
    #: Somebody objected during the cooling-off.
    STOP = "stop"
    TAKE_EFFECT = "take_effect"


_A = AccountChangeState

#: One way out of each state for each move; what ended never moves again.
ACCOUNT: Mapping[tuple[AccountChangeState, AccountMove], AccountChangeState] = {
    (_A.REQUESTED, AccountMove.CHECK): _A.CHECKED,
    (_A.REQUESTED, AccountMove.APPROVE_ALONE): _A.APPROVED,
    (_A.REQUESTED, AccountMove.REJECT): _A.REJECTED,
    (_A.REQUESTED, AccountMove.WITHDRAW): _A.WITHDRAWN,
    (_A.CHECKED, AccountMove.APPROVE): _A.APPROVED,
    (_A.CHECKED, AccountMove.REJECT): _A.REJECTED,
    (_A.CHECKED, AccountMove.WITHDRAW): _A.WITHDRAWN,
    (_A.APPROVED, AccountMove.TAKE_EFFECT): _A.IN_FORCE,
    (_A.APPROVED, AccountMove.STOP): _A.STOPPED,
}

#: While a change is in one of these, nothing is paid to the enterprise.
OPEN = tuple(sorted({start.value for start, _ in ACCOUNT}))
