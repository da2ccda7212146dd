"""The whole way of a trace code, and how many receipts of a month have codes."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from models.rules import calendar
from models.services.capture import CAPTURED
from models.services.views.reading import Rows, Where, fetch

#: A code on more lines than this is none.
LINES_MAX = 50
HOSPITALS_MAX = 2_000

#: Order → delivery → receipt → sheet → payment; each line of the code with its latest payment.
_WAY = f"""
SELECT l.line_no, l.line_kind, l.order_no, l.quantity, l.unit_price_yuan, l.amount_fen,
       l.delivered_on, l.accepted_on, l.hospital_code, h.name AS hospital_name,
       e.name AS enterprise_name, d.name AS product_name, d.specification, l.nhsa_code,
       o.ordered_on, o.responded_on, n.delivery_no, n.delivered_on AS sent_on,
       v.reason AS void_reason, s.sheet_no, s.state AS sheet_state, i.reference, i.state,
       i.booked_on,
       y.paid_on AS own_paid_on, r.line_no AS return_no, r.accepted_on AS returned_on,
       r.quantity AS returned, (SELECT count(*) FROM trace_code t WHERE t.code = %(code)s
                                   AND t.line_no = l.line_no) AS times
  FROM (SELECT DISTINCT t.line_no AS number FROM trace_code t WHERE t.code = %(code)s
         LIMIT {LINES_MAX}) stands
 CROSS JOIN LATERAL (SELECT * FROM purchase_line p WHERE p.line_no = stands.number OFFSET 0) l
  JOIN hospital h USING (hospital_code)
  JOIN enterprise e ON e.credit_code = l.enterprise_code JOIN product d USING (nhsa_code)
  LEFT JOIN purchase_order o USING (order_no, nhsa_code)
  LEFT JOIN LATERAL (SELECT b.delivery_no, b.delivered_on FROM delivery_note b
                      WHERE b.order_no = l.order_no AND b.nhsa_code = l.nhsa_code
                      ORDER BY abs(b.delivered_on - l.delivered_on), b.delivery_no LIMIT 1) n
         ON true
  LEFT JOIN line_void v USING (line_no) LEFT JOIN sheet_line c USING (line_no)
  LEFT JOIN settlement_sheet s ON s.id = c.sheet_id
  LEFT JOIN LATERAL (SELECT q.reference, q.state, q.booked_on FROM payment_allocation a
                       JOIN payment_instruction q ON q.id = a.instruction_id
                      WHERE a.sheet_id = c.sheet_id ORDER BY q.id DESC LIMIT 1) i ON true
  LEFT JOIN LATERAL (SELECT max(w.paid_on) AS paid_on FROM hospital_payment w
                      WHERE w.line_no = l.line_no) y ON true
  LEFT JOIN LATERAL (SELECT z.line_no, z.accepted_on, z.quantity FROM purchase_line z
                      WHERE z.original_line_no = l.line_no AND z.line_kind = 'goods_return'
                      ORDER BY z.accepted_on, z.line_no LIMIT 1) r ON true
 WHERE {{where}} ORDER BY l.accepted_on, l.line_no
"""
_CAPTURE = f"""
SELECT c.*, h.name, h.area_code FROM ({CAPTURED}) c JOIN hospital h USING (hospital_code)
 WHERE {{where}} ORDER BY c.coded_lines * 1.0 / c.lines, c.lines DESC, c.hospital_code
 LIMIT {HOSPITALS_MAX}
"""

#: What the schemes that settle for the reader's areas ask of trace codes on a day.
_ASKED = """
SELECT s.trace_codes, array_agg(DISTINCT s.scheme_code ORDER BY s.scheme_code) AS schemes
  FROM scheme s
 WHERE s.valid_from <= %(on)s AND (s.valid_to IS NULL OR s.valid_to >= %(on)s)
   AND EXISTS (SELECT FROM area_chain u JOIN area a ON a.area_code = u.area_code
                WHERE u.above_code = s.area_code AND {scope})
 GROUP BY 1 ORDER BY array_position(ARRAY['require', 'warn', 'ignore'], s.trace_codes)
"""


def asked(rows: Rows, on: date) -> list[Any]:
    """Return what schemes ask of codes on a day, with their codes; the strictest first."""
    scope, told = rows.sql(area="a.area_code")
    return fetch(_ASKED.format(scope=scope), {**told, "on": on})


def way(rows: Rows, code: str) -> list[Any]:
    """Return the reader's lines that a code stands on, the earliest first."""
    within = Where.of(
        rows, area="h.area_code", hospital="l.hospital_code", enterprise="l.enterprise_code"
    )
    return fetch(_WAY.format(where=within.text), {**within.told, "code": code})


def capture(rows: Rows, period: str, areas: Sequence[str]) -> list[Any]:
    """Return the captured share of a month by hospital, the lowest first."""
    within = Where.of(rows, area="h.area_code", hospital="c.hospital_code")
    told = {
        **within.told,
        "areas": list(areas),
        "first": calendar.first_day(period),
        "last": calendar.last_day(period),
    }
    return fetch(_CAPTURE.format(where=within.text), told)
