"""Which retained amounts of a month may be made public now, and what stands against the others."""

from collections.abc import Mapping
from typing import Any, NamedTuple

from models.records.base import sql
from models.rules import calendar
from models.services.judgement import spans

#: Why an amount is not listed, in the order people mend it.
OBSTACLES = (
    "not_declared", "round_unknown", "listed", "year_taken", "inpatient_closed",
    "not_reported", "not_signed", "nothing",
)  # fmt: skip

#: The rule in force of the scheme of the hospital's area on the month's last day; without one
#: nothing but the declaration is asked.
_TABLE = """
CREATE TEMP TABLE retention_candidate ON COMMIT DROP AS
WITH rule AS (
    SELECT DISTINCT ON (scheme_code) * FROM retention_rule
     WHERE valid_from <= %(last)s ORDER BY scheme_code, valid_from DESC
),
told AS (
    SELECT r.period, r.hospital_code, r.round_code, r.base_fen, r.score, r.ratio_bp,
           r.retained_fen, h.name AS hospital_name, h.area_code, h.inpatient, h.account_verified,
           coalesce(b.name, r.round_code) AS round_name,
           agreement_year(b.term_start, b.term_end, %(last)s) AS agreement_year,
           b.round_code IS NOT NULL AS round_known, u.inpatient_required, u.reporting_required,
           u.signing_required, u.publicity_days, u.employee_share_bp,
           coalesce(w.move = 'declare' AND (w.base_fen, w.ratio_bp, w.retained_fen)
                    = (r.base_fen, r.ratio_bp, r.retained_fen)
                    AND w.score IS NOT DISTINCT FROM r.score, false) AS declared
      FROM retention_result r JOIN hospital h USING (hospital_code)
      LEFT JOIN vbp_round b USING (round_code)
      LEFT JOIN scheme_span s ON s.area_code = h.area_code
           AND %(last)s BETWEEN s.from_on AND s.to_on
      LEFT JOIN rule u ON u.scheme_code = s.scheme_code
      LEFT JOIN LATERAL (
          SELECT w.* FROM retention_word w
           WHERE (w.period, w.hospital_code, w.round_code)
                 = (r.period, r.hospital_code, r.round_code)
           ORDER BY w.id DESC LIMIT 1) w ON true
     WHERE r.period = %(period)s AND h.area_code = ANY (%(areas)s)
)
SELECT t.*,
       CASE WHEN t.retained_fen <= 0 THEN 'nothing'
            WHEN NOT t.declared THEN 'not_declared'
            WHEN NOT t.round_known THEN 'round_unknown'
            WHEN EXISTS (SELECT 1 FROM retention_grant g WHERE g.state <> 'withdrawn'
                          AND (g.period, g.hospital_code, g.round_code)
                              = (t.period, t.hospital_code, t.round_code)) THEN 'listed'
            WHEN EXISTS (SELECT 1 FROM retention_grant g WHERE g.state <> 'withdrawn'
                          AND (g.hospital_code, g.round_code, g.agreement_year)
                              = (t.hospital_code, t.round_code, t.agreement_year))
                THEN 'year_taken'
            WHEN t.inpatient_required AND t.inpatient IS NOT TRUE THEN 'inpatient_closed'
            WHEN t.reporting_required AND NOT EXISTS (
                 SELECT 1 FROM reported_quantity q WHERE q.hospital_code = t.hospital_code
                    AND q.round_code = t.round_code) THEN 'not_reported'
            WHEN t.signing_required AND EXISTS (
                 SELECT 1 FROM signing_status q WHERE q.hospital_code = t.hospital_code
                    AND q.round_code = t.round_code AND q.state <> 'in_time') THEN 'not_signed'
       END AS obstacle
  FROM told t
"""
_SUMS = """
SELECT count(*) FILTER (WHERE obstacle IS NULL) AS found,
       coalesce(sum(retained_fen) FILTER (WHERE obstacle IS NULL), 0)::bigint AS total_fen
  FROM retention_candidate
"""
_ROWS = """
SELECT hospital_code, hospital_name, round_name, retained_fen, agreement_year, account_verified,
       obstacle
  FROM retention_candidate WHERE obstacle IS DISTINCT FROM 'listed'
 ORDER BY array_position(%(order)s, obstacle) NULLS FIRST, hospital_code, round_name LIMIT %(rows)s
"""


class Candidate(NamedTuple):
    """A hospital's round and what stands against listing it; fen."""

    hospital_code: str
    hospital_name: str
    round_name: str
    amount_fen: int
    agreement_year: int | None
    account_verified: bool
    obstacle: str | None


def collect(period: str, areas: list[str]) -> tuple[int, int]:
    """Fill retention_candidate in the caller's transaction; return how many may be listed, fen."""
    told: Mapping[str, Any] = {
        "period": period, "areas": areas, "last": calendar.last_day(period),
    }  # fmt: skip
    spans.build(areas)
    sql("DROP TABLE IF EXISTS pg_temp.retention_candidate")
    sql(_TABLE, told)
    found, total_fen = sql(_SUMS).fetchone()
    return int(found), int(total_fen)


def rows(limit: int) -> list[Candidate]:
    """Return what was collected, what may be listed first; what is on a list already is not."""
    found = sql(_ROWS, {"order": list(OBSTACLES), "rows": limit})
    return [Candidate(*row) for row in found]
