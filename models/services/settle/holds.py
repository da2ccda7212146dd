"""What is on no sheet after a settlement, with every reason, as the exports and pages show it."""

from models.records.base import sql
from models.records.planning import linear_joins
from models.services.judgement.holds import words

_FORGET = "DELETE FROM held_line WHERE period = %(period)s AND area_code = ANY (%(areas)s)"

#: What is not free, and free lines whose pair's sheet is under review: those are direct without
#: reasons and wait for the next month.
_KEEP = f"""
INSERT INTO held_line (period, line_no, area_code, lane, reasons)
SELECT %(period)s, j.line_no, j.area_code, j.lane, {words("j.mask")}
  FROM judged j
 WHERE j.mask <> 0 OR NOT j.is_direct
 ORDER BY j.line_no
ON CONFLICT (period, line_no) DO UPDATE
   SET area_code = excluded.area_code, lane = excluded.lane, reasons = excluded.reasons
"""


def keep(told: dict[str, object]) -> None:
    """Replace the held lines of the period and areas by what `judged` leaves off the sheets."""
    sql(_FORGET, told)
    with linear_joins():
        sql(_KEEP, told)
