"""Findings handed to discipline inspection (线索移交): one person lists, another hands over."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from models import clock
from models.records.base import db, sql
from models.rules.errors.access import SecondPersonNeeded
from models.rules.errors.risks import (
    HandoverDecided,
    NothingToHand,
    UnknownHandover,
    WordsNeeded,
)
from models.rules.risks import HANDABLE, HANDOVER, HandoverMove, HandoverState, RiskMove, RiskState
from models.rules.states import target
from models.services import access, audit
from models.services.access import Actor
from models.services.risks.deciding import TEXT_CHARS_MAX, add_event

#: A list of more findings is nobody's to read.
FINDINGS_MAX = 500
NUMBERS_LOCK = 7_466_072

#: Those that may be handed over and stand in no other live list, locked in their order.
_CHOSEN = """
SELECT f.id, f.area_code, f.evidence_count, f.amount_fen FROM risk_finding f
 WHERE f.id = ANY (%(ids)s) AND f.state = ANY (%(states)s)
   AND NOT EXISTS (SELECT FROM risk_handover_item i JOIN risk_handover h ON h.id = i.handover_id
                    WHERE i.finding_id = f.id AND h.state = 'prepared')
 ORDER BY f.id FOR UPDATE OF f
"""
_NUMBER = "SELECT count(*) + 1 FROM risk_handover WHERE handover_no LIKE %(like)s"
_TOP = """
SELECT above_code FROM area_chain WHERE area_code = %(area)s ORDER BY distance DESC LIMIT 1
"""
_INSERT = """
INSERT INTO risk_handover (handover_no, area_code, state, authority, words, prepared_by,
                           prepared_at, prepared_on)
VALUES (%(no)s, %(area)s, 'prepared', %(authority)s, %(words)s, %(actor)s, %(now)s, %(on)s)
RETURNING id
"""
_ITEMS = """
INSERT INTO risk_handover_item (handover_id, finding_id, evidence_count, amount_fen)
SELECT %(handover)s, f.id, f.evidence_count, f.amount_fen FROM risk_finding f
 WHERE f.id = ANY (%(ids)s)
"""
_LOCK = """
SELECT handover_no, area_code, state, prepared_by FROM risk_handover WHERE id = %(id)s FOR UPDATE
"""
_DECIDED = """
UPDATE risk_handover SET state = %(after)s, decided_by = %(actor)s, decided_at = %(now)s,
       decided_on = %(on)s, answer = %(answer)s
 WHERE id = %(id)s
"""
_LISTED = """
SELECT f.id, f.state FROM risk_handover_item i JOIN risk_finding f ON f.id = i.finding_id
 WHERE i.handover_id = %(id)s ORDER BY f.id FOR UPDATE OF f
"""
_HAND = "UPDATE risk_finding SET state = %(after)s WHERE id = ANY (%(ids)s)"


def prepare(actor: Actor, ids: Sequence[int], authority: str, words: str, on: date) -> int:
    """List findings for an authority and return the handover's number in the database.

    What cannot be handed over now is left out; with nothing left it is refused. Raises NotAllowed,
    OutOfScope, WordsNeeded, NothingToHand.
    """
    access.require(actor, "risk_hand")
    if not authority.strip() or not words.strip():
        raise WordsNeeded()
    with db.atomic():
        told: dict[str, Any] = {"ids": sorted(set(ids))[:FINDINGS_MAX], "states": list(HANDABLE)}
        chosen = sql(_CHOSEN, told).fetchall()
        if not chosen:
            raise NothingToHand()
        access.require_rows(actor, {row[1] for row in chosen}, "线索")
        sql("SELECT pg_advisory_xact_lock(%s)", (NUMBERS_LOCK,))
        head = f"线索移交〔{on.year}〕"
        number = sql(_NUMBER, {"like": f"{head}%"}).fetchone()[0]
        area = actor.area_code
        if area == access.ALL_AREAS:
            area = sql(_TOP, {"area": chosen[0][1]}).fetchone()[0]
        told |= {
            "no": f"{head}{number}号", "area": area, "authority": authority.strip()[:200],
            "words": words.strip()[:TEXT_CHARS_MAX], "actor": actor.name, "now": clock.now(),
            "on": on, "ids": [row[0] for row in chosen],
        }  # fmt: skip
        handover = int(sql(_INSERT, told).fetchone()[0])
        sql(_ITEMS, told | {"handover": handover})
        audit.wrote(
            "risk_handover.prepared", actor=actor.name, subject=f"risk_handover:{handover}",
            number=told["no"], findings=told["ids"], authority=told["authority"],
        )  # fmt: skip
    return handover


def approve(actor: Actor, handover_id: int, answer: str, on: date) -> None:
    """Hand the listed findings over. Raises SecondPersonNeeded and what `_locked` raises.

    A finding that was closed since it was listed refuses the whole list: somebody decided
    otherwise, and a new list says so.
    """
    access.require(actor, "risk_hand_decide")
    with db.atomic():
        number, prepared_by = _locked(actor, handover_id)
        if prepared_by == actor.name:
            raise SecondPersonNeeded(actor=actor.name, what="这份移交清单")
        listed = sql(_LISTED, {"id": handover_id}).fetchall()
        if any(state not in HANDABLE for _, state in listed):
            raise NothingToHand()
        _decide(actor, handover_id, HandoverMove.APPROVE, answer, on)
        ids = [row[0] for row in listed]
        sql(_HAND, {"ids": ids, "after": RiskState.HANDED_OVER})
        for finding, state in listed:
            add_event(
                [finding], RiskMove.HAND_OVER, RiskState(state), actor, on,
                note=number, facts={"handover": handover_id},
            )  # fmt: skip
        audit.wrote(
            "risk_handover.handed", actor=actor.name, subject=f"risk_handover:{handover_id}",
            number=number, findings=ids,
        )  # fmt: skip


def withdraw(actor: Actor, handover_id: int, reason: str, on: date) -> None:
    """Take a list back before it was handed over; its findings stay as they are.

    The one who prepared it may, and whoever decides. Raises WordsNeeded.
    """
    may = access.MAY.get(actor.role, frozenset())
    access.require(actor, "risk_hand" if "risk_hand" in may else "risk_hand_decide")
    if not reason.strip():
        raise WordsNeeded()
    with db.atomic():
        number, _ = _locked(actor, handover_id)
        _decide(actor, handover_id, HandoverMove.WITHDRAW, reason, on)
        audit.wrote(
            "risk_handover.withdrawn", actor=actor.name, subject=f"risk_handover:{handover_id}",
            number=number, reason=reason.strip(),
        )  # fmt: skip


def _locked(actor: Actor, handover_id: int) -> tuple[str, str]:
    row = sql(_LOCK, {"id": handover_id}).fetchone()
    if row is None or not access.reaches(actor, row[1]):
        raise UnknownHandover(handover=handover_id)
    number, _, state, prepared_by = row
    if state != HandoverState.PREPARED:
        raise HandoverDecided(handover=number)
    return number, prepared_by


def _decide(actor: Actor, handover_id: int, move: HandoverMove, answer: str, on: date) -> None:
    told = {
        "id": handover_id, "after": target(HANDOVER, move), "actor": actor.name,
        "now": clock.now(), "on": on, "answer": answer.strip()[:TEXT_CHARS_MAX] or None,
    }  # fmt: skip
    sql(_DECIDED, told)
