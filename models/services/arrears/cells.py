"""Adds up what is overdue on a day by institution, lane, responsible party, step and age.

The board filters by these and by nothing else, so it reads some thousand sums and not a million
lines. The same statement makes the figures kept for a day and those of a day nobody kept.
"""

from collections.abc import Mapping, Sequence
from datetime import date

from models.records.base import sql
from models.rules import overdue as rules
from models.services.overdue import listing, watched

#: First days of the ages after the first: 1–14, 15–29, 30–44, 45–59, 60 and more.
AGES = (15, 30, 45, 60)

#: For each span of days late of a ladder, the first day after it on which a higher step is reached.
_RISES = f"""
CREATE TEMP TABLE rise ON COMMIT DROP AS
WITH span AS (
    SELECT scheme_code, from_days, to_days, step FROM rung
    UNION ALL
    SELECT scheme_code, 0, min(from_days), 0 FROM rung GROUP BY 1 HAVING min(from_days) > 0
)
SELECT s.scheme_code, s.from_days, s.to_days, n.from_days AS after_days, n.name
  FROM span s
  LEFT JOIN LATERAL (SELECT r.from_days, r.name FROM rung r
                      WHERE r.scheme_code = s.scheme_code AND r.step > s.step
                        AND r.from_days >= s.to_days AND r.from_days < {rules.DAYS_LATE_MAX}
                      ORDER BY r.from_days LIMIT 1) n ON true
"""

#: The rows of `late` with their interest; {where} speaks of `l`.
LATE = """
SELECT l.*, coalesce(c.interest_fen, 0) AS interest_fen
  FROM late l LEFT JOIN (SELECT line_no, sum(interest_fen)::bigint AS interest_fen
                           FROM late_part GROUP BY 1) c USING (line_no)
 WHERE {where}
"""

#: The first day of rising stands before its name in one text, so that the least is found by hashing
#: and nothing is sorted.
_CELLS = f"""
CREATE TEMP TABLE late_cell ON COMMIT DROP AS
WITH told AS (
    SELECT l.hospital_code, l.enterprise_code, l.area_code, l.lane, l.responsible,
           CASE l.responsible WHEN 'agency' THEN l.party_code END AS agency_code,
           coalesce(l.step, 0) AS step, l.step_name, l.unpaid_fen, l.days_late,
           l.interest_fen,
           width_bucket(l.days_late, ARRAY[{", ".join(map(str, AGES))}]) AS bucket,
           l.step IS NOT NULL AND l.days_late = r.from_days AS is_new,
           to_char(l.due_on + r.after_days, 'YYYY-MM-DD') || r.name COLLATE "C" AS rise
      FROM ({{source}}) l
      LEFT JOIN rise r ON r.scheme_code = coalesce(l.scheme_code, '{listing.NO_SCHEME}')
           AND l.days_late >= r.from_days AND l.days_late < r.to_days
)
SELECT CASE WHEN GROUPING(hospital_code) = 0 THEN 'hospital'
            WHEN GROUPING(enterprise_code) = 0 THEN 'enterprise' ELSE 'agency' END AS kind,
       coalesce(hospital_code, enterprise_code, agency_code) AS code,
       area_code, lane, responsible, step, bucket,
       count(*) AS lines, sum(unpaid_fen)::bigint AS unpaid_fen,
       sum(interest_fen)::bigint AS interest_fen, max(days_late) AS days_late,
       count(*) FILTER (WHERE is_new) AS new_lines, max(step_name) AS step_name,
       left(min(rise), 10)::date AS rises_on, substr(min(rise), 11) AS rises_to
  FROM told
 GROUP BY GROUPING SETS ((hospital_code, area_code, lane, responsible, step, bucket),
                         (enterprise_code, area_code, lane, responsible, step, bucket),
                         (agency_code, area_code, lane, responsible, step, bucket))
HAVING coalesce(hospital_code, enterprise_code, agency_code) IS NOT NULL
"""


def judge(areas: Sequence[str], on: date) -> None:
    """Make `late`, its interest and its ladder of the areas as everything stands at this moment."""
    listing.collect(areas, on)
    watched.collect_interest(on)


def add_up(source: str, told: Mapping[str, object]) -> None:
    """Make `late_cell` of late rows: of LATE after `judge`, or of the register after its ladder."""
    sql("DROP TABLE IF EXISTS pg_temp.rise, pg_temp.late_cell")
    sql(_RISES)
    sql(_CELLS.replace("{source}", source), told)
