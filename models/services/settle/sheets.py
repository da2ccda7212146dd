"""Sheets of a period: one for each hospital and enterprise, drafts calculated anew each time."""

from typing import Any

from models.records.base import sql
from models.records.planning import linear_joins
from models.services import sheet_content
from models.services.judgement import leads
from models.services.judgement.holds import FROZEN

_LOCK_DRAFTS = """
SELECT id FROM settlement_sheet
 WHERE period = %(period)s AND area_code = ANY (%(areas)s) AND state = 'draft'
 ORDER BY id FOR UPDATE
"""

_TAKE_APART = "DELETE FROM sheet_line WHERE sheet_id = ANY (%(drafts)s)"

#: Pairs whose sheet is under review or later keep that sheet as it is.
_FREEZE = f"""
UPDATE judged j SET mask = {FROZEN}
  FROM settlement_sheet s
 WHERE s.period = %(period)s AND s.state <> 'draft' AND s.hospital_code = j.hospital_code
   AND s.enterprise_code = j.enterprise_code AND j.is_direct AND j.mask = 0
"""

_FREE = "judged j JOIN shifted d USING (due_raw, due_shift) WHERE j.is_direct AND j.mask = 0"

#: What a pair's latest earlier sheet carries out is carried in, even where no line is.
_CARRIED = """
CREATE TEMP TABLE carried ON COMMIT DROP AS
SELECT c.* FROM (
    SELECT DISTINCT ON (s.hospital_code, s.enterprise_code)
           s.hospital_code, s.enterprise_code, h.area_code, s.carried_out_fen AS carried_in_fen
      FROM settlement_sheet s JOIN hospital h USING (hospital_code)
     WHERE h.area_code = ANY (%(areas)s) AND s.period < %(period)s
     ORDER BY s.hospital_code, s.enterprise_code, s.period DESC
) c
  LEFT JOIN settlement_sheet s ON s.period = %(period)s AND s.hospital_code = c.hospital_code
       AND s.enterprise_code = c.enterprise_code AND s.state <> 'draft'
 WHERE c.carried_in_fen < 0 AND s.id IS NULL
"""

_TOTALS = f"""
CREATE TEMP TABLE sheet_total ON COMMIT DROP AS
WITH summed AS (
    SELECT hospital_code, enterprise_code, max(area_code) AS area_code, count(*) AS lines_count,
           coalesce(sum(amount_fen) FILTER (WHERE line_kind = 'receipt'), 0)::bigint
               AS received_fen,
           coalesce(sum(amount_fen) FILTER (WHERE line_kind = 'goods_return'), 0)::bigint
               AS returned_fen,
           coalesce(sum(amount_fen) FILTER (WHERE line_kind = 'price_adjustment'), 0)::bigint
               AS adjusted_fen,
           min(due_on) AS due_on
      FROM {_FREE} GROUP BY hospital_code, enterprise_code
)
SELECT hospital_code, enterprise_code, coalesce(t.area_code, c.area_code) AS area_code,
       coalesce(t.lines_count, 0) AS lines_count, coalesce(t.received_fen, 0) AS received_fen,
       coalesce(t.returned_fen, 0) AS returned_fen, coalesce(t.adjusted_fen, 0) AS adjusted_fen,
       coalesce(c.carried_in_fen, 0) AS carried_in_fen, t.due_on,
       coalesce(t.received_fen + t.returned_fen + t.adjusted_fen, 0) + coalesce(c.carried_in_fen, 0)
           AS net_fen
  FROM summed t FULL JOIN carried c USING (hospital_code, enterprise_code)
"""

#: Per sheet the scheme of the last day of the period decides; where none is valid that day, the
#: latest one before it (a scheme that ran out does not change how its last lines are paid).
_SCHEME_OF_SHEET = """
CREATE TEMP TABLE sheet_scheme ON COMMIT DROP AS
SELECT DISTINCT ON (area_code) area_code, scheme_code, funding, payment_per, deduct_month
  FROM scheme_span WHERE from_on <= %(period_end)s ORDER BY area_code, from_on DESC
"""

