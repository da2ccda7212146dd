"""The life of a mail: (state, move) → state."""

from collections.abc import Mapping
from enum import StrEnum

from models.rules.words import MailState


class MailMove(StrEnum):
    """What can happen to a mail."""

    #: A sender takes it, also from a sender that died.
    CLAIM = "claim"
    SEND = "send"
    #: 4xx, no server, or another recipient is tried.
    PUT_OFF = "put_off"
    FAIL = "fail"
    #: A report says that a mail the server had taken was not delivered.
    COME_BACK = "come_back"
    #: A person sends a failed mail again.
    REPEAT = "repeat"
    HOLD = "hold"
    RELEASE = "release"
    CANCEL = "cancel"
    #: A newer digest holds what this one says.
    ABSORB = "absorb"


_M = MailState

#: One way out of each state for each move; what was cancelled never moves again.
MAIL: Mapping[tuple[MailState, MailMove], MailState] = {
    (_M.WAITING, MailMove.CLAIM): _M.SENDING,
    (_M.SENDING, MailMove.CLAIM): _M.SENDING,
    (_M.SENDING, MailMove.SEND): _M.SENT,
    (_M.SENDING, MailMove.PUT_OFF): _M.WAITING,
    (_M.SENDING, MailMove.FAIL): _M.FAILED,
    (_M.SENT, MailMove.COME_BACK): _M.FAILED,
    (_M.FAILED, MailMove.REPEAT): _M.WAITING,
    (_M.WAITING, MailMove.HOLD): _M.HELD,
    (_M.HELD, MailMove.RELEASE): _M.WAITING,
    (_M.WAITING, MailMove.CANCEL): _M.CANCELLED,
    (_M.HELD, MailMove.CANCEL): _M.CANCELLED,
    (_M.FAILED, MailMove.CANCEL): _M.CANCELLED,
    (_M.WAITING, MailMove.ABSORB): _M.CANCELLED,
}


def sources(move: MailMove) -> list[str]:
    """Return the states a move leaves: the guard of its update."""
    return [start.value for start, of in MAIL if of is move]
