"""The rounds' prepayments as the pages show them: the list, one with its calculation and shares."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from models.rules.prepaid import RoundState
from models.services.round_prepayments.recovering import DRAWN
from models.services.views.listing import Counted, Listing
from models.services.views.reading import PAGE_ROWS, Rows, Where, fetch, name_hospital

EXPORT_MAX = 10_000
#: The hospital is late with passing on, or a distributor with passing down.
LATE_ON = "s.passed_on IS NULL AND p.pass_on_due_on < %(on)s"
LATE_DOWN = "s.passed_on IS NOT NULL AND s.passed_down_on IS NULL AND s.down_due_on < %(on)s"
VIEWS = {
    "proposed": "p.state = 'proposed'",
    "approved": "p.state = 'approved'",
    "paid": "p.state = 'paid'",
    "late": "p.late_on + p.late_down > 0",
    "recovered": "p.state = 'recovered'",
}
#: Prepayments with how far their shares were passed on and how much their goods drew down.
_FROM = f"""
  FROM (SELECT p.*, h.name AS hospital_name, r.name AS round_name,
               coalesce(d.drawn_fen, 0) AS drawn_fen, k.shares, k.passed, k.down, k.late_on,
               k.late_down, p.amount_fen - p.recovered_fen AS outstanding_fen
          FROM round_prepayment p JOIN hospital h USING (hospital_code)
          LEFT JOIN vbp_round r USING (round_code)
          LEFT JOIN ({DRAWN}) d ON d.prepayment_id = p.id
         CROSS JOIN LATERAL (
               SELECT count(*) AS shares, count(s.passed_on) AS passed,
                      count(*) FILTER (WHERE s.passed_down_on IS NOT NULL
                                          OR (s.passed_on IS NOT NULL AND s.down_due_on IS NULL))
                          AS down,
                      count(*) FILTER (WHERE p.state IN ('paid', 'recovered') AND {LATE_ON})
                          AS late_on,
                      count(*) FILTER (WHERE {LATE_DOWN}) AS late_down
                 FROM round_share s WHERE s.prepayment_id = p.id) k) p
 WHERE {{where}}
"""
_LIST = f"SELECT p.* {_FROM} ORDER BY p.id DESC LIMIT %(rows)s OFFSET %(skip)s"
_SUMS = """
coalesce(sum(p.amount_fen), 0)::bigint AS amount_fen,
coalesce(sum(p.amount_fen) FILTER (WHERE p.state IN ('paid', 'recovered')), 0)::bigint AS paid_fen,
coalesce(sum(p.drawn_fen), 0)::bigint AS drawn_fen,
coalesce(sum(p.recovered_fen), 0)::bigint AS recovered_fen
"""
_LISTING = Listing(_LIST, _FROM, sums=_SUMS, views=VIEWS)
_LINES = """
SELECT l.*, d.name AS product_name, e.name AS enterprise_name,
       l.quantity * l.price_yuan AS agreed_yuan
  FROM round_line l LEFT JOIN product d USING (nhsa_code)
  LEFT JOIN enterprise e ON e.credit_code = l.enterprise_code
 WHERE l.prepayment_id = %(id)s ORDER BY l.contract_no LIMIT 500
"""
_SHARES = f"""
SELECT s.*, e.name AS enterprise_name, {LATE_ON} AS is_late_on, {LATE_DOWN} AS is_late_down
  FROM round_share s JOIN round_prepayment p ON p.id = s.prepayment_id
  LEFT JOIN enterprise e ON e.credit_code = s.enterprise_code
 WHERE s.prepayment_id = %(id)s
   AND (%(enterprise)s::text IS NULL OR s.enterprise_code = %(enterprise)s)
 ORDER BY s.amount_fen DESC, s.enterprise_code
