"""What the bank said: result files, their lines, and what an enterprise was paid."""

from typing import Any

from models.services.views import payments
from models.services.views.listing import turned
from models.services.views.reading import PAGE_ROWS, Rows, Where, fetch, one
from models.services.views.turning import Place, Turned

_FILES = """
SELECT r.id, r.file_id, f.name AS file_name, r.sha256, r.profile_code, r.counts, r.imported_by,
       r.imported_at
  FROM bank_result_file r JOIN stored_file f ON f.id = r.file_id
 WHERE {where} ORDER BY r.id DESC LIMIT %(rows)s OFFSET %(skip)s
"""
#: A file is shown to whom one of its orders belongs, and to whoever brought it.
_OWN_FILE = """
r.imported_by = %(reader)s OR EXISTS (
    SELECT 1 FROM bank_result_line l JOIN payment_instruction i ON i.id = l.instruction_id
     WHERE l.result_file_id = r.id AND ({area}))
 OR (NOT EXISTS (SELECT 1 FROM bank_result_line l WHERE l.result_file_id = r.id
                    AND l.instruction_id IS NOT NULL)
     AND EXISTS (SELECT 1 FROM payment_batch q JOIN payment_instruction i ON i.batch_id = q.id
                  WHERE q.profile_code = r.profile_code AND ({area})))
"""
_LINES = """
SELECT l.row, l.reference, l.status_text, l.status, l.amount_fen, l.booked_on, l.bank_reason,
       l.account_no, l.bank_line_no, l.problem,
       l.account_name, l.outcome, i.amount_fen AS order_fen, i.state, i.payee_account_name,
       i.reference AS ours, b.batch_no, x.id AS case_id, x.closed_at
  FROM bank_result_line l LEFT JOIN payment_instruction i ON i.id = l.instruction_id
  LEFT JOIN payment_batch b ON b.id = i.batch_id
  LEFT JOIN LATERAL (SELECT x.id, x.closed_at FROM payment_exception x WHERE x.evidence
                       = 'bank_result:' || l.result_file_id || ':' || l.row
                        AND (x.instruction_id IS NULL OR x.instruction_id = l.instruction_id)
                      ORDER BY x.id LIMIT 1) x ON l.problem IS NOT NULL
 WHERE l.result_file_id = %(file)s AND ({where}) ORDER BY l.row LIMIT %(rows)s OFFSET %(skip)s
"""
_LIVE = """
SELECT l.outcome, l.problem, count(*) AS lines, coalesce(sum(l.amount_fen), 0)::bigint AS sum_fen
  FROM bank_result_line l LEFT JOIN payment_instruction i ON i.id = l.instruction_id
 WHERE l.result_file_id = %(file)s AND ({where}) GROUP BY 1, 2 ORDER BY 1, 2
"""
_ACCOUNT_OF_KEY = """
SELECT g.account_no FROM agency g WHERE {where} AND left(md5(g.account_no), 12) = %(key)s
UNION
SELECT b.debtor_account_no FROM payment_batch b JOIN agency g USING (agency_code)
 WHERE {where} AND left(md5(b.debtor_account_no), 12) = %(key)s
 LIMIT 1
"""
_PAID = """
SELECT i.id, i.reference, i.state, i.amount_fen, i.sent_on, i.booked_on, i.returned_on,
       i.bank_reason, i.period,
       i.payee_account_no, i.payee_bank_name, b.batch_no, a.name AS agency_name,
       x.sheets
  FROM payment_instruction i LEFT JOIN payment_batch b ON b.id = i.batch_id
  JOIN agency a ON a.agency_code = i.agency_code
  LEFT JOIN LATERAL (
      SELECT array_agg(s.sheet_no ORDER BY s.sheet_no) AS sheets FROM payment_allocation x
        JOIN settlement_sheet s ON s.id = x.sheet_id WHERE x.instruction_id = i.id) x ON true
 WHERE {where} ORDER BY {order} LIMIT %(rows)s
"""
_PAID_TOTALS = """
SELECT count(*) AS orders, coalesce(sum(i.amount_fen), 0)::bigint AS sum_fen,
       coalesce(sum(i.amount_fen) FILTER (WHERE i.state = 'settled'), 0)::bigint AS settled_fen
  FROM payment_instruction i WHERE {where}
"""


