"""Measures as the pages show them: the list, one with its evidence, copies, files and story."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from models.rules.remedies import MeasureKind, MeasureState
from models.services.views.institutions import name_of, of_party
from models.services.views.listing import Counted, Listing
from models.services.views.reading import PAGE_ROWS, Rows, Where, fetch, name_party, one

LINES_SHOWN = 200
EXPORT_MAX = 10_000

_NAME = name_of("m.party_kind", "m.party_code")
_PARTY = of_party("m.party_kind", "m.party_code")
#: What an institution sees of itself: not what was only proposed, refused or taken back.
_TOLD = "m.kind <> 'referral' AND m.state NOT IN ('proposed', 'refused', 'withdrawn')"

#: A suspension is on from its first day to its last, unless it was lifted.
IN_FORCE = (
    "m.state = 'in_force' AND m.from_on <= %(on)s AND (m.until_on IS NULL OR m.until_on >= %(on)s)"
)
VIEWS = {
    "due": "m.state = 'planned'",
    "proposed": "m.state = 'proposed'",
    "suspended": IN_FORCE,
}
_LIST = f"""
SELECT m.*, {_NAME} AS name,
       (SELECT count(*) FROM measure_copy c WHERE c.measure_id = m.id) AS copies,
       m.state = 'in_force' AND m.until_on < %(on)s AS is_over
  FROM measure m WHERE {{where}} ORDER BY m.id DESC LIMIT %(rows)s OFFSET %(skip)s
"""
_LISTING = Listing(
    _LIST,
    "FROM measure m WHERE {where}",
    sums=(
        "coalesce(sum(m.lines_count), 0)::bigint AS lines,"
        " coalesce(sum(m.unpaid_fen), 0)::bigint AS unpaid_fen"
    ),
    views=VIEWS,
)
_LINES = f"""
SELECT s.line_no, s.step, s.due_on, s.days_late, s.unpaid_fen, o.recorded_on,
       o.facts ->> 'name' AS step_name, h.name AS hospital_name, e.name AS enterprise_name,
       coalesce(n.unpaid_fen, 0) AS open_fen
  FROM measure_step s JOIN overdue_step o USING (line_no, step)
  JOIN purchase_line b USING (line_no) JOIN hospital h USING (hospital_code)
  JOIN enterprise e ON e.credit_code = b.enterprise_code LEFT JOIN open_line n USING (line_no)
 WHERE s.measure_id = %(id)s
 ORDER BY s.days_late DESC, s.unpaid_fen DESC, s.line_no LIMIT {LINES_SHOWN}
"""
_STEPS = """
SELECT s.step, min(o.facts ->> 'name') AS name, count(*) AS lines,
       sum(s.unpaid_fen)::bigint AS unpaid_fen
  FROM measure_step s JOIN overdue_step o USING (line_no, step)
 WHERE s.measure_id = %(id)s GROUP BY s.step ORDER BY s.step DESC
"""
_COPIES = """
SELECT c.authority, c.name, c.copied_on, c.letter_no, c.made_by FROM measure_copy c
 WHERE c.measure_id = %(id)s ORDER BY c.id
"""
_FILES = """
SELECT f.file_id, s.name, s.size_bytes, f.made_by, f.made_at
  FROM measure_file f JOIN stored_file s ON s.id = f.file_id
 WHERE f.measure_id = %(id)s ORDER BY f.id
"""
_EVENTS = """
SELECT v.move, v.to_state, v.happened_on, v.happened_at,
       coalesce(nullif(u.full_name, ''), v.actor) AS actor, v.facts
  FROM measure_event v LEFT JOIN app_user u ON u.name = v.actor
 WHERE v.measure_id = %(id)s ORDER BY v.id
"""


_OFFICE = """
SELECT g.name FROM paying_agency p JOIN agency g USING (agency_code) WHERE p.area_code = %(area)s
"""


@dataclass(frozen=True)
class Asked:
    """The conditions of the list; empty ones ask nothing."""

    view: str = ""
    measure_kind: str = ""
    state: str = ""
    party: str = ""
    kind: str = ""
    code: str = ""


@dataclass(frozen=True)
class Story:
    """What belongs to one measure."""

    lines: list[Any]
    steps: list[Any]
    copies: list[Any]
    files: list[Any]
    events: list[Any]


def _where(rows: Rows, asked: Asked, on: date, *, seat: bool) -> Where:
    condition, told = rows.sql(area="u.area_code", **_PARTY)
    where = Where(
        [f"EXISTS (SELECT FROM unnest(m.area_codes) u (area_code) WHERE {condition})"],
        {**told, "on": on},
    )
    if seat:
        where.add(_TOLD)
    _LISTING.viewed(where, asked.view)
    if asked.measure_kind in set(MeasureKind):
        where.add("m.kind = %(measure_kind)s", measure_kind=asked.measure_kind)
    if asked.state in set(MeasureState):
        where.add("m.state = %(state)s", state=asked.state)
    name_party(where, asked.party, code="m.party_code", names=["m.measure_no", _NAME])
    where.add_if(asked.kind, "m.party_kind = %(kind)s", "kind")
    return where.add_if(asked.code, "m.party_code = %(code)s", "code")


def page(
    rows: Rows, asked: Asked, on: date, *, seat: bool, number: int = 0, size: int = PAGE_ROWS
) -> list[Any]:
    """Return a page of measures, the latest first, one row more than asked for."""
    return _LISTING.page(_where(rows, asked, on, seat=seat), number=number, size=size)


def totals(rows: Rows, asked: Asked, on: date, *, seat: bool) -> Any:  # noqa: ANN401 - a row
    """Return count and sums of what is asked for, as they were when each measure was made."""
    return _LISTING.totals(_where(rows, asked, on, seat=seat))


def counted(rows: Rows, asked: Asked, on: date, *, seat: bool) -> Counted:
    """Return what a saved view of the list counts."""
    return _LISTING.counted(_where(rows, asked, on, seat=seat))


def counts(rows: Rows, on: date, *, seat: bool) -> dict[str, int]:
    """Return how many there are in each view."""
    return _LISTING.counts(_where(rows, Asked(), on, seat=seat))


def find(rows: Rows, number: int, on: date, *, seat: bool) -> Any:  # noqa: ANN401 - a row by name
    """Return a measure of the reader, or None."""
    return _LISTING.find(_where(rows, Asked(), on, seat=seat).add("m.id = %(id)s", id=number))


def story(number: int) -> Story:
    """Return what belongs to a measure; the caller has asked whose it is."""
    told = {"id": number}
    return Story(*(fetch(text, told) for text in (_LINES, _STEPS, _COPIES, _FILES, _EVENTS)))


def office(measure: Any) -> str:  # noqa: ANN401 - a row by name
    """Return the agency that signs a measure; empty where its area has none."""
    found = one(_OFFICE, {"area": measure.area_codes[0]}) if measure.area_codes else None
    return found.name if found else ""


def suspended(rows: Rows, on: date, kind: str, code: str) -> Any:  # noqa: ANN401 - a row by name
    """Return the suspension an institution is under on the day, or None."""
    return _LISTING.find(
        _where(rows, Asked(view="suspended", kind=kind, code=code), on, seat=False)
    )
