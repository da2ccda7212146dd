"""Rows for other systems, page by page: each page begins after a key, so nothing shifts between."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from models import clock
from models.records.base import db
from models.rules import calendar
from models.services import access
from models.services.access import Actor
from models.services.api import keys
from models.services.views import choices, late_lines
from models.services.views import payments as payment_views
from models.services.views.reading import Rows, Where, fetch

#: Where a page ends: a number, a code, or the day, parties and number of a line.
Key = str | int | tuple[str, ...]


@dataclass(frozen=True)
class Page:
    """Rows of a page by name, and the key of the last one when more follow."""

    rows: list[Any]
    after: Key | None


def _page(rows: list[Any], limit: int, key: str) -> Page:
    """Return at most `limit` of the rows; one more was asked for to know whether more follow."""
    shown = rows[:limit]
    return Page(shown, getattr(shown[-1], key) if len(rows) > limit else None)


#: The order of the index over purchase lines (purchase_line_day): no page sorts a month.
_PLACE = ("accepted_on", "hospital_code", "enterprise_code", "line_no")


def _of_place(table: str) -> str:
    return ", ".join(f"{table}.{column}" for column in _PLACE)


_LINES = f"""
SELECT q.*, s.sheet_no,
       CASE WHEN q.sheet_id IS NOT NULL THEN 'direct' ELSE k.lane END AS lane,
       coalesce(k.reasons, '{{{{}}}}') AS holds, v.line_no IS NOT NULL AS voided
  FROM (SELECT p.*, l.sheet_id FROM purchase_line p JOIN hospital h USING (hospital_code)
          LEFT JOIN sheet_line l USING (line_no)
         WHERE {{where}} ORDER BY {_of_place("p")} LIMIT %(rows)s) q
  LEFT JOIN settlement_sheet s ON s.id = q.sheet_id
  LEFT JOIN line_void v ON v.line_no = q.line_no
  LEFT JOIN LATERAL (
      SELECT k.lane, k.reasons FROM held_line k
       WHERE k.line_no = q.line_no AND k.period = ANY (%(settled)s)
       ORDER BY k.period DESC LIMIT 1) k ON q.sheet_id IS NULL
 ORDER BY {_of_place("q")}
"""


def lines(rows: Rows, asked: Mapping[str, Any], after: Key | None) -> Page:
    """Return purchase lines accepted in a month, by day, hospital, enterprise and number."""
    found = Where.of(
        rows, area="h.area_code", hospital="p.hospital_code", enterprise="p.enterprise_code"
    )
    month = asked["period"]
    found.add(
        "p.accepted_on BETWEEN %(first_on)s AND %(last_on)s",
        first_on=calendar.first_day(month),
        last_on=calendar.last_day(month),
    )
    _of_parties(found, asked, "p")
    if isinstance(after, tuple):
        marks = ", ".join(f"%(after_{column})s" for column in _PLACE)
        named = {f"after_{column}": value for column, value in zip(_PLACE, after, strict=True)}
        found.add(f"({_of_place('p')}) > ({marks})", **named)
    told = {**found.told, "rows": asked["limit"] + 1, "settled": choices.periods()}
    page = _page(fetch(_LINES.format(where=found.text), told), asked["limit"], "line_no")
    if page.after is None:
        return page
    return Page(page.rows, tuple(str(getattr(page.rows[-1], column)) for column in _PLACE))


def _of_parties(found: Where, asked: Mapping[str, Any], table: str) -> None:
    for column in ("hospital_code", "enterprise_code"):
        found.add_if(asked.get(column), f"{table}.{column} = %(asked_{column})s", f"asked_{column}")


_SHEETS = "SELECT s.* FROM settlement_sheet s WHERE {where} ORDER BY s.id LIMIT %(rows)s"


def _of_sheets(rows: Rows) -> Where:
    return Where.of(
        rows, area="s.area_code", hospital="s.hospital_code", enterprise="s.enterprise_code"
    )


def sheets(rows: Rows, asked: Mapping[str, Any], after: Key | None) -> Page:
    """Return settlement sheets in the order they were made."""
    found = _of_sheets(rows)
    found.add_if(asked["period"], "s.period = %(period)s", "period")
    found.add_if(asked["state"], "s.state = %(state)s", "state")
    _of_parties(found, asked, "s")
    found.add_if(after, "s.id > %(after)s", "after")
    told = {**found.told, "rows": asked["limit"] + 1}
    return _page(fetch(_SHEETS.format(where=found.text), told), asked["limit"], "id")


def sheet(rows: Rows, sheet_no: str) -> Any:  # noqa: ANN401 - a row by name
    """Return a sheet of the reader, or None."""
    found = _of_sheets(rows).add("s.sheet_no = %(sheet_no)s", sheet_no=sheet_no)
    told = fetch(_SHEETS.format(where=found.text), {**found.told, "rows": 1})
    return told[0] if told else None


_SHEET_LINES = """
SELECT l.* FROM sheet_line l WHERE l.sheet_id = %(sheet_id)s AND {after}
 ORDER BY l.line_no LIMIT %(rows)s
