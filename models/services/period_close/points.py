"""The points of the checklist as questions to the database: how many, what sum, one of them."""

from collections.abc import Mapping

from models.rules.closing import Point
from models.rules.offset import ADVANCED
from models.rules.states import OUT

_ADVANCED = ", ".join(f"'{one}'" for one in ADVANCED)
_OUT = ", ".join(f"'{state}'" for state in OUT)
_OF_MONTH = "s.period = %(period)s AND s.area_code = ANY (%(areas)s)"


def _sheets(states: str) -> str:
    return (
        "SELECT count(*), sum(s.payable_fen), min(s.sheet_no) FROM settlement_sheet s"
        f" WHERE {_OF_MONTH} AND s.state IN ({states})"
    )


_EARLIER = """
SELECT count(DISTINCT p.period), NULL::bigint, min(p.period)
  FROM settled_period p LEFT JOIN closed_month c USING (period, area_code)
 WHERE p.period < %(period)s AND p.area_code = ANY (%(areas)s) AND c.period IS NULL
"""
_UNSETTLED = """
SELECT count(*), NULL::bigint, min(a.area_code)
  FROM (SELECT DISTINCT area_code FROM hospital WHERE area_code = ANY (%(areas)s)) a
  LEFT JOIN settled_period p ON p.area_code = a.area_code AND p.period = %(period)s
 WHERE p.period IS NULL
"""
#: About a sheet of the month, or about a payment of one.
_CASES = f"""
SELECT count(*), sum(abs(x.amount_fen)), min(x.id)::text
  FROM payment_exception x
 WHERE x.closed_at IS NULL AND EXISTS (
       SELECT FROM settlement_sheet s
        WHERE {_OF_MONTH} AND (s.id = x.sheet_id OR s.id IN (
              SELECT a.sheet_id FROM payment_allocation a
               WHERE a.instruction_id = x.instruction_id)))
"""
_REQUESTS = f"""
SELECT count(*), sum(r.amount_fen), min(r.request_no) FROM payment_reissue r
 WHERE r.decided_by IS NULL AND EXISTS (
       SELECT FROM payment_allocation a JOIN settlement_sheet s ON s.id = a.sheet_id
        WHERE a.instruction_id = r.instruction_id AND {_OF_MONTH})
"""
#: Days of the accounts that pay these areas which do not add up or lead on from the day before.
_STATEMENTS = """
SELECT count(*), NULL::bigint, min(d.day)::text FROM statement_day d
 WHERE NOT d.closed AND d.day BETWEEN %(period_start)s AND %(period_end)s
   AND d.account_no IN (
       SELECT a.account_no FROM paying_agency g JOIN agency a USING (agency_code)
        WHERE g.area_code = ANY (%(areas)s))
"""
#: The last proof of all books found them broken, or is older than a day.
_BOOKS = """
SELECT CASE WHEN r.proved_on IS NULL OR r.proved_on < %(on)s::date - 1 THEN 1
            ELSE cardinality(r.broken) END,
       NULL::bigint, coalesce(r.broken[1], r.proved_on::text, '')
  FROM (SELECT 1) one
  LEFT JOIN LATERAL (SELECT * FROM books_run ORDER BY id DESC LIMIT 1) r ON true
"""
_OFFSET_MISSING = f"""
SELECT count(DISTINCT s.hospital_code), sum(s.payable_fen), min(s.hospital_code)
  FROM settlement_sheet s
  LEFT JOIN hospital_offset o ON o.period = s.period AND o.hospital_code = s.hospital_code
 WHERE {_OF_MONTH} AND s.funding IN ({_ADVANCED}) AND o.period IS NULL
"""
#: What is out by now against what the offsets up to the month counted. Where a later month's offset
#: ran, what came back since stands there.
_OFFSET_STALE = f"""
WITH counted AS (
    SELECT o.hospital_code, sum(e.goods_fen) AS fen
      FROM hospital_offset o JOIN hospital_offset e
           ON e.hospital_code = o.hospital_code AND e.period <= o.period
     WHERE o.period = %(period)s AND o.area_code = ANY (%(areas)s)
       AND NOT EXISTS (SELECT FROM hospital_offset l
                        WHERE l.hospital_code = o.hospital_code AND l.period > o.period)
     GROUP BY o.hospital_code
),
out AS (
    SELECT c.hospital_code, coalesce(sum(s.payable_fen) FILTER (WHERE i.state IN ({_OUT})), 0)
               AS fen
      FROM counted c
      LEFT JOIN settlement_sheet s ON s.hospital_code = c.hospital_code
           AND s.period <= %(period)s AND s.funding IN ({_ADVANCED})
      LEFT JOIN payment_allocation a ON a.sheet_id = s.id AND a.live
      LEFT JOIN payment_instruction i ON i.id = a.instruction_id
     GROUP BY c.hospital_code
)
SELECT count(*), sum(o.fen - c.fen), min(hospital_code) FROM counted c JOIN out o
       USING (hospital_code) WHERE o.fen <> c.fen
"""
_HELD = """
SELECT count(*), sum(p.amount_fen), min(h.line_no) FROM held_line h
  JOIN purchase_line p USING (line_no)
 WHERE h.period = %(period)s AND h.area_code = ANY (%(areas)s) AND h.lane = 'direct'
"""
_CARRIED = """
SELECT count(*), sum(o.carried_out_fen), min(o.hospital_code) FROM hospital_offset o
 WHERE o.period = %(period)s AND o.area_code = ANY (%(areas)s) AND o.carried_out_fen <> 0
"""
#: Money asked of hospitals for the month that is not in yet.
_OWED = """
SELECT count(*), sum(r.amount_fen - r.received_fen), min(r.request_no) FROM money_request r
 WHERE r.period = %(period)s AND r.area_code = ANY (%(areas)s) AND r.state = 'asked'
"""
_FUND_MISSING = """
SELECT count(*), NULL::bigint, min(o.hospital_code) FROM hospital_offset o
  LEFT JOIN monthly_fund f ON f.period = o.fund_period AND f.hospital_code = o.hospital_code
 WHERE o.period = %(period)s AND o.area_code = ANY (%(areas)s) AND f.period IS NULL
"""

#: Each answers with one row: number, sum in fen or nothing, one of them.
POINTS: Mapping[Point, str] = {
    Point.EARLIER_OPEN: _EARLIER,
    Point.SETTLED: _UNSETTLED,
    Point.UNREVIEWED: _sheets("'draft', 'in_review'"),
    Point.UNPAID: _sheets("'approved'"),
    Point.UNANSWERED: _sheets("'sent', 'unknown'"),
    Point.CASES: _CASES,
    Point.REQUESTS: _REQUESTS,
    Point.BOOKS: _BOOKS,
    Point.STATEMENTS: _STATEMENTS,
    Point.OFFSET_MISSING: _OFFSET_MISSING,
    Point.OFFSET_STALE: _OFFSET_STALE,
    Point.SHORT: _sheets("'short'"),
    Point.CAME_BACK: _sheets("'rejected', 'returned'"),
    Point.HELD: _HELD,
    Point.CARRIED: _CARRIED,
    Point.OWED: _OWED,
    Point.FUND_MISSING: _FUND_MISSING,
}
