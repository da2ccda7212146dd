"""Deliveries against receipts as their page shows them: differences by kind, then positions."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from models.records.base import db
from models.services import deliveries
from models.services.views.reading import PAGE_ROWS, Where, fetch, name_parties, one

_KINDS = """
SELECT k.difference, count(*) AS positions, sum(d.ordered_fen)::bigint AS ordered_fen,
       sum(d.sent_fen)::bigint AS sent_fen, sum(d.received_fen)::bigint AS received_fen
  FROM delivery_position d CROSS JOIN LATERAL unnest(d.differences) AS k (difference)
 WHERE {where} GROUP BY k.difference
"""
_TOTALS = """
SELECT count(*) AS positions, count(*) FILTER (WHERE cardinality(d.differences) > 0) AS differing,
       count(*) FILTER (WHERE d.ordered IS NOT NULL) AS ordered_positions,
       coalesce(sum(d.ordered_fen), 0)::bigint AS ordered_fen,
       coalesce(sum(d.sent_fen), 0)::bigint AS sent_fen,
       coalesce(sum(d.received_fen), 0)::bigint AS received_fen,
       coalesce(sum(least(d.received_fen, d.ordered_fen))
           FILTER (WHERE d.ordered IS NOT NULL), 0)::bigint AS filled_fen,
       count(*) FILTER (WHERE d.ordered IS NOT NULL AND d.received >= d.ordered) AS filled
  FROM delivery_position d WHERE {where}
"""
_ROWS = """
SELECT d.*, p.name AS product_name, p.specification, p.unit, h.name AS hospital_name,
       e.name AS enterprise_name
  FROM (SELECT * FROM delivery_position d WHERE {where} AND {shown}
         ORDER BY d.order_no, d.nhsa_code, d.hospital_code, d.enterprise_code
         LIMIT %(limit)s OFFSET %(offset)s) d
  JOIN hospital h USING (hospital_code)
  LEFT JOIN enterprise e ON e.credit_code = d.enterprise_code
  LEFT JOIN product p USING (nhsa_code)
 ORDER BY d.order_no, d.nhsa_code, d.hospital_code, d.enterprise_code
"""
_ALL, _ANY = "true", "cardinality(d.differences) > 0"
_ONE = "d.differences @> ARRAY[%(difference)s]::text[]"


@dataclass(frozen=True)
class Month:
    """A month's differences by kind, its sums, and a page of positions."""

    kinds: dict[str, Any]
    totals: Any
    rows: list[Any]
    more: bool


def month(
    areas: Sequence[str],
    period: str,
    on: date,
    *,
    seat: tuple[str | None, str | None],
    named: tuple[str, str],
    view: str,
    page: int,
) -> Month:
    """Return a month as it looks on a day: `view` is a difference, `all`, or empty for any.

    `seat` binds to a hospital's or enterprise's own positions, `named` are texts to look for.
    """
    where = name_parties(Where(["true"]), *named, "d.hospital_code", "d.enterprise_code")
    shown = {"": _ANY, "all": _ALL}.get(view, _ONE)
    told = {
        **where.told,
        "difference": view,
        "limit": PAGE_ROWS + 1,
        "offset": page * PAGE_ROWS,
    }
    with db.atomic():
        deliveries.collect(areas, period, on, hospital=seat[0], enterprise=seat[1])
        kinds = fetch(_KINDS.format(where=where.text), told)
        totals = one(_TOTALS.format(where=where.text), told)
        found = fetch(_ROWS.format(where=where.text, shown=shown), told)
    return Month(
        {row.difference: row for row in kinds}, totals, found[:PAGE_ROWS], len(found) > PAGE_ROWS
    )
