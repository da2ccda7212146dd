"""What people may answer to lateness: excuses, promises and measures, and the life of each.

Nothing here moves money or takes a line from the list. An excuse stops reminders while it lasts, a
promise is kept or broken by what is paid, a measure rests on the steps that were recorded.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from models.rules.overdue import Responsible
from models.rules.words import Role


class ExcuseReason(StrEnum):
    """Why a late line is not to be urged for a while (免催原因)."""

    DISPUTED = "disputed"
    RETURN_PENDING = "return_pending"
    INVOICE_IN_TRANSIT = "invoice_in_transit"
    FORCE_MAJEURE = "force_majeure"
    COURT_FREEZE = "court_freeze"
    OTHER = "other"


class ExcuseState(StrEnum):
    """Life of an excuse of one line (免催)."""

    ASKED = "asked"
    GRANTED = "granted"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"
    ENDED = "ended"
    LAPSED = "lapsed"


class ExcuseMove(StrEnum):
    """What can happen to an excuse."""

    GRANT = "grant"
    REFUSE = "refuse"
    #: Who asked thought better of it.
    WITHDRAW = "withdraw"
    #: Ended before its last day.
    END = "end"
    #: Its last day is over; it covered nothing since, this only makes room for another.
    LAPSE = "lapse"


class Channel(StrEnum):
    """How an institution said that it knows (知悉方式)."""

    SEAT = "seat"
    PHONE = "phone"
    LETTER = "letter"
    MEETING = "meeting"
    MAIL = "mail"


class MeasureKind(StrEnum):
    """A measure taken of an institution that pays late (措施)."""

    BULLETIN = "bulletin"
    INTERVIEW = "interview"
    #: A letter to the authorities above or beside.
    REFERRAL = "referral"
    SUSPENSION = "suspension"


class Authority(StrEnum):
    """Who gets a copy (抄送单位)."""

    HEALTH_COMMISSION = "health_commission"
    CITY_BUREAU = "city_bureau"
    DISCIPLINE_INSPECTION = "discipline_inspection"


class MeasureState(StrEnum):
    """Life of a measure."""

    PLANNED = "planned"
    HELD = "held"
    MISSED = "missed"
    ISSUED = "issued"
    REVOKED = "revoked"
    PROPOSED = "proposed"
    IN_FORCE = "in_force"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"
    LIFTED = "lifted"
    LAPSED = "lapsed"


class MeasureMove(StrEnum):
    """What can happen to a measure."""

    #: Another day or place of an interview.
    PLAN_AGAIN = "plan_again"
    HOLD = "hold"
    MISS = "miss"
    REVOKE = "revoke"
    APPROVE = "approve"
    REFUSE = "refuse"
    WITHDRAW = "withdraw"
    LIFT = "lift"
    #: Its last day is over; this only makes room for another.
    LAPSE = "lapse"


_E, _M = ExcuseState, MeasureState

#: What was decided is never decided again; a new wish is a new row.
EXCUSE: Mapping[tuple[ExcuseState, ExcuseMove], ExcuseState] = {
    (_E.ASKED, ExcuseMove.GRANT): _E.GRANTED,
    (_E.ASKED, ExcuseMove.REFUSE): _E.REFUSED,
    (_E.ASKED, ExcuseMove.WITHDRAW): _E.WITHDRAWN,
    (_E.GRANTED, ExcuseMove.END): _E.ENDED,
    (_E.GRANTED, ExcuseMove.LAPSE): _E.LAPSED,
}

#: Interviews are planned, bulletins and letters issued, suspensions proposed by one and decided
#: by another person.
MEASURE: Mapping[tuple[MeasureState, MeasureMove], MeasureState] = {
    (_M.PLANNED, MeasureMove.PLAN_AGAIN): _M.PLANNED,
    (_M.PLANNED, MeasureMove.HOLD): _M.HELD,
    (_M.PLANNED, MeasureMove.MISS): _M.MISSED,
    (_M.PLANNED, MeasureMove.REVOKE): _M.REVOKED,
    (_M.MISSED, MeasureMove.PLAN_AGAIN): _M.PLANNED,
    (_M.MISSED, MeasureMove.REVOKE): _M.REVOKED,
    (_M.ISSUED, MeasureMove.REVOKE): _M.REVOKED,
    (_M.PROPOSED, MeasureMove.APPROVE): _M.IN_FORCE,
    (_M.PROPOSED, MeasureMove.REFUSE): _M.REFUSED,
    (_M.PROPOSED, MeasureMove.WITHDRAW): _M.WITHDRAWN,
    (_M.IN_FORCE, MeasureMove.LIFT): _M.LIFTED,
    (_M.IN_FORCE, MeasureMove.LAPSE): _M.LAPSED,
}

#: Where the life of each kind begins.
BEGINS: Mapping[MeasureKind, MeasureState] = {
    MeasureKind.BULLETIN: _M.ISSUED,
    MeasureKind.REFERRAL: _M.ISSUED,
    MeasureKind.INTERVIEW: _M.PLANNED,
    MeasureKind.SUSPENSION: _M.PROPOSED,
}


@dataclass(frozen=True)
class ReasonTerms:
    """A reason in words, and what it asks for beside itself."""

    zh: str
    en: str
    #: Words of the asker's own.
    note: bool = False
    #: Without a last day it would never end by itself.
    last_day: bool = False


REASONS: Mapping[ExcuseReason, ReasonTerms] = {
    ExcuseReason.DISPUTED: ReasonTerms("争议中", "disputed"),
    ExcuseReason.RETURN_PENDING: ReasonTerms("待退货", "goods to be returned", last_day=True),
    ExcuseReason.INVOICE_IN_TRANSIT: ReasonTerms("发票在途", "invoice on its way", last_day=True),
    ExcuseReason.FORCE_MAJEURE: ReasonTerms("不可抗力", "force majeure"),
    ExcuseReason.COURT_FREEZE: ReasonTerms("法院冻结", "frozen by a court"),
    ExcuseReason.OTHER: ReasonTerms("其他", "other", note=True, last_day=True),
}


class Promise(StrEnum):
    """How a promised day stands, as far as anybody has paid (承诺)."""

    WAITING = "waiting"
    KEPT = "kept"
    BROKEN = "broken"


def promise_on(promised_on: date, on: date, *, is_open: bool) -> Promise:
    """Return how a promise stands on a day: broken means still open after the promised day."""
    if not is_open:
        return Promise.KEPT
    return Promise.BROKEN if promised_on < on else Promise.WAITING


def may_decide(role: str, responsible: Responsible) -> bool:
    """Return whether a role may decide an excuse of lines this party must act on.

    Nobody excuses the own institution: what the agency itself is late with only a supervisor
    excuses, and a hospital's or enterprise's seat decides nothing.
    """
    if responsible is Responsible.AGENCY:
        return role == Role.SUPERVISOR
    return role in {Role.CHECKER, Role.APPROVER, Role.SUPERVISOR}
