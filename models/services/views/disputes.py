"""Disputes of lines as the pages show them: the list, and one with everything that was said."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from models.services.views.listing import Counted, Listing
from models.services.views.reading import PAGE_ROWS, Rows, Where, fetch, name_parties, one

SCOPE = {"area": "d.area_code", "hospital": "d.hospital_code", "enterprise": "d.enterprise_code"}
VIEWS = {
    "open": "d.state <> 'closed'",
    "late": "(d.state <> 'closed' AND d.due_on < %(on)s)",
    "advised": "d.state = 'advised'",
    "closed": "d.state = 'closed'",
}
_ONE = """
SELECT d.*, h.name AS hospital_name, e.name AS enterprise_name, t.name AS product_name,
       t.specification, p.quantity, p.unit_price_yuan, p.accepted_on, p.line_kind
  FROM line_dispute d JOIN purchase_line p USING (line_no) JOIN product t USING (nhsa_code)
  JOIN hospital h ON h.hospital_code = d.hospital_code
  JOIN enterprise e ON e.credit_code = d.enterprise_code
 WHERE {where}
"""
_LIST = (
    _ONE + " ORDER BY d.state = 'closed', d.due_on NULLS LAST, d.id LIMIT %(rows)s OFFSET %(skip)s"
)
_COUNTS = f"""
SELECT count(*) FILTER (WHERE {VIEWS["open"]}) AS open,
       coalesce(sum(d.amount_fen) FILTER (WHERE {VIEWS["open"]}), 0)::bigint AS open_fen,
       count(*) FILTER (WHERE {VIEWS["late"]}) AS late,
       count(*) FILTER (WHERE {VIEWS["advised"]}) AS advised, count(*) AS disputes
  FROM line_dispute d WHERE {{where}}
"""
_LISTING = Listing(
    _LIST,
    "FROM line_dispute d WHERE {where}",
    sums=(
        "coalesce(sum(d.amount_fen), 0)::bigint AS amount_fen,"
        " coalesce(sum(d.claimed_fen), 0)::bigint AS claimed_fen"
    ),
    views=VIEWS,
)
_WORDS = "SELECT * FROM dispute_word WHERE dispute_id = %(id)s ORDER BY id"
#: Other free lines of the pair: they go on.
_REST = """
SELECT count(*) AS lines, coalesce(sum(s.payable_fen), 0)::bigint AS payable_fen
  FROM settlement_sheet s
 WHERE s.hospital_code = %(hospital)s AND s.enterprise_code = %(enterprise)s
   AND s.period >= to_char(%(accepted)s::date, 'YYYY-MM')
"""


@dataclass(frozen=True)
class Asked:
    """The conditions of the list; empty ones ask nothing."""

    view: str = ""
    hospital: str = ""
    enterprise: str = ""
    line_no: str = ""


def _where(rows: Rows, asked: Asked, on: date) -> Where:
    where = Where.of(rows, **SCOPE).add("true", on=on)
    _LISTING.viewed(where, asked.view)
    where.add_if(asked.line_no, "d.line_no = %(line_no)s", "line_no")
    return name_parties(
        where, asked.hospital, asked.enterprise, "d.hospital_code", "d.enterprise_code"
    )


def page(
    rows: Rows, asked: Asked, on: date, *, number: int = 0, size: int = PAGE_ROWS
) -> list[Any]:
    """Return a page of disputes, the nearest deadline first, one row more than asked for."""
    return _LISTING.page(_where(rows, asked, on), number=number, size=size)


def totals(rows: Rows, asked: Asked, on: date) -> Any:  # noqa: ANN401 - a row by name
    """Return count and sum of what is asked for."""
    return _LISTING.totals(_where(rows, asked, on))


def counted(rows: Rows, asked: Asked, on: date) -> Counted:
    """Return what a saved view of the list counts."""
    return _LISTING.counted(_where(rows, asked, on))


def counts(rows: Rows, on: date) -> Any:  # noqa: ANN401 - a row by name
    """Return how many disputes are open, late and advised."""
    where = _where(rows, Asked(), on)
    return one(_COUNTS.format(where=where.text), where.told)


def find(rows: Rows, dispute_id: int) -> Any:  # noqa: ANN401 - a row by name
    """Return one dispute of the reader, or None."""
    where = Where.of(rows, **SCOPE).add("d.id = %(id)s", id=dispute_id)
    return one(_ONE.format(where=where.text), where.told)


def words(dispute_id: int) -> list[Any]:
    """Return what was said, the earliest first."""
    return fetch(_WORDS, {"id": dispute_id})


def rest(dispute: Any) -> Any:  # noqa: ANN401 - rows by name
    """Return the sheets of the pair since: what is not disputed goes on."""
    return one(
        _REST,
        {
            "hospital": dispute.hospital_code,
            "enterprise": dispute.enterprise_code,
            "accepted": dispute.accepted_on,
        },
    )
