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
  FROM purchase_line p
  LEFT JOIN LATERAL (
      SELECT q.line_no, q.accepted_on, q.platform FROM purchase_line q
       WHERE q.line_no = p.original_line_no AND q.line_kind = 'receipt'
         AND q.hospital_code = p.hospital_code AND q.enterprise_code = p.enterprise_code
         AND q.nhsa_code = p.nhsa_code
         AND (SELECT count(*) = 0 FROM line_void v WHERE v.line_no = q.line_no)
       LIMIT 1) o ON true
  LEFT JOIN LATERAL (
      SELECT l.category, l.contract_no FROM sheet_line l WHERE l.line_no = o.line_no
       LIMIT 1) s ON true
 WHERE p.line_kind <> 'receipt' AND p.accepted_on BETWEEN %(early)s AND %(after)s AND {of_line}
   AND NOT EXISTS (SELECT FROM line_void v WHERE v.line_no = p.line_no)
"""

#: `from_on` is the own day of a return and the span's first day of receipts.
_ONE_BY_ONE = """
CREATE TEMP TABLE bought ON COMMIT DROP AS
SELECT p.line_no, p.hospital_code, p.enterprise_code, p.nhsa_code,
       true AS is_receipt, p.platform = 'online' AS is_online,
       p.trace_codes IS NOT NULL AS has_codes, p.accepted_on AS judged_on,
       p.accepted_on AS from_on, NULL::text AS sheet_category, NULL::text AS sheet_contract,
       1::bigint AS lines, p.quantity, p.amount_fen::numeric AS amount_fen
  FROM purchase_line p
 WHERE p.line_kind = 'receipt' AND p.accepted_on BETWEEN %(beginning)s AND %(last)s AND {of_line}
   AND NOT EXISTS (SELECT FROM line_void v WHERE v.line_no = p.line_no)
"""
#: Platform, codes and span are one number, so that a million lines are grouped by four things.
_ALIKE = """
(platform = 'online')::int + CASE WHEN trace_codes IS NULL THEN 0 ELSE 2 END
    + 4 * width_bucket(accepted_on, %(changes)s::date[])
"""
_GROUPED = f"""
CREATE TEMP TABLE bought ON COMMIT DROP AS
SELECT NULL::text AS line_no, g.hospital_code, g.enterprise_code, g.nhsa_code, true AS is_receipt,
       g.alike & 1 = 1 AS is_online, g.alike & 2 = 2 AS has_codes, d.day AS judged_on,
       d.day AS from_on, NULL::text AS sheet_category, NULL::text AS sheet_contract,
       g.lines, g.quantity, g.amount_fen
  FROM (SELECT hospital_code, enterprise_code, nhsa_code, {_ALIKE} AS alike, count(*) AS lines,
               sum(quantity) AS quantity, sum(amount_fen) AS amount_fen
          FROM purchase_line p
         WHERE line_kind = 'receipt' AND accepted_on BETWEEN %(beginning)s AND %(last)s
           AND {{of_line}}
         GROUP BY 1, 2, 3, 4) g
 CROSS JOIN LATERAL (SELECT (%(changes)s::date[])[g.alike >> 2] AS day) d
"""
#: What was voided is taken off again: looking for each of the many among the few costs more.
_VOIDED = f"""
INSERT INTO bought
SELECT NULL, hospital_code, enterprise_code, nhsa_code, true, alike & 1 = 1, alike & 2 = 2,
       day, day, NULL, NULL, -1, -quantity, -amount_fen
  FROM (SELECT p.*, {_ALIKE} AS alike FROM line_void v
         CROSS JOIN LATERAL (SELECT * FROM purchase_line q WHERE q.line_no = v.line_no LIMIT 1) p
         WHERE line_kind = 'receipt' AND accepted_on BETWEEN %(beginning)s AND %(last)s
           AND {{of_line}}) g
 CROSS JOIN LATERAL (SELECT (%(changes)s::date[])[g.alike >> 2] AS day) d
"""
#: Afterwards, so that the many may be counted by several processes: they read no temporary table.
_BOUGHT_TOO = """
INSERT INTO bought
SELECT line_no, hospital_code, enterprise_code, nhsa_code, false, platform = 'online', false,
       judged_on, accepted_on, category, contract_no, 1, quantity, amount_fen
  FROM moved WHERE accepted_on <= %(last)s
"""
#: The hospitals, and how many there are beside them.
_HOSPITALS = """
SELECT array_agg(h.hospital_code) FILTER (WHERE {of}),
       count(*) FILTER (WHERE ({of}) IS NOT TRUE)
  FROM hospital h
"""


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
    told["codes"], others = sql(_HOSPITALS.format(of=of), told).fetchone()
    of_line = "p.hospital_code = ANY (%(codes)s)" if others else "true"
    sql("DROP TABLE IF EXISTS pg_temp.moved, pg_temp.bought")
    sql(_MOVED.format(of_line=of_line), told)
    if chosen.one_by_one:
        sql(_ONE_BY_ONE.format(of_line=of_line), told)
    else:
        sql(_GROUPED.format(of_line=of_line), told)
        sql(_VOIDED.format(of_line=of_line), told)
    sql(_BOUGHT_TOO, told)
    if chosen.one_by_one:
        sql("ANALYZE pg_temp.bought")


def _beginning(told: dict[str, object], of: str, *, year: bool) -> date:
    text = _BEGINNING.format(of=of, year="%(new_year)s" if year else "%(first)s")
    found: date = sql(text, told).fetchone()[0]
    return found
