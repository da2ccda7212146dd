"""The second person: agrees and the money follows, or refuses and everything stays as it is."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from models import clock
from models.records.base import db, sql
from models.rules.bank_news import plan_name
from models.rules.case_acts import plans
from models.rules.errors.access import SecondPersonNeeded
from models.rules.errors.cases import DecisionTaken
from models.rules.errors.payment import ReasonNeeded
from models.rules.states import InstructionMove
from models.services import access, audit, instructions
from models.services.access import Actor
from models.services.exceptions import judging

_LOCK = """
SELECT d.id, d.decided_by, d.asked_by, i.area_code
  FROM case_decision d LEFT JOIN payment_instruction i ON i.id = d.instruction_id
 WHERE d.id = ANY (%(ids)s) AND d.act = 'admit' ORDER BY d.id FOR UPDATE OF d
"""
_LOCK_CASES = """
SELECT 1 FROM payment_exception
 WHERE id IN (SELECT case_id FROM case_decision WHERE id = ANY (%(ids)s)) ORDER BY id FOR UPDATE
"""
_WANTED = (
    "SELECT id AS decision_id, case_id, instruction_id, status, booked_on FROM case_decision"
    " WHERE id = ANY (%(ids)s)"
)
_CASES = "x.id IN (SELECT case_id FROM case_decision WHERE id = ANY (%(ids)s))"

_DAYS: Mapping[bool, str] = {
    False: "m.booked_on, NULL::date AS returned_on",
    True: "NULL::date AS booked_on, m.booked_on AS returned_on",
}
_BACK = (InstructionMove.RETURN, InstructionMove.REVERSE)
_DAYLESS = (InstructionMove.ACCEPT, InstructionMove.REJECT, InstructionMove.CANCEL)
_CHOSEN = (
    "SELECT m.instruction_id, NULL::date AS sent_on, {days}, {reason} AS bank_reason, m.evidence"
    " FROM admitted m WHERE m.turn = %(turn)s AND m.plan = %(plan)s"
)
_COUNT = "SELECT count(*) FROM admitted WHERE turn = %(turn)s AND plan = %(plan)s"

_ANSWERED = """
UPDATE case_decision SET decided_by = %(actor)s, decided_at = %(now)s, accepted = %(accepted)s,
       answer = %(answer)s
 WHERE id = ANY (%(ids)s) AND decided_by IS NULL
"""
#: What the bank said stays as it came; which order it was about is now known.
_LINES_FOLLOW = """
UPDATE bank_result_line l SET instruction_id = a.instruction_id, outcome = a.outcome
  FROM admitted a
 WHERE a.source = 'bank_result:' || l.result_file_id AND l.row = a.row
   AND l.result_file_id = CASE WHEN a.source LIKE 'bank_result:%%'
                               THEN split_part(a.source, ':', 2)::bigint END
   AND (l.instruction_id IS NULL OR l.instruction_id = a.instruction_id)
   AND l.outcome = 'exception'
"""
_ENTRIES_FOLLOW = """
UPDATE statement_entry e SET instruction_id = a.instruction_id
  FROM admitted a
 WHERE a.debtor_account_no = e.account_no AND e.instruction_id IS NULL
   AND 'statement:' || e.account_no || ':' || e.day || ':' || e.entry_no = a.evidence
"""
_CLOSE_CASES = """
UPDATE payment_exception x
   SET closed_at = %(now)s, closed_by = %(actor)s, instruction_id = d.instruction_id,
       resolution = d.reason || '（' || d.asked_by || ' 提出，' || %(actor)s || ' 同意）'
  FROM case_decision d
 WHERE d.id = ANY (%(ids)s) AND x.id = d.case_id AND x.closed_at IS NULL
"""
_SUMS = "SELECT count(*), coalesce(sum(amount_fen), 0)::bigint FROM admitted"
_BY_PLAN = "SELECT outcome, count(*) FROM admitted GROUP BY outcome ORDER BY outcome"


def agree(actor: Actor, decision_ids: Sequence[int], on: date) -> dict[str, int]:
    """Give decisions another person asked for, all or none; return count and sum in fen.

    What the orders are is looked at again under their lock. The moves, postings, sheets and
    batches follow as from the bank's own word; the cases close. Raises NotAllowed, OutOfScope,
    SecondPersonNeeded, DecisionTaken, CaseNotAdmissible.
    """
    with db.atomic():
        told = {**_entered(actor, decision_ids), "accepted": True, "answer": None}
        sql(_LOCK_CASES, told)
        judging.collect(_WANTED, _CASES, told)
        for turn in range(1, judging.turns() + 1):
            judging.judge(turn)
            _move(turn, actor, on)
        sql(_LINES_FOLLOW, {})
        sql(_ENTRIES_FOLLOW)
        sql(_CLOSE_CASES, told)
        _answer(told)
        count, sum_fen = (int(value) for value in sql(_SUMS).fetchone())
        audit.wrote(
            "exception.admitted",
            actor=actor.name,
            subject="case_decision",
            decisions=told["ids"][:100],
            count=count,
            sum_fen=sum_fen,
            outcomes=dict(sql(_BY_PLAN).fetchall()),
        )
    return {"count": count, "sum_fen": sum_fen}


def refuse(actor: Actor, decision_ids: Sequence[int], reason: str) -> int:
    """Refuse decisions another person asked for; the cases stay open. Return how many.

    Raises NotAllowed, OutOfScope, SecondPersonNeeded, DecisionTaken, ReasonNeeded.
    """
    if not reason.strip():
        raise ReasonNeeded(what="退回认定")
    with db.atomic():
        told = {**_entered(actor, decision_ids), "accepted": False, "answer": reason.strip()}
        _answer(told)
        audit.wrote(
            "exception.refused",
            actor=actor.name,
            subject="case_decision",
            decisions=told["ids"][:100],
            count=len(told["ids"]),
            reason=reason.strip(),
        )
    return len(told["ids"])


def _entered(actor: Actor, decision_ids: Sequence[int]) -> dict[str, Any]:
    """Lock the decisions and refuse those the actor may not give."""
    access.require(actor, "decide_exception")
    ids = sorted(set(decision_ids))
    found = sql(_LOCK, {"ids": ids}).fetchall()
    if len(found) != len(ids) or not ids:
        raise DecisionTaken(decision=ids[0] if ids else 0)
    for decision, decided_by, asked_by, _area in found:
        if decided_by is not None:
            raise DecisionTaken(decision=decision)
        if asked_by == actor.name:
            raise SecondPersonNeeded(actor=actor.name, what="这项认定")
    access.require_rows(actor, {row[3] for row in found if row[3]}, "异常")
    return {"ids": ids, "actor": actor.name, "now": clock.now()}


def _answer(told: Mapping[str, Any]) -> None:
    if sql(_ANSWERED, told).rowcount != len(told["ids"]):
        raise DecisionTaken(decision=told["ids"][0])


def _move(turn: int, actor: Actor, on: date) -> None:
    for plan in plans():
        told = {"turn": turn, "plan": plan_name(plan)}
        expected = int(sql(_COUNT, told).fetchone()[0])
        for one in plan if expected else ():
            days = "NULL::date AS booked_on, NULL::date AS returned_on"
            if one not in _DAYLESS:
                days = _DAYS[one in _BACK]
            settles = one in (InstructionMove.SETTLE, InstructionMove.ADMIT)
            instructions.move(
                one,
                _CHOSEN.format(days=days, reason="NULL::text" if settles else "m.bank_reason"),
                told,
                expected=expected,
                cause="exception",
                actor=actor.name,
                on=on,
            )
