"""The second and, where the scheme asks for two, the third person decide about a change."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from models import clock
from models.records.base import db, sql
from models.rules import accounts as rules
from models.rules.account_states import ACCOUNT, AccountMove
from models.rules.errors.access import SecondPersonNeeded
from models.rules.errors.accounts import AccountRefused, CheckerNeeded, UnknownAccountChange
from models.rules.errors.payment import ReasonNeeded
from models.rules.states import sources, target
from models.rules.words import AccountChangeState, Role
from models.services import access, audit
from models.services.access import Actor
from models.services.accounts import checks, effect, news
from models.services.accounts.sides import ENTERPRISES, HOSPITALS, Side

_LOCK_PARTIES = """
SELECT 1 FROM {parties} WHERE {key} IN (
    SELECT {key} FROM {changes}
     WHERE state = ANY (%(undecided)s) AND (%(ids)s::bigint[] IS NULL OR id = ANY (%(ids)s)))
 ORDER BY {key} FOR UPDATE
"""
_LOCK_CHANGES = """
SELECT id, {key}, state, requested_by, checked_by, reviews_needed, cooling_days, wanted_on,
       before IS NOT NULL
  FROM {changes}
 WHERE state = ANY (%(undecided)s) AND (%(ids)s::bigint[] IS NULL OR id = ANY (%(ids)s))
 ORDER BY id FOR UPDATE
"""
_OF_AREAS = """
SELECT c.id FROM hospital_account_change c JOIN hospital h USING (hospital_code)
 WHERE c.state = ANY (%(undecided)s) AND h.area_code = ANY (%(areas)s)
"""
_CHECK = """
UPDATE {changes} SET state = %(to)s, checked_by = %(actor)s, checked_at = %(now)s
 WHERE id = ANY (%(ids)s) AND state = ANY (%(from)s)
"""
_APPROVE = """
UPDATE {changes} c SET state = %(to)s, decided_by = %(actor)s, decided_at = %(now)s,
       effective_on = x.day
  FROM unnest(%(ids)s::bigint[], %(days)s::date[]) AS x (id, day)
 WHERE c.id = x.id AND c.state = ANY (%(from)s)
"""
_END = """
UPDATE {changes} SET state = %(to)s, {by} = %(actor)s, {at} = %(now)s, reason = %(reason)s
 WHERE id = %(id)s AND state = ANY (%(from)s) {guard}
RETURNING {key}
"""
#: The account in force before may be paid to again, if it is the one that is kept; a first one that
#: was refused never was, and neither was one that a file of hospitals brought since.
_BACK = """
UPDATE {parties} p SET account_verified = coalesce(c.before = jsonb_build_object(
           'account_no', p.account_no, 'account_name', p.account_name, 'bank_name', p.bank_name,
           'cnaps_code', p.cnaps_code), false)
  FROM {changes} c WHERE c.id = %s AND p.{key} = c.{key}
