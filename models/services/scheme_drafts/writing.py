"""Writing a draft of a scheme: begun, changed, handed to a second person, withdrawn."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from models import clock
from models.records.base import JsonField, db, sql
from models.rules.errors.payment import ReasonNeeded
from models.rules.errors.schemes import (
    DraftChanged,
    DraftSettled,
    DraftUnchanged,
    DraftWaiting,
    SchemeElsewhere,
    VersionExists,
)
from models.rules.scheme_drafts import DraftMove, DraftState, target
from models.services import access, audit
from models.services.access import Actor
from models.services.scheme_drafts.cells import Cells, of_version, values, written

REASON_CHARS_MAX = 500

#: The version a draft is begun from.
Base = tuple[str, date] | None

_BEGIN = """
INSERT INTO scheme_draft (scheme_code, valid_from, area_code, cells, base_code, base_from,
    base_cells, reason, state, makers, revision, made_at, changed_at)
VALUES (%(scheme_code)s, %(valid_from)s, %(area_code)s, %(cells)s, %(base_code)s, %(base_from)s,
    %(base_cells)s, %(reason)s, %(state)s, ARRAY[%(actor)s], 1, %(now)s, %(now)s)
RETURNING id
"""
_WRITE = """
UPDATE scheme_draft
   SET scheme_code = %(scheme_code)s, valid_from = %(valid_from)s, area_code = %(area_code)s,
       cells = %(cells)s, reason = %(reason)s, revision = revision + 1, changed_at = %(now)s,
       makers = CASE WHEN %(actor)s = ANY (makers) THEN makers ELSE makers || %(actor)s::text END
 WHERE id = %(id)s AND state = %(from)s AND revision = %(revision)s
"""
_SUBMIT = """
UPDATE scheme_draft SET state = %(to)s, submitted_by = %(actor)s, submitted_at = %(now)s,
       answer = NULL
 WHERE id = %(id)s AND state = %(from)s AND revision = %(revision)s
"""
_WITHDRAW = """
UPDATE scheme_draft SET state = %(to)s, decided_by = %(actor)s, decided_at = %(now)s
 WHERE id = %(id)s AND state = %(from)s
"""
_HELD = """
SELECT scheme_code, valid_from, area_code, cells, base_code, base_from, base_cells, reason, state,
       makers, revision, submitted_by
  FROM scheme_draft WHERE id = %s FOR UPDATE
"""
_ELSEWHERE = "SELECT area_code FROM scheme WHERE scheme_code = %s AND area_code <> %s LIMIT 1"
_OPEN = """
SELECT id FROM scheme_draft
 WHERE scheme_code = %s AND valid_from = %s AND state IN ('draft', 'submitted')
   AND id IS DISTINCT FROM %s
