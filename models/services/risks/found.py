"""What the rules look at: a month's lines, the year before, the terms in force, what they saw."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from models.records.base import sql
from models.records.planning import linear_joins
from models.rules import calendar
from models.rules.risks import DEFAULTS
from models.services.judgement import leads, scope, spans

#: Months before the one looked at that means and medians are taken from.
MONTHS_BEFORE = 12

TABLES = ("risk_terms", "risk_line", "risk_before", "risk_found")

#: The nearest area above that has a row, of its rows the latest; else the default.
_TERMS = """
CREATE TEMP TABLE risk_terms ON COMMIT DROP AS
SELECT a.area_code, d.rule, coalesce(r.active, true) AS active,
       coalesce(r.threshold_bp, d.threshold_bp) AS threshold_bp,
       coalesce(r.minimum_fen, d.minimum_fen) AS minimum_fen
  FROM unnest(%(areas)s::text[]) a (area_code)
 CROSS JOIN unnest(%(rules)s::text[], %(thresholds)s::int[], %(minimums)s::bigint[])
       d (rule, threshold_bp, minimum_fen)
  LEFT JOIN LATERAL (
       SELECT r.active, r.threshold_bp, r.minimum_fen
         FROM area_above u JOIN risk_rule r ON r.area_code = u.above_code
        WHERE u.area_code = a.area_code AND r.rule = d.rule AND r.valid_from <= %(last)s
        ORDER BY u.distance, r.valid_from DESC LIMIT 1) r ON true
"""
#: Receipts of the month that stand.
_LINES = """
CREATE TEMP TABLE risk_line ON COMMIT DROP AS
SELECT p.line_no, p.hospital_code, h.area_code, p.enterprise_code, p.nhsa_code, p.quantity,
       p.unit_price_yuan, p.amount_fen, p.accepted_on, p.trace_codes, d.listed_price_yuan
  FROM purchase_line p JOIN hospital h USING (hospital_code) JOIN product d USING (nhsa_code)
 WHERE p.accepted_on BETWEEN %(first)s AND %(last)s AND p.line_kind = 'receipt'
   AND h.area_code = ANY (%(areas)s)
   AND NOT EXISTS (SELECT FROM line_void v WHERE v.line_no = p.line_no)
"""
#: What every hospital bought of whom in each of the months before, and in the month itself.
_BEFORE = """
CREATE TEMP TABLE risk_before ON COMMIT DROP AS
SELECT date_trunc('month', p.accepted_on)::date AS month, p.hospital_code, h.area_code,
       p.enterprise_code, p.nhsa_code, sum(p.quantity) AS quantity,
       sum(p.amount_fen)::bigint AS amount_fen,
       sum(p.amount_fen) FILTER (WHERE p.line_kind = 'receipt') AS received_fen,
       sum(p.quantity) FILTER (WHERE p.line_kind = 'receipt') AS received,
       count(*) FILTER (WHERE p.line_kind = 'receipt') AS receipts
  FROM purchase_line p JOIN hospital h USING (hospital_code)
 WHERE p.accepted_on BETWEEN %(since)s AND %(last)s
   AND NOT EXISTS (SELECT FROM line_void v WHERE v.line_no = p.line_no)
 GROUP BY 1, 2, 3, 4, 5
"""
_FOUND = """
CREATE TEMP TABLE risk_found (
    kind text COLLATE "C", dedupe_key text COLLATE "C", area_code text COLLATE "C",
    hospital_code text COLLATE "C", enterprise_code text COLLATE "C", nhsa_code text COLLATE "C",
    round_code text COLLATE "C", subject text COLLATE "C", evidence_key text COLLATE "C",
    line_no text COLLATE "C", quantity numeric, measured numeric, expected numeric,
    amount_fen bigint
) ON COMMIT DROP
"""


def told_of(period: str, areas: Sequence[str]) -> dict[str, Any]:
    """Return the parameters of every statement about a month of these areas."""
    first = calendar.first_day(period)
    return {
        "period": period,
        "areas": list(areas),
        "first": first,
        "last": calendar.last_day(period),
        "since": date(first.year - MONTHS_BEFORE // 12, first.month, 1),
        "rules": [kind.value for kind in DEFAULTS],
        "thresholds": [terms.threshold_bp for terms in DEFAULTS.values()],
        "minimums": [terms.minimum_fen for terms in DEFAULTS.values()],
    }


def gather(told: dict[str, Any]) -> int:
    """Make the temporary tables of the present transaction; return the receipts looked at."""
    sql(f"DROP TABLE IF EXISTS {', '.join('pg_temp.' + table for table in TABLES)}")
    with linear_joins():
        spans.build(told["areas"])
        switched = scope.switched()
        leads.build(switched)
        spans.build_contracts(told["areas"], lent=scope.Rule.LEADS in switched)
        for statement in (_TERMS, _LINES, _BEFORE):
            sql(statement, told)
    sql(_FOUND)
    for table in TABLES[:3]:
        sql(f"ANALYZE pg_temp.{table}")
    return int(sql("SELECT count(*) FROM risk_line").fetchone()[0])
