"""Invoices beside the lines they name: what differs, what agrees by pair, one invoice whole."""

from dataclasses import dataclass
from typing import Any

from models.services.views.listing import Counted, turned
from models.services.views.reading import (
    PAGE_ROWS,
    Rows,
    Where,
    fetch,
    kept,
    name_parties,
    one,
    question,
)
from models.services.views.turning import Key, Order, Place, Turned

HELD = {"area": "h.area_code", "hospital": "p.hospital_code", "enterprise": "p.enterprise_code"}
SHEET = {"area": "s.area_code", "hospital": "s.hospital_code", "enterprise": "s.enterprise_code"}
LINE = {"area": "m.area_code", "hospital": "p.hospital_code", "enterprise": "p.enterprise_code"}
#: View → the reasons of its lines; the settlement decided them, the page adds the figures.
VIEWS = {"missing": ("invoice_missing",), "differing": ("invoice_mismatch",)}
#: One invoice names at most so many lines on its page.
LINES_MAX = 500

_HELD = """
  FROM held_line h JOIN purchase_line p USING (line_no) LEFT JOIN line_fact f USING (line_no)
 WHERE {where}
"""
_LIST = f"""
SELECT q.*, s.name AS hospital_name, e.name AS enterprise_name, d.name AS product_name,
       (SELECT array_agg(DISTINCT v.invoice_no ORDER BY v.invoice_no) FROM invoice_line v
         WHERE v.line_no = q.line_no) AS invoices
  FROM (SELECT h.line_no, h.reasons, p.amount_fen, coalesce(f.invoiced_fen, 0) AS invoiced_fen,
               p.accepted_on, p.hospital_code, p.enterprise_code, p.nhsa_code
        {_HELD} ORDER BY {{order}} LIMIT %(rows)s) q
  JOIN hospital s USING (hospital_code) JOIN enterprise e ON e.credit_code = q.enterprise_code
  JOIN product d USING (nhsa_code)
 ORDER BY {{order}}
"""
LINES = Order((Key("line_no", "line_no"),))
_TOTALS = f"""
SELECT count(*) FILTER (WHERE h.reasons @> ARRAY['invoice_missing']) AS missing,
       count(*) FILTER (WHERE h.reasons @> ARRAY['invoice_mismatch']) AS differing,
       coalesce(sum(p.amount_fen), 0)::bigint AS sum_fen,
       coalesce(sum(coalesce(f.invoiced_fen, 0)), 0)::bigint AS invoiced_fen {_HELD}
"""
_PAIRS = """
SELECT q.*, h.name AS hospital_name, e.name AS enterprise_name, i.invoices, i.invoiced_fen
  FROM (SELECT s.id, s.sheet_no, s.hospital_code, s.enterprise_code, s.lines_count,
               s.received_fen + s.returned_fen + s.adjusted_fen AS goods_fen, s.state
          FROM settlement_sheet s WHERE {where} ORDER BY {order} LIMIT %(rows)s) q
  JOIN hospital h USING (hospital_code) JOIN enterprise e ON e.credit_code = q.enterprise_code
 CROSS JOIN LATERAL (
      SELECT count(DISTINCT (v.invoice_no, v.invoice_code)) AS invoices,
             coalesce(sum(v.amount_fen), 0)::bigint AS invoiced_fen
        FROM sheet_line l JOIN invoice_line v USING (line_no) WHERE l.sheet_id = q.id) i
 ORDER BY {order}
"""
PAIRS = Order((Key("sheet_no", "sheet_no"),))
_INVOICE = """
SELECT v.invoice_no, v.invoice_code, min(v.kind) AS kind, min(v.issued_on) AS issued_on,
       min(m.name) AS hospital_name, min(e.name) AS enterprise_name, count(*) AS lines,
       sum(v.amount_fen)::bigint AS amount_fen, sum(p.amount_fen)::bigint AS lines_fen,
       count(*) FILTER (WHERE f.invoiced_fen < p.amount_fen) AS below,
       count(*) FILTER (WHERE f.invoiced_fen > p.amount_fen) AS above,
       count(*) FILTER (WHERE d.line_no IS NOT NULL) AS voided
  FROM invoice_line v JOIN purchase_line p USING (line_no) JOIN line_fact f USING (line_no)
  JOIN hospital m ON m.hospital_code = p.hospital_code
  JOIN enterprise e ON e.credit_code = p.enterprise_code LEFT JOIN line_void d USING (line_no)
 WHERE {where} GROUP BY 1, 2 ORDER BY 4 DESC, 1, 2 LIMIT %(rows)s
"""
_LINES = """
SELECT v.line_no, v.amount_fen, p.amount_fen AS line_fen, f.invoiced_fen, p.accepted_on,
       p.line_kind, d.name AS product_name, s.sheet_no, x.line_no IS NOT NULL AS is_void
  FROM invoice_line v JOIN purchase_line p USING (line_no) JOIN line_fact f USING (line_no)
  JOIN hospital m ON m.hospital_code = p.hospital_code JOIN product d USING (nhsa_code)
  LEFT JOIN sheet_line l USING (line_no) LEFT JOIN settlement_sheet s ON s.id = l.sheet_id
  LEFT JOIN line_void x USING (line_no)
 WHERE {where} ORDER BY v.line_no LIMIT %(rows)s
"""


