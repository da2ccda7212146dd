"""Problems reported in carrying out volume procurement: kinds, deadlines and the life of each.

The Jiangxi reading of 2026 on carrying out volume procurement asks for a liaison of four parties
and a module in which problems are reported directly (集采问题直报). It names neither kinds nor
days: both are rows of `problem_kinds`, and what stands here counts where no row does.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from models.rules import calendar


class Urgency(StrEnum):
    """How much a problem hurries (紧急程度)."""

    NORMAL = "normal"
    #: Patients wait for the goods, or a day set by law is near.
    URGENT = "urgent"


class ProblemParty(StrEnum):
    """The sides that report and speak (各方)."""

    HOSPITAL = "hospital"
    ENTERPRISE = "enterprise"
    AGENCY = "agency"


class LinkKind(StrEnum):
    """What a problem may be about (关联对象)."""

    LINE = "line"
    PRODUCT = "product"
    ORDER = "order"
    ROUND = "round"
    SHEET = "sheet"


class ProblemState(StrEnum):
    """Life of a reported problem (问题状态)."""

    #: Nobody of the desk has taken it.
    REPORTED = "reported"
    HANDLING = "handling"
    #: The desk gave its result; who reported it says whether that will do.
    ANSWERED = "answered"
    CLOSED = "closed"
    WITHDRAWN = "withdrawn"


class ProblemMove(StrEnum):
    """What can happen to a problem."""

    #: Somebody of the desk takes it, or it is given to another person.
    ASSIGN = "assign"
    ANSWER = "answer"
    #: Another desk of the same level or below is in charge.
    TRANSFER = "transfer"
    #: The desk above is in charge.
    ESCALATE = "escalate"
    #: Who reported it agrees.
    ACCEPT = "accept"
    #: The desk closes what was answered and nobody spoke against.
    CLOSE = "close"
    #: Who reported it says how content it is with what the desk closed.
    RATE = "rate"
    REOPEN = "reopen"
    WITHDRAW = "withdraw"


class ProblemResult(StrEnum):
    """How it ended (办理结果)."""

    RESOLVED = "resolved"
    PARTLY = "partly"
    #: Nothing was wrong, and it was said why.
    EXPLAINED = "explained"
    HANDED_OVER = "handed_over"
    UNRESOLVED = "unresolved"


class Satisfaction(StrEnum):
    """What who reported it says of the result (满意度)."""

    SATISFIED = "satisfied"
    FAIR = "fair"
    DISSATISFIED = "dissatisfied"


_S, _M = ProblemState, ProblemMove

PROBLEM: Mapping[tuple[ProblemState, ProblemMove], ProblemState] = {
    (_S.REPORTED, _M.ASSIGN): _S.HANDLING,
    (_S.HANDLING, _M.ASSIGN): _S.HANDLING,
    (_S.REPORTED, _M.ANSWER): _S.ANSWERED,
    (_S.HANDLING, _M.ANSWER): _S.ANSWERED,
    (_S.REPORTED, _M.TRANSFER): _S.REPORTED,
    (_S.HANDLING, _M.TRANSFER): _S.REPORTED,
    (_S.REPORTED, _M.ESCALATE): _S.REPORTED,
    (_S.HANDLING, _M.ESCALATE): _S.REPORTED,
    (_S.ANSWERED, _M.ACCEPT): _S.CLOSED,
    (_S.ANSWERED, _M.CLOSE): _S.CLOSED,
    (_S.CLOSED, _M.RATE): _S.CLOSED,
    (_S.ANSWERED, _M.REOPEN): _S.HANDLING,
    (_S.CLOSED, _M.REOPEN): _S.HANDLING,
    (_S.REPORTED, _M.WITHDRAW): _S.WITHDRAWN,
    (_S.HANDLING, _M.WITHDRAW): _S.WITHDRAWN,
}

#: States in which the desk has something to do.
AT_THE_DESK = (_S.REPORTED, _S.HANDLING)
#: States in which nothing happens by itself any more.
OVER = (_S.CLOSED, _S.WITHDRAWN)


@dataclass(frozen=True)
class Terms:
    """A kind of problem: its name, and the working days it may take."""

    code: str
    name: str
    name_en: str
    take_days: int
    result_days: int
    urgent_take_days: int
    urgent_result_days: int
    #: Working days after closing in which who reported it may reopen it.
    reopen_days: int


def _kind(code: str, name: str, name_en: str, take: int, result: int) -> Terms:
    return Terms(code, name, name_en, take, result, 1, max(result // 3, 2), 10)


#: Where no row of `problem_kinds` says otherwise. The days are our reading: no notice names any.
KINDS: Mapping[str, Terms] = {
    one.code: one
    for one in (
        _kind("supply", "供应与配送", "Supply and delivery", 2, 7),
        _kind("price", "价格", "Price", 3, 10),
        _kind("quality", "质量与不良反应", "Quality", 2, 10),
        _kind("contract", "协议与报量", "Contract and agreed quantity", 3, 10),
        _kind("settlement", "结算与确认", "Settlement and confirmation", 3, 10),
        _kind("payment", "货款支付", "Payment", 3, 10),
        _kind("other", "其他", "Other", 5, 15),
    )
}


def take_by(on: date, terms: Terms, urgency: Urgency, kinds: calendar.Kinds) -> date:
    """Return the day by which somebody of the desk is to take what reached it on a day (受理)."""
    is_urgent = urgency is Urgency.URGENT
    days = terms.urgent_take_days if is_urgent else terms.take_days
    return calendar.add_working_days(on, days, kinds)


def result_by(on: date, terms: Terms, urgency: Urgency, kinds: calendar.Kinds) -> date:
    """Return the day by which the desk is to give its result (办结)."""
    is_urgent = urgency is Urgency.URGENT
    days = terms.urgent_result_days if is_urgent else terms.result_days
    days = max(days, terms.urgent_take_days if is_urgent else terms.take_days)
    return calendar.add_working_days(on, days, kinds)


def due_on(state: ProblemState, take_due_on: date, result_due_on: date) -> date | None:
    """Return the day that runs: to take it, then to give a result; None when none does.

    What was answered waits for who reported it; no desk is late with that.
    """
    return {_S.REPORTED: take_due_on, _S.HANDLING: result_due_on}.get(state)


def may_reopen(closed_on: date, on: date, terms: Terms, kinds: calendar.Kinds) -> bool:
    """Return whether who reported it may still reopen what was closed on a day."""
    return on <= calendar.add_working_days(closed_on, terms.reopen_days, kinds)
