"""What hospitals owe beyond their funds on a day, and what is drawn from their own accounts."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from models.services import shortfalls
from models.services.views.reading import Rows, Where, fetch, hospital_named, like, one

_DEBTS = f"""
SELECT d.*, h.name AS hospital_name, d.debt_fen - d.asked_fen AS unasked_fen
  FROM ({shortfalls.debts_sql()}) d JOIN hospital h USING (hospital_code)
 WHERE {{where}} AND (d.debt_fen <> 0 OR d.requests > 0)
 ORDER BY d.suspended DESC, d.debt_fen DESC, d.hospital_code
"""
_ONE = """
SELECT q.*, h.name AS hospital_name, a.name AS area_name, q.amount_fen - q.received_fen AS open_fen,
       q.state = 'asked' AND q.due_on < %(on)s AS is_late
  FROM money_request q JOIN hospital h USING (hospital_code)
  LEFT JOIN area a ON a.area_code = q.area_code
 WHERE {where}
"""
#: What the agency draws from hospitals' own accounts (扣款): what is open of collections of the
#: handling `collect`, with the account and the mandate in force that day.
_DEBITS = """
SELECT q.request_no, q.hospital_code, h.name AS hospital_name, q.period, q.due_on,
       q.amount_fen - q.received_fen AS open_fen, h.account_no, h.account_name, h.bank_name,
       h.cnaps_code, h.account_verified, m.document_no,
       CASE WHEN m.document_no IS NULL THEN 'no_mandate'
            WHEN coalesce(h.account_no, '') = '' THEN 'no_account'
            WHEN NOT h.account_verified THEN 'unverified' END AS lacks
  FROM money_request q JOIN hospital h USING (hospital_code)
  JOIN hospital_offset o ON o.period = q.period AND o.hospital_code = q.hospital_code
       AND o.shortfall = 'collect'
  LEFT JOIN LATERAL (
       SELECT m.document_no FROM mandate m
        WHERE m.hospital_code = q.hospital_code AND m.valid_from <= %(on)s
          AND coalesce(m.valid_to, 'infinity') >= %(on)s
        ORDER BY m.valid_from DESC LIMIT 1) m ON true
 WHERE {where} AND q.state = 'asked' AND q.kind = 'collection'
 ORDER BY lacks NULLS FIRST, q.request_no
"""


@dataclass(frozen=True)
class Asked:
    """The conditions of the address."""

    hospital: str = ""
    period: str = ""
    areas: tuple[str, ...] = ()


def debts(rows: Rows, wanted: Asked, on: date, *, hospital_code: str = "") -> list[Any]:
    """Return what each hospital owes on the day, the suspended first; or one hospital alone."""
    found = Where.of(rows, area="d.area_code", hospital="d.hospital_code")
    found.add_if(list(wanted.areas) or None, "d.area_code = ANY (%(areas)s)", "areas")
    found.add_if(hospital_code, "d.hospital_code = %(only)s", "only")
    _name(found, wanted, "d.hospital_code")
    return fetch(_DEBTS.format(where=found.text), {**found.told, "on": on})


def find(rows: Rows, request_no: str, on: date) -> Any:  # noqa: ANN401 - a row by name
    """Return one collection within the reader's rows, or None."""
    found = _where(rows, Asked(), on).add("q.request_no = %(no)s", no=request_no)
    return one(_ONE.format(where=found.text), found.told)


def debits(rows: Rows, wanted: Asked, on: date) -> list[Any]:
    """Return what is to be drawn from hospitals' own accounts; `lacks` says why one cannot be."""
    found = _where(rows, wanted, on)
    return fetch(_DEBITS.format(where=found.text), found.told)


def _where(rows: Rows, wanted: Asked, on: date) -> Where:
    found = Where.of(rows, area="q.area_code", hospital="q.hospital_code")
    found.add("q.kind = 'collection'", on=on)
    found.add_if(wanted.period, "q.period = %(period)s", "period")
    found.add_if(list(wanted.areas) or None, "q.area_code = ANY (%(areas)s)", "areas")
    return _name(found, wanted, "q.hospital_code")


def _name(found: Where, wanted: Asked, column: str) -> Where:
    if wanted.hospital:
        found.add(
            hospital_named(column),
            hospital_text=wanted.hospital,
            hospital_like=like(wanted.hospital),
        )
    return found
