"""The first person: asks that evidence be admitted, says what it is not about, takes it back."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from models import clock
from models.records.base import db, sql
from models.rules.bank_news import Status
from models.rules.case_acts import DATED
from models.rules.errors.cases import (
    DayMissing,
    DecisionOpen,
    DecisionTaken,
    NotTheAsker,
)
from models.rules.errors.payment import ReasonNeeded, UnknownCase, UnknownPayment
from models.services import access, audit
from models.services.access import Actor
from models.services.bank_results import suggestions
from models.services.exceptions import judging

REASON_CHARS_MAX = 1_000

_CASE = """
SELECT x.id, x.instruction_id, i.area_code
  FROM payment_exception x LEFT JOIN payment_instruction i ON i.id = x.instruction_id
 WHERE x.id = %s FOR UPDATE OF x
"""
_ORDER = "SELECT id, area_code, sent_on, booked_on FROM payment_instruction WHERE reference = %s"
_WANTED = (
    "SELECT NULL::int AS decision_id, %(case)s::int AS case_id,"
    " %(instruction)s::bigint AS instruction_id, %(status)s::text AS status,"
    " %(booked_on)s::date AS booked_on"
)
_SAID = "SELECT status, booked_on FROM ({evidence}) v"
_ASK = """
INSERT INTO case_decision (case_id, act, instruction_id, status, booked_on, reason, asked_by,
                           asked_at)
VALUES (%(case)s, 'admit', %(instruction)s, %(status)s, %(booked_on)s, %(reason)s, %(actor)s,
        %(now)s)
ON CONFLICT DO NOTHING RETURNING id
"""
_DECLINE = """
INSERT INTO case_decision (case_id, act, instruction_id, reason, asked_by, asked_at, decided_by,
                           decided_at, accepted)
VALUES (%(case)s, 'decline', %(instruction)s, %(reason)s, %(actor)s, %(now)s, %(actor)s, %(now)s,
        true)
"""
_WITHDRAW = """
UPDATE case_decision SET decided_by = asked_by, decided_at = %(now)s, accepted = false,
       answer = %(reason)s
 WHERE id = ANY (%(ids)s) AND decided_by IS NULL
RETURNING id
"""


def reasoned(reason: str, what: str) -> str:
    """Return the reason as it is kept; raises ReasonNeeded."""
    told = reason.strip()[:REASON_CHARS_MAX]
    if not told:
        raise ReasonNeeded(what=what)
    return told


def _entered(actor: Actor, case_id: int, reference: str) -> Any:  # noqa: ANN401 - a row
    """Lock the case and return the order, both within the actor's rows."""
    access.require(actor, "close_exception")
    case = sql(_CASE, (case_id,)).fetchone()
    if case is None:
        raise UnknownCase(case=case_id)
    order = sql(_ORDER, (reference,)).fetchone()
    if order is None:
        raise UnknownPayment(reference=reference)
    access.require_rows(actor, {one for one in (case[2], order[1]) if one}, "异常")
    return order


def ask(
    actor: Actor,
    case_id: int,
    reference: str,
    *,
    reason: str,
    on: date,
    status: str | None = None,
    booked_on: date | None = None,
) -> int:
    """Ask that a case's evidence be taken as said about an order; return the decision's number.

    The bank's meaning and day count; `status` and `booked_on` fill in only what it left out.
    Nothing moves: a second person gives or refuses it. Raises NotAllowed, OutOfScope, UnknownCase,
    UnknownPayment, ReasonNeeded, CaseNotAdmissible, DayMissing, DecisionOpen.
    """
    told_reason = reasoned(reason, "认定")
    with db.atomic():
        order_id, _area, sent_on, _booked = _entered(actor, case_id, reference)
        said = sql(
            _SAID.format(evidence=suggestions.evidence("x.id = %(case)s")), {"case": case_id}
        ).fetchone() or (None, None)
        meant = said[0] or (Status(status).value if status in set(Status) else None)
        day = said[1] or booked_on
        if meant in DATED and said[1] is None:
            require_day(day, sent_on, on)
        told: dict[str, Any] = {
            "case": case_id,
            "instruction": order_id,
            "status": meant,
            "booked_on": day,
            "reason": told_reason,
            "actor": actor.name,
            "now": clock.now(),
        }
        judging.collect(_WANTED, "x.id = %(case)s", told)
        judging.judge(1)
        made = sql(_ASK, told).fetchone()
        if made is None:
            raise DecisionOpen(case=case_id)
        audit.wrote(
            "exception.asked",
            actor=actor.name,
            subject=f"exception:{case_id}",
            decision=made[0],
            reference=reference,
            status=meant,
            booked_on=day,
            reason=told_reason,
        )
    return int(made[0])


def require_day(day: date | None, sent_on: date | None, on: date) -> None:
    """Refuse a day of booking that is missing, to come, or before the sending: DayMissing."""
    if day is None or day > on or (sent_on is not None and day < sent_on):
        raise DayMissing(sent_on=sent_on, on=on)


def decline(actor: Actor, case_id: int, reference: str, reason: str) -> None:
    """Say that the evidence is not about this order: it is not suggested for it again.

    Raises NotAllowed, OutOfScope, UnknownCase, UnknownPayment, ReasonNeeded.
    """
    told_reason = reasoned(reason, "排除候选")
    with db.atomic():
        order_id = _entered(actor, case_id, reference)[0]
        told = {
            "case": case_id,
            "instruction": order_id,
            "reason": told_reason,
            "actor": actor.name,
            "now": clock.now(),
        }
        sql(_DECLINE, told)
        audit.wrote(
            "exception.declined",
            actor=actor.name,
            subject=f"exception:{case_id}",
            reference=reference,
            reason=told_reason,
        )


def withdraw(actor: Actor, decision_ids: Sequence[int], reason: str) -> int:
    """Take back decisions one asked for and nobody gave yet; return how many.

    Raises NotAllowed, NotTheAsker, DecisionTaken, ReasonNeeded.
    """
    access.require(actor, "close_exception")
    told_reason = reasoned(reason, "撤回")
    ids = sorted(set(decision_ids))
    with db.atomic():
        found = sql("SELECT DISTINCT asked_by FROM case_decision WHERE id = ANY (%s)", (ids,))
        for (asked_by,) in found.fetchall():
            if asked_by != actor.name:
                raise NotTheAsker(asked_by=asked_by)
        told = {"ids": ids, "now": clock.now(), "reason": told_reason}
        if sql(_WITHDRAW, told).rowcount != len(ids):
            raise DecisionTaken(decision=ids[0] if ids else 0)
        audit.wrote(
            "exception.withdrawn",
            actor=actor.name,
            subject="case_decision",
            decisions=ids[:100],
            count=len(ids),
            reason=told_reason,
        )
    return len(ids)