@dataclass(frozen=True)
class Asked:
    """The conditions of the page."""

    period: str
    areas: tuple[str, ...] = ()
    hospital: str = ""
    enterprise: str = ""
    view: str = ""


def differences(rows: Rows, asked: Asked, place: Place | None = None) -> Turned:
    """Return the page at a place of the lines that wait for an invoice or differ from theirs."""
    return turned(_LIST, _held(rows, asked), LINES, place)


def totals(rows: Rows, asked: Asked) -> Any:  # noqa: ANN401 - a row by name
    """Return how many lines lack an invoice or differ, and what they and their invoices say."""
    found = _held(rows, asked)
    return kept(
        asked.period,
        question("invoices.totals", found),
        lambda: one(_TOTALS.format(where=found.text), found.told),
    )


def counted(rows: Rows, asked: Asked) -> Counted:
    """Return what a saved view of the page counts."""
    found = _held(rows, asked)
    return Counted(f"SELECT 1 {_HELD.format(where=found.text)}", found.told)


def pairs(rows: Rows, asked: Asked, place: Place | None = None) -> Turned:
    """Return the page at a place of the month's sheets with what their invoices come to."""
    found = Where.of(rows, **SHEET).add("s.period = %(period)s", period=asked.period)
    found.add_if(list(asked.areas) or None, "s.area_code = ANY (%(areas)s)", "areas")
    name_parties(found, asked.hospital, asked.enterprise, "s.hospital_code", "s.enterprise_code")
    return turned(_PAIRS, found, PAIRS, place)


def numbered(rows: Rows, invoice_no: str) -> list[Any]:
    """Return the invoices of a number: digital ones have it alone, paper ones share it."""
    found = Where.of(rows, **LINE).add("v.invoice_no = %(no)s", no=invoice_no)
    return fetch(_INVOICE.format(where=found.text), {**found.told, "rows": PAGE_ROWS})


def lines(rows: Rows, invoice_no: str, invoice_code: str) -> list[Any]:
    """Return the lines an invoice names, at most LINES_MAX."""
    found = Where.of(rows, **LINE).add(
        "v.invoice_no = %(no)s AND v.invoice_code = %(code)s", no=invoice_no, code=invoice_code
    )
    return fetch(_LINES.format(where=found.text), {**found.told, "rows": LINES_MAX})


def _held(rows: Rows, asked: Asked) -> Where:
    wanted = VIEWS.get(asked.view) or tuple(one for each in VIEWS.values() for one in each)
    found = Where.of(rows, **HELD).add(
        "h.period = %(period)s AND h.reasons && %(reasons)s::text[]",
        period=asked.period,
        reasons=list(wanted),
    )
    found.add_if(list(asked.areas) or None, "h.area_code = ANY (%(areas)s)", "areas")
    return name_parties(
        found, asked.hospital, asked.enterprise, "p.hospital_code", "p.enterprise_code"
    )
