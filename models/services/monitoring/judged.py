"""What the groups of `bought` are for the indicators: category, round, contract, look-alikes."""

from models.records.base import sql
from models.services.monitoring.selection import Selection

_VBP = r"category LIKE '%%\_vbp'"

#: Receipts and returns of the month with category, round, and whether the scheme pays such goods.
_MONTHLY = f"""
CREATE TEMP TABLE monthly ON COMMIT DROP AS
SELECT line_no, hospital_code, area_code, name, kind, category, round_code, is_receipt, is_online,
       has_codes, judged_on, lines, quantity, amount_fen, {_VBP} AS is_vbp,
       kind IN ('drug', 'consumable') AND is_online AS is_countable,
       coalesce(category = ANY (scope) AND joined_on <= judged_on, false) AS is_scoped
  FROM (
      SELECT b.*, h.area_code, p.name, p.kind, a.round_code, h.joined_on, s.scope,
             coalesce(b.sheet_category, a.category,
                 CASE WHEN p.kind = 'cloud_film' THEN 'cloud_film'
                      WHEN p.negotiated THEN 'negotiated' ELSE 'listed' END) AS category
        FROM bought b JOIN product p USING (nhsa_code) JOIN hospital h USING (hospital_code)
        LEFT JOIN award_span a ON a.area_code = h.area_code AND a.nhsa_code = b.nhsa_code
             AND b.judged_on BETWEEN a.from_on AND a.to_on
        LEFT JOIN scheme_span s ON s.area_code = h.area_code
             AND b.judged_on BETWEEN s.from_on AND s.to_on
       WHERE b.from_on >= %(first)s
  ) m
"""

#: Selected products of a round, and others of the same name and kind as one awarded in it where
#: the hospital is. Several awards of a name are one set of days, so they count a purchase once.
_RIVALS = f"""
CREATE TEMP TABLE rivals ON COMMIT DROP AS
WITH awarded AS MATERIALIZED (
    SELECT u.area_code, a.round_code, p.name, p.kind,
           range_agg(daterange(coalesce(a.term_start, r.term_start),
                               coalesce(a.term_end, r.term_end), '[]')) AS days
      FROM area_above u JOIN award a ON a.area_code = u.above_code
      JOIN vbp_round r USING (round_code) JOIN product p USING (nhsa_code)
     WHERE coalesce(a.term_start, r.term_start) <= coalesce(a.term_end, r.term_end)
     GROUP BY 1, 2, 3, 4
)
SELECT m.line_no, m.hospital_code, w.round_code, true AS is_other, m.quantity, m.amount_fen
  FROM monthly m JOIN awarded w ON w.area_code = m.area_code AND w.name = m.name
       AND w.kind = m.kind AND w.days @> m.judged_on
 WHERE NOT m.is_vbp
UNION ALL
SELECT line_no, hospital_code, round_code, false, quantity, amount_fen FROM monthly
 WHERE {_VBP} AND round_code IS NOT NULL
"""

#: Contracts of rounds that run on the last day of the month, or ended in it.
_AGREED = """
CREATE TEMP TABLE agreed ON COMMIT DROP AS
SELECT c.contract_no, c.hospital_code, c.round_code, c.nhsa_code, c.enterprise_code,
       c.committed_quantity AS quantity,
       c.term_end >= %(last)s AS is_running, c.term_end <= %(last)s AS is_ended
  FROM contract c JOIN hospital h USING (hospital_code)
 WHERE {of} AND c.round_code IS NOT NULL AND c.term_start <= %(last)s
   AND c.term_end >= %(first)s AND c.term_start <= c.term_end
"""

#: What was bought under them; a member's goods may be under its lead's contract.
_FULFILLED = """
CREATE TEMP TABLE fulfilled ON COMMIT DROP AS
SELECT b.line_no, a.hospital_code, a.round_code, b.quantity, a.is_running, a.is_ended
  FROM bought b
  LEFT JOIN contract_span k ON k.hospital_code = b.hospital_code AND k.nhsa_code = b.nhsa_code
       AND k.enterprise_code = b.enterprise_code AND b.judged_on BETWEEN k.from_on AND k.to_on
  JOIN agreed a ON a.contract_no = coalesce(b.sheet_contract, k.contract_no)
"""


def monthly(chosen: Selection) -> None:
    """Make `monthly`."""
    _make("monthly", _MONTHLY, chosen)


def rivals(chosen: Selection) -> None:
    """Make `rivals` of `monthly`."""
    _make("rivals", _RIVALS, chosen)


def contracts(chosen: Selection) -> None:
    """Make `agreed` and `fulfilled`."""
    _make("agreed", _AGREED.format(of=chosen.of("h")), chosen)
    _make("fulfilled", _FULFILLED, chosen)


def _make(table: str, text: str, chosen: Selection) -> None:
    sql(f"DROP TABLE IF EXISTS pg_temp.{table}")
    sql(text, chosen.told)
    if chosen.one_by_one:
        sql(f"ANALYZE pg_temp.{table}")
