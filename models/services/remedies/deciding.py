"""The second person decides about an excuse, and anybody concerned may end it early."""

from collections.abc import Sequence
from datetime import date
from typing import NamedTuple

from models import clock
from models.records.base import db, sql
from models.rules import remedies as rules
from models.rules.errors.access import SecondPersonNeeded
from models.rules.errors.payment import ReasonNeeded, SelectionChanged
from models.rules.errors.remedies import (
    ExcuseDecided,
    ExcuseOver,
    OwnInstitution,
    UnknownExcuse,
)
from models.rules.overdue import Responsible
from models.rules.remedies import EXCUSE, ExcuseMove, ExcuseState
from models.rules.states import sources, target
from models.rules.words import Role
from models.services import access, audit
from models.services.access import Actor
from models.services.remedies import news
from models.services.remedies.chosen import Seen
from models.services.remedies.knowing import WORDS_CHARS_MAX

_LOCK = """
SELECT id, state, asked_by, responsible, area_code, until_on, unpaid_fen, party_code, line_no
  FROM line_excuse WHERE request_no = %s ORDER BY id FOR UPDATE
"""
_DECIDE = """
UPDATE line_excuse SET state = %(to)s, decided_by = %(actor)s, decided_at = %(now)s,
       decided_on = %(on)s, answer = %(answer)s
 WHERE request_no = %(request_no)s AND state = ANY (%(from)s) AND asked_by <> %(actor)s
"""
_END = """
UPDATE line_excuse SET state = %(to)s, ended_by = %(actor)s, ended_at = %(now)s, ended_on = %(on)s,
       end_reason = %(reason)s
 WHERE id = ANY (%(ids)s) AND state = ANY (%(from)s)
"""


class _Locked(NamedTuple):
    """One line of a request under its lock."""

    id: int
    state: str
    asked_by: str
    responsible: str
    area_code: str
    until_on: date | None
    unpaid_fen: int
    party_code: str | None
    line_no: str


def grant(actor: Actor, request_no: str, on: date, *, seen: Seen, answer: str = "") -> None:
    """Grant a request as its second person; from the day on its lines are urged no more.

    `seen` is what the person looked at: another content is refused. Raises NotAllowed,
    UnknownExcuse, OutOfScope, ExcuseDecided, SecondPersonNeeded, OwnInstitution, ExcuseOver,
    SelectionChanged.
    """
    with db.atomic():
        rows = _enter(actor, request_no)
        until_on = rows[0].until_on
        if until_on is not None and until_on < on:
            raise ExcuseOver(request_no=request_no, until_on=until_on)
        if Seen(len(rows), sum(row.unpaid_fen for row in rows)) != seen:
            raise SelectionChanged(what="免催申请")
        _decide(actor, request_no, ExcuseMove.GRANT, on, len(rows), answer)


def refuse(actor: Actor, request_no: str, reason: str, on: date) -> None:
    """Refuse a request with its reason; its lines are urged as before.

    Raises ReasonNeeded and what `grant` raises.
    """
    if not reason.strip():
        raise ReasonNeeded(what="退回免催申请")
    with db.atomic():
        rows = _enter(actor, request_no)
        _decide(actor, request_no, ExcuseMove.REFUSE, on, len(rows), reason)


def end(actor: Actor, request_no: str, reason: str, on: date, *, lines: Sequence[str] = ()) -> int:
    """End a granted excuse before its last day, whole or some of its lines; return how many.

    From the day on the lines are urged again. A seat ends its own alone. Raises ReasonNeeded,
    UnknownExcuse, OutOfScope, ExcuseDecided (nothing of it is in force).
    """
    access.require(actor, "excuse_end")
    if not reason.strip():
        raise ReasonNeeded(what="提前结束免催")
    with db.atomic():
        rows = _locked(actor, request_no)
        ids = [
            row.id
            for row in rows
            if row.state == ExcuseState.GRANTED and (not lines or row.line_no in set(lines))
        ]
        told = {
            "ids": ids,
            "actor": actor.name,
            "now": clock.now(),
            "on": on,
            "reason": reason.strip()[:WORDS_CHARS_MAX],
            "from": sources(EXCUSE, ExcuseMove.END),
            "to": target(EXCUSE, ExcuseMove.END),
        }
        if not ids or sql(_END, told).rowcount != len(ids):
            raise ExcuseDecided(request_no=request_no)
        audit.wrote(
            "excuse.ended",
            actor=actor.name,
            subject=f"excuse:{request_no}",
            lines=len(ids),
            reason=told["reason"],
        )
        news.tell_soon(actor.name, on)
    return len(ids)


def _enter(actor: Actor, request_no: str) -> list[_Locked]:
    """Lock the request and refuse those who may not decide it."""
    access.require(actor, "excuse_decide")
    rows = _locked(actor, request_no)
    if any(row.state != ExcuseState.ASKED for row in rows):
        raise ExcuseDecided(request_no=request_no)
    if any(row.asked_by == actor.name for row in rows):
        raise SecondPersonNeeded(actor=actor.name, what="免催申请")
    if not all(rules.may_decide(actor.role, Responsible(row.responsible)) for row in rows):
        raise OwnInstitution(actor=actor.name)
    return rows


def _locked(actor: Actor, request_no: str) -> list[_Locked]:
    rows = [_Locked(*row) for row in sql(_LOCK, (request_no,)).fetchall()]
    if not rows or not all(_is_mine(actor, row) for row in rows):
        raise UnknownExcuse(request_no=request_no)
    if actor.party_code is None:
        access.require_rows(actor, {row.area_code for row in rows}, "免催申请")
    return rows


def _is_mine(actor: Actor, row: _Locked) -> bool:
    """Return whether a seat's own institution had to act on the line; staff go by their areas."""
    seats = {Role.HOSPITAL: Responsible.HOSPITAL, Role.ENTERPRISE: Responsible.ENTERPRISE}
    if actor.role not in seats:
        return True
    return row.responsible == seats[Role(actor.role)] and row.party_code == actor.party_code


def _decide(
    actor: Actor, request_no: str, move: ExcuseMove, on: date, count: int, answer: str
) -> None:
    told = {
        "request_no": request_no,
        "actor": actor.name,
        "now": clock.now(),
        "on": on,
        "answer": answer.strip()[:WORDS_CHARS_MAX] or None,
        "from": sources(EXCUSE, move),
        "to": target(EXCUSE, move),
    }
    if sql(_DECIDE, told).rowcount != count:
        raise ExcuseDecided(request_no=request_no)
    audit.wrote(
        f"excuse.{told['to']}",
        actor=actor.name,
        subject=f"excuse:{request_no}",
        lines=count,
        answer=told["answer"],
    )
    news.tell_soon(actor.name, on)
