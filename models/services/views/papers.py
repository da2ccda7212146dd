"""Papers as the pages show them: the list, one with what it says, what it says of one hospital."""

from dataclasses import dataclass
from typing import Any

from models.rules.papers import PaperKind, PaperState
from models.services.views.listing import Counted, Listing
from models.services.views.reading import PAGE_ROWS, Where, fetch, one
from models.services.views.rows import Rows

EXPORT_MAX = 10_000
#: Statistics of a paper's hospitals shown in the list.
_LIST = """
SELECT p.id, p.kind, p.span, p.area_code, a.name AS area_name, p.version, p.state, p.paper_no,
       p.due_on, p.content ->> 'title' AS title, p.content ->> 'about' AS about, p.made_by,
       p.made_at, p.made_on, p.reviewed_by, p.sent_by, p.sent_on, p.end_reason,
       (SELECT count(*) FROM paper_hospital c WHERE c.paper_id = p.id
           AND cardinality(c.reasons) > 0) AS called
  FROM paper p JOIN area a USING (area_code) WHERE {where}
 ORDER BY p.id DESC LIMIT %(rows)s OFFSET %(skip)s
"""
VIEWS = {
    "review": "p.state = 'draft'",
    "send": "p.state = 'reviewed'",
    "sent": "p.state = 'sent'",
}
_LISTING = Listing(_LIST, "FROM paper p JOIN area a USING (area_code) WHERE {where}", views=VIEWS)
_ONE = """
SELECT p.*, a.name AS area_name FROM paper p JOIN area a USING (area_code) WHERE {where}
"""
#: What a seat reads: bulletins that name it, reminders of what it missed, once they were sent.
_TOLD = """
p.sent_on IS NOT NULL AND EXISTS (SELECT FROM paper_hospital c WHERE c.paper_id = p.id AND {mine}
   AND (p.kind = 'bulletin' OR p.kind = 'reminder' AND cardinality(c.missed) > 0))
"""
_MINE = """
SELECT h.name, c.place, c.missed, c.words FROM paper_hospital c JOIN hospital h
       USING (hospital_code) WHERE c.paper_id = %(id)s AND {mine} ORDER BY h.name
"""
_RECTIFICATIONS = """
SELECT r.id, r.rectification_no, r.state, r.answer_by_on, r.promised_on, h.name
  FROM rectification r JOIN hospital h USING (hospital_code)
 WHERE r.paper_id = %(id)s AND {mine} ORDER BY r.id LIMIT 200
"""


@dataclass(frozen=True)
class Asked:
    """The conditions of the list; empty ones ask nothing."""

    view: str = ""
    kind: str = ""
    state: str = ""
    area: str = ""


def _where(rows: Rows, asked: Asked) -> Where:
    if rows.hospital_code:
        mine, told = rows.sql(hospital="c.hospital_code")
        where = Where([_TOLD.format(mine=mine)], told)
    else:
        where = Where.of(rows, area="p.area_code")
    _LISTING.viewed(where, asked.view)
    if asked.kind in set(PaperKind):
        where.add("p.kind = %(kind)s", kind=asked.kind)
    if asked.state in set(PaperState):
        where.add("p.state = %(state)s", state=asked.state)
    return where.add_if(asked.area, "p.area_code = %(area)s", "area")


def page(rows: Rows, asked: Asked, *, number: int = 0, size: int = PAGE_ROWS) -> list[Any]:
    """Return a page of papers, the latest first, one row more than asked for."""
    return _LISTING.page(_where(rows, asked), number=number, size=size)


def counts(rows: Rows) -> dict[str, int]:
    """Return how many there are in each view."""
    return _LISTING.counts(_where(rows, Asked()))


def counted(rows: Rows, asked: Asked) -> Counted:
    """Return what a saved view of the list counts."""
    return _LISTING.counted(_where(rows, asked))


def find(rows: Rows, number: int) -> Any:  # noqa: ANN401 - a row by name
    """Return a paper of the reader, or None."""
    where = _where(rows, Asked()).add("p.id = %(id)s", id=number)
    return one(_ONE.format(where=where.text), where.told)


def of_hospitals(rows: Rows, number: int) -> list[Any]:
    """Return what a paper says of the hospitals of a seat."""
    mine, told = rows.sql(hospital="c.hospital_code")
    return fetch(_MINE.format(mine=mine), {**told, "id": number})


def rectifications(rows: Rows, number: int) -> list[Any]:
    """Return the rectifications a paper opened, as far as the reader sees them."""
    mine, told = rows.sql(area="r.area_code", hospital="r.hospital_code")
    return fetch(_RECTIFICATIONS.format(mine=mine), {**told, "id": number})
