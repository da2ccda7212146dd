"""The overdue board of a day: what is late, whose turn it is, how old, where, and the lines."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from models.records.base import db
from models.services.overdue import calling, listing, watched
from models.services.views.reading import PAGE_ROWS, fetch, one

#: Ages in days: the last one is open.
BUCKETS = ((1, 14), (15, 29), (30, 44), (45, 59), (60, None))
INSTITUTIONS_MAX = 50

_COST = "(SELECT line_no, sum(interest_fen)::bigint AS interest_fen FROM late_part GROUP BY 1) c"
_WHOLE = f"""
SELECT count(*) AS lines, coalesce(sum(unpaid_fen), 0)::bigint AS unpaid_fen,
       coalesce(sum(c.interest_fen), 0)::bigint AS interest_fen, max(days_late) AS days_late,
       count(DISTINCT hospital_code) AS hospitals, count(DISTINCT enterprise_code) AS enterprises
  FROM late l LEFT JOIN {_COST} USING (line_no) WHERE {{where}}
"""
_STEPS = """
SELECT l.step, max(l.step_name) AS name, max(l.action) AS action, count(*) AS lines,
       sum(l.unpaid_fen)::bigint AS unpaid_fen, min(l.days_late) AS from_days
  FROM late l WHERE {where} GROUP BY l.step ORDER BY l.step NULLS FIRST
"""
_RESPONSIBLE = """
SELECT l.responsible, l.lane, count(*) AS lines, sum(l.unpaid_fen)::bigint AS unpaid_fen
  FROM late l WHERE {where} GROUP BY 1, 2 ORDER BY 1, 2
"""
_AGES = """
SELECT width_bucket(l.days_late, ARRAY[15, 30, 45, 60]) AS bucket, l.responsible, count(*) AS lines,
       sum(l.unpaid_fen)::bigint AS unpaid_fen
  FROM late l WHERE {where} GROUP BY 1, 2
"""
_INSTITUTIONS = f"""
SELECT l.{{column}} AS code, max(n.name) AS name, count(*) AS lines,
       sum(l.unpaid_fen)::bigint AS unpaid_fen,
       max(l.days_late) AS days_late, coalesce(sum(c.interest_fen), 0)::bigint AS interest_fen,
       max(l.step) AS step, (array_agg(l.step_name ORDER BY l.step DESC NULLS LAST))[1] AS step_name
  FROM late l JOIN {{table}} n ON n.{{key}} = l.{{column}} LEFT JOIN {_COST} USING (line_no)
 WHERE {{where}} GROUP BY l.{{column}} ORDER BY 5 DESC, 4 DESC LIMIT {INSTITUTIONS_MAX}
"""
_LINES = f"""
SELECT l.*, c.interest_fen, h.name AS hospital_name, e.name AS enterprise_name
  FROM late l JOIN hospital h USING (hospital_code)
  JOIN enterprise e ON e.credit_code = l.enterprise_code LEFT JOIN {_COST} USING (line_no)
 WHERE {{where}} ORDER BY l.days_late DESC, l.unpaid_fen DESC, l.line_no
 LIMIT %(rows)s OFFSET %(skip)s
"""


@dataclass(frozen=True)
class Asked:
    """The conditions of the board; empty ones ask nothing."""

    lane: str = ""
    responsible: str = ""
    step: int | None = None
    hospital_code: str = ""
    enterprise_code: str = ""


@dataclass(frozen=True)
class Board:
    """Everything the page shows of one day."""

    whole: Any
    steps: list[Any]
    responsible: list[Any]
    ages: list[Any]
    hospitals: list[Any]
    enterprises: list[Any]
    lines: list[Any]
    #: overdue, escalated, mails: what sending now would do (all of the areas, no condition).
    would: dict[str, int]


def _where(asked: Asked) -> tuple[str, dict[str, Any]]:
    parts, told = ["true"], {}
    for name in ("lane", "responsible", "step", "hospital_code", "enterprise_code"):
        value = getattr(asked, name)
        if value not in ("", None):
            parts.append(f"l.{name} = %({name})s")
            told[name] = value
    return " AND ".join(parts), told


def board(areas: Sequence[str], on: date, asked: Asked, *, number: int = 0) -> Board:
    """Return the board of the areas on a day; lines are a page of it, the oldest first."""
    where, told = _where(asked)
    told |= {"rows": PAGE_ROWS + 1, "skip": number * PAGE_ROWS}

    def many(text: str, **names: str) -> list[Any]:
        return fetch(text.format(where=where, **names), told)

    with db.atomic():
        listing.collect(areas, on)
        watched.collect_interest(on)
        calling.collect(on)
        return Board(
            whole=one(_WHOLE.format(where=where), told),
            steps=many(_STEPS),
            responsible=many(_RESPONSIBLE),
            ages=many(_AGES),
            hospitals=many(
                _INSTITUTIONS, column="hospital_code", table="hospital", key="hospital_code"
            ),
            enterprises=many(
                _INSTITUTIONS, column="enterprise_code", table="enterprise", key="credit_code"
            ),
            lines=many(_LINES),
            would=calling.counts(),
        )


#: From so many purchase lines on, the board does not come with its page.
LARGE_LINES = 200_000


def is_large() -> bool:
    """Return whether judging what is open may take longer than a page should (an estimate)."""
    found = one("SELECT reltuples AS lines FROM pg_class WHERE oid = 'purchase_line'::regclass")
    return bool(found.lines >= LARGE_LINES)


def would_send(areas: Sequence[str], on: date) -> tuple[dict[str, int], list[Any]]:
    """Return what sending reminders now would do, and to whom."""
    with db.atomic():
        listing.collect(areas, on)
        calling.collect(on)
        told = fetch(
            "SELECT c.responsible, c.party_code, count(*) AS lines,"
            " coalesce(max(h.name), max(e.name), max(a.name)) AS name,"
            " coalesce(max(h.email), max(e.email), max(a.email)) AS email,"
            " sum(l.unpaid_fen)::bigint AS unpaid_fen"
            " FROM calling c JOIN late l USING (line_no)"
            " LEFT JOIN hospital h ON c.responsible = 'hospital' AND h.hospital_code = c.party_code"
            " LEFT JOIN enterprise e ON c.responsible = 'enterprise'"
            " AND e.credit_code = c.party_code"
            " LEFT JOIN agency a ON c.responsible = 'agency' AND a.agency_code = c.party_code"
            " WHERE c.party_code IS NOT NULL GROUP BY 1, 2 ORDER BY 6 DESC"
        )
        return calling.counts(), told
