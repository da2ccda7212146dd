"""One purchase line with all that is known: judged anew, its documents, its money, its due day."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from models.records.base import db
from models.rules import calendar, due
from models.services import judgement
from models.services.judgement import due as shifting
from models.services.judgement import holds, reasons
from models.services.overdue import watched
from models.services.views import claim
from models.services.views.lines import SCOPE
from models.services.views.reading import Rows, Where, fetch, one

_LINE = """
SELECT p.*, h.name AS hospital_name, h.area_code, e.name AS enterprise_name, e.account_verified,
       e.suspended_on, d.name AS product_name, d.specification, d.unit, d.kind AS product_kind,
       d.listed_price_yuan, d.negotiated, v.reason AS void_reason, l.sheet_id,
              l.category AS sheet_category,
       l.due_on AS sheet_due_on, l.contract_no AS sheet_contract_no, s.sheet_no,
              s.state AS sheet_state,
       s.period AS sheet_period, r.imported_at, r.imported_by, r.job_id, f.name AS file_name
  FROM purchase_line p JOIN hospital h USING (hospital_code)
  JOIN enterprise e ON e.credit_code = p.enterprise_code JOIN product d USING (nhsa_code)
  LEFT JOIN line_void v USING (line_no) LEFT JOIN sheet_line l USING (line_no)
  LEFT JOIN settlement_sheet s ON s.id = l.sheet_id
  LEFT JOIN import_run r ON r.id = p.import_id LEFT JOIN stored_file f ON f.id = r.file_id
 WHERE p.line_no = %(line_no)s AND {where}
"""
_CANDIDATES = " WHERE p.line_no IN (%(line_no)s, %(original)s)"
_REASONS = ", ".join(f"j.{name}" for name in reasons.COLUMNS)
_JUDGED = f"""
SELECT j.lane, j.outside, j.category, j.round_code, j.award_price, j.scheme_valid_from,
       j.contract_no, j.invoiced_fen, j.due_raw, d.due_on, {_REASONS},
       {holds.words("j.mask")} AS reasons, c.late_rate_bp, c.enterprise_size, c.declared_on,
       c.price_yuan AS contract_price, c.term_start, c.term_end
  FROM judged j JOIN shifted d USING (due_raw, due_shift)
  LEFT JOIN contract c ON c.contract_no = j.contract_no
 WHERE j.line_no = %(line_no)s
"""
_ALSO = (
    "outside",
    "round_code",
    "award_price",
    "scheme_valid_from",
    "invoiced_fen",
    *reasons.COLUMNS,
)
_CONFIRMATIONS = """
SELECT f.party, f.decided_at, f.decision, f.amount_fen, f.reason FROM confirmation f
 WHERE f.line_no = %(line_no)s ORDER BY f.decided_at
"""
_INVOICES = """
SELECT v.invoice_no, v.invoice_code, v.kind, v.issued_on, v.amount_fen FROM invoice_line v
 WHERE v.line_no = %(line_no)s ORDER BY v.issued_on, v.invoice_no
"""
_HELD = """
SELECT k.period, k.lane, k.reasons FROM held_line k
 WHERE k.line_no = %(line_no)s AND k.period = ANY (%(settled)s) ORDER BY k.period
"""
_CHILDREN = """
SELECT c.line_no, c.line_kind, c.amount_fen, c.accepted_on FROM purchase_line c
 WHERE c.original_line_no = %(line_no)s ORDER BY c.accepted_on, c.line_no
"""
_ORDERS = """
SELECT i.reference, i.state, i.sent_on, i.booked_on, i.returned_on, i.bank_reason, b.batch_no
  FROM payment_allocation a JOIN payment_instruction i ON i.id = a.instruction_id
  LEFT JOIN payment_batch b ON b.id = i.batch_id WHERE a.sheet_id = %(sheet)s ORDER BY i.id
"""
_OWN_PAYMENTS = """
SELECT y.payment_no, y.paid_on, y.amount_fen FROM hospital_payment y
 WHERE y.line_no = %(line_no)s ORDER BY y.paid_on, y.payment_no
"""
_STEPS = """
SELECT o.step, o.recorded_on, o.facts FROM overdue_step o WHERE o.line_no = %(line_no)s
       ORDER BY o.step
"""
_TRACES = """
SELECT c.code FROM purchase_line p,
       unnest(string_to_array(p.trace_codes, ' ')) WITH ORDINALITY AS c (code, place)
 WHERE p.line_no = %(line_no)s ORDER BY c.place LIMIT 50
"""


@dataclass(frozen=True)
class Known:
    """Everything that is known about a line."""

    line: Any
    judged: Any
    due: due.DueDay | None
    confirmations: list[Any]
    invoices: list[Any]
    held: list[Any]
    children: list[Any]
    payments: list[Any]
    own_payments: list[Any]
    steps: list[Any]
    traces: list[Any]
    #: Late parts, the open one last; empty where nothing is late or the enterprise has no claim.
    late: list[claim.Part]


def find(rows: Rows, line_no: str, settled: list[str], on: date) -> Known | None:
    """Return a line of the reader as it stands on a day, or None."""
    scope = Where.of(rows, **SCOPE)
    line = one(_LINE.format(where=scope.text), {**scope.told, "line_no": line_no})
    if line is None:
        return None
    told = {"line_no": line_no, "settled": settled, "sheet": line.sheet_id}
    judged, late = _judge(line, on)
    return Known(
        line=line,
        judged=judged,
        due=reasons.explain(judged, shifting.day_kinds()) if judged else None,
        late=late,
        confirmations=fetch(_CONFIRMATIONS, told),
        invoices=fetch(_INVOICES, told),
        held=fetch(_HELD, told),
        children=fetch(_CHILDREN, told),
        payments=fetch(_ORDERS, told) if line.sheet_id else [],
        own_payments=fetch(_OWN_PAYMENTS, told),
        steps=fetch(_STEPS, told),
        traces=fetch(_TRACES, told),
    )


def _judge(line: Any, on: date) -> tuple[Any, list[claim.Part]]:  # noqa: ANN401
    """Judge the line as a settlement of the day's month would, in tables that end with it.

    Returns the verdict and the late parts with their interest.
    """
    told = {"line_no": line.line_no, "original": line.original_line_no or ""}
    with db.atomic():
        # A page about one line does not read the payments of all others.
        watched.find_paid_sheets(on, among=f"SELECT {int(line.sheet_id or 0)}")
        judgement.judge(
            [line.area_code],
            _CANDIDATES,
            told,
            calendar.last_day(calendar.period_of(on)),
            also=_ALSO,
        )
        watched.gather(on)
        watched.collect_interest(on)
        parts = [
            row for row in fetch(claim.PARTS, {"count": claim.PAGE_PARTS, "skip": 0})
            if row.line_no == line.line_no
        ]  # fmt: skip
        return one(_JUDGED, told), list(claim.explained(parts))
