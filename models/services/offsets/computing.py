"""What each hospital's offset of a month is, set by set: one statement a step."""

from typing import Any

from models.records.base import sql
from models.rules.offset import ADVANCED
from models.rules.states import OUT
from models.services.judgement import in_force

_ADVANCED = ", ".join(f"'{one}'" for one in ADVANCED)
_OUT = ", ".join(f"'{state}'" for state in OUT)

#: Which sheets make the goods: what is out now, less what earlier offsets counted of each sheet.
#: What came back since is negative.
_SHEETS = f"""
CREATE TEMP TABLE offset_goods ON COMMIT DROP AS
WITH hospitals AS (SELECT hospital_code FROM hospital WHERE area_code = ANY (%(areas)s)),
out_now AS (
    SELECT s.hospital_code, s.id AS sheet_id, s.payable_fen
      FROM settlement_sheet s JOIN hospitals USING (hospital_code)
      JOIN payment_allocation a ON a.sheet_id = s.id AND a.live
      JOIN payment_instruction i ON i.id = a.instruction_id
     WHERE s.period <= %(period)s AND s.funding IN ({_ADVANCED}) AND i.state IN ({_OUT})
),
counted AS (
    SELECT hospital_code, sheet_id, sum(amount_fen)::bigint AS counted_fen
      FROM offset_sheet JOIN hospitals USING (hospital_code)
     WHERE period < %(period)s GROUP BY hospital_code, sheet_id
)
SELECT hospital_code, sheet_id,
       coalesce(o.payable_fen, 0) - coalesce(c.counted_fen, 0) AS amount_fen
  FROM out_now o FULL JOIN counted c USING (hospital_code, sheet_id)
 WHERE coalesce(o.payable_fen, 0) <> coalesce(c.counted_fen, 0)
"""

_WORDS = "c.deduct_month, c.shortfall, c.shortfall_days"

#: Every hospital with a sheet in the period, goods, a carry, money paid in or turnover money to
#: take back. The month of the fund is that of the sheet's frozen scheme, else of the scheme of
#: the period's last day; what becomes of a rest is that scheme's word.
_COMPUTE = f"""
CREATE TEMP TABLE offset_now ON COMMIT DROP AS
WITH scheme_of_area AS ({in_force.of_areas("%(period_end)s", _WORDS)}),
hospitals AS (SELECT hospital_code, area_code FROM hospital WHERE area_code = ANY (%(areas)s)),
in_period AS (
    SELECT s.hospital_code, max(s.deduct_month) AS deduct_month
      FROM settlement_sheet s JOIN hospitals USING (hospital_code)
     WHERE s.period = %(period)s GROUP BY s.hospital_code
),
goods AS (
    SELECT hospital_code, sum(amount_fen)::bigint AS goods_fen FROM offset_goods GROUP BY 1
),
earlier AS (
    SELECT DISTINCT ON (hospital_code) hospital_code, carried_out_fen AS carried_in_fen,
           sum(collected_fen) OVER (PARTITION BY hospital_code)::bigint AS collected_fen
      FROM hospital_offset o JOIN hospitals USING (hospital_code)
     WHERE o.period < %(period)s
     ORDER BY hospital_code, o.period DESC
),
paid_in AS (
    SELECT q.hospital_code, sum(r.amount_fen)::bigint AS paid_in_fen
      FROM money_receipt r JOIN money_request q ON q.id = r.request_id
      JOIN hospitals h ON h.hospital_code = q.hospital_code
     WHERE q.kind = 'collection' GROUP BY q.hospital_code
),
asked AS (
    SELECT q.hospital_code, sum(q.amount_fen - q.received_fen)::bigint AS asked_fen
      FROM money_request q JOIN hospitals USING (hospital_code)
     WHERE q.kind = 'collection' AND q.state = 'asked' AND q.due_on >= %(on)s
       AND q.period < %(period)s GROUP BY q.hospital_code
),
given AS (
    SELECT DISTINCT ON (g.hospital_code) g.hospital_code, g.turnover_no,
           (g.amount_fen - coalesce((
               SELECT sum(q.received_fen) FROM money_request q
                WHERE q.kind = 'repayment' AND split_part(q.source, ':', 2) = g.turnover_no), 0)
            - coalesce((
               SELECT sum(o.recovered_fen) FROM hospital_offset o
                WHERE o.turnover_no = g.turnover_no AND o.period <> %(period)s), 0))::bigint
               AS outstanding_fen
      FROM turnover_grant g JOIN hospitals USING (hospital_code)
     WHERE g.recovery = 'offset' AND g.recover_from <= %(period)s
     ORDER BY g.hospital_code, g.year
),
rows AS (
    SELECT h.hospital_code, h.area_code, coalesce(g.goods_fen, 0) AS goods_fen,
           coalesce(e.carried_in_fen, 0) AS carried_in_fen,
           coalesce(p.paid_in_fen, 0) - coalesce(e.collected_fen, 0) AS collected_fen,
           coalesce(q.asked_fen, 0) AS asked_fen, t.turnover_no,
           coalesce(t.outstanding_fen, 0) AS outstanding_fen,
           n.hospital_code IS NOT NULL AS has_sheet,
           CASE coalesce(n.deduct_month, c.deduct_month) WHEN 'next' THEN %(next_period)s
                ELSE %(period)s END AS fund_period,
           coalesce(c.shortfall, 'carry') AS shortfall, c.shortfall_days
      FROM hospitals h LEFT JOIN in_period n USING (hospital_code)
      LEFT JOIN goods g USING (hospital_code) LEFT JOIN earlier e USING (hospital_code)
      LEFT JOIN paid_in p USING (hospital_code) LEFT JOIN asked q USING (hospital_code)
      LEFT JOIN given t USING (hospital_code)
      LEFT JOIN scheme_of_area c ON c.of_area = h.area_code
),
owing AS (
    SELECT r.*, m.audited_fen, m.advanced_fen, m.clawback_fen, m.deposit_fen,
           coalesce(greatest(m.audited_fen - m.advanced_fen - m.clawback_fen - m.deposit_fen, 0),
               0) AS available_fen,
           least(r.asked_fen, greatest(r.goods_fen + r.carried_in_fen - r.collected_fen, 0))
               AS deferred_fen
      FROM rows r LEFT JOIN monthly_fund m
           ON m.period = r.fund_period AND m.hospital_code = r.hospital_code
     WHERE r.has_sheet OR r.goods_fen <> 0 OR r.carried_in_fen <> 0 OR r.collected_fen <> 0
        OR r.outstanding_fen > 0
),
taken AS (
    SELECT o.*, greatest(0, least(o.available_fen,
               o.goods_fen + o.carried_in_fen - o.collected_fen - o.deferred_fen)) AS offset_fen
      FROM owing o
)
SELECT t.*, t.goods_fen + t.carried_in_fen - t.collected_fen - t.offset_fen AS carried_out_fen,
       greatest(0, least(t.available_fen - t.offset_fen, t.outstanding_fen)) AS recovered_fen
  FROM taken t
"""


def compute(told: dict[str, Any]) -> None:
    """Fill offset_goods and offset_now for the areas, the period and the business day told."""
    sql("DROP TABLE IF EXISTS pg_temp.offset_now, pg_temp.offset_changed, pg_temp.offset_goods")
    sql(_SHEETS, told)
    sql("ANALYZE pg_temp.offset_goods")
    sql(_COMPUTE, told)
