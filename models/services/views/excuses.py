"""Requests for excuses as the pages show them: the list, one with its lines, what waits."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from models.rules.remedies import ExcuseReason, ExcuseState
from models.services.excused import COVERS
from models.services.views.institutions import name_of, of_party
from models.services.views.listing import Counted, Listing
from models.services.views.reading import PAGE_ROWS, Rows, Where, fetch, name_party, one

LINES_SHOWN = 200
EXPORT_MAX = 10_000

_NAME = name_of("x.responsible", "x.party_code")

#: A request belongs to who must act on its lines, and to the areas they lie in.
SCOPE = {"area": "x.area_code", **of_party("x.responsible", "x.party_code")}

_OF = f"""
SELECT x.request_no, x.responsible, x.party_code,
       {_NAME} AS name,
       min(x.reason) AS reason, min(x.note) AS note, min(x.from_on) AS from_on,
       min(x.until_on) AS until_on, count(*) AS lines, sum(x.unpaid_fen)::bigint AS unpaid_fen,
       count(*) FILTER (WHERE {COVERS}) AS covering,
       coalesce(sum(x.unpaid_fen) FILTER (WHERE {COVERS}), 0)::bigint AS covering_fen,
       array_agg(DISTINCT x.state) AS states, min(x.asked_by) AS asked_by,
       min(x.asked_at) AS asked_at, min(x.decided_by) AS decided_by,
       min(x.decided_at) AS decided_at, min(x.answer) AS answer, min(x.ended_by) AS ended_by,
       max(x.ended_at) AS ended_at, min(x.end_reason) AS end_reason,
       min(x.evidence_file_id) AS evidence_file_id, array_agg(DISTINCT x.area_code) AS areas
  FROM line_excuse x WHERE {{where}}
 GROUP BY x.request_no, x.responsible, x.party_code
"""
_LIST = _OF + " ORDER BY max(x.id) DESC LIMIT %(rows)s OFFSET %(skip)s"
_LISTING = Listing(
    _LIST,
    "FROM line_excuse x WHERE {where}",
    sums="count(*) AS lines, coalesce(sum(x.unpaid_fen), 0)::bigint AS unpaid_fen",
    key="x.request_no",
)
_COUNTS = f"""
SELECT count(DISTINCT x.request_no) FILTER (WHERE x.state = 'asked') AS asked,
       count(DISTINCT x.request_no) FILTER (WHERE {COVERS}) AS covering,
       count(*) FILTER (WHERE {COVERS}) AS lines,
       coalesce(sum(x.unpaid_fen) FILTER (WHERE {COVERS}), 0)::bigint AS unpaid_fen,
       count(DISTINCT x.request_no) AS requests
  FROM line_excuse x WHERE {{where}}
"""
_LINES = f"""
SELECT x.line_no, x.state, x.due_on, x.unpaid_fen, %(on)s - x.due_on AS days_late, x.ended_on,
       x.end_reason, {COVERS} AS covered, h.name AS hospital_name, e.name AS enterprise_name
  FROM line_excuse x JOIN hospital h USING (hospital_code)
  JOIN enterprise e ON e.credit_code = x.enterprise_code
 WHERE {{where}} ORDER BY x.due_on, x.unpaid_fen DESC, x.line_no LIMIT {LINES_SHOWN}
"""


@dataclass(frozen=True)
class Asked:
    """The conditions of the list; empty ones ask nothing."""

    view: str = ""
    reason: str = ""
    party: str = ""
    request_no: str = ""
    kind: str = ""
    code: str = ""


def _where(rows: Rows, asked: Asked, on: date) -> Where:
    where = Where.of(rows, **SCOPE).add("true", on=on)
    if asked.view == "covering":
        where.add(COVERS)
    elif asked.view in set(ExcuseState):
        where.add("x.state = %(state)s", state=asked.view)
    if asked.reason in set(ExcuseReason):
        where.add("x.reason = %(reason)s", reason=asked.reason)
    name_party(where, asked.party, code="x.party_code", names=[_NAME])
    where.add_if(asked.request_no, "x.request_no = %(request_no)s", "request_no")
    where.add_if(asked.kind, "x.responsible = %(kind)s", "kind")
    return where.add_if(asked.code, "x.party_code = %(code)s", "code")


def page(
    rows: Rows, asked: Asked, on: date, *, number: int = 0, size: int = PAGE_ROWS
) -> list[Any]:
    """Return a page of requests, the latest first, one row more than asked for."""
    return _LISTING.page(_where(rows, asked, on), number=number, size=size)


def totals(rows: Rows, asked: Asked, on: date) -> Any:  # noqa: ANN401 - a row by name
    """Return the requests, lines and sum of what is asked for."""
    return _LISTING.totals(_where(rows, asked, on))


def counted(rows: Rows, asked: Asked, on: date) -> Counted:
    """Return what a saved view of the list counts."""
    return _LISTING.counted(_where(rows, asked, on))


def counts(rows: Rows, on: date) -> Any:  # noqa: ANN401 - a row by name
    """Return how many requests wait, how many cover today, and what they cover."""
    where = _where(rows, Asked(), on)
    return one(_COUNTS.format(where=where.text), where.told)


def find(rows: Rows, request_no: str, on: date) -> Any:  # noqa: ANN401 - a row by name
    """Return a request of the reader, or None."""
    where = _where(rows, Asked(request_no=request_no), on)
    return one(_OF.format(where=where.text), where.told)


def lines(rows: Rows, request_no: str, on: date) -> list[Any]:
    """Return the lines of a request, the longest overdue first."""
    where = _where(rows, Asked(request_no=request_no), on)
    return fetch(_LINES.format(where=where.text), where.told)


def state_of(request: Any, on: date) -> ExcuseState:  # noqa: ANN401 - a row by name
    """Return the state a request is shown in: its last day ends it without anybody's doing."""
    states = set(request.states)
    if "asked" in states:
        return ExcuseState.ASKED
    if "granted" in states:
        over = request.until_on is not None and request.until_on < on
        return ExcuseState.LAPSED if over else ExcuseState.GRANTED
    for state in (ExcuseState.ENDED, ExcuseState.LAPSED, ExcuseState.REFUSED):
        if state.value in states:
            return state
    return ExcuseState.WITHDRAWN
