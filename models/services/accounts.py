"""Receiving accounts of enterprises: money waits until a second person approved a change."""

from collections.abc import Sequence

from models import clock
from models.records.base import db, sql
from models.rules.errors.access import SecondPersonNeeded
from models.services import access, audit
from models.services.access import Actor

_APPROVE = """
WITH decided AS (
    UPDATE account_change
       SET decided_by = %(actor)s, decided_at = %(now)s, approved = true
     WHERE decided_by IS NULL AND requested_by <> %(actor)s
       AND (%(ids)s::bigint[] IS NULL OR id = ANY (%(ids)s::bigint[]))
    RETURNING credit_code, after
)
UPDATE enterprise e
   SET account_verified = true
  FROM decided d
 WHERE e.credit_code = d.credit_code
   AND e.account_no = d.after ->> 'account_no' AND e.account_name = d.after ->> 'account_name'
   AND e.bank_name = d.after ->> 'bank_name' AND e.cnaps_code = d.after ->> 'cnaps_code'
RETURNING e.credit_code
"""
_LEFT = """
SELECT count(*) FROM account_change
 WHERE decided_by IS NULL AND (%(ids)s::bigint[] IS NULL OR id = ANY (%(ids)s::bigint[]))
"""
_REJECT = """
UPDATE account_change
   SET decided_by = %(actor)s, decided_at = %(now)s, approved = false, reason = %(reason)s
 WHERE id = %(id)s AND decided_by IS NULL AND requested_by <> %(actor)s
"""


def approve(actor: Actor, ids: Sequence[int] | None = None) -> dict[str, int]:
    """Approve open account changes that somebody else asked for; without ids: all of them.

    Returns how many were approved and how many stay open because the actor asked for them.
    """
    access.require(actor, "accounts_approve")
    told = {"actor": actor.name, "now": clock.now(), "ids": None if ids is None else list(ids)}
    with db.atomic():
        sql("SELECT set_config('zhijie.actor', %s, true)", (actor.name,))
        approved = sorted(row[0] for row in sql(_APPROVE, told))
        waiting = sql(_LEFT, told).fetchone()[0]
        if ids is not None and waiting:
            raise SecondPersonNeeded(actor=actor.name, what="账户变更")
        if approved:
            audit.wrote(
                "accounts.approved", actor=actor.name, subject="enterprise", credit_codes=approved
            )
    return {"approved": len(approved), "waiting": waiting}


def reject(actor: Actor, change_id: int, reason: str) -> None:
    """Refuse an account change with its reason; the enterprise stays unverified."""
    access.require(actor, "accounts_approve")
    with db.atomic():
        told = {"actor": actor.name, "now": clock.now(), "id": change_id, "reason": reason}
        if sql(_REJECT, told).rowcount != 1:
            raise SecondPersonNeeded(actor=actor.name, what="账户变更")
        audit.wrote(
            "accounts.rejected",
            actor=actor.name,
            subject=f"account_change:{change_id}",
            reason=reason,
        )
