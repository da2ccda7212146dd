"""What falls due on which day of a month, of both lanes, and the lines of one such day.

Everything with money open counts: days gone by show what is still owed of them.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, cast

from models.records.base import db
from models.rules import overdue as rules
from models.rules.words import DayKind
from models.services.judgement import due, holds
from models.services.overdue import register, watched
from models.services.views import late_lines
from models.services.views.reading import PAGE_ROWS, Where, fetch, kept

#: Everything open as the register has it, and the same of what `watched.collect` judged.
_REGISTER = """
SELECT o.line_no, o.lane, o.hospital_code, o.enterprise_code, o.area_code, o.accepted_on, o.due_on,
       o.unpaid_fen, o.mask, o.responsible
  FROM open_line o WHERE o.unpaid_fen > 0 AND {areas}
"""
_JUDGED = f"""
SELECT w.line_no, w.lane, w.hospital_code, w.enterprise_code, w.area_code, w.accepted_on, w.due_on,
       o.unpaid_fen, w.mask,
       CASE WHEN w.lane = 'self' OR w.short
                 OR w.mask & {holds.any_of(*rules.HOSPITAL_HOLDS)} <> 0 THEN 'hospital'
            WHEN w.mask <> 0 THEN 'enterprise' ELSE 'agency' END AS responsible
  FROM watched w JOIN open_receipt o USING (line_no) WHERE o.unpaid_fen > 0
"""
_DAYS = """
SELECT q.due_on, count(*) AS lines, sum(q.unpaid_fen)::bigint AS unpaid_fen,
       count(*) FILTER (WHERE q.mask <> 0) AS held,
       coalesce(sum(q.unpaid_fen) FILTER (WHERE q.lane = 'direct'), 0)::bigint AS direct_fen,
       coalesce(sum(q.unpaid_fen) FILTER (WHERE q.lane = 'self'), 0)::bigint AS self_fen
  FROM ({source}) q WHERE q.due_on BETWEEN %(first)s AND %(last)s AND {where}
 GROUP BY 1 ORDER BY 1
"""
_WHO = """
SELECT q.responsible, count(*) AS lines, sum(q.unpaid_fen)::bigint AS unpaid_fen
  FROM ({source}) q WHERE q.due_on = %(day)s AND {where} GROUP BY 1 ORDER BY 1
"""
#: An empty list is written with braces, which the statements below fill in.
_REASONS = holds.words("t.mask").replace("{}", "{{}}")
_LINES = f"""
SELECT t.*, {_REASONS} AS reasons, h.name AS hospital_name, e.name AS enterprise_name
  FROM (SELECT q.line_no, q.lane, q.hospital_code, q.enterprise_code, q.accepted_on, q.due_on,
               q.unpaid_fen, q.mask, q.responsible
          FROM ({{source}}) q WHERE q.due_on = %(day)s AND {{where}}
         ORDER BY q.unpaid_fen DESC, q.line_no LIMIT %(rows)s OFFSET %(skip)s) t
  JOIN hospital h USING (hospital_code) JOIN enterprise e ON e.credit_code = t.enterprise_code
 ORDER BY t.unpaid_fen DESC, t.line_no
"""


@dataclass(frozen=True)
class Asked:
    """The conditions of the calendar."""

    lane: str = ""
    responsible: str = ""
    hospital_code: str = ""
    enterprise_code: str = ""


@dataclass(frozen=True)
class Month:
    """The days of a month on which something falls due, and the kinds of its days."""

    days: dict[date, Any]
    kinds: dict[date, DayKind]
    #: The day asked for: by responsible party, and a page of its lines and one more.
    who: list[Any]
    lines: list[Any]


def month(
    areas: Sequence[str],
    first: date,
    last: date,
    asked: Asked,
    *,
    on: date,
    day: date | None = None,
    number: int = 0,
    use_register: bool = False,
) -> Month:
    """Return what is open of a month's due days as known on a day, and the lines of one of them."""
    found = _where(asked)
    told = {**found.told, "on": on, "areas": list(areas), "first": first, "last": last, "day": day,
            "rows": PAGE_ROWS + 1, "skip": number * PAGE_ROWS}  # fmt: skip
    with db.atomic():
        source = _source(areas, on, use_register=use_register)

        def rows(text: str) -> list[Any]:
            return fetch(text.format(source=source, where=found.text), told)

        def days() -> list[Any]:
            # A register of millions changes with its refresh alone: a month is added up once.
            if source is _JUDGED:
                return rows(_DAYS)
            told_of = ("due_calendar", source, repr(sorted(told.items())), register.state())
            return cast(list[Any], kept("", told_of, lambda: rows(_DAYS)))

        return Month(
            days={row.due_on: row for row in days()},
            kinds=due.day_kinds(),
            who=rows(_WHO) if day else [],
            lines=rows(_LINES) if day else [],
        )


def _source(areas: Sequence[str], on: date, *, use_register: bool) -> str:
    if late_lines.by_register(on, as_kept=use_register):
        return _REGISTER.format(areas=register.areas_of(areas))
    watched.collect(areas, on, candidates=watched.OPEN_RECEIPTS)
    return _JUDGED


def _where(asked: Asked) -> Where:
    found = Where(["true"])
    found.add_if(asked.lane, "q.lane = %(lane)s", "lane")
    found.add_if(asked.responsible, "q.responsible = %(responsible)s", "responsible")
    found.add_if(asked.hospital_code, "q.hospital_code = %(hospital)s", "hospital")
    return found.add_if(asked.enterprise_code, "q.enterprise_code = %(enterprise)s", "enterprise")
