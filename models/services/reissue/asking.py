"""Requests to pay again: a maker asks with the proofs in hand, a second person releases them."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from models import clock
from models.records.base import db, sql
from models.rules.errors.access import SecondPersonNeeded
from models.rules.errors.payment import (
    AlreadyAsked,
    ReasonNeeded,
    RequestDecided,
    SelectionChanged,
    UnknownRequest,
)
from models.rules.job_names import JobName
from models.rules.money import yuan
from models.services import access, audit, bank_files, jobs, payment_proofs
from models.services.access import Actor
from models.services.reissue.making import enter, require_proofs

#: Longer explanations belong into a document that the reason names.
REASON_CHARS_MAX = 1_000

_ASK = """
INSERT INTO payment_reissue (request_no, instruction_id, amount_fen, profile_code, reason,
                             asked_by, asked_at, asked_on)
SELECT %(request_no)s, i.id, i.amount_fen, %(profile)s, %(reason)s, %(actor)s, %(now)s, %(on)s
  FROM payment_instruction i WHERE i.reference = ANY (%(references)s) ORDER BY i.id
"""
_REQUEST = """
SELECT i.reference, r.amount_fen, r.asked_by, r.decided_by, i.area_code
  FROM payment_reissue r JOIN payment_instruction i ON i.id = r.instruction_id
 WHERE r.request_no = %s ORDER BY i.id
"""
_DECIDE = """
UPDATE payment_reissue
   SET decided_by = %(actor)s, decided_at = %(now)s, released = %(released)s,
       decision_reason = %(reason)s, job_id = %(job)s
 WHERE request_no = %(request_no)s AND decided_by IS NULL AND asked_by <> %(actor)s
"""


def ask(actor: Actor, references: Sequence[str], profile_code: str, reason: str, on: date) -> str:
    """Ask for the payments to be made again and return the request's number.

    Everything `reissue` asks must be true already; it is asked again when a second person
    releases the request and once more when the job makes the payments.
    Raises NotReissuable, AlreadyReissued, AlreadyAsked, ReasonNeeded, UnknownPayment,
    UnknownProfile, OutOfScope, NotAllowed.
    """
    access.require(actor, "pay")
    told = sorted(set(references))
    if not reason.strip():
        raise ReasonNeeded(what="重付申请")
    with db.atomic():
        bank_files.profile(profile_code)
        enter(actor, told)
        proved = payment_proofs.judge(told, on)
        for proofs in proved:
            if proofs.open_request:
                raise AlreadyAsked(reference=proofs.reference, request_no=proofs.open_request)
            require_proofs(proofs)
        number = sql("SELECT nextval(pg_get_serial_sequence('payment_reissue', 'id'))").fetchone()
        request_no = f"CF{on:%Y%m%d}{int(number[0]):06d}"
        sql(
            _ASK,
            {
                "request_no": request_no,
                "profile": profile_code,
                "reason": reason.strip()[:REASON_CHARS_MAX],
                "actor": actor.name,
                "now": clock.now(),
                "on": on,
                "references": told,
            },
        )
        audit.wrote(
            "reissue.asked",
            actor=actor.name,
            subject=f"reissue:{request_no}",
            references=told,
            total_yuan=yuan(sum(one.amount_fen for one in proved)),
            reason=reason.strip()[:REASON_CHARS_MAX],
        )
    return request_no


def release(actor: Actor, request_no: str, on: date, *, count: int, total_fen: int) -> int:
    """Release a request as its second person, and return the job that makes the payments.

    `count` and `total_fen` are what the person saw: another content is refused. The proofs must
    still stand. Raises SecondPersonNeeded, SelectionChanged, RequestDecided, UnknownRequest,
    NotReissuable, AlreadyReissued, OutOfScope, NotAllowed.
    """
    access.require(actor, "reissue_release")
    with db.atomic():
        rows = _request(actor, request_no)
        references = [str(row[0]) for row in rows]
        enter(actor, references)
        if (len(rows), sum(int(row[1]) for row in rows)) != (count, total_fen):
            raise SelectionChanged(what="重付申请")
        for proofs in payment_proofs.judge(references, on):
            require_proofs(proofs)
        job = jobs.enqueue(
            JobName.REISSUE,
            {"request_no": request_no, "on": on},
            by=actor.name,
            dedupe_key=f"reissue:{request_no}",
        )
        _decide(actor, request_no, released=True, reason=None, job=int(job.id))
        audit.wrote(
            "reissue.released",
            actor=actor.name,
            subject=f"reissue:{request_no}",
            references=references,
            total_yuan=yuan(total_fen),
            job_id=int(job.id),
        )
    return int(job.id)


def refuse(actor: Actor, request_no: str, reason: str) -> None:
    """Refuse a request with its reason; the payments may be asked for again.

    Raises ReasonNeeded, SecondPersonNeeded, RequestDecided, UnknownRequest, OutOfScope,
    NotAllowed.
    """
    access.require(actor, "reissue_release")
    if not reason.strip():
        raise ReasonNeeded(what="驳回重付申请")
    with db.atomic():
        rows = _request(actor, request_no)
        enter(actor, [str(row[0]) for row in rows])
        told = reason.strip()[:REASON_CHARS_MAX]
        _decide(actor, request_no, released=False, reason=told, job=None)
        audit.wrote(
            "reissue.refused", actor=actor.name, subject=f"reissue:{request_no}", reason=told
        )


def _request(actor: Actor, request_no: str) -> list[tuple[Any, ...]]:
    """Return the open request's rows; the person who asked may not decide."""
    rows: list[tuple[Any, ...]] = sql(_REQUEST, (request_no,)).fetchall()
    if not rows:
        raise UnknownRequest(request_no=request_no)
    access.require_rows(actor, {row[4] for row in rows}, "重付申请")
    _, _, asked_by, decided_by, _ = rows[0]
    if decided_by is not None:
        raise RequestDecided(request_no=request_no, decided_by=decided_by)
    if asked_by == actor.name:
        raise SecondPersonNeeded(actor=actor.name, what="重付申请")
    return rows


def _decide(
    actor: Actor, request_no: str, *, released: bool, reason: str | None, job: int | None
) -> None:
    told = {
        "actor": actor.name,
        "now": clock.now(),
        "released": released,
        "reason": reason,
        "job": job,
        "request_no": request_no,
    }
    if sql(_DECIDE, told).rowcount == 0:
        raise RequestDecided(request_no=request_no, decided_by="另一人")
