"""A first review taken back by the person who gave it, until the next person decides."""

from collections.abc import Sequence
from datetime import date, datetime

from models.records.base import db, sql
from models.rules.errors.payment import ReviewDecided
from models.services import area_locks
from models.services.access import Actor
from models.services.approvals.persons import areas_of, level_of
from models.services.approvals.returning import return_sheets

#: What the story of the sheet says instead of a reason.
REASON = "复核人撤回"

_LATER = """
SELECT s.sheet_no FROM settlement_sheet s
 WHERE s.id = ANY (%(ids)s)
   AND NOT (s.state = 'in_review'
            AND EXISTS (SELECT FROM sheet_review r WHERE r.sheet_id = s.id AND r.counts
                           AND r.approved AND r.level = 1 AND r.reviewer = %(actor)s)
            AND NOT EXISTS (SELECT FROM sheet_review r WHERE r.sheet_id = s.id AND r.counts
                               AND r.approved AND r.level > 1))
 ORDER BY s.id LIMIT 1
"""
_LOCK = "SELECT FROM settlement_sheet WHERE id = ANY (%(ids)s) ORDER BY id FOR UPDATE"
_LAST = "SELECT max(reviewed_at) FROM sheet_review WHERE reviewer = %s AND approved AND level = 1"
_AT = """
SELECT sheet_id FROM sheet_review
 WHERE reviewer = %s AND reviewed_at = %s AND approved AND level = 1 ORDER BY sheet_id
"""


def reviewed_at(actor: Actor, moment: datetime) -> list[int]:
    """Return the sheets this person reviewed first at that moment, together."""
    return [row[0] for row in sql(_AT, (actor.name, moment))]


def last_moment(actor: Actor) -> datetime | None:
    """Return when this person last gave a first review."""
    moment: datetime | None = sql(_LAST, (actor.name,)).fetchone()[0]
    return moment


def withdraw(actor: Actor, sheet_ids: Sequence[int], on: date) -> int:
    """Take back one's own first review of these sheets, all of them or none; they are drafts again.

    Raises ReviewDecided when the next person decided one of them, or another reviewed it;
    NotAllowed, UnknownSheet, OutOfScope, MonthClosed, SheetNotReturnable.
    """
    level_of(actor)
    told: dict[str, object] = {"ids": sorted(set(sheet_ids)), "actor": actor.name}
    with db.atomic():
        area_locks.lock(areas_of(actor, told))
        sql(_LOCK, told)
        later = sql(_LATER, told).fetchone()
        if later is not None:
            raise ReviewDecided(sheet_no=later[0])
        return return_sheets(actor, sheet_ids, REASON, on)
