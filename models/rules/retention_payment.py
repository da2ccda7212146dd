"""How retained surplus comes to be paid: made public, granted after the days, paid by the bank.

Amounts are made public before money moves (公示): the hospital declared the very figures, a second
person publishes them, a person other than the drafter grants them after the last day.
"""

from collections.abc import Mapping
from datetime import date, timedelta
from enum import StrEnum
from fractions import Fraction

from models.rules.retention import BP, half_up
from models.rules.words import InstructionState

#: Days a list stays public where no rule says otherwise; no notice names a figure.
PUBLICITY_DAYS = 5


class PublicityState(StrEnum):
    """Life of a list of amounts (结余留用公示)."""

    DRAFT = "draft"
    PUBLIC = "public"
    ENDED = "ended"
    WITHDRAWN = "withdrawn"


class PublicityMove(StrEnum):
    """What people do with a list."""

    PUBLISH = "publish"
    END = "end"
    WITHDRAW = "withdraw"


PUBLICITY: Mapping[tuple[PublicityState, PublicityMove], PublicityState] = {
    (PublicityState.DRAFT, PublicityMove.PUBLISH): PublicityState.PUBLIC,
    (PublicityState.DRAFT, PublicityMove.WITHDRAW): PublicityState.WITHDRAWN,
    (PublicityState.PUBLIC, PublicityMove.END): PublicityState.ENDED,
    (PublicityState.PUBLIC, PublicityMove.WITHDRAW): PublicityState.WITHDRAWN,
}


class GrantState(StrEnum):
    """How far the amount of one hospital and round is (留用款)."""

    LISTED = "listed"
    GRANTED = "granted"
    WITHDRAWN = "withdrawn"
    SENT = "sent"
    UNKNOWN = "unknown"
    PAID = "paid"
    REJECTED = "rejected"
    RETURNED = "returned"


class GrantMove(StrEnum):
    """What can happen to an amount."""

    GRANT = "grant"
    WITHDRAW = "withdraw"
    PAY = "pay"
    LOSE_SIGHT = "lose_sight"
    FIND = "find"
    SETTLE = "settle"
    REJECT = "reject"
    COME_BACK = "come_back"
    CANCEL = "cancel"
    REISSUE = "reissue"
    ADMIT = "admit"


_G = GrantState
#: Once paid, an amount follows its latest instruction as a settlement sheet does.
GRANT: Mapping[tuple[GrantState, GrantMove], GrantState] = {
    (_G.LISTED, GrantMove.GRANT): _G.GRANTED,
    (_G.LISTED, GrantMove.WITHDRAW): _G.WITHDRAWN,
    (_G.GRANTED, GrantMove.WITHDRAW): _G.WITHDRAWN,
    (_G.GRANTED, GrantMove.PAY): _G.SENT,
    (_G.SENT, GrantMove.LOSE_SIGHT): _G.UNKNOWN,
    (_G.UNKNOWN, GrantMove.FIND): _G.SENT,
    (_G.SENT, GrantMove.SETTLE): _G.PAID,
    (_G.UNKNOWN, GrantMove.SETTLE): _G.PAID,
    (_G.SENT, GrantMove.REJECT): _G.REJECTED,
    (_G.UNKNOWN, GrantMove.REJECT): _G.REJECTED,
    (_G.PAID, GrantMove.COME_BACK): _G.RETURNED,
    (_G.SENT, GrantMove.CANCEL): _G.GRANTED,
    (_G.UNKNOWN, GrantMove.CANCEL): _G.GRANTED,
    (_G.REJECTED, GrantMove.REISSUE): _G.SENT,
    (_G.RETURNED, GrantMove.REISSUE): _G.SENT,
    (_G.REJECTED, GrantMove.ADMIT): _G.PAID,
    (_G.GRANTED, GrantMove.ADMIT): _G.PAID,
}

_I = InstructionState
#: What an amount shows for the state of its latest instruction.
GRANT_SHOWS: Mapping[InstructionState, GrantState] = {
    _I.APPROVED: _G.GRANTED,
    _I.BATCHED: _G.SENT,
    _I.SENT: _G.SENT,
    _I.UNKNOWN: _G.UNKNOWN,
    _I.ACCEPTED: _G.SENT,
    _I.SETTLED: _G.PAID,
    _I.REJECTED: _G.REJECTED,
    _I.RETURNED: _G.RETURNED,
    _I.REVERSED: _G.RETURNED,
    _I.CANCELLED: _G.GRANTED,
}

#: Owed by the fund to the hospital, or already paid: booked as granted.
OWED = (_G.GRANTED, _G.SENT, _G.UNKNOWN, _G.PAID, _G.REJECTED, _G.RETURNED)


def last_public_day(published_on: date, days: int) -> date:
    """Return the last of `days` calendar days that follow the day of publication."""
    return published_on + timedelta(days=days)


def fund_parts(amount_fen: int, employee_bp: int | None) -> tuple[int | None, int | None]:
    """Return the parts of the employees' and the residents' fund in fen; both None if not split.

    The employees' part is half up to the fen, the residents' fund has the rest, so that both are
    the amount.
    """
    if employee_bp is None:
        return None, None
    employee_fen = half_up(Fraction(amount_fen * employee_bp, BP))
    return employee_fen, amount_fen - employee_fen