"""


def sheet_lines(sheet_id: int, limit: int, after: Key | None) -> Page:
    """Return the lines of a sheet the reader has, by line number."""
    text = _SHEET_LINES.format(after="true" if after is None else "l.line_no > %(after)s")
    told = fetch(text, {"sheet_id": sheet_id, "rows": limit + 1, "after": after})
    return _page(told, limit, "line_no")


_PAYMENTS = """
SELECT i.id, i.reference, i.period, i.area_code, i.enterprise_code, {amount} AS amount_fen, i.state,
       i.sent_on, i.booked_on, i.returned_on, i.bank_reason, o.reference AS reissue_of,
       ARRAY(SELECT xs.sheet_no FROM payment_allocation xa JOIN settlement_sheet xs
                 ON xs.id = xa.sheet_id
              WHERE xa.instruction_id = i.id AND {part} ORDER BY xs.sheet_no LIMIT 200) AS sheets
  FROM payment_instruction i LEFT JOIN payment_instruction o ON o.id = i.reissue_of
 WHERE {where} ORDER BY i.id LIMIT %(rows)s
"""


def payments(rows: Rows, asked: Mapping[str, Any], after: Key | None) -> Page:
    """Return payment orders in the order they were made; for a hospital its own part."""
    found = payment_views.bound(rows)
    found.add_if(asked["period"], "i.period = %(period)s", "period")
    found.add_if(asked["state"], "i.state = %(state)s", "state")
    found.add_if(asked["enterprise_code"], "i.enterprise_code = %(enterprise)s", "enterprise")
    found.add_if(after, "i.id > %(after)s", "after")
    return _page(_orders(rows, found, asked["limit"] + 1), asked["limit"], "id")


def payment(rows: Rows, reference: str) -> Any:  # noqa: ANN401 - a row by name
    """Return a payment order of the reader, or None."""
    found = payment_views.bound(rows).add("i.reference = %(reference)s", reference=reference)
    told = _orders(rows, found, 1)
    return told[0] if told else None


def _orders(rows: Rows, found: Where, count: int) -> list[Any]:
    condition, _told = rows.sql(
        area="i.area_code", hospital="xs.hospital_code", enterprise="i.enterprise_code"
    )
    text = _PAYMENTS.format(
        amount=payment_views.amount(rows),
        part=condition if "xs." in condition else "true",
        where=found.text,
    )
    return fetch(text, {**found.told, "rows": count})


_HOLDS = """
SELECT h.line_no, h.period, h.reasons, p.hospital_code, p.enterprise_code, p.amount_fen,
       p.accepted_on
  FROM held_line h JOIN purchase_line p USING (line_no)
 WHERE {where} ORDER BY h.line_no LIMIT %(rows)s
"""


def holds(rows: Rows, asked: Mapping[str, Any], after: Key | None) -> Page:
    """Return the lines the last settlement of a month left out with a reason, by line number."""
    found = Where.of(
        rows, area="h.area_code", hospital="p.hospital_code", enterprise="p.enterprise_code"
    )
    found.add("h.period = %(period)s AND cardinality(h.reasons) > 0", period=asked["period"])
    _of_parties(found, asked, "p")
    found.add_if(after, "h.line_no > %(after)s", "after")
    told = {**found.told, "rows": asked["limit"] + 1}
    return _page(fetch(_HOLDS.format(where=found.text), told), asked["limit"], "line_no")


_LATE = "SELECT l.* FROM ({source}) l WHERE {where} ORDER BY l.line_no LIMIT %(rows)s"


def overdue(actor: Actor, rows: Rows, asked: Mapping[str, Any], after: Key | None) -> Page:
    """Return the overdue receipts of today by line number, as the register keeps them."""
    found = Where.of(
        rows, area="l.area_code", hospital="l.hospital_code", enterprise="l.enterprise_code"
    )
    _of_parties(found, asked, "l")
    found.add_if(after, "l.line_no > %(after)s", "after")
    with db.atomic():
        areas = access.areas(actor, None) if actor.party_code is None else _all_areas()
        source, told = late_lines.rows(areas, clock.today(), {}, use_register=True)
        text = _LATE.format(source=source, where=found.text)
        late = fetch(text, {**told, **found.told, "rows": asked["limit"] + 1})
    return _page(late, asked["limit"], "line_no")


def _all_areas() -> list[str]:
    return [row.area_code for row in fetch("SELECT area_code FROM area ORDER BY area_code")]


_JOBS = """
SELECT j.*, r.error_file_id FROM job j LEFT JOIN import_run r ON r.job_id = j.id
 WHERE j.requested_by = ANY (%(names)s) AND {more} ORDER BY j.id DESC LIMIT %(rows)s
"""


def jobs(actor: Actor, limit: int, after: Key | None) -> Page:
    """Return the jobs that keys of the institution asked for, latest first."""
    more = "true" if after is None else "j.id < %(after)s"
    told = {"names": keys.names(actor), "rows": limit + 1, "after": after}
    return _page(fetch(_JOBS.format(more=more), told), limit, "id")


def job(actor: Actor, job_id: int) -> Any:  # noqa: ANN401 - a row by name
    """Return a job of the institution, or None."""
    told = {"names": keys.names(actor), "rows": 1, "job": job_id}
    found = fetch(_JOBS.format(more="j.id = %(job)s"), told)
    return found[0] if found else None
