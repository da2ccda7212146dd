"""How a bank profile changes: one person proposes a version, another puts it in force."""

from collections.abc import Callable, Mapping
from typing import Any

from models import clock
from models.records.base import JsonField, db, sql
from models.rules.errors.access import SecondPersonNeeded
from models.rules.errors.bank import (
    ChangeDecided,
    ChangeOvertaken,
    ChangeWaiting,
    ProfileUnchanged,
    UnknownProfile,
)
from models.rules.errors.payment import ReasonNeeded
from models.rules.words import ProfileChange
from models.services import access, audit
from models.services.access import Actor
from models.services.profiles import versions

#: Refuses data that describes no file, naming the key (handed in: services know no formats).
Checked = Callable[[Mapping[str, Any]], object]

_PROPOSE = """
INSERT INTO bank_profile_change (profile_code, based_on, spec, reason, state, proposed_by,
    proposed_at)
VALUES (%(code)s, %(based_on)s, %(spec)s, %(reason)s, %(proposed)s, %(actor)s, %(now)s)
RETURNING id
"""
_OPEN = "SELECT id FROM bank_profile_change WHERE profile_code = %s AND state = 'proposed'"
_CHANGE = """
SELECT profile_code, based_on, spec, state, proposed_by FROM bank_profile_change
 WHERE id = %s FOR UPDATE
"""
_DECIDE = """
UPDATE bank_profile_change
   SET state = %(to)s, decided_by = %(actor)s, decided_at = %(now)s, answer = %(answer)s,
       version = %(version)s
 WHERE id = %(id)s AND state = %(proposed)s
"""
_RETIRE = """
UPDATE bank_profile SET retired_at = %(now)s, retired_by = %(actor)s
 WHERE profile_code = %(code)s AND retired_at IS NULL
"""


def propose(actor: Actor, spec: Mapping[str, Any], reason: str, *, checked: Checked) -> int:
    """Keep a checked version for a second person to decide; return the proposal's id.

    Raises NotAllowed, ProfileInvalid, ReasonNeeded, ProfileUnchanged, ChangeWaiting.
    """
    access.require(actor, "profile_propose")
    checked(spec)
    _need(reason, "变更")
    code = str(spec["code"])
    with db.atomic():
        versions.lock()
        latest = versions.latest(code)
        if latest and not latest[3] and latest[1] == dict(spec):
            raise ProfileUnchanged(profile=code, version=latest[0])
        if sql(_OPEN, (code,)).fetchone():
            raise ChangeWaiting(profile=code)
        told = {
            "code": code,
            "based_on": latest[0] if latest else None,
            "spec": JsonField().db_value(dict(spec)),
            "reason": reason.strip(),
            "proposed": ProfileChange.PROPOSED,
            "actor": actor.name,
            "now": clock.now(),
        }
        change_id = int(sql(_PROPOSE, told).fetchone()[0])
        audit.wrote(
            "profile.proposed", actor=actor.name, subject=f"profile:{code}", change=change_id
        )
    return change_id


def activate(actor: Actor, change_id: int, *, checked: Checked) -> int:
    """Put a proposed version in force and return its number; the proposer cannot.

    Raises NotAllowed, SecondPersonNeeded, ChangeDecided, ChangeOvertaken, ProfileInvalid.
    """
    access.require(actor, "profile_activate")
    with db.atomic():
        versions.lock()
        code, based_on, spec, proposed_by = _open(change_id)
        if proposed_by == actor.name:
            raise SecondPersonNeeded(actor=actor.name, what="银行格式变更")
        latest = versions.latest(code)
        newest = latest[0] if latest else None
        if newest != based_on:
            raise ChangeOvertaken(profile=code, version=newest)
        checked(spec)
        version = (newest or 0) + 1
        versions.add(spec, version, by=proposed_by, activated_by=actor.name)
        _decide(actor, change_id, ProfileChange.ACTIVATED, version=version)
        audit.wrote(
            "profile.activated",
            actor=actor.name,
            subject=f"profile:{code}",
            change=change_id,
            version=version,
        )
    return version


def refuse(actor: Actor, change_id: int, answer: str) -> None:
    """Refuse a proposed version with a reason; raises NotAllowed, SecondPersonNeeded."""
    access.require(actor, "profile_activate")
    _need(answer, "驳回")
    with db.atomic():
        code, _based_on, _spec, proposed_by = _open(change_id)
        if proposed_by == actor.name:
            raise SecondPersonNeeded(actor=actor.name, what="银行格式变更")
        _decide(actor, change_id, ProfileChange.REFUSED, answer=answer.strip())
        audit.wrote(
            "profile.refused",
            actor=actor.name,
            subject=f"profile:{code}",
            change=change_id,
            reason=answer.strip(),
        )


def withdraw(actor: Actor, change_id: int) -> None:
    """Take back a proposal that nobody decided; any proposer may, so that none blocks the code."""
    access.require(actor, "profile_propose")
    with db.atomic():
        code, *_ = _open(change_id)
        _decide(actor, change_id, ProfileChange.WITHDRAWN)
        audit.wrote(
            "profile.withdrawn", actor=actor.name, subject=f"profile:{code}", change=change_id
        )


def retire(actor: Actor, code: str, reason: str) -> bool:
    """Make no more batches with a profile; return False when it was retired before.

    One person is enough: no money moves by it. What the bank still says about earlier files is
    read with the profile as before. It comes back by a new version, which takes two.
    """
    access.require(actor, "profile_propose")
    _need(reason, "停用")
    with db.atomic():
        versions.lock()
        if versions.latest(code) is None:
            raise UnknownProfile(profile=code, known="—")
        told = {"code": code, "actor": actor.name, "now": clock.now()}
        if not sql(_RETIRE, told).rowcount:
            return False
        audit.wrote(
            "profile.retired", actor=actor.name, subject=f"profile:{code}", reason=reason.strip()
        )
    return True


def _need(reason: str, what: str) -> None:
    if not reason.strip():
        raise ReasonNeeded(what=what)


def _open(change_id: int) -> tuple[str, int | None, Mapping[str, Any], str]:
    """Return code, base, data and proposer of an open proposal, locked; else ChangeDecided."""
    row = sql(_CHANGE, (change_id,)).fetchone()
    if row is None or row[3] != ProfileChange.PROPOSED:
        raise ChangeDecided(change=change_id)
    return row[0], row[1], row[2], row[4]


def _decide(
    actor: Actor,
    change_id: int,
    to: ProfileChange,
    *,
    answer: str | None = None,
    version: int | None = None,
) -> None:
    told = {
        "id": change_id,
        "to": to,
        "actor": actor.name,
        "now": clock.now(),
        "answer": answer,
        "version": version,
        "proposed": ProfileChange.PROPOSED,
    }
    if sql(_DECIDE, told).rowcount != 1:
        raise ChangeDecided(change=change_id)
