"""One person proposes to close a month: what was found complete is written down and sealed."""

from dataclasses import asdict
from datetime import date

from models import clock
from models.records.base import db, sql
from models.records.closing import PeriodClose
from models.rules.closing import CloseState
from models.rules.errors.closing import (
    CloseChanged,
    CloseNoteNeeded,
    CloseNotReady,
    CloseProposed,
    NothingToClose,
)
from models.services import access, area_locks, audit
from models.services.access import Actor
from models.services.period_close.checklist import look

_OPEN = """
SELECT a.code FROM unnest(%(areas)s::text[]) AS a (code)
  LEFT JOIN closed_month c ON c.area_code = a.code AND c.period = %(period)s
 WHERE c.period IS NULL ORDER BY a.code
"""
#: Any proposal that waits about one of these areas.
_WAITING = """
SELECT close_no FROM period_close
 WHERE period = %(period)s AND state = 'proposed' AND area_codes && %(areas)s::text[]
 ORDER BY id LIMIT 1
"""


def open_areas(actor: Actor, period: str, area: str | None) -> list[str]:
    """Return the areas asked for, and those below, in which the month is not closed yet.

    Raises UnknownArea, OutOfScope.
    """
    areas = access.areas(actor, area)
    return [row[0] for row in sql(_OPEN, {"areas": areas, "period": period})]


def propose(
    actor: Actor, period: str, area: str | None, note: str, *, seen: str, on: date
) -> PeriodClose:
    """Propose to close the month and return the proposal; another person decides.

    `seen` is the seal of the checklist the person looked at. Raises NotAllowed, UnknownArea,
    OutOfScope, NothingToClose, CloseProposed, CloseNotReady, CloseNoteNeeded (something is carried
    on without a word), CloseChanged.
    """
    access.require(actor, "close_propose")
    with db.atomic():
        area_locks.lock(access.areas(actor, area))
        areas = open_areas(actor, period, area)
        if not areas:
            raise NothingToClose(period=period)
        waiting = sql(_WAITING, {"period": period, "areas": areas}).fetchone()
        if waiting is not None:
            raise CloseProposed(period=period, close_no=waiting[0])
        found = look(areas, period, on)
        if found.blocking:
            raise CloseNotReady(period=period, count=len(found.blocking))
        if found.seal != seen:
            raise CloseChanged(period=period)
        if found.carried and not note.strip():
            raise CloseNoteNeeded(period=period, count=len(found.carried))
        made = PeriodClose.create(
            close_no=_number(period),
            period=period,
            area_code=area or actor.area_code,
            area_codes=areas,
            totals=found.totals,
            points=[asdict(one) for one in found.findings],
            content_hash=found.seal,
            note=note.strip() or None,
            proposed_by=actor.name,
            proposed_at=clock.now(),
            proposed_on=on,
            state=CloseState.PROPOSED,
        )
        audit.wrote(
            "close.proposed",
            actor=actor.name,
            subject=f"period:{period}",
            close_no=made.close_no,
            areas=areas,
        )
    return made


def _number(period: str) -> str:
    """Return the number of a proposal: GZ, the month, and a count within it."""
    known = sql("SELECT count(*) FROM period_close WHERE period = %s", (period,)).fetchone()[0]
    return f"GZ{period.replace('-', '')}-{int(known) + 1:03d}"
