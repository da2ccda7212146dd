"""Offsets and sub-ledgers of the hospitals: each with its equation and what is missing."""

from typing import Any

from models.services.views.reading import Rows, Where, fetch, one

_LIST = """
SELECT o.*, h.name AS hospital_name
  FROM hospital_offset o JOIN hospital h USING (hospital_code)
 WHERE {where} ORDER BY h.name, o.hospital_code
"""
_TOTALS = """
SELECT count(*) AS hospitals, coalesce(sum(available_fen), 0)::bigint AS available_fen,
       coalesce(sum(goods_fen), 0)::bigint AS goods_fen,
       coalesce(sum(carried_in_fen), 0)::bigint AS carried_in_fen,
       coalesce(sum(collected_fen), 0)::bigint AS collected_fen,
       coalesce(sum(deferred_fen), 0)::bigint AS deferred_fen,
       coalesce(sum(recovered_fen), 0)::bigint AS recovered_fen,
       coalesce(sum(offset_fen), 0)::bigint AS offset_fen,
       coalesce(sum(carried_out_fen), 0)::bigint AS carried_out_fen, max(offset_at) AS offset_at
  FROM hospital_offset o WHERE {where}
"""
#: Sub-ledger: all vouchers less the sheets covered by a payment (file formats §3.5).
_SUBLEDGERS = """
WITH vouchers AS (
    SELECT hospital_code, sum(CASE kind WHEN 'refund'
           THEN -amount_fen ELSE amount_fen END)::bigint AS paid_in_fen
      FROM prepayment_voucher GROUP BY 1
),
covered AS (
    SELECT s.hospital_code, sum(s.payable_fen)::bigint AS covered_fen FROM settlement_sheet s
     WHERE s.funding IN ('prepaid_subledger', 'turnover')
       AND EXISTS (SELECT 1 FROM payment_allocation a WHERE a.sheet_id = s.id) GROUP BY 1
),
short AS (
    SELECT hospital_code, count(*) AS sheets, sum(payable_fen)::bigint AS short_fen
      FROM settlement_sheet WHERE state = 'short' GROUP BY 1
)
SELECT h.hospital_code, h.name AS hospital_name, coalesce(v.paid_in_fen, 0) AS paid_in_fen,
       coalesce(c.covered_fen, 0) AS covered_fen,
       coalesce(v.paid_in_fen, 0) - coalesce(c.covered_fen, 0) AS balance_fen,
       coalesce(s.sheets, 0) AS short_sheets,
       greatest(coalesce(s.short_fen, 0) - (coalesce(v.paid_in_fen, 0) - coalesce(c.covered_fen,
              0)), 0)
           AS missing_fen
  FROM hospital h LEFT JOIN vouchers v USING (hospital_code) LEFT JOIN covered c USING
         (hospital_code)
  LEFT JOIN short s USING (hospital_code)
 WHERE {where} AND coalesce(v.hospital_code, c.hospital_code, s.hospital_code) IS NOT NULL
 ORDER BY 7 DESC, 2
"""
#: What would be offset: sheets out, funds imported, and whether a later month closes this one.
_PREVIEW = """
SELECT (SELECT count(DISTINCT s.hospital_code) FROM settlement_sheet s
         WHERE s.period = %(period)s AND s.area_code = ANY (%(areas)s)) AS hospitals,
       (SELECT count(*) FROM monthly_fund m JOIN hospital h USING (hospital_code)
         WHERE m.period IN (%(period)s, %(next)s) AND h.area_code = ANY (%(areas)s)) AS funds,
       (SELECT count(*) FROM hospital_offset o WHERE o.period = %(period)s
           AND o.area_code = ANY (%(areas)s)) AS existing,
       (SELECT coalesce(sum(s.payable_fen), 0)::bigint FROM settlement_sheet s
          JOIN payment_allocation a ON a.sheet_id = s.id AND a.live
          JOIN payment_instruction i ON i.id = a.instruction_id
         WHERE s.period = %(period)s AND s.area_code = ANY (%(areas)s)
           AND s.funding IN ('offset', 'bank_debit')
           AND i.state IN ('sent', 'unknown', 'accepted', 'settled')) AS goods_fen,
       (SELECT count(*) FROM settlement_sheet s WHERE s.period = %(period)s
           AND s.area_code = ANY (%(areas)s)
           AND s.state IN ('draft', 'in_review', 'approved', 'short')) AS unpaid_sheets,
       (SELECT max(o.period) FROM hospital_offset o WHERE o.area_code = ANY (%(areas)s)
           AND o.period > %(period)s) AS later
"""


def _where(rows: Rows, period: str, areas: tuple[str, ...]) -> Where:
    found = Where.of(rows, area="o.area_code", hospital="o.hospital_code")
    found.add("o.period = %(period)s", period=period)
    return found.add_if(list(areas) or None, "o.area_code = ANY (%(areas)s)", "areas")


def offsets(rows: Rows, period: str, areas: tuple[str, ...] = ()) -> tuple[Any, list[Any]]:
    """Return totals and rows of a month's offset."""
    found = _where(rows, period, areas)
    return one(_TOTALS.format(where=found.text), found.told), fetch(
        _LIST.format(where=found.text), found.told
    )


def subledgers(rows: Rows, areas: tuple[str, ...] = ()) -> list[Any]:
    """Return the hospitals that have a sub-ledger, the largest shortfall first."""
    found = Where.of(rows, area="h.area_code", hospital="h.hospital_code")
    found.add_if(list(areas) or None, "h.area_code = ANY (%(areas)s)", "areas")
    return fetch(_SUBLEDGERS.format(where=found.text), found.told)


def preview(areas: list[str], period: str, next_period: str) -> Any:  # noqa: ANN401
    """Return what stands ready for the offset of a month."""
    return one(_PREVIEW, {"areas": areas, "period": period, "next": next_period})