"""


@dataclass(frozen=True)
class Held:
    """A draft under the lock of its row."""

    id: int
    scheme_code: str
    valid_from: date
    area_code: str
    cells: dict[str, str]
    base: Base
    base_cells: dict[str, str] | None
    reason: str
    state: DraftState
    makers: list[str]
    revision: int
    submitted_by: str | None

    @property
    def corrects(self) -> bool:
        """Return whether it changes the version it was begun from instead of adding one."""
        return self.base == (self.scheme_code, self.valid_from)


def begin(actor: Actor, cells: Cells, *, base: Base = None, reason: str = "") -> int:
    """Keep a first text of a version, from scratch or from a version; return the draft's number.

    Raises NotAllowed, OutOfScope, UnknownArea, DraftBroken, DraftWaiting, VersionExists,
    SchemeElsewhere.
    """
    access.require(actor, "scheme_draft")
    read = values(cells)
    with db.atomic():
        sql("LOCK TABLE scheme_draft IN SHARE ROW EXCLUSIVE MODE")
        base_cells = of_version(*base) if base else None
        told = _checked(actor, read, base if base_cells else None, None)
        told |= {
            "base_code": base[0] if base and base_cells else None,
            "base_from": base[1] if base and base_cells else None,
            "base_cells": JsonField().db_value(base_cells),
            "reason": reason.strip()[:REASON_CHARS_MAX],
            "state": DraftState.DRAFT,
        }
        draft_id = int(sql(_BEGIN, told).fetchone()[0])
        _wrote("scheme.drafted", actor, draft_id, scheme=told["scheme_code"])
    return draft_id


def write(actor: Actor, draft_id: int, cells: Cells, *, revision: int, reason: str = "") -> None:
    """Change the text of a draft that nobody submitted; its writer becomes one of its makers.

    Raises NotAllowed, OutOfScope, DraftBroken, DraftSettled, DraftChanged, DraftWaiting.
    """
    access.require(actor, "scheme_draft")
    read = values(cells)
    with db.atomic():
        sql("LOCK TABLE scheme_draft IN SHARE ROW EXCLUSIVE MODE")
        draft = held(actor, draft_id, DraftMove.WRITE, revision)
        told = _checked(actor, read, draft.base, draft_id)
        told |= {
            "id": draft_id,
            "from": draft.state,
            "revision": revision,
            "reason": reason.strip()[:REASON_CHARS_MAX],
        }
        _guarded(_WRITE, told, draft_id)
        _wrote("scheme.draft_written", actor, draft_id, revision=revision + 1)


def submit(actor: Actor, draft_id: int, *, revision: int) -> None:
    """Hand a draft to a second person; it cannot be written until it is given back.

    Raises NotAllowed, OutOfScope, ReasonNeeded, DraftSettled, DraftChanged, DraftUnchanged.
    """
    access.require(actor, "scheme_draft")
    with db.atomic():
        draft = held(actor, draft_id, DraftMove.SUBMIT, revision)
        if not draft.reason:
            raise ReasonNeeded(what="方案变更")
        if draft.corrects and draft.cells == draft.base_cells:
            raise DraftUnchanged(scheme=draft.scheme_code, valid_from=draft.valid_from)
        _guarded(_SUBMIT, _move(actor, draft, DraftMove.SUBMIT), draft_id)
        _wrote("scheme.draft_submitted", actor, draft_id, revision=revision)


def withdraw(actor: Actor, draft_id: int) -> None:
    """End a draft that is not in force; whoever may draft may, so that none blocks its version."""
    access.require(actor, "scheme_draft")
    with db.atomic():
        draft = held(actor, draft_id, DraftMove.WITHDRAW, None)
        _guarded(_WITHDRAW, _move(actor, draft, DraftMove.WITHDRAW), draft_id)
        _wrote("scheme.draft_withdrawn", actor, draft_id)


def held(actor: Actor, draft_id: int, move: DraftMove, revision: int | None) -> Held:
    """Return a draft under its lock if the move may begin from its state.

    Raises DraftSettled, DraftChanged (another revision than looked at), OutOfScope.
    """
    row = sql(_HELD, (draft_id,)).fetchone()
    if row is None or target(DraftState(row[8]), move) is None:
        raise DraftSettled(draft=draft_id)
    draft = Held(
        id=draft_id,
        scheme_code=row[0],
        valid_from=row[1],
        area_code=row[2],
        cells=row[3],
        base=(row[4], row[5]) if row[4] else None,
        base_cells=row[6],
        reason=row[7],
        state=DraftState(row[8]),
        makers=row[9],
        revision=row[10],
        submitted_by=row[11],
    )
    access.require_rows(actor, [draft.area_code], f"scheme_draft:{draft_id}")
    if revision is not None and revision != draft.revision:
        raise DraftChanged(draft=draft_id)
    return draft


def _checked(
    actor: Actor, read: dict[str, Any], base: Base, draft_id: int | None
) -> dict[str, Any]:
    """Return the columns of a draft of these values, once nothing speaks against it."""
    code, day, area = read["scheme_code"], read["valid_from"], read["area_code"]
    access.areas(actor, area)
    elsewhere = sql(_ELSEWHERE, (code, area)).fetchone()
    if elsewhere:
        raise SchemeElsewhere(scheme=code, area=elsewhere[0])
    waiting = sql(_OPEN, (code, day, draft_id)).fetchone()
    if waiting:
        raise DraftWaiting(scheme=code, valid_from=day, draft=waiting[0])
    if base != (code, day) and of_version(code, day) is not None:
        raise VersionExists(scheme=code, valid_from=day)
    return {
        "scheme_code": code,
        "valid_from": day,
        "area_code": area,
        "cells": JsonField().db_value(written(read)),
        "actor": actor.name,
        "now": clock.now(),
    }


def _move(actor: Actor, draft: Held, move: DraftMove) -> dict[str, Any]:
    return {
        "id": draft.id,
        "from": draft.state,
        "to": target(draft.state, move),
        "revision": draft.revision,
        "actor": actor.name,
        "now": clock.now(),
    }


def _guarded(text: str, told: dict[str, Any], draft_id: int) -> None:
    if sql(text, told).rowcount != 1:
        raise DraftSettled(draft=draft_id)


def _wrote(action: str, actor: Actor, draft_id: int, **facts: object) -> None:
    audit.wrote(action, actor=actor.name, subject=f"scheme_draft:{draft_id}", **facts)