"""
_LOCK_ONE = """
SELECT 1 FROM {parties} WHERE {key} = (SELECT {key} FROM {changes} WHERE id = %s) FOR UPDATE
"""
_UNDECIDED = [AccountChangeState.REQUESTED.value, AccountChangeState.CHECKED.value]


def approve(
    actor: Actor,
    ids: Sequence[int] | None = None,
    *,
    on: date | None = None,
    side: Side = ENTERPRISES,
) -> dict[str, int]:
    """Verify or approve open account changes that others asked for; without ids: all of them.

    Where the scheme asks for one person beside who asked, a checker's or approver's word is the
    last; where it asks for two, a checker verifies first and an approver approves. An approved
    account is in force at once, or on its day. Returns how many were approved, how many were
    verified and wait for the approver, how many a check refuses, and how many wait for somebody
    else. With ids any that cannot be decided refuses the whole: SecondPersonNeeded,
    CheckerNeeded, AccountRefused, UnknownAccountChange.
    """
    access.require(actor, "accounts_approve")
    day = clock.today() if on is None else on
    chosen = None if ids is None else sorted(set(ids))
    with db.atomic():
        rows = _locked(_open_of(actor, side) if chosen is None else chosen, side)
        require_rows(actor, [row[1] for row in rows], side)
        if chosen is not None and len(rows) != len(chosen):
            raise UnknownAccountChange(change=chosen[0], what="核验", what_en="approved")
        found = checks.judged([row[0] for row in rows], day, side)
        verify: list[int] = []
        final: dict[int, date] = {}
        refused = 0
        for row in rows:
            change, _, state, requested_by, checked_by, reviews, cooling, wanted, had_one = row
            whose = _turn(actor, state, requested_by, checked_by, reviews)
            why, why_en = checks.refusals(found[change])
            if whose is None and not why:
                if reviews > 1 and state == AccountChangeState.REQUESTED:
                    verify.append(change)
                else:
                    days = cooling if had_one else 0
                    final[change] = rules.effective_on(day, days, wanted)
            elif chosen is not None:
                raise whose or AccountRefused(credit_code=row[1], why=why, why_en=why_en)
            else:
                refused += whose is None
        _decide(actor, verify, final, [row for row in rows if row[0] in final], day, side)
    return {
        "approved": len(final),
        "checked": len(verify),
        "refused": refused,
        "waiting": len(rows) - len(final) - refused,
    }


def _locked(ids: list[int] | None, side: Side) -> list[Any]:
    told = {"undecided": _UNDECIDED, "ids": ids}
    sql(side.sql(_LOCK_PARTIES), told)
    return list(sql(side.sql(_LOCK_CHANGES), told).fetchall())


def _open_of(actor: Actor, side: Side) -> list[int] | None:
    """Return the open changes of hospitals in the actor's areas; None: those of everybody."""
    if side is not HOSPITALS:
        return None
    told = {"areas": access.areas(actor, None), "undecided": _UNDECIDED}
    return [int(row[0]) for row in sql(_OF_AREAS, told)]


def require_rows(actor: Actor, codes: Sequence[str], side: Side) -> None:
    """Refuse hospitals outside the actor's areas; an enterprise sells in all of them.

    Raises OutOfScope.
    """
    if side is HOSPITALS and codes:
        found = sql("SELECT area_code FROM hospital WHERE hospital_code = ANY (%s)", (list(codes),))
        access.require_rows(actor, [row[0] for row in found], "医院账户")


def _turn(
    actor: Actor, state: str, requested_by: str, checked_by: str | None, reviews: int
) -> SecondPersonNeeded | CheckerNeeded | None:
    """Return why it is not this person's turn, or None when it is."""
    if actor.name in {requested_by, checked_by}:
        return SecondPersonNeeded(actor=actor.name, what="账户变更")
    if reviews > 1:
        first = state == AccountChangeState.REQUESTED
        if actor.role != (Role.CHECKER if first else Role.APPROVER):
            return CheckerNeeded(
                whose="复核人" if first else "审批人", whose_en="checker" if first else "approver"
            )
    return None


def _decide(
    actor: Actor,
    verify: list[int],
    final: dict[int, date],
    rows: list[Any],
    on: date,
    side: Side,
) -> None:
    told = {"actor": actor.name, "now": clock.now()}
    sql("SELECT set_config('zhijie.actor', %s, true)", (actor.name,))
    if verify:
        _moved(side.sql(_CHECK), AccountMove.CHECK, {**told, "ids": verify}, len(verify))
        audit.wrote("accounts.checked", actor=actor.name, subject=side.changes, ids=verify)
    for move, of in (
        (AccountMove.APPROVE_ALONE, AccountChangeState.REQUESTED),
        (AccountMove.APPROVE, AccountChangeState.CHECKED),
    ):
        ids = [row[0] for row in rows if row[2] == of]
        if ids:
            days = [final[one] for one in ids]
            _moved(side.sql(_APPROVE), move, {**told, "ids": ids, "days": days}, len(ids))
    if final:
        audit.wrote(
            "accounts.approved",
            actor=actor.name,
            subject=side.parties,
            **{f"{side.key}s": sorted(row[1] for row in rows)},
            ids=sorted(final),
        )
        news.tell_soon(actor.name, on, ids=sorted(final), side=side)
        effect.bring_into_force(on, sorted(final), actor=actor.name, sides=(side,))


