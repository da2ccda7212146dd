"""How far direct settlement has come, as the pages show it: hospitals joined and money paid."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from models.services.judgement import in_force
from models.services.views.reading import Rows, Where, fetch, name_hospital, one

SCOPE = {"area": "f.area_code", "hospital": "f.hospital_code"}
HOSPITALS = {"area": "h.area_code", "hospital": "h.hospital_code"}
#: Months shown beside one another.
MONTHS = 12
#: Hospitals listed that have not joined.
WAITING_ROWS = 50

_SUMS = """
coalesce(sum(f.amount_fen) FILTER (WHERE f.lane = 'direct'), 0)::bigint AS direct_fen,
coalesce(sum(f.amount_fen) FILTER (WHERE f.lane = 'self'), 0)::bigint AS self_fen,
coalesce(sum(f.lines) FILTER (WHERE f.lane = 'direct'), 0)::bigint AS direct_lines,
coalesce(sum(f.lines) FILTER (WHERE f.lane = 'self'), 0)::bigint AS self_lines
"""
_MONTHS = f"""
SELECT r.period, r.figured_at, {_SUMS}
  FROM coverage_run r LEFT JOIN coverage_figure f ON f.period = r.period AND {{where}}
 WHERE r.period <= %(last)s GROUP BY r.period, r.figured_at ORDER BY r.period DESC LIMIT %(rows)s
"""
_CATEGORIES = f"SELECT f.category, {_SUMS} FROM coverage_figure f WHERE {{where}} GROUP BY 1"
_REASONS = """
SELECT f.outside, count(DISTINCT f.hospital_code) AS hospitals, sum(f.lines)::bigint AS lines,
       sum(f.amount_fen)::bigint AS amount_fen
  FROM coverage_figure f WHERE f.lane = 'self' AND {where} GROUP BY 1
"""
_AIMS = "c.scheme_code, c.target_on, c.target_share_bp"
#: Each area with its hospitals, its money of the month, and what its scheme of the day aims at.
_AREAS = f"""
WITH money AS (
    SELECT f.area_code, {_SUMS} FROM coverage_figure f WHERE {{where}} GROUP BY 1
),
counted AS (
    SELECT h.area_code, count(*) AS hospitals,
           count(*) FILTER (WHERE h.joined_on <= %(on)s) AS joined,
           count(*) FILTER (WHERE h.joined_on > %(on)s) AS joining
      FROM hospital h WHERE {{hospitals}} GROUP BY 1
)
SELECT a.area_code, a.name, c.hospitals, c.joined, c.joining,
       coalesce(m.direct_fen, 0) AS direct_fen, coalesce(m.self_fen, 0) AS self_fen,
       t.scheme_code, t.target_on, t.target_share_bp
  FROM counted c JOIN area a USING (area_code) LEFT JOIN money m USING (area_code)
  LEFT JOIN LATERAL {in_force.scheme("a.area_code", "%(on)s::date", _AIMS)} t ON true
 ORDER BY a.area_code
"""
_JOINED = """
SELECT to_char(h.joined_on, 'YYYY-MM') AS period, count(*) AS hospitals
  FROM hospital h WHERE h.joined_on IS NOT NULL AND {where} GROUP BY 1 ORDER BY 1
"""
_WAITING = """
SELECT h.hospital_code, h.name, h.area_code, h.ownership, h.level, h.joined_on,
       coalesce(sum(f.amount_fen), 0)::bigint AS amount_fen
  FROM hospital h
  LEFT JOIN coverage_figure f ON f.hospital_code = h.hospital_code AND f.period = %(period)s
 WHERE coalesce(h.joined_on > %(on)s, true) AND {where}
 GROUP BY h.hospital_code ORDER BY amount_fen DESC, h.hospital_code LIMIT %(rows)s
"""
_ROWS = """
SELECT f.period, f.area_code, f.hospital_code, h.name AS hospital_name, f.category, f.lane,
       f.outside, f.lines, f.amount_fen
  FROM coverage_figure f JOIN hospital h USING (hospital_code)
 WHERE {where} ORDER BY f.hospital_code, f.category, f.lane, f.outside LIMIT %(rows)s
