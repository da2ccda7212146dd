"""Reviews given: of a whole period and area, or of chosen sheets, all of them or none.

Where the scheme of a sheet says so, a payable above its amount waits for another approver after the
first one: the sheet stays under review, and only the last review books the payable.
"""

from collections.abc import Sequence
from datetime import date

from models import clock
from models.records.base import db, sql
from models.rules.errors.access import SecondPersonNeeded
from models.rules.errors.payment import (
    OneHandOnly,
    SelectionChanged,
    SheetChanged,
    SheetOvertaken,
)
from models.rules.postings import Kind
from models.rules.words import SheetState
from models.services import access, area_locks, audit, ledger, sheet_content
from models.services.access import Actor
from models.services.approvals.overtaken import overtaken
from models.services.approvals.persons import areas_of, level_of

#: Before each level a sheet is in this state.
_BEFORE = {1: SheetState.DRAFT.value, 2: SheetState.IN_REVIEW.value}

_CANDIDATES = """
SELECT s.id, %(actor)s = ANY (s.makers) AS is_maker,
       EXISTS (SELECT 1 FROM sheet_review r WHERE r.sheet_id = s.id AND r.counts AND r.approved
                  AND r.reviewer = %(actor)s) AS is_reviewer,
       %(level)s = 1 OR EXISTS (SELECT 1 FROM sheet_review r WHERE r.sheet_id = s.id AND r.counts
                  AND r.approved AND r.level = 1 AND r.content_hash = s.content_hash) AS
                      same_content
  FROM settlement_sheet s
 WHERE {which} AND s.state = %(before)s
 ORDER BY s.id FOR UPDATE OF s
"""
_OF_PERIOD = "s.period = %(period)s AND s.area_code = ANY (%(areas)s)"
_CHOSEN = "s.id = ANY (%(ids)s)"

_MOVE = """
UPDATE settlement_sheet
   SET state = CASE WHEN %(level)s = 1 THEN 'in_review' WHEN payable_fen = 0 THEN 'nothing_payable'
                    ELSE 'approved' END,
       approved_on = CASE WHEN %(level)s = 2 THEN %(on)s::date END,
       approved_at = CASE WHEN %(level)s = 2 THEN %(now)s::timestamptz END
 WHERE id = ANY (%(ids)s) AND state = %(before)s AND NOT id = ANY (%(passed_on)s)
"""
#: The first approver's word about sheets above the amount of their scheme on the last day of the
#: month: they wait for another approver.
_SEND_ON = """
UPDATE settlement_sheet s SET reviews_needed = 3
 WHERE s.id = ANY (%(ids)s) AND s.state = 'in_review' AND s.reviews_needed = 2
   AND s.payable_fen > (
       SELECT y.third_review_fen FROM scheme y
        WHERE y.scheme_code = s.scheme_code
          AND y.valid_from < (s.period || '-01')::date + interval '1 month'
        ORDER BY y.valid_from DESC LIMIT 1)
RETURNING s.id
"""
_THIRD_ASKED = "SELECT EXISTS (SELECT FROM scheme WHERE third_review_fen IS NOT NULL)"

#: The second word of approvers about a sheet is its third review.
_REVIEW = """
INSERT INTO sheet_review
       (sheet_id, level, reviewer, reviewed_at, reviewed_on, approved, content_hash, counts)
SELECT s.id, CASE WHEN %(level)s = 2 AND s.reviews_needed = 3 AND NOT s.id = ANY (%(passed_on)s)
                  THEN 3 ELSE %(level)s END,
       %(actor)s, %(now)s, %(on)s, true, s.content_hash, true
  FROM settlement_sheet s WHERE s.id = ANY (%(ids)s) ORDER BY s.id
"""

#: A sheet approved anew after a return is another cause than the first approval.
_PAYABLES = """
SELECT s.hospital_code, s.enterprise_code, s.payable_fen AS amount_fen,
       'sheet:' || s.sheet_no || CASE WHEN r.returns > 0 THEN '#' || (r.returns + 1) ELSE '' END
           AS source
  FROM settlement_sheet s
  LEFT JOIN LATERAL (SELECT count(*) AS returns FROM sheet_review v
                      WHERE v.sheet_id = s.id AND NOT v.approved) r ON true
 WHERE s.id = ANY (%(ids)s) AND s.payable_fen > 0 AND s.state = 'approved'
"""

_WAITING = """
SELECT count(*) FROM settlement_sheet
 WHERE period = %(period)s AND area_code = ANY (%(areas)s) AND state IN ('draft', 'in_review')
"""


