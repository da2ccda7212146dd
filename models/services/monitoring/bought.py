"""What was bought up to the end of a month, added up until only few rows are left to judge.

Millions of receipts differ in few things that indicators ask: who bought what from whom, where, and
between which two changes of awards, schemes and contracts. They are grouped by these once, each
span standing under its first day, and everything else is asked of the groups. Returns and
adjustments are few: each keeps its own day and takes the day and platform of its original.
"""

from datetime import date

from models.records.base import sql
from models.services.monitoring.selection import Selection

#: A return may be dated before what it returns; none is looked for farther back.
EARLY_DAYS = 31

#: The first day that any measure reads: of the year, or of the oldest contract that still runs.
_BEGINNING = """
SELECT least(%(first)s, {year}, (
    SELECT min(c.term_start) FROM contract c
     WHERE c.round_code IS NOT NULL AND %(contracts)s
       AND c.hospital_code IN (SELECT h.hospital_code FROM hospital h WHERE {of})
       AND c.term_start <= %(last)s AND c.term_end >= %(first)s))
"""

#: Days on which an award, a scheme or a contract begins or ends, or a hospital joins.
_CHANGES = """
SELECT array_agg(day ORDER BY day) FROM (
    SELECT %(beginning)s::date AS day UNION SELECT %(first)s::date UNION SELECT %(new_year)s::date
    UNION SELECT from_on FROM award_span UNION SELECT to_on + 1 FROM award_span
     WHERE isfinite(to_on)
    UNION SELECT from_on FROM scheme_span UNION SELECT to_on + 1 FROM scheme_span
     WHERE isfinite(to_on)
    UNION SELECT joined_on FROM hospital h WHERE {of}
    {contracts}
) d WHERE day BETWEEN %(beginning)s AND %(last)s
"""
_OF_CONTRACTS = """
    UNION SELECT from_on FROM contract_span UNION SELECT to_on + 1 FROM contract_span
     WHERE isfinite(to_on)
"""

_MOVED = """
CREATE TEMP TABLE moved ON COMMIT DROP AS
SELECT p.line_no, p.hospital_code, p.enterprise_code, p.nhsa_code, p.quantity, p.amount_fen,
       p.accepted_on, o.line_no AS original_no,
       coalesce(o.accepted_on, p.accepted_on) AS judged_on,
       coalesce(o.platform, p.platform) AS platform, s.category, s.contract_no
  FROM purchase_line p JOIN hospital h USING (hospital_code)
  LEFT JOIN LATERAL (
      SELECT q.line_no, q.accepted_on, q.platform FROM purchase_line q
       WHERE q.line_no = p.original_line_no AND q.line_kind = 'receipt'
         AND q.hospital_code = p.hospital_code AND q.enterprise_code = p.enterprise_code
         AND q.nhsa_code = p.nhsa_code
         AND NOT EXISTS (SELECT FROM line_void v WHERE v.line_no = q.line_no)
       LIMIT 1) o ON true
  LEFT JOIN LATERAL (
      SELECT l.category, l.contract_no FROM sheet_line l WHERE l.line_no = o.line_no
       LIMIT 1) s ON true
 WHERE p.line_kind <> 'receipt' AND p.accepted_on BETWEEN %(early)s AND %(after)s AND {of}
   AND NOT EXISTS (SELECT FROM line_void v WHERE v.line_no = p.line_no)
"""

#: `from_on` is the own day of a return and the span's first day of receipts.
_BOUGHT = """
CREATE TEMP TABLE bought ON COMMIT DROP AS
SELECT {number} AS line_no, p.hospital_code, p.enterprise_code, p.nhsa_code,
       true AS is_receipt, p.platform = 'online' AS is_online,
       p.trace_codes IS NOT NULL AS has_codes, {day} AS judged_on, {day} AS from_on,
       NULL::text AS sheet_category, NULL::text AS sheet_contract,
       {lines} AS lines, {quantity} AS quantity, {amount} AS amount_fen
  FROM purchase_line p JOIN hospital h USING (hospital_code)
 WHERE p.line_kind = 'receipt' AND p.accepted_on BETWEEN %(beginning)s AND %(last)s AND {of}
   AND NOT EXISTS (SELECT FROM line_void v WHERE v.line_no = p.line_no)
 {grouped}
"""
#: Afterwards, so that the many may be counted by several processes: they read no temporary table.
_BOUGHT_TOO = """
INSERT INTO bought
SELECT line_no, hospital_code, enterprise_code, nhsa_code, false, platform = 'online', false,
       judged_on, accepted_on, category, contract_no, 1, quantity, amount_fen
  FROM moved WHERE accepted_on <= %(last)s
"""
_SPAN = "(%(changes)s::date[])[width_bucket(p.accepted_on, %(changes)s::date[])]"


def collect(chosen: Selection, *, contracts: bool, year: bool) -> None:
    """Make `moved` and `bought`, over the spans of awards, schemes and contracts.

    Without `contracts` and `year` nothing before the month is read.
    """
    told = {**chosen.told, "contracts": contracts}
    of = chosen.of("h")
    told["beginning"] = beginning = _beginning(told, of, year=year)
    told["early"] = date.fromordinal(beginning.toordinal() - EARLY_DAYS)
    changes = _CHANGES.format(of=of, contracts=_OF_CONTRACTS if contracts else "")
    told["changes"] = sql(changes, told).fetchone()[0]
    sql("DROP TABLE IF EXISTS pg_temp.moved, pg_temp.bought")
    sql(_MOVED.format(of=of), told)
    sql("ANALYZE pg_temp.moved")
    if chosen.one_by_one:
        parts = {
            "number": "p.line_no", "day": "p.accepted_on", "lines": "1::bigint",
            "quantity": "p.quantity", "amount": "p.amount_fen::numeric", "grouped": "",
        }  # fmt: skip
    else:
        parts = {
            "number": "NULL::text", "day": _SPAN, "lines": "count(*)",
            "quantity": "sum(p.quantity)", "amount": "sum(p.amount_fen)",
            "grouped": "GROUP BY 2, 3, 4, 6, 7, 8, 9",
        }  # fmt: skip
    sql(_BOUGHT.format(of=of, **parts), told)
    sql(_BOUGHT_TOO, told)
    sql("ANALYZE pg_temp.bought")


def _beginning(told: dict[str, object], of: str, *, year: bool) -> date:
    text = _BEGINNING.format(of=of, year="%(new_year)s" if year else "%(first)s")
    found: date = sql(text, told).fetchone()[0]
    return found
