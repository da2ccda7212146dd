"""Close-outs of sub-ledgers as the pages show them: the list, one with its steps and its story."""

from datetime import date
from typing import Any

from models.rules.prepaid import ClosingState
from models.services.views.listing import Listing
from models.services.views.reading import Rows, Where, fetch

VIEWS = {
    "asked": "c.state = 'asked'",
    "running": "c.state = 'running'",
    "late": "c.state IN ('asked', 'running') AND c.finish_on < %(on)s",
    "closed": "c.state = 'closed'",
}
_FROM = " FROM subledger_closing c JOIN hospital h USING (hospital_code) WHERE {where}"
_LIST = f"""
SELECT c.*, h.name AS hospital_name, right(c.refund_account_no, 4) AS refund_tail,
       c.state IN ('asked', 'running') AND c.finish_on < %(on)s AS is_late
  {_FROM} ORDER BY c.id DESC LIMIT %(rows)s OFFSET %(skip)s
"""
_LISTING = Listing(_LIST, _FROM, views=VIEWS)
_STORY = """
SELECT happened_at, actor, action, facts FROM audit_event
 WHERE subject = %(subject)s ORDER BY id
"""


def _where(rows: Rows, on: date) -> Where:
    return Where.of(rows, area="c.area_code", hospital="c.hospital_code").add("true", on=on)


def page(rows: Rows, on: date, *, view: str = "", state: str = "", number: int = 0) -> list[Any]:
    """Return the close-outs, the youngest first, one more than a page."""
    found = _LISTING.viewed(_where(rows, on), view)
    if state in set(ClosingState):
        found.add("c.state = %(state)s", state=state)
    return _LISTING.page(found, number=number)


def counts(rows: Rows, on: date) -> dict[str, int]:
    """Return how many close-outs each view has."""
    return _LISTING.counts(_where(rows, on))


def find(rows: Rows, closing_no: str, on: date) -> Any:  # noqa: ANN401 - a row by name
    """Return one close-out of the reader, or None."""
    return _LISTING.find(_where(rows, on).add("c.closing_no = %(no)s", no=closing_no))


def story(subject: str) -> list[Any]:
    """Return what people did, from the chain of events."""
    return fetch(_STORY, {"subject": subject})