"""
_RECOVERIES = "SELECT * FROM round_recovery WHERE prepayment_id = %(id)s ORDER BY id"
_ROUNDS = """
SELECT r.round_code, r.name FROM vbp_round r
 WHERE r.term_start <= %(on)s AND r.term_end >= %(on)s
   AND EXISTS (SELECT FROM contract c WHERE c.round_code = r.round_code)
 ORDER BY r.round_code
"""


@dataclass(frozen=True)
class Asked:
    """The conditions of the list; empty ones ask nothing."""

    view: str = ""
    round_code: str = ""
    hospital: str = ""
    areas: tuple[str, ...] = ()


def _where(rows: Rows, asked: Asked, on: date) -> Where:
    """Return the reader's rows: an enterprise sees what is to reach it and was paid out."""
    condition, told = rows.sql(
        area="p.area_code", hospital="p.hospital_code", enterprise="x.enterprise_code"
    )
    if "x.enterprise_code" in condition:
        condition = (
            "p.state IN ('paid', 'recovered') AND p.destination = 'hospital' AND EXISTS ("
            f"SELECT FROM round_share x WHERE x.prepayment_id = p.id AND {condition})"
        )
    found = Where([condition], {**told, "on": on})
    name_hospital(found, asked.hospital, "p.hospital_code")
    found.add_if(asked.round_code, "p.round_code = %(round)s", "round")
    return found.add_if(list(asked.areas) or None, "p.area_code = ANY (%(areas)s)", "areas")


def _viewed(rows: Rows, asked: Asked, on: date) -> Where:
    return _LISTING.viewed(_where(rows, asked, on), asked.view)


def counted(rows: Rows, asked: Asked, on: date) -> Counted:
    """Return what a saved view of the list counts."""
    return _LISTING.counted(_viewed(rows, asked, on))


def page(
    rows: Rows, asked: Asked, on: date, *, number: int = 0, size: int = PAGE_ROWS
) -> list[Any]:
    """Return the prepayments, the youngest first, one more than a page."""
    return _LISTING.page(_viewed(rows, asked, on), number=number, size=size)


def totals(rows: Rows, asked: Asked, on: date) -> Any:  # noqa: ANN401 - a row by name
    """Return count and sums of what is asked for."""
    return _LISTING.totals(_viewed(rows, asked, on))


def counts(rows: Rows, asked: Asked, on: date) -> dict[str, int]:
    """Return how many prepayments each view has."""
    return _LISTING.counts(_where(rows, asked, on))


def find(rows: Rows, number: str, on: date) -> Any:  # noqa: ANN401 - a row by name
    """Return one prepayment of the reader, or None."""
    return _LISTING.find(_where(rows, Asked(), on).add("p.prepayment_no = %(no)s", no=number))


def proposed_by_others(rows: Rows, round_code: str, reader: str, on: date) -> list[Any]:
    """Return what another person proposed of a round and this one may approve."""
    found = _where(rows, Asked(round_code=round_code), on)
    found.add("p.state = %(state)s", state=RoundState.PROPOSED.value)
    found.add("p.proposed_by <> %(reader)s", reader=reader)
    return _LISTING.page(found, size=EXPORT_MAX)


def lines(prepayment_id: int) -> list[Any]:
    """Return the contracts a prepayment was computed from."""
    return fetch(_LINES, {"id": prepayment_id})


def shares(prepayment_id: int, on: date, enterprise_code: str | None = None) -> list[Any]:
    """Return the distributors' parts; an enterprise is shown its own."""
    return fetch(_SHARES, {"id": prepayment_id, "on": on, "enterprise": enterprise_code})


def recoveries(prepayment_id: int) -> list[Any]:
    """Return what came back of a prepayment."""
    return fetch(_RECOVERIES, {"id": prepayment_id})


def rounds(on: date) -> list[tuple[str, str]]:
    """Return the rounds in term that have contracts, for a select."""
    return [(row.round_code, f"{row.round_code} {row.name}") for row in fetch(_ROUNDS, {"on": on})]
