"""Which award, scheme or contract counts on which days: overlapping terms become disjoint spans.

A line then finds its one answer by an equality and a range, so a million lines cost one hash join.
"""

from collections.abc import Sequence

from models.records.base import sql

#: The area itself and every area above it, with the distance (0 = itself).
_ANCESTORS = """
CREATE TEMP TABLE area_above ON COMMIT DROP AS
SELECT * FROM area_chain WHERE area_code = ANY (%(areas)s)
"""


def spans(table: str, keys: str, source: str, rank: str, payload: str) -> str:
    """Return SQL that cuts overlapping terms of a key into disjoint spans, each its best row.

    `source` yields the keys, from_on, to_on (both days included, infinity for open), the payload.
    A key with one term, as most contracts have, is its own span; only the others are cut.
    """
    return f"""
CREATE TEMP TABLE {table} ON COMMIT DROP AS
WITH term AS MATERIALIZED ({source}),
shared AS MATERIALIZED (SELECT {keys} FROM term GROUP BY {keys} HAVING count(*) > 1),
source AS MATERIALIZED (SELECT term.* FROM term JOIN shared USING ({keys})),
edges AS (
    SELECT {keys}, from_on AS day FROM source
    UNION SELECT {keys}, CASE WHEN isfinite(to_on) THEN to_on + 1 ELSE to_on END FROM source
),
pieces AS (
    SELECT {keys}, day AS piece_from,
           lead(day) OVER (PARTITION BY {keys} ORDER BY day) AS piece_end
      FROM edges
),
cut AS (
    SELECT DISTINCT ON ({keys}, piece_from) {keys}, piece_from AS from_on,
           CASE WHEN isfinite(piece_end) THEN piece_end - 1 ELSE piece_end END AS to_on, {payload}
      FROM pieces JOIN source USING ({keys})
     WHERE piece_end IS NOT NULL AND from_on <= piece_from AND to_on >= piece_from
     ORDER BY {keys}, piece_from, {rank}
)
SELECT {keys}, from_on, to_on, {payload} FROM cut
UNION ALL
SELECT {keys}, from_on, to_on, {payload} FROM term
 WHERE ({keys}) NOT IN (SELECT {keys} FROM shared)
"""


#: The highest level wins, then the nearest area, the latest start, the greatest round code.
_AWARDS = spans(
    "award_span",
    "area_code, nhsa_code",
    """
    SELECT u.area_code, a.nhsa_code, coalesce(a.term_start, r.term_start) AS from_on,
           coalesce(a.term_end, r.term_end) AS to_on, a.price_yuan AS award_price, a.round_code,
           r.level || '_vbp' AS category, u.distance,
           array_position(ARRAY['national', 'alliance', 'province', 'city'], r.level::text)
               AS height
      FROM area_above u JOIN award a ON a.area_code = u.above_code
      JOIN vbp_round r USING (round_code)
     WHERE coalesce(a.term_start, r.term_start) <= coalesce(a.term_end, r.term_end)
    """,
    "height, distance, source.from_on DESC, round_code DESC",
    "award_price, round_code, category",
)

#: The nearest area that has a scheme that day; then the latest version, the greatest code.
_SCHEMES = spans(
    "scheme_span",
    "area_code",
    """
    SELECT u.area_code, s.valid_from AS from_on, coalesce(s.valid_to, 'infinity'::date) AS to_on,
           u.distance, s.scheme_code, s.valid_from, s.scope, s.trace_codes, s.holiday_shift,
           s.due_start, s.due_days, s.due_month_end, s.funding, s.payment_per, s.deduct_month,
           s.ownerships, s.min_level, s.drugs_from, s.consumables_from, s.not_above_selected,
           s.mandates, s.invoice_tolerance_fen, s.lead_settles
      FROM area_above u JOIN scheme s ON s.area_code = u.above_code
     WHERE s.valid_from <= coalesce(s.valid_to, 'infinity'::date)
    """,
    "distance, valid_from DESC, scheme_code DESC",
    "scheme_code, valid_from, scope, trace_codes, holiday_shift, due_start, due_days,"
    " due_month_end, funding, payment_per, deduct_month, ownerships, min_level, drugs_from,"
    " consumables_from, not_above_selected, mandates, invoice_tolerance_fen, lead_settles",
)

#: The latest start, then the greatest number.
_OWN = """
SELECT c.hospital_code, c.nhsa_code, c.enterprise_code, c.term_start AS from_on,
       c.term_end AS to_on, c.term_start, c.contract_no, c.payment_days, c.acceptance_days,
       0 AS distance
  FROM contract c JOIN hospital h USING (hospital_code)
 WHERE h.area_code = ANY (%(areas)s) AND c.term_start <= c.term_end
"""
#: A member buys under its lead's contract where it has none of its own.
_LENT = """
UNION ALL
SELECT l.hospital_code, c.nhsa_code, c.enterprise_code, greatest(c.term_start, l.from_on),
       least(c.term_end, l.to_on), c.term_start, c.contract_no, c.payment_days, c.acceptance_days, 1
  FROM contract c JOIN led_span l ON l.lead_hospital_code = c.hospital_code
 WHERE greatest(c.term_start, l.from_on) <= least(c.term_end, l.to_on)
"""


def _contracts(source: str) -> str:
    return spans(
        "contract_span",
        "hospital_code, nhsa_code, enterprise_code",
        source,
        "distance, term_start DESC, contract_no DESC",
        "contract_no, payment_days, acceptance_days",
    )


#: The three codes together name few contracts: known to the planner (18 and newer), it hashes the
#: contracts and not the million lines.
_TOGETHER = """
CREATE STATISTICS pg_temp.contract_span_key (ndistinct)
    ON hospital_code, nhsa_code, enterprise_code FROM contract_span
"""

TABLES = ("area_above", "award_span", "scheme_span")


def build(areas: Sequence[str]) -> None:
    """Make the spans of these areas as temporary tables of the present transaction."""
    sql(f"DROP TABLE IF EXISTS {', '.join('pg_temp.' + table for table in TABLES)}")
    for statement in (_ANCESTORS, _AWARDS, _SCHEMES):
        sql(statement, {"areas": list(areas)})
    for table in TABLES:
        sql(f"ANALYZE pg_temp.{table}")


def build_contracts(areas: Sequence[str], *, lent: bool) -> None:
    """Make `contract_span` of the hospitals of these areas; `lent`: leads have members."""
    sql("DROP TABLE IF EXISTS pg_temp.contract_span")
    sql(_contracts(_OWN + _LENT if lent else _OWN), {"areas": list(areas)})
    sql(_TOGETHER)
    sql("ANALYZE pg_temp.contract_span")
