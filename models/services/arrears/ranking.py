"""The ranking of hospitals by what they owe (欠款排行): figures of a day, recorded on the 1st."""

from collections.abc import Sequence
from datetime import date, timedelta

from models import clock
from models.records.base import db, sql
from models.rules import calendar
from models.services import access, audit, jobs
from models.services.overdue import listing, watched

#: One recorder at a time: the second finds the ranking there.
RANKING_LOCK = 7_466_012

#: What is overdue now, of the receipts of both windows; before `watched` is made anew.
_OWED = """
CREATE TEMP TABLE owed ON COMMIT DROP AS
SELECT hospital_code,
       coalesce(sum(unpaid_fen) FILTER (WHERE accepted_on BETWEEN %(since)s AND %(on)s), 0)::bigint
           AS owed_fen,
       coalesce(sum(unpaid_fen) FILTER (WHERE due_on BETWEEN %(first)s AND %(last)s), 0)::bigint
           AS month_owed_fen
  FROM late GROUP BY 1
"""
_ROWS = """
CREATE TEMP TABLE ranking_row ON COMMIT DROP AS
WITH bought AS (
    SELECT p.hospital_code, sum(p.amount_fen)::bigint AS accepted_fen
      FROM purchase_line p JOIN hospital h USING (hospital_code)
     WHERE p.accepted_on BETWEEN %(since)s AND %(before)s AND h.area_code = ANY (%(areas)s)
       AND NOT EXISTS (SELECT 1 FROM line_void v WHERE v.line_no = p.line_no)
     GROUP BY 1
),
due AS (
    SELECT hospital_code, sum(amount_fen)::bigint AS due_fen FROM watched
     WHERE due_on BETWEEN %(first)s AND %(last)s GROUP BY 1
)
SELECT h.hospital_code, h.name AS hospital_name, h.area_code, h.level,
       coalesce(o.owed_fen, 0) AS owed_fen, coalesce(b.accepted_fen, 0) AS accepted_fen,
       coalesce(o.month_owed_fen, 0) AS month_owed_fen, coalesce(d.due_fen, 0) AS month_due_fen
  FROM hospital h LEFT JOIN owed o USING (hospital_code) LEFT JOIN bought b USING (hospital_code)
  LEFT JOIN due d USING (hospital_code)
 WHERE h.area_code = ANY (%(areas)s)
   AND (o.hospital_code IS NOT NULL OR b.hospital_code IS NOT NULL OR d.hospital_code IS NOT NULL)
"""
_KEEP = """
INSERT INTO arrears_ranking_row (as_of, since_on, hospital_code, hospital_name, area_code, level,
                                 owed_fen, accepted_fen, month_owed_fen, month_due_fen)
SELECT %(on)s, %(since)s, hospital_code, hospital_name, area_code, level, owed_fen, accepted_fen,
       month_owed_fen, month_due_fen
  FROM ranking_row
"""


def since_of(on: date) -> date:
    """Return where the long window begins unless asked otherwise: 1 January of the ended month."""
    return date((on - timedelta(days=1)).year, 1, 1)


def month_of(on: date) -> str:
    """Return the month of the short window: the last one that ended before the day."""
    return calendar.previous_period(calendar.period_of(on))


def collect(areas: Sequence[str], on: date, since: date) -> None:
    """Make `ranking_row`: what each hospital of the areas owes on a day, in both windows.

    Long: overdue of the receipts accepted since the beginning ÷ net amount accepted until the day
    before. Short: overdue of the receipts that fell due last month ÷ their own amount.
    """
    month = month_of(on)
    told = {
        "areas": list(areas), "on": on, "since": since, "before": on - timedelta(days=1),
        "first": calendar.first_day(month), "last": calendar.last_day(month),
    }  # fmt: skip
    sql("DROP TABLE IF EXISTS pg_temp.owed, pg_temp.ranking_row")
    listing.collect(areas, on)
    sql(_OWED, told)
    watched.collect(areas, on)
    sql(_ROWS, told)


def run(claim: jobs.Claim) -> dict[str, int]:
    """Do the job `arrears_ranking`: record the ranking of the day, once."""
    actor = access.load(claim.requested_by)
    with db.atomic():
        result = record(actor, claim.on, claim.args.get("since"))
        jobs.finish(claim, result)
    return result


def record(actor: access.Actor, on: date, since: date | None = None) -> dict[str, int]:
    """Record the ranking of a day in the caller's transaction; one that is there stays as it is.

    It covers every area, so only who sees all of them records it. Raises NotAllowed, OutOfScope.
    """
    access.require(actor, "overdue")
    access.require_rows(actor, access.areas(access.SYSTEM, None), subject="arrears_ranking")
    since = since or since_of(on)
    sql("SELECT pg_advisory_xact_lock(%s)", (RANKING_LOCK,))
    told = {"on": on, "since": since}
    known = sql(
        "SELECT hospitals FROM arrears_ranking WHERE as_of = %(on)s AND since_on = %(since)s", told
    ).fetchone()
    if known is not None:
        return {"hospitals": int(known[0]), "recorded": 0}
    collect(access.areas(access.SYSTEM, None), on, since)
    rows = int(sql(_KEEP, told).rowcount)
    sql(
        "INSERT INTO arrears_ranking (as_of, since_on, made_at, made_by, hospitals)"
        " VALUES (%s, %s, %s, %s, %s)",
        (on, since, clock.now(), actor.name, rows),
    )
    audit.wrote("arrears.ranked", actor=actor.name, subject=f"ranking:{on}:{since}", hospitals=rows)
    return {"hospitals": rows, "recorded": 1}
