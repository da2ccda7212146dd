"""Approved accounts come into force on their day: the party's account becomes the new one."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from models import clock
from models.records.base import db, sql
from models.rules.account_states import ACCOUNT, AccountMove
from models.rules.states import sources, target
from models.services import audit
from models.services.accounts.sides import SIDES, Side

_DUE = """
SELECT id FROM {changes}
 WHERE state = ANY (%(from)s) AND effective_on <= %(on)s
   AND (%(ids)s::bigint[] IS NULL OR id = ANY (%(ids)s::bigint[]))
"""
_LOCK = """
SELECT 1 FROM {parties} WHERE {key} IN (SELECT {key} FROM {changes}
   WHERE id = ANY (%(due)s)) ORDER BY {key} FOR UPDATE
"""
#: Guarded: of two who come at once, one finds nothing left to do.
_TAKE_EFFECT = """
WITH effected AS (
    UPDATE {changes} SET state = %(to)s, in_force_at = %(now)s
     WHERE id = ANY (%(due)s) AND state = ANY (%(from)s)
    RETURNING id, {key}, after
)
UPDATE {parties} e
   SET account_no = x.after ->> 'account_no', account_name = x.after ->> 'account_name',
       bank_name = x.after ->> 'bank_name', cnaps_code = x.after ->> 'cnaps_code',
       account_verified = true
  FROM effected x WHERE e.{key} = x.{key}
RETURNING e.{key}
"""


def bring_into_force(
    on: date,
    ids: list[int] | None = None,
    *,
    actor: str = "system",
    sides: Sequence[Side] = SIDES,
) -> list[str]:
    """Put the approved accounts whose day has come in force; return their parties' codes.

    A transaction of its own or part of the caller's; settle, pay and re-issue call it with their
    business date before they look at accounts, and a daily task with today.
    """
    told = {
        "from": sources(ACCOUNT, AccountMove.TAKE_EFFECT),
        "to": target(ACCOUNT, AccountMove.TAKE_EFFECT),
        "on": on,
        "now": clock.now(),
        "ids": ids,
    }
    with db.atomic():
        return [code for side in sides for code in _of_side(side, told, actor, on)]


def _of_side(side: Side, told: dict[str, Any], actor: str, on: date) -> list[str]:
    due = [int(row[0]) for row in sql(side.sql(_DUE), told)]
    if not due:
        return []
    sql("SELECT set_config('zhijie.actor', %s, true)", (actor,))
    sql(side.sql(_LOCK), {**told, "due": due})
    codes = sorted(row[0] for row in sql(side.sql(_TAKE_EFFECT), {**told, "due": due}))
    if codes:
        audit.wrote(
            "accounts.in_force",
            actor=actor,
            subject=side.parties,
            on=on.isoformat(),
            **{f"{side.key}s": codes},
        )
    return codes
