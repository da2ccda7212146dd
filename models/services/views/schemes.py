"""Schemes as the pages show them: which counts where, its versions, drafts and their trials."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from models.rules.schemes import Term, Version, counting, terms
from models.services.judgement.in_force import of_areas
from models.services.views.reading import Rows, Where, fetch, one

#: One row an area: the version that counts on the day, and the next that will.
_IN_FORCE = f"""
WITH counting AS ({of_areas("%(on)s", "u.distance, c.*")}),
coming AS (
    SELECT u.area_code, min(s.valid_from) AS next_from
      FROM area_chain u JOIN scheme s ON s.area_code = u.above_code
      LEFT JOIN counting c ON c.of_area = u.area_code
     WHERE s.valid_from > %(on)s AND u.distance <= coalesce(c.distance, u.distance)
     GROUP BY u.area_code
),
housed AS (
    SELECT area_code, count(*) AS hospitals, count(*) FILTER (WHERE joined_on <= %(on)s) AS joined
      FROM hospital GROUP BY area_code
)
SELECT a.area_code, a.name, a.level, a.parent_code, c.scheme_code, c.valid_from, c.valid_to,
       c.distance, c.area_code AS home_code, o.name AS home_name, c.funding, c.scope,
       c.legal_basis, c.preset, n.next_from, coalesce(h.hospitals, 0) AS hospitals,
       coalesce(h.joined, 0) AS joined
  FROM area a LEFT JOIN counting c ON c.of_area = a.area_code
  LEFT JOIN area o ON o.area_code = c.area_code
  LEFT JOIN coming n ON n.area_code = a.area_code LEFT JOIN housed h ON h.area_code = a.area_code
 WHERE {{scope}} ORDER BY a.area_code
"""
_OF_AREA = """
SELECT s.scheme_code, s.valid_from, s.valid_to, u.distance, s.funding, s.legal_basis,
       a.area_code, a.name AS area_name
  FROM area_chain u JOIN scheme s ON s.area_code = u.above_code
  JOIN area a ON a.area_code = s.area_code
 WHERE u.area_code = %(area)s ORDER BY s.valid_from, u.distance, s.scheme_code
"""
_AREA = "SELECT a.area_code, a.name, a.level FROM area a WHERE a.area_code = %(area)s AND {scope}"
#: A version is seen by whom it settles for: readers of its area, of areas below and above.
_VERSION = """
SELECT s.*, a.name AS area_name, d.id AS draft_id, d.makers, d.decided_by, d.decided_at
  FROM scheme s JOIN area a ON a.area_code = s.area_code
  LEFT JOIN LATERAL (SELECT id, makers, decided_by, decided_at FROM scheme_draft d
       WHERE d.scheme_code = s.scheme_code AND d.valid_from = s.valid_from AND d.state = 'in_force'
       ORDER BY d.id DESC LIMIT 1) d ON true
 WHERE s.scheme_code = %(code)s AND (%(on)s::date IS NULL OR s.valid_from = %(on)s)
   AND EXISTS (SELECT FROM area_chain u JOIN area a ON a.area_code = u.area_code
                WHERE u.above_code = s.area_code AND {scope})
 ORDER BY s.valid_from DESC LIMIT 1
"""
_VERSIONS = """
SELECT s.scheme_code, s.valid_from, s.valid_to, s.funding, s.legal_basis FROM scheme s
 WHERE s.scheme_code = %(code)s ORDER BY s.valid_from DESC
"""
#: Every version that settles for an area of the reader.
_VISIBLE = """
SELECT s.scheme_code, s.valid_from FROM scheme s
 WHERE EXISTS (SELECT FROM area_chain u JOIN area a ON a.area_code = u.area_code
                WHERE u.above_code = s.area_code AND {scope})
 ORDER BY s.scheme_code, s.valid_from DESC LIMIT 500
"""
_DRAFTS = """
SELECT d.id, d.scheme_code, d.valid_from, d.area_code, a.name AS area_name, d.state, d.reason,
       d.makers, d.revision, d.made_at, d.changed_at, d.submitted_by, d.submitted_at, d.decided_by,
       d.decided_at, d.answer, d.cells, d.base_code, d.base_from, d.base_cells
  FROM scheme_draft d JOIN area a USING (area_code)
 WHERE {where} ORDER BY d.id DESC LIMIT 100
"""
_TRIALS = """
SELECT id, state, requested_by, requested_at, args ->> 'period' AS period, result, error_sentence,
       error_sentence_en
  FROM job WHERE name = 'scheme_trial' AND (args ->> 'draft_id')::bigint = %(draft)s
 ORDER BY id DESC LIMIT 20
