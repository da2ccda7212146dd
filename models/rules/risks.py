"""What the price and trace-code rules look for, the life of a finding, and of its handover.

Thresholds are data (import table risk_rules); the ones here count where nobody set any. No notice
names figures: docs/decisions/0028-risk-rules.md says what each reading rests on.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from models.rules.overdue import Responsible

BP = 10_000


class RiskKind(StrEnum):
    """A rule (风险规则)."""

    ABOVE_AWARD = "above_award"
    ABOVE_CONTRACT = "above_contract"
    ABOVE_LIST = "above_list"
    SHORT_SUPPLY_PRICE = "short_supply_price"
    NEW_DELIVERY_AREA = "new_delivery_area"
    SUDDEN_QUANTITY = "sudden_quantity"
    DEPARTMENT_OVERUSE = "department_overuse"
    PRESCRIBER_OVERUSE = "prescriber_overuse"
    CODE_REUSED = "code_reused"
    CODE_TWICE = "code_twice"
    CODE_FORM = "code_form"


@dataclass(frozen=True)
class RiskTerms:
    """How a rule judges: its threshold in basis points, the least amount, whether it runs."""

    #: None: the limit comes with the round, or there is nothing to compare.
    threshold_bp: int | None = None
    minimum_fen: int = 0
    active: bool = True


_YUAN = 100
#: What counts where no row of risk_rules is in force.
DEFAULTS: Mapping[RiskKind, RiskTerms] = {
    RiskKind.ABOVE_AWARD: RiskTerms(0),
    RiskKind.ABOVE_CONTRACT: RiskTerms(0),
    RiskKind.ABOVE_LIST: RiskTerms(0),
    RiskKind.SHORT_SUPPLY_PRICE: RiskTerms(3_000),
    RiskKind.NEW_DELIVERY_AREA: RiskTerms(None, 10_000 * _YUAN),
    RiskKind.SUDDEN_QUANTITY: RiskTerms(30_000, 1_000 * _YUAN),
    RiskKind.DEPARTMENT_OVERUSE: RiskTerms(None),
    RiskKind.PRESCRIBER_OVERUSE: RiskTerms(None),
    RiskKind.CODE_REUSED: RiskTerms(None),
    RiskKind.CODE_TWICE: RiskTerms(None),
    RiskKind.CODE_FORM: RiskTerms(None),
}

#: Who is asked to explain: buying is the hospital's business, where goods go the distributor's.
ASKS: Mapping[RiskKind, Responsible] = {
    kind: Responsible.ENTERPRISE if kind is RiskKind.NEW_DELIVERY_AREA else Responsible.HOSPITAL
    for kind in RiskKind
}

#: A median of fewer prices says nothing.
MEDIAN_RECEIPTS_MIN = 5
#: The mean of the months before needs so many of them with a purchase.
MEAN_MONTHS_MIN = 3


class RiskState(StrEnum):
    """Life of a finding (风险线索)."""

    OPEN = "open"
    ASKED = "asked"
    ANSWERED = "answered"
    EXPLAINED = "explained"
    DISMISSED = "dismissed"
    RECTIFYING = "rectifying"
    RECTIFIED = "rectified"
    HANDED_OVER = "handed_over"


class RiskMove(StrEnum):
    """What can happen to a finding."""

    ASK = "ask"
    ANSWER = "answer"
    EXPLAIN = "explain"
    DISMISS = "dismiss"
    RECTIFY = "rectify"
    FINISH = "finish"
    HAND_OVER = "hand_over"
    #: New evidence came after it was closed.
    REOPEN = "reopen"


_R, _M = RiskState, RiskMove
_UNDECIDED = (_R.OPEN, _R.ASKED, _R.ANSWERED)
_CLOSED = (_R.DISMISSED, _R.EXPLAINED, _R.RECTIFIED, _R.HANDED_OVER)

RISK: Mapping[tuple[RiskState, RiskMove], RiskState] = {
    (_R.OPEN, _M.ASK): _R.ASKED,
    (_R.ANSWERED, _M.ASK): _R.ASKED,
    (_R.ASKED, _M.ANSWER): _R.ANSWERED,
    (_R.ASKED, _M.EXPLAIN): _R.EXPLAINED,
    (_R.ANSWERED, _M.EXPLAIN): _R.EXPLAINED,
    **{(state, _M.DISMISS): _R.DISMISSED for state in _UNDECIDED},
    **{(state, _M.RECTIFY): _R.RECTIFYING for state in _UNDECIDED},
    (_R.RECTIFYING, _M.FINISH): _R.RECTIFIED,
    **{(state, _M.HAND_OVER): _R.HANDED_OVER for state in (*_UNDECIDED, _R.RECTIFYING)},
    **{(state, _M.REOPEN): _R.OPEN for state in _CLOSED},
}

#: What may still be handed over, and what new evidence opens again.
HANDABLE = tuple(sorted(start for start, move in RISK if move is _M.HAND_OVER))
REOPENED = tuple(sorted(start for start, move in RISK if move is _M.REOPEN))
#: What an institution is shown of a finding it was asked about.
SHOWN_TO_SEAT: Mapping[RiskState, RiskState] = {
    state: RiskState.ANSWERED if state is RiskState.HANDED_OVER else state for state in RiskState
}


class HandoverState(StrEnum):
    """Life of a handover (线索移交)."""

    PREPARED = "prepared"
    HANDED = "handed"
    WITHDRAWN = "withdrawn"


class HandoverMove(StrEnum):
    """What can happen to a handover."""

    APPROVE = "approve"
    WITHDRAW = "withdraw"


HANDOVER: Mapping[tuple[HandoverState, HandoverMove], HandoverState] = {
    (HandoverState.PREPARED, HandoverMove.APPROVE): HandoverState.HANDED,
    (HandoverState.PREPARED, HandoverMove.WITHDRAW): HandoverState.WITHDRAWN,
}


def masked(code: str) -> str:
    """Return a prescriber's code with its middle hidden, as people without need see it."""
    if len(code) <= 4:
        return "*" * len(code)
    return f"{code[:2]}{'*' * (len(code) - 4)}{code[-2:]}"
