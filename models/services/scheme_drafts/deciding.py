"""The second person's word on a draft of a scheme: in force, or back with a reason."""

from typing import Any

from models import clock
from models.records.base import db, sql
from models.rules.errors.access import SecondPersonNeeded
from models.rules.errors.payment import ReasonNeeded
from models.rules.errors.schemes import DraftOvertaken, DraftSettled
from models.rules.scheme_drafts import DraftMove, DraftState
from models.schemas.tables.schemes import Schemes
from models.services import access, audit
from models.services.access import Actor
from models.services.scheme_drafts.cells import of_version, values
from models.services.scheme_drafts.writing import REASON_CHARS_MAX, Held, held

_WHAT = "方案草案"
_DECIDE = """
UPDATE scheme_draft SET state = %(to)s, decided_by = %(actor)s, decided_at = %(now)s
 WHERE id = %(id)s AND state = %(from)s AND revision = %(revision)s
"""
_GIVE_BACK = """
UPDATE scheme_draft SET state = %(to)s, answer = %(answer)s, submitted_by = NULL,
       submitted_at = NULL
 WHERE id = %(id)s AND state = %(from)s
"""
#: Versions are added and corrected by one hand at a time.
_LOCK = "LOCK TABLE scheme IN SHARE ROW EXCLUSIVE MODE"


def put_in_force(actor: Actor, draft_id: int, *, revision: int) -> None:
    """Make a submitted draft a version of its scheme; nobody who wrote any of it may.

    `revision` is what was looked at. Raises NotAllowed, OutOfScope, SecondPersonNeeded,
    DraftSettled, DraftChanged, DraftOvertaken, DraftBroken.
    """
    access.require(actor, "scheme_decide")
    with db.atomic():
        draft = held(actor, draft_id, DraftMove.PUT_IN_FORCE, revision)
        _another(actor, draft)
        sql(_LOCK)
        standing = of_version(draft.scheme_code, draft.valid_from)
        if standing != (draft.base_cells if draft.corrects else None):
            raise DraftOvertaken(scheme=draft.scheme_code, valid_from=draft.valid_from)
        sql("SELECT set_config('zhijie.actor', %s, true)", (actor.name,))
        _keep(values(draft.cells), corrects=draft.corrects)
        told = {
            "id": draft_id,
            "from": draft.state,
            "to": DraftState.IN_FORCE,
            "revision": revision,
            "actor": actor.name,
            "now": clock.now(),
        }
        if sql(_DECIDE, told).rowcount != 1:
            raise DraftSettled(draft=draft_id)
        audit.wrote(
            "scheme.in_force",
            actor=actor.name,
            subject=f"scheme:{draft.scheme_code}|{draft.valid_from}",
            draft=draft_id,
            makers=draft.makers,
            corrects=draft.corrects,
            cells=draft.cells,
        )


def give_back(actor: Actor, draft_id: int, answer: str) -> None:
    """Return a submitted draft to its makers with a reason.

    Raises NotAllowed, OutOfScope, SecondPersonNeeded, ReasonNeeded, DraftSettled.
    """
    access.require(actor, "scheme_decide")
    if not answer.strip():
        raise ReasonNeeded(what="退回")
    with db.atomic():
        draft = held(actor, draft_id, DraftMove.GIVE_BACK, None)
        _another(actor, draft)
        told = {
            "id": draft_id,
            "from": draft.state,
            "to": DraftState.DRAFT,
            "answer": answer.strip()[:REASON_CHARS_MAX],
        }
        if sql(_GIVE_BACK, told).rowcount != 1:
            raise DraftSettled(draft=draft_id)
        audit.wrote(
            "scheme.draft_given_back",
            actor=actor.name,
            subject=f"scheme_draft:{draft_id}",
            reason=told["answer"],
        )


def _another(actor: Actor, draft: Held) -> None:
    if actor.name in draft.makers or actor.name == draft.submitted_by:
        raise SecondPersonNeeded(actor=actor.name, what=_WHAT)


def _keep(read: dict[str, Any], *, corrects: bool) -> None:
    """Write the version as an import would write its row."""
    columns = Schemes.columns()
    told = {column.target: read.get(name) for name, column in columns.items()}
    keys = Schemes.about.key
    if corrects:
        sets = ", ".join(f"{name} = %({name})s" for name in told if name not in keys)
        where = " AND ".join(f"{name} = %({name})s" for name in keys)
        sql(f"UPDATE scheme SET {sets} WHERE {where}", told)
        return
    values_of = ", ".join(f"%({name})s" for name in told)
    sql(f"INSERT INTO scheme ({', '.join(told)}) VALUES ({values_of})", told)
