"""Approved accounts come into force on their day: the enterprise's account becomes the new one."""

from datetime import date

from models import clock
from models.records.base import db, sql
from models.rules.account_states import ACCOUNT, AccountMove
from models.rules.states import sources, target
from models.services import audit

_DUE = """
SELECT id FROM account_change
 WHERE state = ANY (%(from)s) AND effective_on <= %(on)s
   AND (%(ids)s::bigint[] IS NULL OR id = ANY (%(ids)s::bigint[]))
"""
_LOCK = """
SELECT 1 FROM enterprise WHERE credit_code IN (SELECT credit_code FROM account_change
   WHERE id = ANY (%(due)s)) ORDER BY credit_code FOR UPDATE
"""
#: Guarded: of two who come at once, one finds nothing left to do.
_TAKE_EFFECT = """
WITH effected AS (
    UPDATE account_change SET state = %(to)s, in_force_at = %(now)s
     WHERE id = ANY (%(due)s) AND state = ANY (%(from)s)
    RETURNING id, credit_code, after
)
UPDATE enterprise e
   SET account_no = x.after ->> 'account_no', account_name = x.after ->> 'account_name',
       bank_name = x.after ->> 'bank_name', cnaps_code = x.after ->> 'cnaps_code',
       account_verified = true
  FROM effected x WHERE e.credit_code = x.credit_code
RETURNING e.credit_code
"""


def bring_into_force(on: date, ids: list[int] | None = None, *, actor: str = "system") -> list[str]:
    """Put the approved accounts whose day has come in force; return their enterprises' codes.

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
        due = [int(row[0]) for row in sql(_DUE, told)]
        if not due:
            return []
        told["due"] = due
        sql("SELECT set_config('zhijie.actor', %s, true)", (actor,))
        sql(_LOCK, told)
        codes = sorted(row[0] for row in sql(_TAKE_EFFECT, told))
        if codes:
            audit.wrote(
                "accounts.in_force",
                actor=actor,
                subject="enterprise",
                on=on.isoformat(),
                credit_codes=codes,
            )
    return codes
