"""Contracts of rounds as the page shows them: signed in time, late or missing, and by hospital."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from models.services.views.listing import Listing
from models.services.views.reading import Rows, Where, fetch, name_hospital
from models.services.views.reports import name_round

SCOPE = {"area": "h.area_code", "hospital": "s.hospital_code"}

_FROM = "  FROM signing_status s JOIN hospital h USING (hospital_code)\n"
VIEWS = {
    "unsigned": "s.state = 'unsigned'",
    "overdue": "s.state = 'unsigned' AND s.due_on < %(on)s",
    "late": "s.state = 'late'",
    "in_time": "s.state = 'in_time'",
}
LIST = Listing(
    rows=f"""
SELECT s.*, h.name AS hospital_name, h.area_code, coalesce(b.name, s.round_code) AS round_name,
       coalesce(d.name, s.nhsa_code) AS product_name, d.specification,
       coalesce(e.name, s.enterprise_code) AS enterprise_name, s.due_on < %(on)s AS over
  {_FROM} LEFT JOIN vbp_round b USING (round_code) LEFT JOIN product d USING (nhsa_code)
  LEFT JOIN enterprise e ON e.credit_code = s.enterprise_code
 WHERE {{where}} ORDER BY s.state = 'in_time', s.due_on, s.hospital_code, s.nhsa_code,
       s.contract_no
 LIMIT %(rows)s OFFSET %(skip)s
""",
    source=f"{_FROM} WHERE {{where}}",
    views=VIEWS,
)
#: Hospitals with agreed quantities of a round and not one contract of it.
_WITHOUT = f"""
SELECT s.hospital_code, h.name AS hospital_name, s.round_code,
       coalesce(b.name, s.round_code) AS round_name, count(*) AS products, max(s.due_on) AS due_on,
       max(s.due_on) < %(on)s AS over
  {_FROM} LEFT JOIN vbp_round b USING (round_code) WHERE {{where}}
 GROUP BY s.hospital_code, h.name, s.round_code, b.name HAVING count(s.contract_no) = 0
 ORDER BY due_on, s.hospital_code LIMIT %(rows)s
"""


@dataclass(frozen=True)
class Asked:
    """The conditions of the list."""

    areas: tuple[str, ...] = ()
    hospital: str = ""
    round: str = ""
    view: str = ""


def where(rows: Rows, asked: Asked, on: date) -> Where:
    """Return the conditions of the list, without its view."""
    found = Where.of(rows, **SCOPE).add("%(on)s::date IS NOT NULL", on=on)
    found.add_if(list(asked.areas) or None, "h.area_code = ANY(%(areas)s)", "areas")
    name_round(found, asked.round, "s")
    return name_hospital(found, asked.hospital, "s.hospital_code")


def without(within: Where, limit: int) -> list[Any]:
    """Return the hospitals that have no contract of a round at all."""
    return fetch(_WITHOUT.format(where=within.text), {**within.told, "rows": limit})