"""


@dataclass(frozen=True)
class Asked:
    """The conditions of the page."""

    areas: tuple[str, ...] = ()
    hospital: str = ""


@dataclass(frozen=True)
class Coverage:
    """What is known of a month and the months before it."""

    #: The latest first.
    months: list[Any]
    categories: list[Any]
    reasons: list[Any]
    areas: list[Any]
    #: Month → hospitals joined by its end.
    joined: dict[str, int]
    waiting: list[Any]


def share_bp(direct_fen: int, self_fen: int) -> int | None:
    """Return the direct share of the money in basis points, half up; None where nothing is."""
    total = direct_fen + self_fen
    return (direct_fen * 20_000 + total) // (2 * total) if total > 0 else None


def figured() -> list[str]:
    """Return the months that were added up, the latest first."""
    return [row.period for row in fetch("SELECT period FROM coverage_run ORDER BY period DESC")]


def latest() -> str:
    """Return the latest month in which anything was accepted, else the latest one added up."""
    found = one(
        "SELECT coalesce((SELECT max(period) FROM coverage_figure), max(period)) AS period"
        " FROM coverage_run"
    )
    return found.period or ""


def run_of(period: str) -> Any:  # noqa: ANN401 - a row by name
    """Return when the figures of a month were made, or None."""
    return one("SELECT * FROM coverage_run WHERE period = %(period)s", {"period": period})


def board(rows: Rows, period: str, asked: Asked, on: date) -> Coverage:
    """Return the coverage of a month as the reader may see it, and who joined by a day."""
    money, hospitals = _money(rows, asked), _hospitals(rows, asked)
    of_month = {**money.told, "period": period}
    where = f"f.period = %(period)s AND {money.text}"
    told = {**money.told, "last": period, "rows": MONTHS}
    months = fetch(_MONTHS.format(where=money.text), told)
    everywhere = _both(rows, asked)
    return Coverage(
        months=months,
        categories=fetch(_CATEGORIES.format(where=where), of_month),
        reasons=fetch(_REASONS.format(where=where), of_month),
        areas=fetch(
            _AREAS.format(where=where, hospitals=hospitals.text),
            {**everywhere, "period": period, "on": on},
        ),
        joined=_joined(hospitals, [row.period for row in reversed(months)]),
        waiting=fetch(
            _WAITING.format(where=hospitals.text),
            {**hospitals.told, "period": period, "on": on, "rows": WAITING_ROWS},
        ),
    )


def named(rows: Rows, codes: Sequence[str]) -> list[Any]:
    """Return the reader's hospitals of these codes."""
    found = Where.of(rows, **HOSPITALS).add("h.hospital_code = ANY(%(codes)s)", codes=list(codes))
    return fetch(
        f"SELECT h.hospital_code, h.name, h.joined_on FROM hospital h WHERE {found.text}"
        " ORDER BY h.hospital_code",
        found.told,
    )


def listed(rows: Rows, period: str, asked: Asked, limit: int) -> list[Any]:
    """Return the figures of a month by hospital, category, lane and reason."""
    found = _money(rows, asked).add("f.period = %(period)s", period=period)
    return fetch(_ROWS.format(where=found.text), {**found.told, "rows": limit})


def _money(rows: Rows, asked: Asked) -> Where:
    return _narrowed(Where.of(rows, **SCOPE), asked, "f")


def _hospitals(rows: Rows, asked: Asked) -> Where:
    return _narrowed(Where.of(rows, **HOSPITALS), asked, "h")


def _both(rows: Rows, asked: Asked) -> dict[str, Any]:
    return {**_money(rows, asked).told, **_hospitals(rows, asked).told}


def _narrowed(found: Where, asked: Asked, of: str) -> Where:
    found.add_if(list(asked.areas) or None, f"{of}.area_code = ANY(%(areas)s)", "areas")
    name_hospital(found, asked.hospital, f"{of}.hospital_code")
    return found


def _joined(hospitals: Where, periods: list[str]) -> dict[str, int]:
    """Return how many had joined by the end of each month."""
    began = fetch(_JOINED.format(where=hospitals.text), hospitals.told)
    return {p: sum(row.hospitals for row in began if row.period <= p) for p in periods}