def approve(actor: Actor, period: str, area: str | None, on: date) -> dict[str, int]:
    """Review all sheets of the period in the area (and below) that wait for this person's level.

    Level 1 is a checker's, level 2 an approver's; each review is bound to the content's seal.
    Returns `approved` (reviewed now), `level`, and `waiting`: the sheets of the period and area
    that still need a review after this one; `passed_on` of those reviewed, where any, need another
    approver's word; `overtaken`, where any, were left out because a party no longer confirms one
    of their lines. Nothing to do is zero. Raises NotAllowed, OutOfScope, and, when that is why
    nothing could be reviewed, SecondPersonNeeded, SheetChanged and SheetOvertaken.
    """
    level = level_of(actor)
    areas = access.areas(actor, area)
    told = {
        "actor": actor.name,
        "level": level,
        "period": period,
        "areas": areas,
        "before": _BEFORE[level],
        "now": clock.now(),
        "on": on,
    }
    with db.atomic():
        area_locks.lock(areas)
        ids, doubtful = _reviewable(told, _OF_PERIOD)
        passed_on = 0
        if ids:
            passed_on = _write_reviews({**told, "ids": ids}, level, on)
            audit.wrote(
                "sheets.approved",
                actor=actor.name,
                subject=f"period:{period}",
                area=area,
                level=level,
                sheets=len(ids),
            )
        waiting = int(sql(_WAITING, told).fetchone()[0])
    further = _further(passed_on=passed_on, overtaken=len(doubtful))
    return {"approved": len(ids), "level": level, "waiting": waiting, **further}


def approve_sheets(
    actor: Actor, sheet_ids: Sequence[int], on: date, *, selection: str
) -> dict[str, int]:
    """Review the chosen sheets, all of them or none, if they are what the person looked at.

    `selection` is the hash of the choice when it was shown (sheet_content.selection_hash). Returns
    `approved` and `level`. Raises SelectionChanged, SecondPersonNeeded, SheetChanged, NotAllowed,
    UnknownSheet, OutOfScope.
    """
    level = level_of(actor)
    ids = sorted(set(sheet_ids))
    told = {
        "actor": actor.name,
        "level": level,
        "ids": ids,
        "before": _BEFORE[level],
        "now": clock.now(),
        "on": on,
    }
    with db.atomic():
        area_locks.lock(areas_of(actor, told))
        reviewable, doubtful = _reviewable(told, _CHOSEN)
        if doubtful:
            raise _overtaken_error(doubtful)
        if sheet_content.selection_hash(ids) != selection or reviewable != ids:
            raise SelectionChanged(what="结算单")
        passed_on = _write_reviews(told, level, on)
        audit.wrote(
            "sheets.approved",
            actor=actor.name,
            subject="settlement_sheet",
            level=level,
            sheets=ids,
            selection=selection,
        )
    return {"approved": len(ids), "level": level, **_further(passed_on=passed_on)}


def _further(**counts: int) -> dict[str, int]:
    """Return what else is to be told, where there is any of it."""
    return {name: count for name, count in counts.items() if count}


def _overtaken_error(found: dict[int, tuple[int, str]]) -> SheetOvertaken:
    sheet_id = min(found)
    number = sql("SELECT sheet_no FROM settlement_sheet WHERE id = %s", (sheet_id,)).fetchone()[0]
    lines, line_no = found[sheet_id]
    return SheetOvertaken(count=len(found), sheet_no=number, lines=lines, line_no=line_no)


def _reviewable(
    told: dict[str, object], which: str
) -> tuple[list[int], dict[int, tuple[int, str]]]:
    """Return the sheets this person may review now, and those that later words have overtaken.

    Refuses when persons, content or such words bar them all. What is said after the first review
    opens a case and changes nothing on the sheet, so only drafts are looked at.
    """
    rows = sql(_CANDIDATES.format(which=which), told).fetchall()
    doubtful = overtaken([row[0] for row in rows]) if told["level"] == 1 else {}
    changed = set(sheet_content.changed([row[0] for row in rows]))
    mine = [row[0] for row in rows if row[1] or row[2]]
    differing = [row[0] for row in rows if row[0] in changed or not row[3]]
    barred = {*mine, *differing, *doubtful}
    ids = [row[0] for row in rows if row[0] not in barred]
    if rows and not ids and mine:
        raise SecondPersonNeeded(actor=told["actor"], what="这些结算单")
    if rows and not ids and not differing:
        raise _overtaken_error(doubtful)
    if rows and not ids:
        number = sql("SELECT sheet_no FROM settlement_sheet WHERE id = %s", (differing[0],))
        raise SheetChanged(count=len(differing), sheet_no=number.fetchone()[0])
    return ids, doubtful


def _write_reviews(told: dict[str, object], level: int, on: date) -> int:
    """Move and review the sheets; return how many wait for another approver."""
    passed_on = _sent_on(told) if level == max(_BEFORE) else []
    told = {**told, "passed_on": passed_on}
    if sql(_MOVE, told).rowcount + len(passed_on) != len(told["ids"]):  # type: ignore[arg-type]
        raise OneHandOnly(what="结算单")
    sql(_REVIEW, told)
    if level == max(_BEFORE):
        ledger.post(Kind.PAYABLE, _PAYABLES, told, on=on)
    return len(passed_on)


def _sent_on(told: dict[str, object]) -> list[int]:
    """Return the sheets whose first approval this is and that need another approver's."""
    if not sql(_THIRD_ASKED).fetchone()[0]:
        return []
    return [int(row[0]) for row in sql(_SEND_ON, told)]
