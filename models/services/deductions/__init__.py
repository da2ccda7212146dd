"""Quality deposits and assessment deductions go into the monthly fund by two people (扣款)."""

from collections.abc import Sequence
from typing import Any

from models import clock
from models.records.base import db, sql
from models.rules import calendar
from models.rules.deductions import DEDUCTION, DeductionKind, DeductionMove, Line
from models.rules.errors.access import SecondPersonNeeded
from models.rules.errors.deductions import (
    DeductionFundChanged,
    DeductionFundMissing,
    DeductionFundUsed,
    DeductionHospitals,
    DeductionMoved,
    DeductionUnknown,
)
from models.rules.errors.payment import ReasonNeeded, SelectionChanged
from models.rules.money import yuan
from models.rules.states import sources, target
from models.services import access, area_locks, audit, closed_months
from models.services.access import Actor

__all__ = ["accept", "propose", "revoke", "withdraw"]

WHAT = "扣款建议"
REASON_CHARS_MAX = 500
BASIS_CHARS_MAX = 500
#: Hospitals named in a refusal.
NAMED = 5
#: One number at a time.
NUMBER_LOCK = 7_466_084
_KNOWN = """
SELECT hospital_code FROM hospital WHERE hospital_code = ANY (%(codes)s)
   AND area_code = ANY (%(areas)s)
"""
_NUMBER = "SELECT count(*) + 1 FROM deduction_list WHERE list_no LIKE %s"
_LIST = """
INSERT INTO deduction_list (list_no, period, area_code, kind, state, basis, proposed_by,
                            proposed_at)
VALUES (%(no)s, %(period)s, %(area)s, %(kind)s, 'proposed', %(basis)s, %(by)s, %(now)s)
RETURNING id
"""
_LINE = "INSERT INTO deduction (list_id, hospital_code, amount_fen, reason) VALUES (%s, %s, %s, %s)"
_FIND = """
SELECT id, list_no, period, area_code, state, proposed_by FROM deduction_list
 WHERE id = %s FOR UPDATE
"""
_SUMS = "SELECT count(*), sum(amount_fen)::bigint FROM deduction WHERE list_id = %s"
_MISSING = """
SELECT d.hospital_code FROM deduction d
 WHERE d.list_id = %(id)s AND NOT EXISTS (SELECT FROM monthly_fund m
       WHERE (m.period, m.hospital_code) = (%(period)s, d.hospital_code)) ORDER BY 1
"""
#: An offset keeps the fund's figures it read: what changes afterwards would never be offset.
_USED = """
SELECT d.hospital_code FROM deduction d
 WHERE d.list_id = %(id)s AND EXISTS (SELECT FROM hospital_offset o
       WHERE (o.fund_period, o.hospital_code) = (%(period)s, d.hospital_code)) ORDER BY 1
"""
_INTO_FUND = """
UPDATE monthly_fund m SET deposit_fen = m.deposit_fen + d.amount_fen
  FROM deduction d
 WHERE d.list_id = %(id)s AND (m.period, m.hospital_code) = (%(period)s, d.hospital_code)
"""
_REMEMBER = """
UPDATE deduction d SET before_fen = m.deposit_fen - d.amount_fen, after_fen = m.deposit_fen
  FROM monthly_fund m
 WHERE d.list_id = %(id)s AND (m.period, m.hospital_code) = (%(period)s, d.hospital_code)
"""
#: Only what still holds the amounts of every accepted list can give one back.
_CHANGED = """
SELECT d.hospital_code FROM deduction d
  LEFT JOIN monthly_fund m ON (m.period, m.hospital_code) = (%(period)s, d.hospital_code)
 WHERE d.list_id = %(id)s
   AND coalesce(m.deposit_fen, 0) < (
       SELECT sum(o.amount_fen) FROM deduction o JOIN deduction_list l ON l.id = o.list_id
        WHERE l.state = 'accepted' AND l.period = %(period)s AND o.hospital_code = d.hospital_code)
 ORDER BY 1
"""
_OUT_OF_FUND = """
UPDATE monthly_fund m SET deposit_fen = m.deposit_fen - d.amount_fen
  FROM deduction d
 WHERE d.list_id = %(id)s AND (m.period, m.hospital_code) = (%(period)s, d.hospital_code)
"""
_MOVE = (
    "UPDATE deduction_list SET state = %(to)s, {who} WHERE id = %(id)s AND state = ANY (%(from)s)"
)
_DECIDED = _MOVE.format(who="decided_by = %(by)s, decided_at = %(now)s")
_ENDED = _MOVE.format(who="ended_by = %(by)s, ended_at = %(now)s, reason = %(reason)s")


