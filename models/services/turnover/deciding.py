"""A second person grants or refuses turnover money of a year."""

from collections.abc import Sequence
from datetime import date

from models import clock
from models.records.base import db, sql
from models.rules.errors.access import SecondPersonNeeded
from models.rules.errors.payment import ReasonNeeded
from models.rules.errors.turnover import TurnoverMoved, TurnoverNotEligible
from models.rules.money import yuan
from models.rules.states import sources, target
from models.rules.turnover import TURNOVER, TurnoverMove, lacks
from models.services import access, audit
from models.services.access import Actor
from models.services.turnover import grants
from models.services.turnover.applying import LACKS, NOTE_CHARS_MAX, POOLS
from models.services.turnover.eligible import reserves
from models.services.turnover.grants import Grant

_DECIDE = """
UPDATE turnover_grant SET state = %(to)s, decided_by = %(by)s, decided_at = %(now)s,
       decided_on = %(on)s, answer = %(answer)s
 WHERE turnover_no = %(no)s AND state = ANY (%(from)s) AND applied_by <> %(by)s
"""


def approve(
    actor: Actor, turnover_nos: Sequence[str], on: date, *, answer: str = ""
) -> list[Grant]:
    """Grant applications as their second person and return them; all or none.

    The funds must still bear it. Raises NotAllowed, UnknownTurnover, SecondPersonNeeded,
    TurnoverMoved, TurnoverNotEligible.
    """
    access.require(actor, "turnover_decide")
    with db.atomic():
        return [
            _decide(actor, number, TurnoverMove.APPROVE, on, answer)
            for number in sorted(set(turnover_nos))
        ]


def refuse(actor: Actor, turnover_no: str, reason: str, on: date) -> Grant:
    """Refuse an application with its reason. Raises ReasonNeeded and what `approve` raises."""
    access.require(actor, "turnover_decide")
    if not reason.strip():
        raise ReasonNeeded(what="退回周转金申请")
    with db.atomic():
        return _decide(actor, turnover_no, TurnoverMove.REFUSE, on, reason)


def _decide(actor: Actor, number: str, move: TurnoverMove, on: date, answer: str) -> Grant:
    grant = grants.locked(actor, number)
    if grant.applied_by == actor.name:
        raise SecondPersonNeeded(actor=actor.name, what="周转金申请")
    if move is TurnoverMove.APPROVE:
        _require_reserves(grant)
    told = {
        "no": number,
        "by": actor.name,
        "now": clock.now(),
        "on": on,
        "answer": answer.strip()[:NOTE_CHARS_MAX] or None,
        "from": sources(TURNOVER, move),
        "to": target(TURNOVER, move),
    }
    if sql(_DECIDE, told).rowcount != 1:
        raise TurnoverMoved(turnover_no=number, what="审批", what_en="decided")
    audit.wrote(
        f"turnover.{told['to']}",
        actor=actor.name,
        subject=f"turnover:{number}",
        hospital_code=grant.hospital_code,
        amount_yuan=yuan(grant.amount_fen),
        answer=told["answer"],
    )
    return grant


def _require_reserves(grant: Grant) -> None:
    found = lacks(reserves([grant.area_code], grant.year).get(grant.area_code, []))
    if found:
        raise TurnoverNotEligible(
            hospital=grant.hospital_name,
            year=grant.year,
            reasons="；".join(POOLS[pool][0] + LACKS[lack][0] for pool, lack in found),
            reasons_en="; ".join(f"{POOLS[pool][1]}: {LACKS[lack][1]}" for pool, lack in found),
        )
