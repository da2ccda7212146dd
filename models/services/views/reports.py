"""Reports of quantities as the pages show them: the list, one with its lines beside the use."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from models.rules.reporting import ReportState
from models.services import round_use
from models.services.views.listing import Listing
from models.services.views.reading import Rows, Where, fetch, like, name_hospital, one

SCOPE = {"area": "h.area_code", "hospital": "q.hospital_code"}
#: Lines shown for writing; more are written by file.
LINES_SHOWN = 500

_FROM = """
  FROM quantity_report q JOIN hospital h USING (hospital_code)
  LEFT JOIN vbp_round b USING (round_code)
"""
LIST = Listing(
    rows=f"""
SELECT q.*, h.name AS hospital_name, h.area_code, a.name AS area_name,
       coalesce(a.parent_code, a.area_code) AS above_code,
       coalesce(b.name, q.round_code) AS round_name, t.report_by
  {_FROM} JOIN area a USING (area_code)
  LEFT JOIN round_term_of t ON t.of_area = h.area_code AND t.round_code = q.round_code
 WHERE {{where}} ORDER BY b.term_start DESC, q.hospital_code LIMIT %(rows)s OFFSET %(skip)s
""",
    source=f"{_FROM} WHERE {{where}}",
    views={state.value: f"q.state = '{state.value}'" for state in ReportState},
)
#: What the report says of each product, and what was used and reported of its name.
_LINES = f"""
WITH asked AS ({round_use.ASKED}),
listed AS ({round_use.CATALOGUE}),
used AS ({round_use.USED})
SELECT l.hospital_code, h.name AS hospital_name, l.nhsa_code, d.name AS product_name,
       d.specification, d.unit, l.reported_quantity, l.reason, r.committed_quantity,
       coalesce(u.quantity, 0) AS used_quantity, c.nhsa_code AS name_code,
       sum(l.reported_quantity) OVER (PARTITION BY l.hospital_code, c.nhsa_code) AS told_quantity,
       a.under_report_bp, a.over_report_bp
  FROM quantity_report_line l JOIN hospital h USING (hospital_code)
  JOIN product d ON d.nhsa_code = l.nhsa_code
  LEFT JOIN asked a ON a.hospital_code = l.hospital_code
  LEFT JOIN listed c ON (c.name, c.kind) = (d.name, d.kind)
  LEFT JOIN used u ON u.hospital_code = l.hospital_code AND u.nhsa_code = c.nhsa_code
  LEFT JOIN reported_quantity r ON (r.hospital_code, r.round_code, r.nhsa_code)
                                 = (l.hospital_code, l.round_code, l.nhsa_code)
 WHERE l.round_code = %(round)s AND l.hospital_code = ANY (%(hospitals)s)
 ORDER BY l.hospital_code <> %(hospital)s, l.hospital_code, d.name, l.nhsa_code
 LIMIT {LINES_SHOWN + 1}
"""
_COVERED = """
SELECT h.hospital_code, h.name FROM hospital h
 WHERE h.hospital_code = %(hospital)s OR %(unified)s AND h.lead_hospital_code = %(hospital)s
 ORDER BY h.hospital_code <> %(hospital)s, h.hospital_code
"""
_STORY = """
SELECT e.*, jsonb_array_length(e.lines) AS products FROM quantity_report_event e
 WHERE e.report_id = %(id)s ORDER BY e.id DESC
"""
#: Rounds a hospital may report today and has not begun.
_OPEN = """
SELECT t.round_code, coalesce(b.name, t.round_code) AS round_name, t.report_from, t.report_by,
       EXISTS (SELECT FROM hospital m WHERE m.lead_hospital_code = h.hospital_code
                  AND m.hospital_code <> h.hospital_code) AS leads
  FROM hospital h JOIN round_term_of t ON t.of_area = h.area_code
  LEFT JOIN vbp_round b USING (round_code)
 WHERE h.hospital_code = %(hospital)s AND t.report_by >= %(on)s
   AND coalesce(t.report_from <= %(on)s, true)
   AND NOT EXISTS (SELECT FROM quantity_report q WHERE q.round_code = t.round_code
                      AND (q.hospital_code = h.hospital_code
                           OR q.unified AND q.hospital_code = h.lead_hospital_code))
 ORDER BY t.report_by, t.round_code
