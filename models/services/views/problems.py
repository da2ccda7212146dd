"""Reported problems as the pages show them: the list, and one with its thread and story."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from models.rules.problems import ProblemState, Urgency
from models.rules.words import Role
from models.services.access import Actor
from models.services.views.listing import Counted, Listing
from models.services.views.reading import PAGE_ROWS, Rows, Where, fetch, like

EXPORT_MAX = 10_000

#: The day that runs: to take it, then to give a result.
DUE = "CASE p.state WHEN 'reported' THEN p.take_due_on WHEN 'handling' THEN p.result_due_on END"
LATE = f"({DUE}) < %(on)s"
VIEWS = {
    "new": "p.state = 'reported'",
    "handling": "p.state = 'handling'",
    "late": LATE,
    "answered": "p.state = 'answered'",
    "mine": "(p.handler = %(me)s AND p.state IN ('reported', 'handling'))",
    "over": "p.state IN ('closed', 'withdrawn')",
}
#: The reader's own, whatever the column: as an area, a hospital or an enterprise of the problem.
_SIGHT = "EXISTS (SELECT FROM problem_sight u WHERE u.problem_id = p.id AND {condition})"
_LIST = f"""
SELECT p.*, {DUE} AS due_on, coalesce({LATE}, false) AS is_late, h.name AS hospital_name,
       e.name AS enterprise_name, m.name AS manufacturer_name, a.name AS area_name,
       k.name AS desk_name, coalesce(nullif(w.full_name, ''), p.handler) AS handler_name,
       CASE p.party_kind WHEN 'hospital' THEN
                 (SELECT name FROM hospital WHERE hospital_code = p.party_code)
            WHEN 'enterprise' THEN
                 (SELECT name FROM enterprise WHERE credit_code = p.party_code)
            ELSE (SELECT g.name FROM paying_agency y JOIN agency g USING (agency_code)
                   WHERE y.area_code = p.area_code) END AS party_name
  FROM problem p JOIN area a ON a.area_code = p.area_code
  JOIN area k ON k.area_code = p.desk_area_code
  LEFT JOIN hospital h USING (hospital_code)
  LEFT JOIN enterprise e ON e.credit_code = p.enterprise_code
  LEFT JOIN enterprise m ON m.credit_code = p.manufacturer_code
  LEFT JOIN app_user w ON w.name = p.handler
 WHERE {{where}}
 ORDER BY p.state IN ('closed', 'withdrawn'), {DUE} NULLS LAST, p.urgency = 'normal', p.id DESC
 LIMIT %(rows)s OFFSET %(skip)s
"""
_LISTING = Listing(_LIST, "FROM problem p WHERE {where}", views=VIEWS)
_SIDES = """
SELECT s.party_kind, s.party_code, s.joined_on,
       coalesce(h.name, e.name, s.party_code) AS name
  FROM problem_side s
  LEFT JOIN hospital h ON s.party_kind = 'hospital' AND h.hospital_code = s.party_code
  LEFT JOIN enterprise e ON s.party_kind = 'enterprise' AND e.credit_code = s.party_code
 WHERE s.problem_id = %(id)s ORDER BY s.joined_on, s.party_kind DESC, s.party_code
"""
_LINKS = """
SELECT l.kind, l.code, coalesce(t.name || ' ' || t.specification, r.name) AS name
  FROM problem_link l
  LEFT JOIN product t ON l.kind = 'product' AND t.nhsa_code = l.code
  LEFT JOIN vbp_round r ON l.kind = 'round' AND r.round_code = l.code
 WHERE l.problem_id = %(id)s ORDER BY l.kind, l.code
"""
#: A seat reads what is for everybody, and its own.
_WORDS = """
SELECT w.*, coalesce(h.name, e.name, a.name) AS party_name, f.name AS file_name
  FROM problem_word w
  LEFT JOIN hospital h ON w.side = 'hospital' AND h.hospital_code = w.party_code
  LEFT JOIN enterprise e ON w.side = 'enterprise' AND e.credit_code = w.party_code
  LEFT JOIN area a ON w.side = 'agency' AND a.area_code = w.party_code
  LEFT JOIN stored_file f ON f.id = w.file_id
 WHERE w.problem_id = %(id)s
   AND (NOT %(seat)s OR NOT w.inside OR (w.side, w.party_code) = (%(side)s, %(code)s))
 ORDER BY w.id
"""
_EVENTS = """
SELECT v.move, v.from_state, v.to_state, v.happened_on, v.happened_at, v.actor, v.facts,
       a.name AS desk_name
  FROM problem_event v LEFT JOIN area a ON a.area_code = v.facts ->> 'desk'
 WHERE v.problem_id = %(id)s AND v.move <> 'say' ORDER BY v.id
"""
_HANDLERS = """
SELECT name, coalesce(nullif(full_name, ''), name) AS full_name FROM app_user
 WHERE active AND role = ANY (%(roles)s)
   AND (area_code = 'all'
        OR area_code IN (SELECT above_code FROM area_chain WHERE area_code = %(desk)s))
 ORDER BY name LIMIT 100