"""
_TRIAL = _TRIALS.replace("ORDER BY id DESC LIMIT 20", "AND id = %(job)s")


def in_force(rows: Rows, on: date) -> list[Any]:
    """Return (depth, row) of each of the reader's areas in the order of the tree."""
    scope, told = rows.sql(area="a.area_code")
    return _as_tree(fetch(_IN_FORCE.format(scope=scope), {**told, "on": on}))


def _as_tree(found: Sequence[Any]) -> list[Any]:
    known = {row.area_code for row in found}
    below: dict[str | None, list[Any]] = {}
    for row in found:
        below.setdefault(row.parent_code if row.parent_code in known else None, []).append(row)
    ordered: list[Any] = []

    def walk(parent: str | None, depth: int) -> None:
        for row in below.get(parent, []):
            ordered.append((depth, row))
            walk(row.area_code, depth + 1)

    walk(None, 0)
    return ordered


def area(rows: Rows, code: str) -> Any:  # noqa: ANN401 - a row by name
    """Return an area of the reader, or None."""
    scope, told = rows.sql(area="a.area_code")
    return one(_AREA.format(scope=scope), {**told, "area": code})


def area_of_hospital(code: str) -> str | None:
    """Return the area a hospital settles in, or None."""
    found = one("SELECT area_code FROM hospital WHERE hospital_code = %(code)s", {"code": code})
    return found.area_code if found else None


def of_area(code: str) -> list[Any]:
    """Return the versions an area may settle by: its own and those of the areas above."""
    return fetch(_OF_AREA, {"area": code})


def counting_in(code: str, day: date) -> Version | None:
    """Return the version an area settles by on a day, or None."""
    versions = [Version(v.scheme_code, v.valid_from, v.valid_to, v.distance) for v in of_area(code)]
    return counting(versions, day)


def time_line(found: Sequence[Any]) -> list[Term]:
    """Return the days on which each of an area's versions counts."""
    return terms([Version(v.scheme_code, v.valid_from, v.valid_to, v.distance) for v in found])


def version(rows: Rows, code: str, valid_from: date | None = None) -> Any:  # noqa: ANN401
    """Return a version the reader may see, the latest without a day, or None."""
    scope, told = rows.sql(area="a.area_code")
    return one(_VERSION.format(scope=scope), {**told, "code": code, "on": valid_from})


def versions(code: str) -> list[Any]:
    """Return the versions of a scheme, the latest first."""
    return fetch(_VERSIONS, {"code": code})


def visible(rows: Rows) -> list[Any]:
    """Return code and day of every version the reader may see, to compare with."""
    scope, told = rows.sql(area="a.area_code")
    return fetch(_VISIBLE.format(scope=scope), told)


def drafts(rows: Rows, *, state: str = "", code: str = "") -> list[Any]:
    """Return drafts of the reader's areas, the latest first; `open` means not ended."""
    where = Where.of(rows, area="d.area_code").add_if(code, "d.scheme_code = %(code)s", "code")
    if state == "open":
        where.add("d.state IN ('draft', 'submitted')")
    else:
        where.add_if(state, "d.state = %(state)s", "state")
    return fetch(_DRAFTS.format(where=where.text), where.told)


def draft(rows: Rows, draft_id: int) -> Any:  # noqa: ANN401 - a row by name
    """Return a draft of the reader's areas, or None."""
    where = Where.of(rows, area="d.area_code").add("d.id = %(id)s", id=draft_id)
    return one(_DRAFTS.format(where=where.text), where.told)


def bases() -> list[Any]:
    """Return what every version rests on, for the places that name a scheme."""
    return fetch("SELECT scheme_code, valid_from, legal_basis FROM scheme")


def settled_since(area_code: str, day: date) -> str | None:
    """Return the latest settled month of an area and all below that a version of a day reaches."""
    found = one(
        "SELECT max(s.period) AS period FROM settled_period s JOIN area_chain u USING (area_code)"
        " WHERE u.above_code = %(area)s AND s.period >= to_char(%(day)s::date, 'YYYY-MM')",
        {"area": area_code, "day": day},
    )
    return found.period if found else None


def trials(draft_id: int) -> list[Any]:
    """Return the trials of a draft, the latest first."""
    return fetch(_TRIALS, {"draft": draft_id})


def trial(draft_id: int, job_id: int) -> Any:  # noqa: ANN401 - a row by name
    """Return one trial of a draft, or None."""
    return one(_TRIAL, {"draft": draft_id, "job": job_id})
