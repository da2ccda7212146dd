"""One settlement sheet: its equation, lines, invoices, who did what, and what stayed outside."""

from dataclasses import dataclass
from typing import Any

from models.services.views.reading import Rows, Where, fetch, one
from models.services.views.sheets import SCOPE

#: Lines shown on one page of a sheet; the totals are of all.
LINES_MAX = 50
INVOICES_MAX = 200


@dataclass(frozen=True)
class Held:
    """Count and sum of what a pair has outside its sheet."""

    lines: int
    sum_fen: int


_SHEET = """
SELECT s.*, h.name AS hospital_name, e.name AS enterprise_name, a.name AS area_name,
       e.account_no, e.account_name, e.bank_name, e.cnaps_code, e.account_verified, e.suspended_on,
       c.decided_by AS verified_by, c.decided_at AS verified_at, c.requested_by AS account_by,
       q.settled_at AS last_settled_at
  FROM settlement_sheet s JOIN hospital h USING (hospital_code)
  JOIN enterprise e ON e.credit_code = s.enterprise_code JOIN area a ON a.area_code = s.area_code
  LEFT JOIN LATERAL (SELECT decided_by, decided_at, requested_by FROM account_change c
                      WHERE c.credit_code = e.credit_code AND c.state = 'in_force'
                             ORDER BY id DESC LIMIT 1) c ON true
  LEFT JOIN settled_period q ON q.area_code = s.area_code AND q.period = s.period
 WHERE s.sheet_no = %(sheet_no)s AND {where}
"""
_KINDS = """
SELECT line_kind, count(*) AS lines, sum(amount_fen)::bigint AS sum_fen
  FROM sheet_line WHERE sheet_id = %(id)s GROUP BY line_kind
"""
_LINES = """
SELECT l.line_no, l.line_kind, l.category, l.amount_fen, l.due_on, p.order_no, p.quantity,
       p.unit_price_yuan, p.accepted_on, d.name AS product_name, d.specification, d.unit,
              p.nhsa_code,
       i.invoices, i.invoiced_fen, i.invoices_count, m.name AS member_name
  FROM sheet_line l JOIN purchase_line p USING (line_no) JOIN product d USING (nhsa_code)
  LEFT JOIN hospital m ON m.hospital_code = p.hospital_code AND m.hospital_code <> %(hospital)s
  LEFT JOIN LATERAL (SELECT string_agg(v.invoice_no, '、' ORDER BY v.invoice_no) AS invoices,
                            sum(v.amount_fen)::bigint AS invoiced_fen, count(*) AS invoices_count
                       FROM invoice_line v WHERE v.line_no = l.line_no) i ON true
 WHERE l.sheet_id = %(id)s
 ORDER BY p.accepted_on, l.line_no LIMIT %(rows)s OFFSET %(skip)s
"""
_INVOICES = """
SELECT v.invoice_no, v.invoice_code, v.kind, v.issued_on, count(*) AS lines,
       sum(v.amount_fen)::bigint AS sum_fen
  FROM sheet_line l JOIN invoice_line v USING (line_no) WHERE l.sheet_id = %(id)s
 GROUP BY 1, 2, 3, 4 ORDER BY v.issued_on, v.invoice_no LIMIT %(rows)s
"""
#: The pair as it was settled: members under their lead.
_OF_PAIR = """
h.period = %(period)s AND h.settler_code = %(hospital)s AND h.enterprise_code = %(enterprise)s
AND h.area_code = %(area)s AND h.lane = 'direct'
"""
_HELD = f"""
SELECT h.line_no, h.reasons, h.amount_fen, h.accepted_on, q.name AS product_name, p.order_no,
       p.unit_price_yuan
  FROM held_line h JOIN purchase_line p USING (line_no) JOIN product q USING (nhsa_code)
 WHERE {_OF_PAIR} ORDER BY h.accepted_on, h.line_no LIMIT %(rows)s
"""
_HELD_SUM = f"""
SELECT count(*) AS lines, coalesce(sum(h.amount_fen), 0)::bigint AS sum_fen
  FROM held_line h WHERE {_OF_PAIR}
"""
_REVIEWS = """
SELECT r.level, r.reviewer, coalesce(u.full_name, r.reviewer) AS name, r.reviewed_at, r.approved,
       r.reason, r.counts, r.content_hash
  FROM sheet_review r LEFT JOIN app_user u ON u.name = r.reviewer
 WHERE r.sheet_id = %(id)s ORDER BY r.id
"""
_PEOPLE = """
SELECT name, coalesce(nullif(full_name, ''), name) AS full_name FROM app_user
 WHERE name = ANY (%(names)s)
"""
_PAYMENTS = """
SELECT i.id, i.reference, i.state, i.amount_fen AS order_fen, a.amount_fen, b.batch_no, i.sent_on,
       i.booked_on, i.returned_on, i.bank_reason, a.live, i.made_at
  FROM payment_allocation a JOIN payment_instruction i ON i.id = a.instruction_id
  LEFT JOIN payment_batch b ON b.id = i.batch_id
 WHERE a.sheet_id = %(id)s ORDER BY i.id
"""
_MOVES = """
SELECT e.happened_at, e.from_state, e.to_state, e.actor, e.cause, e.evidence, i.reference
  FROM payment_allocation a JOIN instruction_event e USING (instruction_id)
  JOIN payment_instruction i ON i.id = e.instruction_id
 WHERE a.sheet_id = %(id)s ORDER BY e.id
"""
_ENTRIES = """
SELECT entry_no, posted_on, debit_account, credit_account, amount_fen, kind, source, reverses
  FROM ledger_entry e
 WHERE e.source = 'sheet:' || %(sheet_no)s OR e.source LIKE 'sheet:' || %(sheet_no)s || '#%%'
 ORDER BY entry_no
"""