"""
_SEATS = {Role.HOSPITAL, Role.ENTERPRISE}


@dataclass(frozen=True)
class Asked:
    """The conditions of the list; empty ones ask nothing."""

    view: str = ""
    kind: str = ""
    urgency: str = ""
    state: str = ""
    text: str = ""
    areas: tuple[str, ...] = ()
    #: The thing it is about: a line, a product, an order, a round, a sheet.
    link: str = ""
    since: date | None = None
    until: date | None = None
    #: Who reads: what he has in hand.
    me: str = ""


def seen_by(rows: Rows) -> Where:
    """Return the condition of what a reader sees of `problem p`."""
    condition, told = rows.sql(
        area="u.area_code", hospital="u.hospital_code", enterprise="u.enterprise_code"
    )
    return Where(["true" if condition == "true" else _SIGHT.format(condition=condition)], {**told})


def where(rows: Rows, asked: Asked, on: date) -> Where:
    """Return the conditions of the list over `problem p`."""
    found = seen_by(rows).add("true", on=on, me=asked.me)
    _LISTING.viewed(found, asked.view)
    found.add_if(asked.kind, "p.kind_code = %(kind)s", "kind")
    if asked.urgency in set(Urgency):
        found.add("p.urgency = %(urgency)s", urgency=asked.urgency)
    if asked.state in set(ProblemState):
        found.add("p.state = %(state)s", state=asked.state)
    if asked.text:
        found.add(
            "p.problem_no = %(text)s OR p.title LIKE %(text_like)s"
            " OR p.hospital_code IN (SELECT hospital_code FROM hospital"
            " WHERE hospital_code = %(text)s OR name LIKE %(text_like)s)"
            " OR p.enterprise_code IN (SELECT credit_code FROM enterprise"
            " WHERE credit_code = %(text)s OR name LIKE %(text_like)s)",
            text=asked.text,
            text_like=like(asked.text),
        )
    found.add_if(list(asked.areas) or "", "p.area_code = ANY (%(areas)s)", "areas")
    found.add_if(
        asked.link,
        "EXISTS (SELECT FROM problem_link l WHERE l.problem_id = p.id AND l.code = %(link)s)",
        "link",
    )
    found.add_if(asked.since, "p.reported_on >= %(since)s", "since")
    return found.add_if(asked.until, "p.reported_on <= %(until)s", "until")


def page(
    rows: Rows, asked: Asked, on: date, *, number: int = 0, size: int = PAGE_ROWS
) -> list[Any]:
    """Return a page of problems, the nearest deadline first, one row more than asked for."""
    return _LISTING.page(where(rows, asked, on), number=number, size=size)


def totals(rows: Rows, asked: Asked, on: date) -> Any:  # noqa: ANN401 - a row by name
    """Return how many problems fit."""
    return _LISTING.totals(where(rows, asked, on))


def counted(rows: Rows, asked: Asked, on: date) -> Counted:
    """Return what a saved view of the list counts."""
    return _LISTING.counted(where(rows, asked, on))


def counts(rows: Rows, on: date, me: str) -> dict[str, int]:
    """Return how many there are in each view."""
    return _LISTING.counts(where(rows, Asked(me=me), on))


def find(rows: Rows, problem_no: str, on: date) -> Any:  # noqa: ANN401 - a row by name
    """Return a problem of the reader, or None."""
    return _LISTING.find(where(rows, Asked(), on).add("p.problem_no = %(no)s", no=problem_no))


def words(actor: Actor, problem_id: int) -> list[Any]:
    """Return what was said that the actor may read, the earliest first."""
    seat = actor.role in _SEATS
    told = {"seat": seat, "side": str(actor.role) if seat else "agency", "code": actor.party_code}
    return fetch(_WORDS, {"id": problem_id, **told})


def sides(problem_id: int) -> list[Any]:
    """Return the institutions that see a problem; the caller has asked whose it is."""
    return fetch(_SIDES, {"id": problem_id})


def links(problem_id: int) -> list[Any]:
    """Return what a problem is about."""
    return fetch(_LINKS, {"id": problem_id})


def events(problem_id: int) -> list[Any]:
    """Return what became of a problem, the earliest first."""
    return fetch(_EVENTS, {"id": problem_id})


def handlers(desk_area_code: str, roles: list[str]) -> list[tuple[str, str]]:
    """Return name and full name of who could have a problem of a desk in hand."""
    found = fetch(_HANDLERS, {"desk": desk_area_code, "roles": roles})
    return [(one.name, f"{one.full_name} {one.name}") for one in found]


_NAMED = {
    "hospital": (
        "SELECT hospital_code AS code FROM hospital WHERE hospital_code = %(text)s"
        " UNION SELECT hospital_code FROM hospital WHERE name = %(text)s"
    ),
    "enterprise": (
        "SELECT credit_code AS code FROM enterprise WHERE credit_code = %(text)s"
        " UNION SELECT credit_code FROM enterprise WHERE name = %(text)s"
    ),
}


def named(kind: str, text: str) -> str:
    """Return the code of the one institution of that code or whole name, else the text itself."""
    found = fetch(_NAMED[kind], {"text": text}) if text else []
    return str(found[0].code) if len(found) == 1 else text
