"""The clock of papers: measures what is not fresh, then drafts what is due and not there yet."""

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

from models import clock
from models.records.base import db, sql
from models.rules.cadence import Span, to_draft
from models.rules.calendar import last_day
from models.rules.job_names import JobName
from models.services import jobs
from models.services.papers import rules

#: Whether a month was measured for an area, or one above it, on a day or later.
_MEASURED = """
SELECT EXISTS (
    SELECT FROM job j
     WHERE j.name = 'monitor' AND j.state = 'done' AND j.args ->> 'period' = %(period)s
       AND (j.args ->> 'on')::date >= %(since)s
       AND (j.args ->> 'area' IS NULL OR j.args ->> 'area' IN (
            SELECT above_code FROM area_chain WHERE area_code = %(area)s)))
"""
_WRITTEN = """
SELECT EXISTS (SELECT FROM paper WHERE kind = %(kind)s AND span = %(span)s
                  AND area_code = %(area)s)
    OR EXISTS (SELECT FROM job WHERE dedupe_key = %(key)s AND requested_at > now() - interval
               '1 day' AND state IN ('waiting', 'sent', 'running', 'failed'))
"""


def due(on: date) -> list[tuple[str, Span]]:
    """Return what the rules of a day ask for and nobody has written: area and span."""
    return list(_due(on))


def _due(on: date) -> Iterator[tuple[str, Span]]:
    for area, kinds in rules.by_the_clock(on):
        for kind in kinds:
            span = to_draft(kind, on)
            told = {
                "kind": kind.value, "span": span.key, "area": area, "key": _key(area, span),
            }  # fmt: skip
            if not sql(_WRITTEN, told).fetchone()[0]:
                yield area, span


def is_anything_due() -> bool:
    """Return whether there is anything to draft today; asked before each tick."""
    return bool(due(clock.today()))


def run(claim: jobs.Claim) -> dict[str, int]:
    """Do the job `cadence`: queue the drafting of what is due, or first the measuring it needs.

    What is not fresh is measured; its paper is drafted at a later tick. So no job waits for
    another.
    """
    with db.atomic():
        drafts = measures = 0
        for area, span in due(claim.on):
            stale = [month for month in span.months if not _is_fresh(area, month, span)]
            for month in stale:
                told: dict[str, Any] = {"on": claim.on, "period": month, "area": area}
                jobs.enqueue(
                    JobName.MONITOR, told, by=claim.requested_by,
                    dedupe_key=f"cadence:monitor:{area}:{month}",
                )  # fmt: skip
            measures += len(stale)
            if not stale:
                _draft(claim, area, span)
                drafts += 1
        result = {"drafts": drafts, "measures": measures}
        jobs.finish(claim, result)
    return result


def _is_fresh(area: str, month: str, span: Span) -> bool:
    """Return whether a month was measured after it ended; the last one after the span did."""
    since = span.last if month == span.months[-1] else last_day(month)
    told = {"area": area, "period": month, "since": since + timedelta(days=1)}
    return bool(sql(_MEASURED, told).fetchone()[0])


def _draft(claim: jobs.Claim, area: str, span: Span) -> None:
    told = {"on": claim.on, "kind": span.kind.value, "span": span.key, "area": area}
    jobs.enqueue(JobName.PAPER, told, by=claim.requested_by, dedupe_key=_key(area, span))


def _key(area: str, span: Span) -> str:
    return f"paper:{span.kind}:{span.key}:{area}"