def find(rows: Rows, sheet_no: str) -> Any:  # noqa: ANN401 - a row by name
    """Return a sheet of the reader with the names around it, or None."""
    found = Where.of(rows, **SCOPE)
    return one(_SHEET.format(where=found.text), {**found.told, "sheet_no": sheet_no})


def parts(sheet: Any) -> dict[str, Any]:  # noqa: ANN401
    """Return line kind → its count and sum."""
    return {row.line_kind: row for row in fetch(_KINDS, {"id": sheet.id})}


def lines(sheet: Any, number: int = 0, count: int = LINES_MAX) -> list[Any]:  # noqa: ANN401
    """Return the lines of a sheet with product, invoices and how the three documents agree.

    A line of a member that the sheet's hospital leads names its member.
    """
    told = {"id": sheet.id, "hospital": sheet.hospital_code, "rows": count, "skip": number * count}
    return fetch(_LINES, told)


def invoices(sheet: Any) -> list[Any]:  # noqa: ANN401
    """Return the invoices that cover the sheet's lines, each with its part of the sheet."""
    return fetch(_INVOICES, {"id": sheet.id, "rows": INVOICES_MAX})


def held(sheet: Any) -> tuple[Any, list[Any]]:  # noqa: ANN401
    """Return count and sum of what the pair has outside the sheet, and the first of these lines."""
    told = {
        "period": sheet.period,
        "area": sheet.area_code,
        "hospital": sheet.hospital_code,
        "enterprise": sheet.enterprise_code,
        "rows": 50,
    }
    whole = one(_HELD_SUM, told)
    return whole, fetch(_HELD, told) if whole.lines else []


def reviews(sheet: Any) -> list[Any]:  # noqa: ANN401
    """Return all reviews, those that count no more too."""
    return fetch(_REVIEWS, {"id": sheet.id})


def people(names: list[str]) -> dict[str, str]:
    """Return user → full name."""
    return {row.name: row.full_name for row in fetch(_PEOPLE, {"names": names})}


def payments(sheet: Any) -> list[Any]:  # noqa: ANN401
    """Return the instructions that paid or tried to pay the sheet, first to latest."""
    return fetch(_PAYMENTS, {"id": sheet.id})


def moves(sheet: Any) -> list[Any]:  # noqa: ANN401
    """Return every move of these instructions."""
    return fetch(_MOVES, {"id": sheet.id})


def entries(sheet: Any) -> list[Any]:  # noqa: ANN401
    """Return what the books hold for the sheet itself."""
    return fetch(_ENTRIES, {"sheet_no": sheet.sheet_no})