def propose(
    actor: Actor,
    period: str,
    area: str | None,
    kind: DeductionKind,
    basis: str,
    lines: Sequence[Line],
) -> int:
    """Propose a list for the fund of a month and return its number in the database.

    Nothing is taken yet. Raises ReasonNeeded (no basis), DeductionHospitals, UnknownArea,
    OutOfScope, BadPeriod, MonthClosed, NotAllowed.
    """
    access.require(actor, "deduct")
    areas = access.areas(actor, area)
    calendar.last_day(period)
    words = basis.strip()[:BASIS_CHARS_MAX]
    if not words:
        raise ReasonNeeded(what=WHAT)
    with db.atomic():
        closed_months.refuse(areas, period)
        codes = [one.hospital_code for one in lines]
        known = {row[0] for row in sql(_KNOWN, {"codes": codes, "areas": areas})}
        _refuse([code for code in codes if code not in known], DeductionHospitals)
        sql("SELECT pg_advisory_xact_lock(%s)", (NUMBER_LOCK,))
        head = f"扣款〔{period[:4]}〕"
        number = f"{head}{sql(_NUMBER, (f'{head}%',)).fetchone()[0]}号"
        told: dict[str, Any] = {
            "no": number, "period": period, "area": area or actor.area_code, "kind": kind.value,
            "basis": words, "by": actor.name, "now": clock.now(),
        }  # fmt: skip
        list_id = int(sql(_LIST, told).fetchone()[0])
        with db.connection().cursor() as cursor:
            cursor.executemany(_LINE, [(list_id, *one) for one in lines])
        audit.wrote(
            "deductions.proposed", actor=actor.name, subject=f"deductions:{list_id}",
            list_no=number, period=period, hospitals=len(lines), basis=words,
            total_yuan=yuan(sum(one.amount_fen for one in lines)),
        )  # fmt: skip
    return list_id


def accept(actor: Actor, list_id: int, *, count: int, total_fen: int) -> None:
    """Put a list into the monthly funds, as another than who proposed it.

    `count` and `total_fen` are what the person saw. Raises SecondPersonNeeded, SelectionChanged,
    DeductionFundMissing, DeductionFundUsed, DeductionMoved, DeductionUnknown, MonthClosed,
    NotAllowed.
    """
    access.require(actor, "deduct_decide")
    with db.atomic():
        told, proposed_by = _held(actor, list_id)
        if actor.name == proposed_by:
            raise SecondPersonNeeded(actor=actor.name, what=WHAT)
        if tuple(sql(_SUMS, (list_id,)).fetchone()) != (count, total_fen):
            raise SelectionChanged(what=WHAT)
        _move(_DECIDED, told, DeductionMove.ACCEPT)
        _refuse([row[0] for row in sql(_MISSING, told)], DeductionFundMissing, told)
        _refuse([row[0] for row in sql(_USED, told)], DeductionFundUsed, told)
        sql(_INTO_FUND, told)
        sql(_REMEMBER, told)
        _wrote(actor, "accepted", told, hospitals=count, total_yuan=yuan(total_fen))


def withdraw(actor: Actor, list_id: int, reason: str) -> None:
    """Withdraw a list before it was accepted. Raises ReasonNeeded and what `_held` raises."""
    may = access.MAY.get(actor.role, frozenset())
    access.require(actor, "deduct" if "deduct" in may else "deduct_decide")
    with db.atomic():
        told, _ = _held(actor, list_id)
        told["reason"] = _words(reason)
        _move(_ENDED, told, DeductionMove.WITHDRAW)
        _wrote(actor, "withdrawn", told, reason=told["reason"])


def revoke(actor: Actor, list_id: int, reason: str) -> None:
    """Take an accepted list out of the funds again, while no offset has read them.

    Raises ReasonNeeded, DeductionFundUsed, DeductionFundChanged and what `_held` raises.
    """
    access.require(actor, "deduct_decide")
    with db.atomic():
        told, _ = _held(actor, list_id)
        told["reason"] = _words(reason)
        _refuse([row[0] for row in sql(_USED, told)], DeductionFundUsed, told)
        _refuse([row[0] for row in sql(_CHANGED, told)], DeductionFundChanged, told)
        _move(_ENDED, told, DeductionMove.REVOKE)
        sql(_OUT_OF_FUND, told)
        _wrote(actor, "revoked", told, reason=told["reason"])


def _held(actor: Actor, list_id: int) -> tuple[dict[str, Any], str]:
    """Lock the areas, then the list; return what statements are told and who proposed it."""
    found = sql("SELECT area_code FROM deduction_list WHERE id = %s", (list_id,)).fetchone()
    if found is None or not _within(actor, found[0]):
        raise DeductionUnknown
    area = None if found[0] == access.ALL_AREAS else found[0]
    areas = access.areas(actor, area)
    area_locks.lock(areas)
    number, list_no, period, _, _, proposed_by = sql(_FIND, (list_id,)).fetchone()
    closed_months.refuse(areas, period)
    told = {
        "id": number, "no": list_no, "period": period, "by": actor.name, "now": clock.now(),
    }  # fmt: skip
    return told, proposed_by


def _within(actor: Actor, area_code: str) -> bool:
    if area_code == access.ALL_AREAS:
        return actor.area_code == access.ALL_AREAS
    return access.reaches(actor, area_code)


def _move(text: str, told: dict[str, Any], move: DeductionMove) -> None:
    ends = {"to": target(DEDUCTION, move), "from": sources(DEDUCTION, move)}
    if sql(text, told | ends).rowcount != 1:
        raise DeductionMoved(list_no=told["no"])


def _refuse(hospitals: Sequence[str], refusal: Any, told: Any = None) -> None:  # noqa: ANN401
    if hospitals:
        facts = {"hospitals": "、".join(hospitals[:NAMED])}
        raise refusal(**facts, **({"period": told["period"]} if told else {}))


def _words(reason: str) -> str:
    if not reason.strip():
        raise ReasonNeeded(what=WHAT)
    return reason.strip()[:REASON_CHARS_MAX]


def _wrote(actor: Actor, what: str, told: dict[str, Any], **facts: object) -> None:
    audit.wrote(
        f"deductions.{what}", actor=actor.name, subject=f"deductions:{told['id']}",
        list_no=told["no"], period=told["period"], **facts,
    )  # fmt: skip
