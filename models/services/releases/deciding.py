"""What becomes of a lost bank file: one person proposes on the bank's word, another decides."""

from typing import Any

from models import clock
from models.records.base import db
from models.records.lost_files import LostFile
from models.rules.errors.recovery import (
    LostFileNotAsked,
    LostFileReasonMissing,
    LostFileSamePerson,
    UnknownLostFile,
)
from models.rules.lost_files import LostFileState
from models.rules.money import yuan
from models.services import access, audit
from models.services.access import Actor
from models.services.releases import recording

REASON_CHARS_MAX = 500


def listed(actor: Actor) -> list[dict[str, Any]]:
    """Return the lost files whose areas the actor may see all of, newest first."""
    rows = LostFile.select().order_by(LostFile.id.desc())
    return [_told(row) for row in rows if _may_see(actor, row)]


def propose(actor: Actor, batch_no: str, answer: LostFileState, reason: str) -> None:
    """Say that a lost file went to the bank (recorded) or never will (withdrawn), and why.

    A later proposal replaces an earlier one. Raises NotAllowed, OutOfScope, UnknownLostFile,
    LostFileReasonMissing.
    """
    access.require(actor, "lost_file")
    if not reason.strip():
        raise LostFileReasonMissing
    with db.atomic():
        lost = _open(actor, batch_no)
        lost.proposed, lost.reason = answer, reason.strip()[:REASON_CHARS_MAX]
        lost.proposed_by, lost.proposed_at = actor.name, clock.now()
        lost.save()
        _wrote("proposed", actor, lost)


def decide(actor: Actor, batch_no: str) -> LostFileState:
    """Do what was proposed: record the file as it was sent, or free what it paid.

    Raises NotAllowed, OutOfScope, UnknownLostFile, LostFileNotAsked, LostFileSamePerson and what
    `record` refuses.
    """
    access.require(actor, "lost_file_decide")
    with db.atomic():
        lost = _open(actor, batch_no)
        if lost.proposed is None:
            raise LostFileNotAsked(batch_no=batch_no)
        if lost.proposed_by == actor.name:
            raise LostFileSamePerson(batch_no=batch_no)
        if lost.proposed is LostFileState.RECORDED:
            recording.record(lost, actor.name)
        lost.state = lost.proposed
        lost.decided_by, lost.decided_at = actor.name, clock.now()
        lost.save()
        _wrote(str(lost.state), actor, lost)
    return LostFileState(lost.state)


def _open(actor: Actor, batch_no: str) -> LostFile:
    lost: LostFile | None = (
        LostFile.select()
        .where(LostFile.batch_no == batch_no, LostFile.state == LostFileState.OPEN)
        .order_by(LostFile.id)
        .for_update()
        .first()
    )
    if lost is None:
        raise UnknownLostFile(batch_no=batch_no)
    access.require_rows(actor, lost.area_codes, batch_no)
    return lost


def _may_see(actor: Actor, row: LostFile) -> bool:
    return all(access.reaches(actor, area) for area in row.area_codes)


def _wrote(what: str, actor: Actor, lost: LostFile) -> None:
    audit.wrote(
        f"lost_file.{what}",
        actor=actor.name,
        subject=f"batch:{lost.batch_no}",
        answer=str(lost.proposed),
        reason=lost.reason,
        sha256=lost.sha256,
        total_yuan=yuan(lost.total_fen),
    )


def _told(row: LostFile) -> dict[str, Any]:
    return {
        "batch_no": row.batch_no,
        "file": row.file_name,
        "sha256": row.sha256,
        "lines": row.lines_count,
        "total_yuan": yuan(row.total_fen),
        "released_at": row.released_at.isoformat(),
        "released_by": row.released_by,
        "state": str(row.state),
        "proposed": str(row.proposed or ""),
        "reason": row.reason or "",
        "proposed_by": row.proposed_by or "",
        "decided_by": row.decided_by or "",
    }
