"""Mandates as the page shows them, and the hospitals whose scheme asks for one they lack."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from models.services.judgement import in_force
from models.services.views.reading import (
    PAGE_ROWS,
    Rows,
    Where,
    fetch,
    hospital_named,
    like,
    name_hospital,
    one,
)

SCOPE = {"area": "h.area_code", "hospital": "h.hospital_code"}
VIEWS = ("live", "ending", "coming", "over", "undocumented")
#: A mandate that ends within so many days is worth renewing.
ENDING_DAYS = 60

_STATE = f"""
CASE WHEN m.valid_from > %(on)s THEN 'coming' WHEN m.valid_to < %(on)s THEN 'over'
     WHEN m.valid_to <= %(on)s + {ENDING_DAYS} THEN 'ending' ELSE 'live' END
"""
_FROM = "FROM mandate m JOIN hospital h USING (hospital_code) JOIN area a USING (area_code)"
_LIST = f"""
SELECT m.*, h.name AS hospital_name, a.name AS area_name, {_STATE} AS state
  {_FROM} WHERE {{where}}
 ORDER BY m.valid_from DESC, m.hospital_code LIMIT %(rows)s OFFSET %(skip)s
"""
_COUNTS = f"""
SELECT {_STATE} AS state, count(*) AS mandates,
       count(*) FILTER (WHERE m.file_id IS NULL) AS undocumented
  {_FROM} WHERE {{where}} GROUP BY 1
"""
_ASKS = "c.scheme_code, c.mandates, c.lead_settles"


def lacking_from(on: str) -> str:
    """Return FROM and WHERE of the hospitals h that lack a mandate on a day.

    They joined, and their scheme asks for one; a lead that settles for a member brings its own.
    """
    return f"""
  FROM hospital h JOIN area a USING (area_code)
 CROSS JOIN LATERAL {in_force.scheme("h.area_code", f"{on}::date", _ASKS)} s
 WHERE s.mandates AND h.joined_on <= {on}
   AND NOT EXISTS (SELECT FROM mandate m
                    WHERE m.hospital_code IN (h.hospital_code,
                          CASE WHEN s.lead_settles THEN h.lead_hospital_code END)
                      AND {on} BETWEEN m.valid_from AND coalesce(m.valid_to, 'infinity'::date))
"""


_LACKING = f"""
SELECT h.hospital_code, h.name, a.name AS area_name, h.joined_on, s.scheme_code
{lacking_from("%(on)s")} AND {{where}} ORDER BY h.hospital_code LIMIT %(rows)s
"""
_HOSPITALS = """
SELECT h.hospital_code, h.name, a.name AS area_name FROM hospital h JOIN area a USING (area_code)
 WHERE {where} ORDER BY h.hospital_code LIMIT 20
"""


@dataclass(frozen=True)
class Asked:
    """The conditions of the list."""

    hospital: str = ""
    view: str = ""


def page(
    rows: Rows, asked: Asked, on: date, *, number: int = 0, size: int = PAGE_ROWS
) -> list[Any]:
    """Return mandates of the reader's hospitals, the latest first, one more than a page."""
    found = _where(rows, asked)
    if asked.view == "undocumented":
        found.add("m.file_id IS NULL")
    elif asked.view:
        found.add(f"({_STATE}) = %(view)s", view=asked.view)
    told = {**found.told, "on": on, "rows": size + 1, "skip": number * size}
    return fetch(_LIST.format(where=found.text), told)


def counts(rows: Rows, asked: Asked, on: date) -> dict[str, int]:
    """Return how many mandates there are of each state, and how many without a document."""
    found = _where(rows, asked)
    told = fetch(_COUNTS.format(where=found.text), {**found.told, "on": on})
    states = {row.state: int(row.mandates) for row in told}
    return {**states, "undocumented": sum(int(row.undocumented) for row in told)}


def find(rows: Rows, hospital_code: str, valid_from: date, on: date) -> Any:  # noqa: ANN401
    """Return a mandate of the reader, or None."""
    found = Where.of(rows, **SCOPE).add(
        "m.hospital_code = %(code)s AND m.valid_from = %(valid_from)s",
        code=hospital_code,
        valid_from=valid_from,
    )
    return one(_LIST.format(where=found.text), {**found.told, "on": on, "rows": 1, "skip": 0})


def lacking(rows: Rows, on: date, *, size: int = PAGE_ROWS) -> list[Any]:
    """Return hospitals for which nothing is paid that day for want of a mandate."""
    found = Where.of(rows, **SCOPE)
    return fetch(_LACKING.format(where=found.text), {**found.told, "on": on, "rows": size + 1})


def hospitals(rows: Rows, sought: str) -> list[Any]:
    """Return the reader's hospitals by code or part of the name."""
    found = Where.of(rows, **SCOPE).add(
        hospital_named("h.hospital_code"), hospital_text=sought, hospital_like=like(sought)
    )
    return fetch(_HOSPITALS.format(where=found.text), found.told)


def _where(rows: Rows, asked: Asked) -> Where:
    found = Where.of(rows, **SCOPE)
    name_hospital(found, asked.hospital, "h.hospital_code")
    return found
