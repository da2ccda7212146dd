"""Acknowledgements and promises as the pages show them: kept, waiting or broken by what is open."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from models.records.base import db
from models.rules.remedies import Promise, promise_on
from models.services.overdue import register
from models.services.promised import PROMISED
from models.services.views.institutions import name_of, of_party
from models.services.views.listing import Counted, Listing
from models.services.views.reading import PAGE_ROWS, Rows, Where, fetch, name_party, one

LINES_SHOWN = 200
EXPORT_MAX = 10_000

_NAME = name_of("a.party_kind", "a.party_code")
_PARTY = of_party("a.party_kind", "a.party_code")
#: The lines of an acknowledgement that are still open, and those whose promise still stands.
_OPEN = f"""
SELECT p.acknowledgement_id, count(*) AS open_lines, sum(o.unpaid_fen)::bigint AS open_fen,
       count(*) FILTER (WHERE q.acknowledgement_id = p.acknowledgement_id) AS standing,
       coalesce(sum(o.unpaid_fen) FILTER (WHERE q.acknowledgement_id = p.acknowledgement_id), 0
               )::bigint AS standing_fen
  FROM acknowledged_line p JOIN open_line o USING (line_no)
  LEFT JOIN ({PROMISED}) q USING (line_no)
 WHERE o.unpaid_fen > 0 GROUP BY 1
"""
_FROM = f"FROM acknowledgement a LEFT JOIN ({_OPEN}) w ON w.acknowledgement_id = a.id"
#: Of what a later promise replaced nothing is broken any more.
IS_BROKEN = "a.promised_on < %(on)s AND coalesce(w.standing, 0) > 0"
VIEWS = {
    Promise.BROKEN.value: IS_BROKEN,
    Promise.WAITING.value: "a.promised_on >= %(on)s AND coalesce(w.standing, 0) > 0",
    Promise.KEPT.value: "a.promised_on IS NOT NULL AND coalesce(w.open_lines, 0) = 0",
    "known": "a.promised_on IS NULL",
}
_LIST = f"""
SELECT a.*, {_NAME} AS name, coalesce(w.open_lines, 0) AS open_lines,
       coalesce(w.open_fen, 0) AS open_fen, coalesce(w.standing, 0) AS standing,
       coalesce(w.standing_fen, 0) AS standing_fen
  {_FROM} WHERE {{where}} ORDER BY a.id DESC LIMIT %(rows)s OFFSET %(skip)s
"""
_COUNTS = f"""
SELECT count(*) AS "all", {
    ", ".join(f'count(*) FILTER (WHERE {v}) AS "{k}"' for k, v in VIEWS.items())
},
       coalesce(sum(w.standing_fen) FILTER (WHERE {IS_BROKEN}), 0)::bigint AS broken_fen
  {_FROM} WHERE {{where}}
"""
_SUMS = """
coalesce(sum(a.lines_count), 0)::bigint AS lines,
coalesce(sum(a.unpaid_fen), 0)::bigint AS unpaid_fen,
coalesce(sum(w.open_fen), 0)::bigint AS open_fen
"""
_LISTING = Listing(_LIST, f"{_FROM} WHERE {{where}}", sums=_SUMS, views=VIEWS)
_LINES = f"""
SELECT p.line_no, p.due_on, p.unpaid_fen, coalesce(o.unpaid_fen, 0) AS open_fen,
       q.promised_on, q.acknowledgement_id AS standing_id, b.hospital_code, h.name AS hospital_name,
       e.name AS enterprise_name
  FROM acknowledged_line p JOIN purchase_line b USING (line_no)
  JOIN hospital h USING (hospital_code) JOIN enterprise e ON e.credit_code = b.enterprise_code
  LEFT JOIN open_line o USING (line_no) LEFT JOIN ({PROMISED}) q USING (line_no)
 WHERE p.acknowledgement_id = %(id)s
 ORDER BY coalesce(o.unpaid_fen, 0) = 0, p.due_on, p.line_no LIMIT {LINES_SHOWN}
"""


@dataclass(frozen=True)
class Asked:
    """The conditions of the list; empty ones ask nothing."""

    view: str = ""
    party: str = ""
    kind: str = ""
    code: str = ""


def _where(rows: Rows, asked: Asked, on: date) -> Where:
    # Any of the areas its lines lie in makes it the reader's.
    condition, told = rows.sql(area="u.area_code", **_PARTY)
    where = Where(
        [f"EXISTS (SELECT FROM unnest(a.area_codes) u (area_code) WHERE {condition})"],
        {**told, "on": on},
    )
    if asked.view in VIEWS:
        where.add(VIEWS[asked.view])
    name_party(where, asked.party, code="a.party_code", names=[_NAME])
    where.add_if(asked.kind, "a.party_kind = %(kind)s", "kind")
    return where.add_if(asked.code, "a.party_code = %(code)s", "code")


def refresh(on: date) -> None:
    """Let the register know what was paid since, where that is a matter of a moment."""
    with db.atomic():
        register.catch_up(on)


def page(
    rows: Rows, asked: Asked, on: date, *, number: int = 0, size: int = PAGE_ROWS
) -> list[Any]:
    """Return a page of acknowledgements, the latest first, one row more than asked for."""
    return _LISTING.page(_where(rows, asked, on), number=number, size=size)


def totals(rows: Rows, asked: Asked, on: date) -> Any:  # noqa: ANN401 - a row by name
    """Return count and sums of what is asked for."""
    return _LISTING.totals(_where(rows, asked, on))


def counted(rows: Rows, asked: Asked, on: date) -> Counted:
    """Return what a saved view of the list counts."""
    return _LISTING.counted(_where(rows, asked, on))


def counts(rows: Rows, on: date) -> Any:  # noqa: ANN401 - a row by name
    """Return how many there are in each view, and what is broken in fen."""
    where = _where(rows, Asked(), on)
    return one(_COUNTS.format(where=where.text), where.told)


def find(rows: Rows, number: int, on: date) -> Any:  # noqa: ANN401 - a row by name
    """Return an acknowledgement of the reader, or None."""
    return _LISTING.find(_where(rows, Asked(), on).add("a.id = %(id)s", id=number))


def lines(number: int, on: date) -> list[Any]:
    """Return its lines, those still open first; the caller has asked whose it is."""
    return fetch(_LINES, {"id": number, "on": on})


def state_of(known: Any, on: date) -> Promise | None:  # noqa: ANN401 - a row by name
    """Return how the promise stands; None: nothing was promised, or a later promise replaced it."""
    if known.promised_on is None or (known.open_lines and not known.standing):
        return None
    return promise_on(known.promised_on, on, is_open=bool(known.standing))