"""
_LISTED_LINES = f"""
SELECT q.round_code, coalesce(b.name, q.round_code) AS round_name, l.hospital_code,
       m.name AS hospital_name, l.nhsa_code, d.name AS product_name, d.specification,
       l.reported_quantity, l.reason, q.state, q.letter_signed_on
  {_FROM}
  JOIN hospital m ON m.hospital_code = q.hospital_code
       OR q.unified AND m.lead_hospital_code = q.hospital_code
  JOIN quantity_report_line l ON l.round_code = q.round_code
       AND l.hospital_code = m.hospital_code
  JOIN product d ON d.nhsa_code = l.nhsa_code
 WHERE {{where}} ORDER BY q.round_code, l.hospital_code, l.nhsa_code LIMIT %(rows)s
"""


@dataclass(frozen=True)
class Asked:
    """The conditions of the list."""

    areas: tuple[str, ...] = ()
    hospital: str = ""
    round: str = ""
    view: str = ""


def where(rows: Rows, asked: Asked) -> Where:
    """Return the conditions of the list, without its view."""
    found = Where.of(rows, **SCOPE)
    found.add_if(list(asked.areas) or None, "h.area_code = ANY(%(areas)s)", "areas")
    name_round(found, asked.round, "q")
    return name_hospital(found, asked.hospital, "q.hospital_code")


def name_round(found: Where, text: str, of: str) -> Where:
    """Add the condition of a round's field: its code, or a part of its name."""
    if not text:
        return found
    return found.add(
        f"{of}.round_code = %(round)s OR {of}.round_code IN (SELECT round_code FROM vbp_round"
        " WHERE name LIKE %(round_like)s)",
        round=text,
        round_like=like(text),
    )


def find(rows: Rows, number: int) -> Any:  # noqa: ANN401 - a row by name
    """Return a report of the reader's rows, or None."""
    return LIST.find(Where.of(rows, **SCOPE).add("q.id = %(id)s", id=number))


def covered(found: Any) -> list[Any]:  # noqa: ANN401 - a row of the list
    """Return the hospitals the report speaks for, itself first."""
    return fetch(_COVERED, {"hospital": found.hospital_code, "unified": found.unified})


def lines(found: Any) -> list[Any]:  # noqa: ANN401 - a row of the list
    """Return the lines of a report beside what was used."""
    codes = [row.hospital_code for row in covered(found)]
    told = {
        "round": found.round_code,
        "hospital": found.hospital_code,
        "hospitals": codes,
        "areas": [],
    }
    return fetch(_LINES, told)


def story(number: int) -> list[Any]:
    """Return what happened to a report, the latest first."""
    return fetch(_STORY, {"id": number})


def to_begin(hospital_code: str, on: date) -> list[Any]:
    """Return the rounds that a hospital may begin to report."""
    return fetch(_OPEN, {"hospital": hospital_code, "on": on})


def listed_lines(within: Where, limit: int) -> list[Any]:
    """Return the lines of the reports of a list, for a file."""
    return fetch(_LISTED_LINES.format(where=within.text), {**within.told, "rows": limit})


def letter(rows: Rows, number: int, file_id: int) -> bool:
    """Return whether a file is a letter of a report the reader may see."""
    found = find(rows, number)
    if found is None:
        return False
    return (
        found.letter_file_id == file_id
        or one(
            "SELECT 1 AS yes FROM quantity_report_event WHERE report_id = %(id)s"
            " AND letter_file_id = %(file)s",
            {"id": number, "file": file_id},
        )
        is not None
    )
