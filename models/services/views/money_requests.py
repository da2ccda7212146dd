"""Requests for money as the pages show them: the list, and one with receipts and mails."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from models.rules.requests import RequestKind
from models.services.views.listing import Counted, Listing
from models.services.views.reading import PAGE_ROWS, Rows, Where, fetch, name_hospital, one

EXPORT_MAX = 10_000
VIEWS = {
    "waiting": "r.state = 'asked'",
    "overdue": "r.state = 'asked' AND r.due_on < %(on)s",
    "paid": "r.state = 'paid'",
    "withdrawn": "r.state = 'withdrawn'",
}
_FROM = " FROM money_request r JOIN hospital h USING (hospital_code) WHERE {where}"
_LIST = f"""
SELECT r.*, h.name AS hospital_name,
       CASE r.state WHEN 'asked' THEN r.amount_fen - r.received_fen ELSE 0 END AS open_fen,
       r.state = 'asked' AND r.due_on < %(on)s AS is_overdue
  {_FROM} ORDER BY r.state = 'asked' DESC, r.due_on, r.id LIMIT %(rows)s OFFSET %(skip)s
"""
_SUMS = """
coalesce(sum(r.amount_fen), 0)::bigint AS amount_fen,
coalesce(sum(r.received_fen), 0)::bigint AS received_fen,
coalesce(sum(r.amount_fen - r.received_fen) FILTER (WHERE r.state = 'asked'), 0)::bigint AS open_fen
"""
_LISTING = Listing(_LIST, _FROM, sums=_SUMS, views=VIEWS)
_RECEIPTS = """
SELECT m.voucher_no, m.amount_fen, m.booked_on, m.made_by, m.made_at, m.is_reversal, m.reason,
       v.amount_fen AS voucher_fen,
       sum(m.amount_fen) OVER (PARTITION BY m.voucher_no, m.turn) > 0 AS is_live
  FROM money_receipt m LEFT JOIN prepayment_voucher v USING (voucher_no)
 WHERE m.request_id = %(id)s ORDER BY m.made_at, m.turn, m.is_reversal
"""
_PAYEE = """
SELECT g.name, g.account_name, g.bank_name, right(g.account_no, 4) AS tail
  FROM paying_agency a JOIN agency g USING (agency_code) WHERE a.area_code = %(area)s
"""
_MAILS = """
SELECT DISTINCT m.id, m.subject, m.state, m.created_at, m.sent_at
  FROM mail_fact f JOIN mail m ON m.id = f.mail_id
 WHERE f.fact LIKE 'money_request:' || %(id)s || ':%%' ORDER BY m.id
"""


@dataclass(frozen=True)
class Asked:
    """The conditions of the list; empty ones ask nothing."""

    view: str = ""
    kind: str = ""
    period: str = ""
    hospital: str = ""
    areas: tuple[str, ...] = ()


def _where(rows: Rows, asked: Asked, on: date) -> Where:
    found = Where.of(rows, area="r.area_code", hospital="r.hospital_code").add("true", on=on)
    name_hospital(found, asked.hospital, "r.hospital_code")
    if asked.kind in set(RequestKind):
        found.add("r.kind = %(kind)s", kind=asked.kind)
    found.add_if(asked.period, "r.period = %(period)s", "period")
    return found.add_if(list(asked.areas) or None, "r.area_code = ANY (%(areas)s)", "areas")


def _viewed(rows: Rows, asked: Asked, on: date) -> Where:
    return _LISTING.viewed(_where(rows, asked, on), asked.view)


def counted(rows: Rows, asked: Asked, on: date) -> Counted:
    """Return what a saved view of the list counts."""
    return _LISTING.counted(_viewed(rows, asked, on))


def page(
    rows: Rows, asked: Asked, on: date, *, number: int = 0, size: int = PAGE_ROWS
) -> list[Any]:
    """Return what is asked of hospitals, what waits first, one more than a page."""
    return _LISTING.page(_viewed(rows, asked, on), number=number, size=size)


def totals(rows: Rows, asked: Asked, on: date) -> Any:  # noqa: ANN401 - a row by name
    """Return count and sums of what is asked for."""
    return _LISTING.totals(_viewed(rows, asked, on))


def counts(rows: Rows, asked: Asked, on: date) -> dict[str, int]:
    """Return how many requests each view has."""
    return _LISTING.counts(_where(rows, asked, on))


def find(rows: Rows, request_no: str, on: date) -> Any:  # noqa: ANN401 - a row by name
    """Return one request of the reader, or None."""
    return _LISTING.find(_where(rows, Asked(), on).add("r.request_no = %(no)s", no=request_no))


def payee(area_code: str) -> Any:  # noqa: ANN401 - a row by name
    """Return the agency that is paid, with the last digits of its account, or None."""
    return one(_PAYEE, {"area": area_code})


def of_hospital(hospital_code: str, kind: RequestKind, on: date) -> list[Any]:
    """Return a hospital's requests of a kind, the youngest first."""
    return fetch(
        "SELECT r.*, CASE r.state WHEN 'asked' THEN r.amount_fen - r.received_fen ELSE 0 END"
        " AS open_fen,"
        " r.state = 'asked' AND r.due_on < %(on)s AS is_overdue FROM money_request r"
        " WHERE r.hospital_code = %(hospital)s AND r.kind = %(kind)s ORDER BY r.id DESC LIMIT 20",
        {"hospital": hospital_code, "kind": kind.value, "on": on},
    )


def receipts(number: int) -> list[Any]:
    """Return the vouchers that answered a request."""
    return fetch(_RECEIPTS, {"id": number})


def mails(number: int) -> list[Any]:
    """Return the mails that told of a request."""
    return fetch(_MAILS, {"id": str(number)})