_DROP_EMPTY = """
DELETE FROM settlement_sheet s
 WHERE s.id = ANY (%(drafts)s) AND NOT EXISTS (
    SELECT 1 FROM sheet_total t
     WHERE t.hospital_code = s.hospital_code AND t.enterprise_code = s.enterprise_code)
"""

_WRITE = """
INSERT INTO settlement_sheet AS s (id, sheet_no, period, area_code, hospital_code, enterprise_code,
    scheme_code, funding, payment_per, deduct_month, lines_count, received_fen, returned_fen,
    adjusted_fen, carried_in_fen, payable_fen, carried_out_fen, due_on, state, content_hash,
    settled_at, makers)
SELECT n.id,
       'JS' || replace(%(period)s, '-', '') || '-'
           || lpad(n.id::text, greatest(5, length(n.id::text)), '0'),
       %(period)s, t.area_code, t.hospital_code, t.enterprise_code,
       x.scheme_code, coalesce(x.funding, 'offset'), coalesce(x.payment_per, 'enterprise'),
       coalesce(x.deduct_month, 'next'), t.lines_count, t.received_fen, t.returned_fen,
       t.adjusted_fen, t.carried_in_fen, greatest(t.net_fen, 0), least(t.net_fen, 0),
       t.due_on, 'draft', '',
       %(now)s, ARRAY[%(actor)s]
  FROM sheet_total t
  LEFT JOIN sheet_scheme x USING (area_code)
  CROSS JOIN LATERAL (
      SELECT nextval('settlement_sheet_id_seq')::int AS id
       WHERE t.lines_count >= 0
  ) n
 ORDER BY t.hospital_code, t.enterprise_code
ON CONFLICT (period, hospital_code, enterprise_code) DO UPDATE SET
    area_code = excluded.area_code, scheme_code = excluded.scheme_code, funding = excluded.funding,
    payment_per = excluded.payment_per, deduct_month = excluded.deduct_month,
    lines_count = excluded.lines_count, received_fen = excluded.received_fen,
    returned_fen = excluded.returned_fen, adjusted_fen = excluded.adjusted_fen,
    carried_in_fen = excluded.carried_in_fen, payable_fen = excluded.payable_fen,
    carried_out_fen = excluded.carried_out_fen, due_on = excluded.due_on,
    settled_at = excluded.settled_at,
    makers = CASE WHEN s.makers @> excluded.makers THEN s.makers
             ELSE s.makers || excluded.makers END
  WHERE s.state = 'draft'
"""

_PUT_LINES = f"""
INSERT INTO sheet_line (line_no, sheet_id, line_kind, category, amount_fen, due_on, contract_no)
SELECT f.line_no, s.id, f.line_kind, f.category, f.amount_fen, f.due_on, f.contract_no
  FROM (SELECT j.line_no, j.hospital_code, j.enterprise_code, j.line_kind, j.category,
               j.amount_fen, d.due_on, j.contract_no
          FROM {_FREE}) f
  JOIN settlement_sheet s ON s.period = %(period)s AND s.hospital_code = f.hospital_code
   AND s.enterprise_code = f.enterprise_code
 ORDER BY f.line_no
"""

_TABLES = ("carried", "sheet_total", "sheet_scheme")


def take_drafts_apart(told: dict[str, Any]) -> None:
    """Lock the drafts of the period and free their lines, so that they are judged anew."""
    told["drafts"] = [row[0] for row in sql(_LOCK_DRAFTS, told)]
    if told["drafts"]:
        sql(_TAKE_APART, told)


def total(told: dict[str, Any]) -> None:
    """Make `sheet_total` and `sheet_scheme`: what the sheets of the period are to say."""
    sql(f"DROP TABLE IF EXISTS {', '.join('pg_temp.' + table for table in _TABLES)}")
    with linear_joins():
        leads.take_over(told)
        for statement in (_FREEZE, _CARRIED, _TOTALS, _SCHEME_OF_SHEET):
            sql(statement, told)


def make(told: dict[str, Any]) -> None:
    """Write the sheets of the period from `judged`, put their lines on them, seal them."""
    total(told)
    with linear_joins():
        if told["drafts"]:
            sql(_DROP_EMPTY, told)
        sql(_WRITE, told)
        sql(_PUT_LINES, told)
        leads.note(told)
    sheet_content.seal(told["period"], told["areas"])
