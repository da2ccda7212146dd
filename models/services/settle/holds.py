"""What is on no sheet after a settlement, with every reason, as the exports and pages show it."""

from collections.abc import Sequence

from models.records.base import sql
from models.records.planning import linear_joins
from models.services.judgement.holds import words
from models.services.settle import held_pairs

#: What `judged` must tell of a line beyond its verdict: the lead takes the hospital's place there.
ALSO = ("hospital_code AS buyer_code", "accepted_on")

#: Of the areas, and of lines whose hospital has moved to them since.
_FORGET = """
WITH gone AS (
    DELETE FROM held_line h
     WHERE h.period = %(period)s AND (h.area_code = ANY (%(areas)s)
        OR h.line_no IN (SELECT line_no FROM judged WHERE mask <> 0 OR NOT is_direct))
    RETURNING h.area_code
)
SELECT DISTINCT area_code FROM gone
"""

#: What is not free, and free lines whose pair's sheet is under review: those are direct without
#: reasons and wait for the next month. Few masks are distinct, so the words of each are found once.
_KEEP = f"""
WITH named AS MATERIALIZED (
    SELECT mask, {words("mask")} AS reasons FROM (SELECT DISTINCT mask FROM judged) m
)
INSERT INTO held_line (period, line_no, area_code, hospital_code, settler_code, enterprise_code,
                       amount_fen, accepted_on, lane, reasons)
SELECT %(period)s, j.line_no, j.area_code, j.buyer_code, j.hospital_code, j.enterprise_code,
       j.amount_fen, j.accepted_on, j.lane, n.reasons
  FROM judged j JOIN named n USING (mask)
 WHERE j.mask <> 0 OR NOT j.is_direct
 ORDER BY j.line_no
"""


def keep(told: dict[str, object], areas: Sequence[str]) -> None:
    """Replace the held lines of the period and areas by what `judged` leaves off the sheets."""
    with linear_joins():
        left = sql(_FORGET, told).fetchall()
        sql(_KEEP, told)
        held_pairs.add_up(str(told["period"]), {*areas, *(area for (area,) in left)})