def _own_file(rows: Rows, reader: str) -> Where:
    area, told = rows.sql(area="i.area_code")
    text = "true" if area == "true" else _OWN_FILE.format(area=area)
    return Where([text], {**told, "reader": reader})


def result_files(rows: Rows, reader: str, number: int = 0, *, size: int = PAGE_ROWS) -> list[Any]:
    """Return the result files, the latest first, one more than a page."""
    found = _own_file(rows, reader)
    told = {**found.told, "rows": size + 1, "skip": number * size}
    return fetch(_FILES.format(where=found.text), told)


def result_file(rows: Rows, reader: str, file_id: int) -> Any:  # noqa: ANN401 - a row by name
    """Return one result file of the reader, or None."""
    found = _own_file(rows, reader).add("r.id = %(id)s", id=file_id)
    return one(_FILES.format(where=found.text), {**found.told, "rows": 1, "skip": 0})


def result_lines(rows: Rows, file_id: int, outcome: str, number: int = 0) -> list[Any]:
    """Return the lines of a result file, those about orders of the reader or of nobody."""
    area, told = rows.sql(area="i.area_code")
    found = Where([f"({area}) OR i.id IS NULL"], dict(told))
    found.add_if(outcome, "l.outcome = %(outcome)s", "outcome")
    told = {**found.told, "file": file_id, "rows": PAGE_ROWS + 1, "skip": number * PAGE_ROWS}
    return fetch(_LINES.format(where=found.text), told)


def line_outcomes(rows: Rows, file_id: int) -> list[Any]:
    """Return count and sum of the lines as they stand now, by outcome and why they did not move."""
    area, told = rows.sql(area="i.area_code")
    where = f"({area}) OR i.id IS NULL"
    return fetch(_LIVE.format(where=where), {**told, "file": file_id})


def not_applied(rows: Rows, file_id: int, most: int) -> list[Any]:
    """Return the lines of a file that moved nothing and wait for a person."""
    area, told = rows.sql(area="i.area_code")
    where = f"(({area}) OR i.id IS NULL) AND l.outcome = 'exception'"
    return fetch(_LINES.format(where=where), {**told, "file": file_id, "rows": most, "skip": 0})


def account_of(rows: Rows, key: str) -> str | None:
    """Return the paying account of the reader behind the short key of an address, or None."""
    area, told = rows.sql(area="g.area_code")
    found = one(_ACCOUNT_OF_KEY.format(where=f"({area})"), {**told, "key": key})
    return None if found is None else str(found.account_no)


def source(rows: Rows, reader: str, text: str) -> tuple[str, str] | None:
    """Return the evidence of a file or statement day, as cases name it, and what it is called.

    `text` is result:<file> or day:<account key>:<day>; account numbers stand in no address.
    """
    kind, _, rest = text.partition(":")
    if kind == "result" and rest.isdigit():
        found = result_file(rows, reader, int(rest))
        return (f"bank_result:{rest}", str(found.file_name)) if found else None
    if kind == "day":
        key, _, day = rest.partition(":")
        account_no = account_of(rows, key)
        return (
            (f"statement:{account_no}:{day}", f"…{account_no[-4:]} {day}") if account_no else None
        )
    return None


def _paid(rows: Rows, state: str) -> Where:
    found = Where.of(rows, area="i.area_code", enterprise="i.enterprise_code")
    return found.add_if(state, "i.state = %(state)s", "state")


def paid_to(rows: Rows, state: str, place: Place | None = None, *, size: int = PAGE_ROWS) -> Turned:
    """Return the page at a place of the payments of an enterprise, the latest first."""
    return turned(_PAID, _paid(rows, state), payments.ORDER, place, size)


def paid_totals(rows: Rows, state: str) -> Any:  # noqa: ANN401 - a row by name
    """Return count and sums of the payments of an enterprise."""
    found = _paid(rows, state)
    return one(_PAID_TOTALS.format(where=found.text), found.told)
