"""Close a case that a person decided: with a reason, once, and never by moving money (异常处理)."""

from models import clock
from models.records.base import db, sql
from models.rules.errors.cases import DecisionOpen
from models.rules.errors.payment import CaseClosed, ReasonNeeded, UnknownCase
from models.services import access, audit
from models.services.access import Actor

#: Longer explanations belong into a document that the reason names.
REASON_CHARS_MAX = 1_000

_LOCK = """
SELECT x.kind, x.closed_by, x.evidence, i.area_code, i.reference
  FROM payment_exception x LEFT JOIN payment_instruction i ON i.id = x.instruction_id
 WHERE x.id = %s FOR UPDATE OF x
"""
_OPEN = """
SELECT 1 FROM case_decision WHERE case_id = %s AND act = 'admit' AND decided_by IS NULL
"""
_CLOSE = """
UPDATE payment_exception SET closed_at = %(now)s, closed_by = %(actor)s, resolution = %(resolution)s
 WHERE id = %(id)s AND closed_at IS NULL
"""


def close(case_id: int, actor: Actor, resolution: str) -> None:
    """Close a case with the reason that is kept for ever.

    What the bank proved later comes in as a result or statement of its own and moves the payment;
    closing only says that a person looked and why nothing more is to do here.
    Raises NotAllowed, ReasonNeeded, UnknownCase, CaseClosed, DecisionOpen, OutOfScope.
    """
    access.require(actor, "close_exception")
    reason = resolution.strip()[:REASON_CHARS_MAX]
    if not reason:
        raise ReasonNeeded(what="异常处理")
    with db.atomic():
        found = sql(_LOCK, (case_id,)).fetchone()
        if found is None:
            raise UnknownCase(case=case_id)
        kind, closed_by, evidence, area_code, reference = found
        if area_code is not None:
            access.require_rows(actor, [area_code], "异常")
        if sql(_OPEN, (case_id,)).fetchone():
            raise DecisionOpen(case=case_id)
        told = {"id": case_id, "now": clock.now(), "actor": actor.name, "resolution": reason}
        if sql(_CLOSE, told).rowcount != 1:
            raise CaseClosed(case=case_id, closed_by=closed_by)
        audit.wrote(
            "exception.closed",
            actor=actor.name,
            subject=f"exception:{case_id}",
            kind=kind,
            reference=reference,
            evidence=evidence,
            resolution=reason,
        )
