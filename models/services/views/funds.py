"""Offsets of the hospitals, and what an offset of a month would work on."""

from typing import Any

from models.services.views.reading import Rows, Where, fetch, one

#: Hospitals of a month in a file.
ALL_ROWS = 100_000
_LIST = """
SELECT o.*, h.name AS hospital_name
  FROM hospital_offset o JOIN hospital h USING (hospital_code)
 WHERE {where} ORDER BY h.name, o.hospital_code LIMIT %(rows)s OFFSET %(skip)s
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


def offsets(
    rows: Rows, period: str, areas: tuple[str, ...] = (), *, number: int = 0, size: int = ALL_ROWS
) -> tuple[Any, list[Any]]:
    """Return totals of a month's offset and a page of its rows, or all of them for a file."""
    found = _where(rows, period, areas)
    told = {**found.told, "rows": size, "skip": number * size}
    return one(_TOTALS.format(where=found.text), found.told), fetch(
        _LIST.format(where=found.text), told
    )


def preview(areas: list[str], period: str, next_period: str) -> Any:  # noqa: ANN401
    """Return what stands ready for the offset of a month."""
    return one(_PREVIEW, {"areas": areas, "period": period, "next": next_period})
