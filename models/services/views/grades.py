"""Yearly grades as the pages show them: the lists, one with its hospitals and their points."""

from typing import Any

from models.rules.grades import GradeState
from models.services.views.listing import Listing
from models.services.views.reading import Rows, Where, fetch, name_hospital

SCOPE = {"area": "r.area_code", "hospital": "r.hospital_code"}

_LISTS_FROM = """
  FROM grade_list g JOIN area a USING (area_code)
 WHERE EXISTS (SELECT FROM (SELECT x.list_id, x.hospital_code, h.area_code FROM grade_result x
                              JOIN hospital h USING (hospital_code)) r
                WHERE r.list_id = g.id AND {where})
"""
LISTS = Listing(
    rows=f"""
SELECT g.*, a.name AS area_name {_LISTS_FROM}
 ORDER BY g.year DESC, g.id DESC LIMIT %(rows)s OFFSET %(skip)s
""",
    source=_LISTS_FROM,
    views={},
)
_FROM = """
  FROM (SELECT x.*, h.area_code, h.name AS hospital_name, h.level FROM grade_result x
          JOIN hospital h USING (hospital_code)) r
  JOIN grade_list g ON g.id = r.list_id
"""
RESULTS = Listing(
    rows=f"""
SELECT r.*, g.year, g.list_no, a.name AS area_name {_FROM} JOIN area a ON a.area_code = r.area_code
 WHERE {{where}} ORDER BY r.points DESC NULLS LAST, r.hospital_code LIMIT %(rows)s OFFSET %(skip)s
""",
    source=f"{_FROM} WHERE {{where}}",
    sums="count(r.points) AS graded, round(avg(r.points), 2) AS mean",
)
_ITEMS = """
SELECT i.* FROM grade_result_item i
 WHERE i.list_id = %(id)s AND i.hospital_code = %(hospital)s ORDER BY i.item_code
"""
_BY_GRADE = f"SELECT r.grade, count(*) AS hospitals {_FROM} WHERE {{where}} GROUP BY 1 ORDER BY 1"


def seen(rows: Rows, *, seat: bool) -> Where:
    """Return the lists the reader may see; a seat sees confirmed ones alone."""
    found = Where.of(rows, **SCOPE)
    return found.add(f"g.state = '{GradeState.CONFIRMED}'") if seat else found


def find(rows: Rows, number: int, *, seat: bool) -> Any:  # noqa: ANN401 - a row by name
    """Return a list of the reader's rows, or None."""
    return LISTS.find(seen(rows, seat=seat).add("g.id = %(id)s", id=number))


def results(rows: Rows, number: int, hospital: str = "") -> Where:
    """Return the conditions of the hospitals of a list."""
    found = Where.of(rows, **SCOPE).add("r.list_id = %(id)s", id=number)
    return name_hospital(found, hospital, "r.hospital_code")


def by_grade(within: Where) -> list[Any]:
    """Return how many hospitals each grade has."""
    return fetch(_BY_GRADE.format(where=within.text), within.told)


def items(number: int, hospital_code: str) -> list[Any]:
    """Return the points of a hospital, item by item."""
    return fetch(_ITEMS, {"id": number, "hospital": hospital_code})
