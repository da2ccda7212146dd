"""Close-outs of sub-ledgers as the pages show them: the list, one with its steps and its story."""

from datetime import date
from typing import Any

from models.rules.prepaid import ClosingState
from models.services.views.reading import PAGE_ROWS, Rows, Where, fetch, one

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
_COUNTS = f"""
SELECT count(*) AS "all",
       {", ".join(f'count(*) FILTER (WHERE {v}) AS "{k}"' for k, v in VIEWS.items())} {_FROM}
"""
_STORY = """
SELECT happened_at, actor, action, facts FROM audit_event
 WHERE subject = %(subject)s ORDER BY id
"""


def _where(rows: Rows, on: date) -> Where:
    return Where.of(rows, area="c.area_code", hospital="c.hospital_code").add("true", on=on)


def page(rows: Rows, on: date, *, view: str = "", state: str = "", number: int = 0) -> list[Any]:
    """Return the close-outs, the youngest first, one more than a page."""
    found = _where(rows, on)
    if view in VIEWS:
        found.add(VIEWS[view])
    if state in set(ClosingState):
        found.add("c.state = %(state)s", state=state)
    told = {**found.told, "rows": PAGE_ROWS + 1, "skip": number * PAGE_ROWS}
    return fetch(_LIST.format(where=found.text), told)


def counts(rows: Rows, on: date) -> dict[str, int]:
    """Return how many close-outs each view has."""
    found = _where(rows, on)
    row = one(_COUNTS.format(where=found.text), found.told)
    return dict(zip(("all", *VIEWS), row, strict=True))


def find(rows: Rows, closing_no: str, on: date) -> Any:  # noqa: ANN401 - a row by name
    """Return one close-out of the reader, or None."""
    found = _where(rows, on).add("c.closing_no = %(no)s", no=closing_no)
    return one(_LIST.format(where=found.text), {**found.told, "rows": 1, "skip": 0})


def story(subject: str) -> list[Any]:
    """Return what people did, from the chain of events."""
    return fetch(_STORY, {"subject": subject})