def _moved(text: str, move: AccountMove, told: dict[str, Any], expected: int) -> None:
    guarded = {**told, "from": sources(ACCOUNT, move), "to": target(ACCOUNT, move)}
    if sql(text, guarded).rowcount != expected:
        raise UnknownAccountChange(change="", what="核验", what_en="approved")


def reject(
    actor: Actor,
    change_id: int,
    reason: str,
    *,
    on: date | None = None,
    side: Side = ENTERPRISES,
) -> None:
    """Refuse an account change with its reason; the account in force before is paid to again.

    Raises SecondPersonNeeded, ReasonNeeded, UnknownAccountChange.
    """
    access.require(actor, "accounts_approve")
    with db.atomic():
        rows = _locked([change_id], side)
        if rows and rows[0][3] == actor.name:
            raise SecondPersonNeeded(actor=actor.name, what="账户变更")
        end(actor, change_id, AccountMove.REJECT, reason, on=on, side=side)


def stop(
    actor: Actor,
    change_id: int,
    reason: str,
    *,
    on: date | None = None,
    side: Side = ENTERPRISES,
) -> None:
    """Stop an approved change before it is in force, as when the old contact objects.

    Anybody who may decide may stop: to stop moves no money. Raises ReasonNeeded,
    UnknownAccountChange.
    """
    access.require(actor, "accounts_approve")
    with db.atomic():
        end(actor, change_id, AccountMove.STOP, reason, on=on, side=side)


_WORDS = {
    AccountMove.REJECT: ("驳回", "rejected"),
    AccountMove.STOP: ("叫停", "stopped"),
    AccountMove.WITHDRAW: ("撤回", "withdrawn"),
}


def end(
    actor: Actor,
    change_id: int,
    move: AccountMove,
    reason: str,
    *,
    on: date | None = None,
    requester: str | None = None,
    side: Side = ENTERPRISES,
) -> None:
    """End a change without effect in the caller's transaction, and free the party.

    With `requester` only that person's. Raises ReasonNeeded, UnknownAccountChange.
    """
    what, what_en = _WORDS[move]
    if not reason.strip():
        raise ReasonNeeded(what=f"{what}账户变更")
    who = "stopped" if move is AccountMove.STOP else "decided"
    sql(side.sql(_LOCK_ONE), (change_id,))
    sql("SELECT set_config('zhijie.actor', %s, true)", (actor.name,))
    told = {
        "id": change_id,
        "from": sources(ACCOUNT, move),
        "to": target(ACCOUNT, move),
        "actor": actor.name,
        "now": clock.now(),
        "reason": reason.strip(),
        "requester": requester,
    }
    guard = "" if requester is None else "AND requested_by = %(requester)s"
    text = side.sql(_END).format(by=f"{who}_by", at=f"{who}_at", guard=guard)
    row = sql(text, told).fetchone()
    if row is None:
        raise UnknownAccountChange(change=change_id, what=what, what_en=what_en)
    require_rows(actor, [row[0]], side)
    sql(side.sql(_BACK), (change_id,))
    audit.wrote(
        f"accounts.{target(ACCOUNT, move)}",
        actor=actor.name,
        subject=f"{side.changes}:{change_id}",
        **{side.key: row[0]},
        reason=reason.strip(),
    )
    news.tell_soon(actor.name, clock.today() if on is None else on, ids=[change_id], side=side)
