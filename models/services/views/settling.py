"""What a settlement of a month would find, counted before anybody asks for it."""

from typing import Any

from models.rules import calendar
from models.services.views.reading import one

_PREVIEW = """
SELECT a.lines, a.sum_fen, s.drafts, s.fixed, s.fixed_lines, q.settled_at, q.settled_by, q.never,
       (SELECT count(*) FROM held_line h WHERE h.period = q.earlier AND h.area_code = ANY
              (%(areas)s)
           AND h.lane = 'direct') AS held_before,
       q.earlier, q.later
  FROM (SELECT count(*) AS lines, coalesce(sum(p.amount_fen), 0)::bigint AS sum_fen
          FROM purchase_line p JOIN hospital h USING (hospital_code)
         WHERE p.accepted_on BETWEEN %(first)s AND %(last)s AND h.area_code = ANY (%(areas)s)) a,
       (SELECT count(*) FILTER (WHERE state = 'draft') AS drafts,
               count(*) FILTER (WHERE state <> 'draft') AS fixed,
               coalesce(sum(lines_count) FILTER (WHERE state <> 'draft'), 0)::bigint AS fixed_lines
          FROM settlement_sheet WHERE period = %(period)s AND area_code = ANY (%(areas)s)) s,
       (SELECT max(settled_at) FILTER (WHERE period = %(period)s) AS settled_at,
               max(settled_by) FILTER (WHERE period = %(period)s) AS settled_by,
               max(period) FILTER (WHERE period < %(period)s) AS earlier,
               max(period) FILTER (WHERE period > %(period)s) AS later,
               count(*) FILTER (WHERE period = %(period)s) = 0 AS never
          FROM settled_period WHERE area_code = ANY (%(areas)s)) q
"""


def preview(areas: list[str], period: str) -> Any:  # noqa: ANN401 - a row by name
    """Return lines of the month, drafts that would be calculated anew, and what stays as it is."""
    told = {
        "areas": areas,
        "period": period,
        "first": calendar.first_day(period),
        "last": calendar.last_day(period),
    }
    return one(_PREVIEW, told)
