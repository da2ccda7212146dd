"""Findings as the pages show them: the list, one with its evidence and its story, the handovers."""

from dataclasses import dataclass, field
from datetime import date
from typing import Any

from models.services.views.listing import Counted, Listing
from models.services.views.reading import PAGE_ROWS, Rows, Where, fetch, name_party

EVIDENCE_SHOWN = 200
EXPORT_MAX = 50_000

#: A seat has the findings it was asked about, as the party that was asked.
SCOPE = {
    "area": "f.area_code",
    "hospital": "(CASE WHEN f.asked_kind = 'hospital' THEN f.hospital_code END)",
    "enterprise": "(CASE WHEN f.asked_kind = 'enterprise' THEN f.enterprise_code END)",
}
LATE = (
    "(f.state = 'asked' AND f.answer_by_on < %(on)s"
    " OR f.state = 'rectifying' AND f.rectify_by_on < %(on)s)"
)
VIEWS = {
    "open": "f.state = 'open'",
    "asked": "f.state = 'asked'",
    "answered": "f.state = 'answered'",
    "rectifying": "f.state = 'rectifying'",
    "late": LATE,
    "closed": "f.state IN ('explained', 'dismissed', 'rectified')",
    "handed_over": "f.state = 'handed_over'",
}
#: What is handed over looks answered to the seat (models.rules.risks.SHOWN_TO_SEAT).
SEAT_VIEWS = {
    "asked": "f.state = 'asked'",
    "answered": "f.state IN ('answered', 'handed_over')",
    "rectifying": "f.state = 'rectifying'",
    "late": LATE,
    "closed": "f.state IN ('explained', 'dismissed', 'rectified')",
}
_FROM = """
FROM risk_finding f JOIN hospital h USING (hospital_code)
  LEFT JOIN enterprise e ON e.credit_code = f.enterprise_code LEFT JOIN product p USING (nhsa_code)
  LEFT JOIN vbp_round r USING (round_code)
"""
#: A prescriber's code is whole for its hospital alone.
_SHOWN = """
CASE WHEN f.kind <> 'prescriber_overuse' OR %(whole)s THEN f.subject
     WHEN length(f.subject) <= 4 THEN repeat('*', length(f.subject))
     ELSE left(f.subject, 2) || repeat('*', length(f.subject) - 4) || right(f.subject, 2) END
"""
_LIST = f"""
SELECT f.id, f.kind, f.state, f.area_code, f.hospital_code, f.enterprise_code, f.nhsa_code,
       f.opened_on, f.evidence_count, f.amount_fen, f.last_evidence_on, f.reopened_count,
       f.asked_kind, f.asked_on, f.answer_by_on, f.rectify_by_on, h.name AS hospital_name,
       e.name AS enterprise_name, p.name AS product_name, p.specification, r.name AS round_name,
       {_SHOWN} AS subject
  {_FROM} WHERE {{where}}
 ORDER BY f.last_evidence_on DESC, f.amount_fen DESC, f.id DESC LIMIT %(rows)s OFFSET %(skip)s
"""
_SUMS = "coalesce(sum(f.amount_fen), 0)::bigint AS amount_fen"


def _listing(views: dict[str, str]) -> Listing:
    return Listing(_LIST, f"{_FROM} WHERE {{where}}", sums=_SUMS, views=views)


_OF_AGENCY, _OF_SEAT = _listing(VIEWS), _listing(SEAT_VIEWS)
_EVIDENCE = f"""
SELECT v.evidence_key, v.period, v.line_no, v.quantity, v.measured, v.expected, v.amount_fen,
       v.found_on, l.accepted_on, l.hospital_code, h.name AS hospital_name,
       e.name AS enterprise_name, d.line_no IS NOT NULL AS is_void
  FROM risk_evidence v LEFT JOIN purchase_line l USING (line_no)
  LEFT JOIN hospital h USING (hospital_code)
  LEFT JOIN enterprise e ON e.credit_code = l.enterprise_code
  LEFT JOIN line_void d USING (line_no)
 WHERE v.finding_id = %(id)s ORDER BY v.found_on DESC, v.amount_fen DESC, v.evidence_key
 LIMIT {EVIDENCE_SHOWN}
"""
_EVENTS = """
SELECT v.move, v.to_state, v.happened_at, v.actor, v.note, v.facts FROM risk_event v
 WHERE v.finding_id = %(id)s ORDER BY v.id
"""


@dataclass(frozen=True)
class Asked:
    """The conditions of the list; empty ones ask nothing."""

    on: date
    view: str = ""
    kind: str = ""
    party: str = ""
    product: str = ""
    areas: tuple[str, ...] = field(default=())


def is_seat(rows: Rows) -> bool:
    """Return whether these are the rows of an institution."""
    return rows.sql(area="x")[0] == "false"


def where(rows: Rows, asked: Asked) -> Where:
    """Return the conditions of the address within the reader's rows, but for the view."""
    found = Where.of(rows, **SCOPE).add("true", on=asked.on, whole=is_seat(rows))
    found.add_if(asked.kind, "f.kind = %(kind)s", "kind")
    found.add_if(list(asked.areas) or None, "f.area_code = ANY (%(areas)s)", "areas")
    name_party(found, asked.party, code="f.hospital_code", names=["h.name", "e.name"])
    return found.add_if(
        asked.product,
        "(f.nhsa_code = %(product)s OR p.name LIKE '%%' || %(product)s || '%%'"
        " OR f.subject = %(product)s)",
        "product",
    )


def listing(rows: Rows) -> Listing:
    """Return the list with the views of this kind of reader."""
    return _OF_SEAT if is_seat(rows) else _OF_AGENCY


def page(rows: Rows, asked: Asked, *, number: int = 0, size: int = PAGE_ROWS) -> list[Any]:
    """Return a page of findings, one row more than asked for."""
    found = listing(rows)
    return found.page(found.viewed(where(rows, asked), asked.view), number=number, size=size)


def totals(rows: Rows, asked: Asked) -> Any:  # noqa: ANN401 - a row by name
    """Return count and amount of what is asked for."""
    found = listing(rows)
    return found.totals(found.viewed(where(rows, asked), asked.view))


def counts(rows: Rows, asked: Asked) -> dict[str, int]:
    """Return how many findings each view has."""
    return listing(rows).counts(where(rows, asked))


def counted(rows: Rows, asked: Asked) -> Counted:
    """Return what a saved view of the list counts."""
    found = listing(rows)
    return found.counted(found.viewed(where(rows, asked), asked.view))


def find(rows: Rows, finding: int, on: date) -> Any:  # noqa: ANN401 - a row by name
    """Return a finding of the reader, or None."""
    return listing(rows).find(where(rows, Asked(on)).add("f.id = %(id)s", id=finding))


def evidence(finding: int) -> list[Any]:
    """Return what it rests on, the latest first; the caller has asked whose it is."""
    return fetch(_EVIDENCE, {"id": finding})


def events(finding: int) -> list[Any]:
    """Return what happened to it, in order."""
    return fetch(_EVENTS, {"id": finding})
