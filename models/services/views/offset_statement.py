"""A hospital's offset of a month as a statement: each figure with what it is made of."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from models.services import shortfalls
from models.services.views.reading import Rows, Where, fetch, one

_ROW = """
SELECT o.*, h.name AS hospital_name, a.name AS area_name,
       o.available_fen - o.offset_fen - o.recovered_fen AS payout_fen,
       o.audited_fen - o.advanced_fen - o.clawback_fen - o.deposit_fen AS net_fen
  FROM hospital_offset o JOIN hospital h USING (hospital_code)
  LEFT JOIN area a ON a.area_code = o.area_code
 WHERE {where}
"""
#: The sheets an offset counted, with the payment that is out now or came back last.
_SHEETS = """
SELECT s.sheet_no, s.period, e.name AS enterprise_name, s.enterprise_code, o.amount_fen,
       i.reference, i.state, i.sent_on, i.booked_on, i.returned_on
  FROM offset_sheet o JOIN settlement_sheet s ON s.id = o.sheet_id
  JOIN enterprise e ON e.credit_code = s.enterprise_code
  LEFT JOIN LATERAL (
       SELECT i.reference, i.state, i.sent_on, i.booked_on, i.returned_on
         FROM payment_allocation a JOIN payment_instruction i ON i.id = a.instruction_id
        WHERE a.sheet_id = s.id ORDER BY i.id DESC LIMIT 1) i ON true
 WHERE o.period = %(period)s AND o.hospital_code = %(hospital)s
 ORDER BY o.amount_fen < 0, s.period, s.sheet_no
"""
#: Offsets count what came in in its order: these are the vouchers between the sum counted before
#: and the sum counted by this one.
_RECEIPTS = """
WITH counted AS (
    SELECT coalesce(sum(collected_fen) FILTER (WHERE period < %(period)s), 0) AS before_fen,
           coalesce(sum(collected_fen) FILTER (WHERE period <= %(period)s), 0) AS after_fen
      FROM hospital_offset WHERE hospital_code = %(hospital)s
),
running AS (
    SELECT r.voucher_no, r.booked_on, r.amount_fen, q.request_no,
           sum(r.amount_fen) OVER (ORDER BY r.made_at, q.id, r.voucher_no) AS upto_fen
      FROM money_receipt r JOIN money_request q ON q.id = r.request_id
     WHERE q.kind = 'collection' AND q.hospital_code = %(hospital)s
)
SELECT r.voucher_no, r.booked_on, r.amount_fen, r.request_no
  FROM running r CROSS JOIN counted c
 WHERE r.upto_fen > c.before_fen AND r.upto_fen <= c.after_fen
 ORDER BY r.upto_fen
"""
#: What is asked of the hospital: of this month, and of earlier ones while it waits.
_REQUESTS = """
SELECT request_no, period, amount_fen, received_fen, asked_on, due_on, state
  FROM money_request
 WHERE hospital_code = %(hospital)s AND kind = 'collection'
   AND (period = %(period)s AND source LIKE 'offset:%%' OR period < %(period)s AND state = 'asked')
 ORDER BY period, id
"""
_NEIGHBOURS = """
SELECT max(period) FILTER (WHERE period < %(period)s) AS before,
       min(period) FILTER (WHERE period > %(period)s) AS after
  FROM hospital_offset WHERE hospital_code = %(hospital)s
"""


@dataclass(frozen=True)
class Statement:
    """One hospital's month; amounts in fen."""

    row: Any
    sheets: list[Any]
    receipts: list[Any]
    requests: list[Any]
    #: The months before and after that have a statement.
    neighbours: Any
    #: The last statement of a hospital that owes too long today: its payout waits.
    suspended: bool


def statement(
    rows: Rows, period: str, hospital_code: str, on: date | None = None
) -> Statement | None:
    """Return the statement within the reader's rows, or None; `on` is today for suspensions."""
    found = Where.of(rows, area="o.area_code", hospital="o.hospital_code")
    found.add("o.period = %(period)s", period=period)
    found.add("o.hospital_code = %(hospital)s", hospital=hospital_code)
    row = one(_ROW.format(where=found.text), found.told)
    if row is None:
        return None
    told = {"period": period, "hospital": hospital_code}
    neighbours = one(_NEIGHBOURS, told)
    debt = shortfalls.debt_of(hospital_code, on) if on and neighbours.after is None else None
    return Statement(
        row=row,
        sheets=fetch(_SHEETS, told),
        receipts=fetch(_RECEIPTS, told),
        requests=fetch(_REQUESTS, told),
        neighbours=neighbours,
        suspended=debt is not None and debt.suspended,
    )
