"""What should not be paid is withdrawn before it is ordered: one amount, or a whole list."""

from datetime import date

from models import clock
from models.records.base import db, sql
from models.rules.errors.payment import ReasonNeeded
from models.rules.errors.retention import GrantMoved, UnknownGrant
from models.rules.money import yuan
from models.rules.postings import Kind
from models.rules.retention_payment import GrantMove, PublicityMove
from models.services import access, audit, ledger
from models.services.access import Actor
from models.services.retention import lists, news

REASON_CHARS_MAX = 500

_WITHDRAW = """
UPDATE retention_publicity SET state = %(to)s, withdrawn_by = %(by)s, withdrawn_at = %(now)s,
       reason = %(reason)s
 WHERE id = %(id)s AND state = ANY (%(from)s)
"""
_ONE = """
SELECT g.grant_no, g.state, g.area_code, g.hospital_code, g.amount_fen, p.publicity_no
  FROM retention_grant g JOIN retention_publicity p ON p.id = g.publicity_id
 WHERE g.grant_no = %s FOR UPDATE OF g
"""
_TAKE_OUT = """
UPDATE retention_grant SET state = %(to)s, withdrawn_by = %(by)s, withdrawn_at = %(now)s,
       reason = %(reason)s
 WHERE {which} AND state = ANY (%(from)s)
   AND NOT EXISTS (SELECT 1 FROM retention_allocation a WHERE a.grant_id = retention_grant.id)
"""


def withdraw(actor: Actor, publicity_no: str, reason: str) -> None:
    """Withdraw a whole list that was not granted; its amounts may be listed again.

    Raises ReasonNeeded, PublicityMoved, UnknownPublicity, NotAllowed.
    """
    _may_withdraw(actor)
    words = _words(reason)
    with db.atomic():
        one = lists.enter(actor, publicity_no)
        # The amounts first: the list ends empty.
        told = {"id": one.id, **lists.who(actor), "reason": words, "to": "withdrawn"}
        sql(_TAKE_OUT.format(which="publicity_id = %(id)s"), told | {"from": ["listed"]})
        lists.move(_WITHDRAW, one, PublicityMove.WITHDRAW, actor, reason=words)
        lists.wrote(actor, "withdrawn", one, reason=words)
        news.tell_soon(actor.name, clock.today())


def take_out(actor: Actor, grant_no: str, reason: str, on: date) -> None:
    """Withdraw one amount before it is ordered: an objection held, or it was listed wrongly.

    A granted one is no longer owed. Raises ReasonNeeded, GrantMoved, UnknownGrant, NotAllowed.
    """
    _may_withdraw(actor)
    words = _words(reason)
    with db.atomic():
        row = sql(_ONE, (grant_no,)).fetchone()
        if row is None or not access.reaches(actor, row[2]):
            raise UnknownGrant(grant_no=grant_no)
        _, state, _, hospital_code, amount_fen, publicity_no = row
        told = {
            "no": grant_no,
            **lists.who(actor),
            "reason": words,
            **lists.ends(GrantMove.WITHDRAW),
        }
        if sql(_TAKE_OUT.format(which="grant_no = %(no)s"), told).rowcount != 1:
            raise GrantMoved(grant_no=grant_no)
        if state == "granted":
            ledger.undo(
                Kind.RETENTION_WITHDRAWN, "SELECT 'retention:' || %(no)s AS source",
                {"no": grant_no}, on=on,
            )  # fmt: skip
        audit.wrote(
            "retention_grant.withdrawn", actor=actor.name, subject=f"hospital:{hospital_code}",
            grant_no=grant_no, publicity_no=publicity_no, amount_yuan=yuan(amount_fen),
            reason=words,
        )  # fmt: skip
        news.tell_soon(actor.name, on)


def _may_withdraw(actor: Actor) -> None:
    """Whoever lists may withdraw, and whoever publishes."""
    if "retention_publish" not in access.MAY.get(actor.role, frozenset()):
        access.require(actor, "retention_list")


def _words(reason: str) -> str:
    if not reason.strip():
        raise ReasonNeeded(what="撤出留用款")
    return reason.strip()[:REASON_CHARS_MAX]
