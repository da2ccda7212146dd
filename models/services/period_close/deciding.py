"""Another person closes the month that was proposed, or refuses; who proposed may withdraw."""

from datetime import date

from models import clock
from models.records.base import db, sql
from models.records.closing import PeriodClose
from models.rules.closing import CLOSE, CloseMove
from models.rules.errors.access import SecondPersonNeeded
from models.rules.errors.closing import CloseChanged, UnknownClose
from models.rules.errors.payment import ReasonNeeded
from models.rules.states import sources, target
from models.services import access, area_locks, audit
from models.services.access import Actor
from models.services.period_close.checklist import look

#: Guarded: of two who come at once, one finds nothing to decide.
_DECIDE = """
UPDATE period_close SET state = %(to)s, decided_by = %(actor)s, decided_at = %(now)s,
       decided_on = %(on)s, answer = %(answer)s
 WHERE id = %(id)s AND state = ANY (%(from)s)
"""
_CLOSE = """
INSERT INTO closed_month (period, area_code, close_id)
SELECT %(period)s, unnest(%(areas)s::text[]), %(id)s
"""
#: The books of an agency close with the last of the areas it pays for.
_CLOSE_BOOKS = """
INSERT INTO closed_book (period, agency_code, close_id)
SELECT %(period)s, g.agency_code, %(id)s
  FROM paying_agency g
  JOIN (SELECT DISTINCT area_code FROM hospital) h ON h.area_code = g.area_code
  LEFT JOIN closed_month c ON c.area_code = g.area_code AND c.period = %(period)s
 GROUP BY g.agency_code HAVING bool_and(c.period IS NOT NULL)
ON CONFLICT (period, agency_code) DO NOTHING
"""


def close(actor: Actor, close_id: int, *, seen: str, on: date) -> PeriodClose:
    """Close the month as it was proposed; it is asked again under the locks of its areas.

    Raises NotAllowed, UnknownClose, OutOfScope, SecondPersonNeeded, CloseChanged.
    """
    access.require(actor, "close_decide")
    with db.atomic():
        found = _found(actor, close_id)
        if found.proposed_by == actor.name:
            raise SecondPersonNeeded(actor=actor.name, what="关账申请")
        area_locks.lock(found.area_codes)
        now = look(found.area_codes, found.period, on)
        if now.seal != found.content_hash or seen != found.content_hash:
            raise CloseChanged(period=found.period)
        _decide(actor, found, CloseMove.CLOSE, on, None)
        told = {"period": found.period, "areas": found.area_codes, "id": found.id}
        sql(_CLOSE, told)
        sql(_CLOSE_BOOKS, told)
    return found


def refuse(actor: Actor, close_id: int, reason: str, *, on: date) -> None:
    """Refuse a proposal with a reason; the month stays open.

    Raises NotAllowed, UnknownClose, OutOfScope, SecondPersonNeeded, ReasonNeeded.
    """
    access.require(actor, "close_decide")
    if not reason.strip():
        raise ReasonNeeded(what="驳回关账")
    with db.atomic():
        found = _found(actor, close_id)
        if found.proposed_by == actor.name:
            raise SecondPersonNeeded(actor=actor.name, what="关账申请")
        _decide(actor, found, CloseMove.REFUSE, on, reason.strip())


def withdraw(actor: Actor, close_id: int, reason: str, *, on: date) -> None:
    """Take back one's own proposal. Raises NotAllowed, UnknownClose, OutOfScope, ReasonNeeded."""
    access.require(actor, "close_propose")
    if not reason.strip():
        raise ReasonNeeded(what="撤回关账申请")
    with db.atomic():
        found = _found(actor, close_id)
        if found.proposed_by != actor.name:
            raise UnknownClose(close_no=found.close_no)
        _decide(actor, found, CloseMove.WITHDRAW, on, reason.strip())


def _found(actor: Actor, close_id: int) -> PeriodClose:
    found: PeriodClose | None = PeriodClose.get_or_none(PeriodClose.id == close_id)
    if found is None:
        raise UnknownClose(close_no=close_id)
    access.require_rows(actor, found.area_codes, f"关账申请 {found.close_no}")
    return found


def _decide(
    actor: Actor, found: PeriodClose, move: CloseMove, on: date, answer: str | None
) -> None:
    told = {
        "id": found.id,
        "from": sources(CLOSE, move),
        "to": target(CLOSE, move),
        "actor": actor.name,
        "now": clock.now(),
        "on": on,
        "answer": answer,
    }
    if sql(_DECIDE, told).rowcount != 1:
        raise UnknownClose(close_no=found.close_no)
    audit.wrote(
        f"close.{target(CLOSE, move)}",
        actor=actor.name,
        subject=f"period:{found.period}",
        close_no=found.close_no,
        areas=found.area_codes,
        reason=answer,
    )
