"""Findings about who takes part, as the pages show them: lists by kind, one with its evidence."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from models.rules.participation import LIVE, FindingKind
from models.services import round_use
from models.services.views.listing import Listing
from models.services.views.reading import Rows, Where, fetch, name_hospital, one
from models.services.views.reports import name_round

SCOPE = {"area": "h.area_code", "hospital": "f.hospital_code"}
#: Lines of evidence shown on a page.
LINES_SHOWN = 50

_LIVE = ", ".join(f"'{state}'" for state in LIVE)
_FROM = "  FROM participation_finding f JOIN hospital h USING (hospital_code)\n"
KINDS = {kind.value: f"f.kind = '{kind}'" for kind in FindingKind}
LIST = Listing(
    rows=f"""
SELECT f.*, h.name AS hospital_name, h.area_code, coalesce(b.name, f.round_code) AS round_name,
       coalesce(d.name, f.nhsa_code) AS product_name,
       f.state IN ('asked', 'rectifying') AND f.due_on < %(on)s AS over,
       (SELECT s.words FROM participation_step s WHERE s.finding_id = f.id AND s.words <> ''
         ORDER BY s.id DESC LIMIT 1) AS last_words
  {_FROM} LEFT JOIN vbp_round b USING (round_code) LEFT JOIN product d USING (nhsa_code)
 WHERE {{where}} ORDER BY f.hospital_code, f.round_code, f.kind, f.nhsa_code
 LIMIT %(rows)s OFFSET %(skip)s
""",
    source=f"{_FROM} WHERE {{where}}",
    views=KINDS,
)
STATES = {
    "live": f"f.state IN ({_LIVE})",
    "waiting": "f.state IN ('asked', 'rectifying')",
    "overdue": "f.state IN ('asked', 'rectifying') AND f.due_on < %(on)s",
    "answered": "f.state = 'answered'",
    "ended": "f.state IN ('settled', 'gone')",
}
_STEPS = """
SELECT s.* FROM participation_step s WHERE s.finding_id = %(id)s ORDER BY s.id DESC
"""
#: The very lines that make the use of a name, by the terms of the round.
_EVIDENCE = f"""
WITH asked AS ({round_use.ASKED}),
listed AS ({round_use.CATALOGUE})
SELECT p.line_no, p.line_kind, p.accepted_on, p.quantity, p.amount_fen, same.nhsa_code,
       same.name AS product_name, e.name AS enterprise_name, count(*) OVER () AS lines,
       sum(p.quantity) OVER () AS all_quantity, (sum(p.amount_fen) OVER ())::bigint AS all_fen
  FROM listed l JOIN product same ON same.name = l.name AND same.kind = l.kind
  JOIN purchase_line p ON p.nhsa_code = same.nhsa_code
  JOIN asked a ON a.hospital_code = p.hospital_code
       AND p.accepted_on BETWEEN a.use_from AND a.use_to
  LEFT JOIN line_void v USING (line_no)
  LEFT JOIN enterprise e ON e.credit_code = p.enterprise_code
 WHERE v.line_no IS NULL AND (%(nhsa)s = '' OR l.nhsa_code = %(nhsa)s)
 ORDER BY p.accepted_on DESC, p.line_no LIMIT %(rows)s OFFSET %(skip)s
"""


@dataclass(frozen=True)
class Asked:
    """The conditions of the list."""

    areas: tuple[str, ...] = ()
    hospital: str = ""
    round: str = ""
    #: Kind of finding.
    view: str = ""
    #: Where they stand; `live` unless asked otherwise.
    state: str = "live"


def where(rows: Rows, asked: Asked, on: date) -> Where:
    """Return the conditions of the list, without its view."""
    found = Where.of(rows, **SCOPE).add("%(on)s::date IS NOT NULL", on=on)
    found.add_if(list(asked.areas) or None, "h.area_code = ANY(%(areas)s)", "areas")
    if asked.state in STATES:
        found.add(STATES[asked.state])
    name_round(found, asked.round, "f")
    return name_hospital(found, asked.hospital, "f.hospital_code")


def find(rows: Rows, number: int, on: date) -> Any:  # noqa: ANN401 - a row by name
    """Return a finding of the reader's rows, or None."""
    return LIST.find(Where.of(rows, **SCOPE).add("f.id = %(id)s", id=number, on=on))


def chosen(rows: Rows, numbers: Sequence[int], on: date) -> list[Any]:
    """Return the findings of these numbers that the reader may see."""
    found = Where.of(rows, **SCOPE).add("f.id = ANY(%(ids)s)", ids=list(numbers), on=on)
    return LIST.page(found, size=len(numbers))


def steps(number: int) -> list[Any]:
    """Return what was done about a finding, the latest first."""
    return fetch(_STEPS, {"id": number})


def evidence(found: Any, *, number: int = 0, size: int = LINES_SHOWN) -> list[Any]:  # noqa: ANN401
    """Return a page of the lines a finding about use rests on, and one more that tells of a next.

    Each row brings the number of all lines and their sums.
    """
    told = {
        "round": found.round_code,
        "hospitals": [found.hospital_code],
        "areas": [],
        "nhsa": found.nhsa_code,
        "rows": size + 1,
        "skip": number * size,
    }
    return fetch(_EVIDENCE, told)


def last_run(round_code: str = "") -> Any:  # noqa: ANN401 - a row by name
    """Return when rounds were last compared, or None."""
    return one(
        "SELECT max(figured_at) AS at, max(figured_on) AS day FROM reporting_run"
        " WHERE %(round)s = '' OR round_code = %(round)s",
        {"round": round_code},
    )
