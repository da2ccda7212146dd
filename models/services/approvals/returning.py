"""Sheets sent back to draft with a reason, until a payment or a later month stands on them."""

from collections.abc import Sequence
from datetime import date

from models import clock
from models.records.base import db, sql
from models.rules.errors.payment import OneHandOnly, ReasonNeeded, SheetNotReturnable
from models.rules.postings import Kind
from models.rules.states import SHEET, SheetMove, sources
from models.services import area_locks, audit, closed_months, ledger
from models.services.access import Actor
from models.services.approvals.persons import areas_of, level_of

_TO_RETURN = """
SELECT s.id, s.sheet_no, s.area_code,
       s.state = ANY (%(from)s)
       AND NOT EXISTS (SELECT 1 FROM payment_allocation a WHERE a.sheet_id = s.id)
       AND NOT EXISTS (SELECT 1 FROM settled_period p
                        WHERE p.area_code = s.area_code AND p.period > s.period) AS returnable,
       s.period
  FROM settlement_sheet s WHERE s.id = ANY (%(ids)s) ORDER BY s.id FOR UPDATE OF s
"""

_RETURN = """
UPDATE settlement_sheet
   SET state = 'draft', reviews_needed = 2, approved_on = NULL, approved_at = NULL, kept_out = NULL
 WHERE id = ANY (%(ids)s) AND state = ANY (%(from)s)
"""
_DISCOUNT = "UPDATE sheet_review SET counts = false WHERE sheet_id = ANY (%(ids)s) AND counts"
_KEEP_RETURN = """
INSERT INTO sheet_review
       (sheet_id, level, reviewer, reviewed_at, reviewed_on, approved, reason, content_hash, counts)
SELECT id, %(level)s, %(actor)s, %(now)s, %(on)s, false, %(reason)s, content_hash, false
  FROM settlement_sheet WHERE id = ANY (%(ids)s) ORDER BY id
"""
#: Everything the sheet ever booked as payable; what is reversed already stays so.
_BOOKED = """
SELECT DISTINCT e.source FROM ledger_entry e JOIN settlement_sheet s
    ON e.source = 'sheet:' || s.sheet_no OR e.source LIKE 'sheet:' || s.sheet_no || '#%%'
 WHERE s.id = ANY (%(ids)s) AND e.kind = 'payable'
"""


def return_sheets(actor: Actor, sheet_ids: Sequence[int], reason: str, on: date) -> int:
    """Send sheets back to draft with a reason; all of them or none.

    Possible until pay took the sheet and while no later period of its area is settled. The
    reviews are kept and count no more; a payable in the books is reversed.
    Raises NotAllowed, ReasonNeeded, UnknownSheet, SheetNotReturnable, MonthClosed, OutOfScope.
    """
    level = level_of(actor)
    if not reason.strip():
        raise ReasonNeeded(what="退回")
    ids = sorted(set(sheet_ids))
    told = {
        "actor": actor.name,
        "level": level,
        "ids": ids,
        "from": sources(SHEET, SheetMove.RETURN),
        "reason": reason.strip(),
        "now": clock.now(),
        "on": on,
    }
    with db.atomic():
        areas = areas_of(actor, told)
        area_locks.lock(areas)
        for _, sheet_no, area, returnable, period in sql(_TO_RETURN, told).fetchall():
            closed_months.refuse([area], period)
            if not returnable:
                raise SheetNotReturnable(sheet_no=sheet_no)
        ledger.undo(Kind.PAYABLE_UNDONE, _BOOKED, told, on=on)
        if sql(_RETURN, told).rowcount != len(ids):
            raise OneHandOnly(what="结算单")
        sql(_DISCOUNT, told)
        sql(_KEEP_RETURN, told)
        audit.wrote(
            "sheets.returned",
            actor=actor.name,
            subject="settlement_sheet",
            sheets=ids,
            reason=reason.strip(),
        )
    return len(ids)
