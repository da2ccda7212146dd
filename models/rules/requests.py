"""Money asked of a hospital: to top up its sub-ledger, for a shortfall, or turnover money back.

What was asked for never changes. Vouchers answer it, whole or in parts; what nobody owes any more
is withdrawn with a reason. A receipt that was booked wrongly is taken back by a second person: a
row of its own below zero, and the books reverse it. A request is overdue when its deadline is over:
nobody has to say so.
"""

from collections.abc import Mapping
from datetime import date
from enum import StrEnum


class RequestKind(StrEnum):
    """Why a hospital is asked for money (款项通知)."""

    #: Its sub-ledger does not cover the goods (补足).
    TOP_UP = "top_up"
    #: Its monthly fund did not cover what was advanced (追缴).
    COLLECTION = "collection"
    #: Turnover money goes back before the year ends (归还).
    REPAYMENT = "repayment"


class RequestState(StrEnum):
    """Life of a request for money."""

    ASKED = "asked"
    PAID = "paid"
    WITHDRAWN = "withdrawn"


class RequestMove(StrEnum):
    """What can happen to a request for money."""

    #: Part of it came in.
    RECEIVE = "receive"
    #: All of it is in.
    COMPLETE = "complete"
    WITHDRAW = "withdraw"
    #: A receipt was booked wrongly and is taken back; what was asked for waits again.
    REVERSE = "reverse"


_R = RequestState

REQUEST: Mapping[tuple[RequestState, RequestMove], RequestState] = {
    (_R.ASKED, RequestMove.RECEIVE): _R.ASKED,
    (_R.ASKED, RequestMove.COMPLETE): _R.PAID,
    (_R.ASKED, RequestMove.WITHDRAW): _R.WITHDRAWN,
    (_R.ASKED, RequestMove.REVERSE): _R.ASKED,
    (_R.PAID, RequestMove.REVERSE): _R.ASKED,
    (_R.WITHDRAWN, RequestMove.REVERSE): _R.WITHDRAWN,
}

#: First letters of a request's number.
PREFIX: Mapping[RequestKind, str] = {
    RequestKind.TOP_UP: "BZ",
    RequestKind.COLLECTION: "ZJ",
    RequestKind.REPAYMENT: "GH",
}


def is_overdue(state: RequestState, due_on: date, on: date) -> bool:
    """Say whether a request still waits after its deadline; on the deadline it does not yet."""
    return state is RequestState.ASKED and due_on < on
