"""How far direct settlement has come: every line of a month, added up by lane and reason (推进)."""

from datetime import date

from models import clock
from models.records.base import db, sql
from models.records.planning import linear_joins
from models.rules import calendar
from models.services import access, audit, jobs
from models.services.judgement import judge

__all__ = ["MONTHS", "figure", "periods_on", "run"]

#: Months added up each night: what was settled late or joined late changes them.
MONTHS = 3
#: One maker of figures at a time.
COVERAGE_LOCK = 7_466_021

#: Everything accepted in the month that stands, of either lane and platform.
_LINES = """
  LEFT JOIN line_void v USING (line_no)
 WHERE h.area_code = ANY (%(areas)s) AND p.accepted_on BETWEEN %(first)s AND %(last)s
   AND v.line_no IS NULL
"""
#: What is on a sheet is direct for ever, with the category it had there.
_KEEP = """
INSERT INTO coverage_figure (period, hospital_code, area_code, category, lane, outside, lines,
                             amount_fen)
SELECT %(period)s, j.hospital_code, j.area_code, coalesce(l.category, j.category), told.lane,
       CASE told.lane WHEN 'direct' THEN '' ELSE j.outside END, count(*), sum(j.amount_fen)
  FROM judged j LEFT JOIN sheet_line l USING (line_no)
 CROSS JOIN LATERAL (
       SELECT CASE WHEN l.line_no IS NULL THEN j.lane ELSE 'direct' END AS lane) told
 GROUP BY 2, 3, 4, 5, 6
"""
_RUN = """
INSERT INTO coverage_run (period, figured_at, lines, amount_fen)
SELECT %(period)s, %(now)s, coalesce(sum(lines), 0), coalesce(sum(amount_fen), 0)
  FROM coverage_figure WHERE period = %(period)s
ON CONFLICT (period) DO UPDATE SET figured_at = excluded.figured_at, lines = excluded.lines,
       amount_fen = excluded.amount_fen
RETURNING lines
"""


#: What a system that was switched on late, or that slept, still lacks.
_NEVER_FIGURED = """
SELECT DISTINCT p.period FROM settled_period p
 WHERE p.period < %s AND NOT EXISTS (SELECT FROM coverage_run r WHERE r.period = p.period)
 ORDER BY p.period
"""


def run(claim: jobs.Claim) -> dict[str, object]:
    """Do the job `coverage`: add up args.period, or the months that are due on the day.

    They cover every area whoever asks: readers see the rows of their own. Raises NotAllowed.
    """
    actor = access.load(claim.requested_by)
    access.require(actor, "coverage")
    asked = claim.args.get("period")
    periods = [str(asked)] if asked else periods_on(claim.on)
    with db.atomic():
        sql("SELECT pg_advisory_xact_lock(%s)", (COVERAGE_LOCK,))
        lines = 0
        for place, period in enumerate(periods):
            claim.progress(place, len(periods), period)
            lines += figure(period)
        result: dict[str, object] = {"months": len(periods), "lines": lines}
        audit.wrote("coverage.figured", actor=actor.name, subject=f"period:{periods[-1]}", **result)
        jobs.finish(claim, result)
    return result


def figure(period: str) -> int:
    """Replace the figures of a month by what is known now; return its lines.

    In the caller's transaction. Returns and adjustments count in the month they were accepted in.
    """
    areas = access.areas(access.SYSTEM, None)
    told = {
        "areas": areas,
        "period": period,
        "first": date.fromisoformat(f"{period}-01"),
        "last": calendar.last_day(period),
        "now": clock.now(),
    }
    judge(areas, _LINES, told, calendar.last_day(period), also=("outside",))
    sql("DELETE FROM coverage_figure WHERE period = %(period)s", told)
    with linear_joins():
        sql(_KEEP, told)
    return int(sql(_RUN, told).fetchone()[0])


def periods_on(on: date) -> list[str]:
    """Return the months to add up on a day: settled ones without figures, then the last ones."""
    periods = [calendar.period_of(on)]
    while len(periods) < MONTHS:
        periods.insert(0, calendar.previous_period(periods[0]))
    return [period for (period,) in sql(_NEVER_FIGURED, (periods[0],))] + periods
