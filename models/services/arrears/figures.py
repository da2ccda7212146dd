"""The figures of a day, kept so that the board answers at once however much is overdue."""

from datetime import date, timedelta

from models import clock
from models.records.base import db, sql
from models.records.planning import linear_joins
from models.services import access, audit, jobs
from models.services.arrears import cells
from models.services.overdue import listing, register

#: Figures of other days are dropped after this; those of the first of a month are its history.
KEPT_DAYS = 7
#: One maker of figures at a time.
FIGURES_LOCK = 7_466_011

_KEEP = """
INSERT INTO overdue_figure (as_of, kind, code, area_code, lane, responsible, step, bucket, lines,
                            unpaid_fen, interest_fen, days_late, new_lines, step_name, rises_on,
                            rises_to)
SELECT %(on)s, kind, code, area_code, lane, responsible, step, bucket, lines, unpaid_fen,
       interest_fen, days_late, new_lines, step_name, rises_on, rises_to
  FROM late_cell
"""
_RUN = """
INSERT INTO overdue_figure_run (as_of, figured_at, lines, unpaid_fen)
SELECT %(on)s, %(now)s, coalesce(sum(lines), 0), coalesce(sum(unpaid_fen), 0)
  FROM late_cell WHERE kind = 'hospital'
ON CONFLICT (as_of) DO UPDATE SET figured_at = EXCLUDED.figured_at, lines = EXCLUDED.lines,
       unpaid_fen = EXCLUDED.unpaid_fen
RETURNING lines, unpaid_fen
"""


def run(claim: jobs.Claim) -> dict[str, int]:
    """Do the job `overdue_figures`: add up everything that is overdue on the day."""
    actor = access.load(claim.requested_by)
    with db.atomic():
        claim.progress(0, 2, "判定逾期明细")
        result = refresh(claim.on)
        audit.wrote(
            "overdue.figured", actor=actor.name, subject=f"day:{claim.on}", lines=result["lines"]
        )
        jobs.finish(claim, result)
    return result


def refresh(on: date) -> dict[str, int]:
    """Replace the figures of a day by what is known now, in the caller's transaction.

    They cover every area whoever asks: readers see the rows of their own.
    """
    sql("SELECT pg_advisory_xact_lock(%s)", (FIGURES_LOCK,))
    now = clock.now()
    # A question of a coming day does not move the register beyond today.
    if on <= clock.today() and register.refresh(on):
        now = clock.now()
        listing.collect_rungs(on)
        with linear_joins():
            cells.add_up(register.late_rows(), {"on": on})
    else:
        cells.judge(access.areas(access.SYSTEM, None), on)
        with linear_joins():
            cells.add_up(cells.LATE.format(where="true"), {"on": on})
    oldest = on - timedelta(days=KEPT_DAYS)
    sql(
        "DELETE FROM overdue_figure WHERE as_of = %(on)s OR as_of < %(oldest)s"
        " AND extract(day FROM as_of) <> 1",
        {"on": on, "oldest": oldest},
    )
    sql(_KEEP, {"on": on})
    lines, unpaid_fen = sql(_RUN, {"on": on, "now": now}).fetchone()
    sql("ANALYZE overdue_figure")
    return {"lines": int(lines), "unpaid_fen": int(unpaid_fen)}
