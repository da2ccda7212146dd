"""Rectifications as the pages show them: the list, one with its story."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from models.rules.papers import RectificationState
from models.services.views.listing import Counted, Listing
from models.services.views.reading import PAGE_ROWS, Rows, Where, fetch, name_party

EXPORT_MAX = 10_000
#: Not answered by its day, or not done by the promised one.
LATE = (
    "(r.state IN ('open', 'returned') AND r.answer_by_on < %(on)s"
    " OR r.state = 'accepted' AND r.promised_on < %(on)s)"
)
VIEWS = {
    "answer": "r.state IN ('open', 'returned')",
    "decide": "r.state = 'answered'",
    "running": "r.state = 'accepted'",
    "late": LATE,
}
_LIST = f"""
SELECT r.*, h.name AS hospital_name, p.paper_no, {LATE} AS is_late
  FROM rectification r JOIN hospital h USING (hospital_code) LEFT JOIN paper p ON p.id = r.paper_id
 WHERE {{where}} ORDER BY r.id DESC LIMIT %(rows)s OFFSET %(skip)s
"""
_LISTING = Listing(
    _LIST,
    "FROM rectification r JOIN hospital h USING (hospital_code) WHERE {where}",
    views=VIEWS,
)
_STORY = """
SELECT v.move, v.to_state, v.happened_on, v.happened_at, v.words, v.day, v.file_id,
       coalesce(nullif(u.full_name, ''), v.actor) AS actor
  FROM rectification_event v LEFT JOIN app_user u ON u.name = v.actor
 WHERE v.rectification_id = %(id)s ORDER BY v.id
"""


@dataclass(frozen=True)
class Asked:
    """The conditions of the list; empty ones ask nothing."""

    view: str = ""
    state: str = ""
    party: str = ""


def _where(rows: Rows, asked: Asked, on: date) -> Where:
    where = Where.of(rows, area="r.area_code", hospital="r.hospital_code").add("true", on=on)
    _LISTING.viewed(where, asked.view)
    if asked.state in set(RectificationState):
        where.add("r.state = %(state)s", state=asked.state)
    return name_party(
        where, asked.party, code="r.hospital_code", names=["r.rectification_no", "h.name"]
    )


def page(
    rows: Rows, asked: Asked, on: date, *, number: int = 0, size: int = PAGE_ROWS
) -> list[Any]:
    """Return a page, the latest first, one row more than asked for."""
    return _LISTING.page(_where(rows, asked, on), number=number, size=size)


def counts(rows: Rows, on: date) -> dict[str, int]:
    """Return how many there are in each view."""
    return _LISTING.counts(_where(rows, Asked(), on))


def counted(rows: Rows, asked: Asked, on: date) -> Counted:
    """Return what a saved view of the list counts."""
    return _LISTING.counted(_where(rows, asked, on))


def find(rows: Rows, number: int, on: date) -> Any:  # noqa: ANN401 - a row by name
    """Return a rectification of the reader, or None."""
    return _LISTING.find(_where(rows, Asked(), on).add("r.id = %(id)s", id=number))


def story(number: int) -> list[Any]:
    """Return what happened to one; the caller has asked whose it is."""
    return fetch(_STORY, {"id": number})
