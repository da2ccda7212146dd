"""Cases for a person: the queue of open ones, and one with everything that proves or denies it."""

from typing import Any

from models.services.views.reading import Rows, Where, fetch, one

QUEUE_MAX = 200

#: A case without an order of ours belongs to whoever sees everything and to the makers of the file.
_MINE = "({area}) OR x.instruction_id IS NULL"
_QUEUE = """
SELECT x.id, x.kind, x.amount_fen, x.opened_at, x.opened_on, x.evidence, x.facts, x.closed_at,
       x.closed_by, x.resolution, i.reference, i.amount_fen AS order_fen,
       coalesce(e.name, x.facts ->> 'account_name', x.facts ->> 'counter_name') AS enterprise_name
  FROM payment_exception x LEFT JOIN payment_instruction i ON i.id = x.instruction_id
  LEFT JOIN enterprise e ON e.credit_code = i.enterprise_code
 WHERE {where} ORDER BY {order} LIMIT %(rows)s
"""
_KINDS = """
SELECT x.kind, count(*) AS cases, coalesce(sum(coalesce(x.amount_fen, i.amount_fen)),
       0)::bigint AS sum_fen
  FROM payment_exception x LEFT JOIN payment_instruction i ON i.id = x.instruction_id
 WHERE {where} GROUP BY x.kind ORDER BY 2 DESC, 1
"""
_CASE = """
SELECT x.*, i.reference, i.state AS order_state, i.amount_fen AS order_fen, i.payee_account_no,
       i.payee_account_name, i.payee_bank_name, i.sent_on, i.booked_on AS order_booked_on,
       i.returned_on, i.bank_reason, i.enterprise_code, i.line_in_batch, i.made_at,
       e.name AS enterprise_name, e.account_verified, e.account_no AS account_now, b.batch_no,
       b.sent_at, b.debtor_account_no, s.sheet_no AS case_sheet_no, n.reference AS successor
  FROM payment_exception x LEFT JOIN payment_instruction i ON i.id = x.instruction_id
  LEFT JOIN payment_batch b ON b.id = i.batch_id
  LEFT JOIN enterprise e ON e.credit_code = i.enterprise_code
  LEFT JOIN settlement_sheet s ON s.id = x.sheet_id
  LEFT JOIN payment_instruction n ON n.reissue_of = i.id
 WHERE x.id = %(id)s AND ({where})
"""
_ANSWER = """
SELECT l.row, l.status_text, l.status, l.amount_fen, l.booked_on, l.bank_reason, l.account_no,
       l.account_name, f.imported_at, f.id AS file_id
  FROM bank_result_line l JOIN bank_result_file f ON f.id = l.result_file_id
 WHERE l.instruction_id = %(order)s ORDER BY l.id DESC LIMIT 1
"""
_ANSWER_BY_EVIDENCE = """
SELECT l.row, l.status_text, l.status, l.amount_fen, l.booked_on, l.bank_reason, l.account_no,
       l.account_name, f.imported_at, f.id AS file_id
  FROM bank_result_line l JOIN bank_result_file f ON f.id = l.result_file_id
 WHERE l.result_file_id = %(file)s AND l.row = %(row)s
"""
_ENTRY = """
SELECT t.account_no, t.day, t.entry_no, t.booked_on, t.amount_fen, t.counter_account,
       t.counter_name,
       t.purpose, d.closed
  FROM statement_entry t JOIN statement_day d USING (account_no, day)
 WHERE t.instruction_id = %(order)s ORDER BY t.day DESC, t.entry_no DESC LIMIT 1
"""
_MOVES = """
SELECT v.happened_at, v.from_state, v.to_state, v.actor, v.cause, v.evidence
  FROM instruction_event v WHERE v.instruction_id = %(order)s ORDER BY v.id
"""
_SHEETS = """
SELECT s.sheet_no FROM payment_allocation a JOIN settlement_sheet s ON s.id = a.sheet_id
 WHERE a.instruction_id = %(order)s ORDER BY s.sheet_no LIMIT 20
"""
#: The two proofs of a payment made again, as services.reissue judges them.
_PROOFS = """
SELECT i.state IN ('rejected', 'returned', 'reversed', 'cancelled') AS came_to_nothing,
       EXISTS (SELECT 1 FROM bank_result_line r WHERE r.instruction_id = i.id
                  AND r.outcome IN ('rejected', 'returned')) AS bank_said_so,
       CASE WHEN i.state IN ('rejected', 'cancelled')
            THEN EXISTS (SELECT 1 FROM statement_day d WHERE d.account_no = b.debtor_account_no
                            AND d.day = i.sent_on AND d.closed)
                 AND coalesce((SELECT sum(t.amount_fen) FROM statement_entry t
                                WHERE t.instruction_id = i.id), 0) >= 0
            ELSE EXISTS (SELECT 1 FROM statement_entry t
                          WHERE t.instruction_id = i.id
                                 AND t.amount_fen > 0) END AS statement_shows,
       e.account_verified AND NOT EXISTS (SELECT 1 FROM account_change c
             WHERE c.credit_code = e.credit_code AND c.decided_by IS NULL) AS verified
  FROM payment_instruction i JOIN payment_batch b ON b.id = i.batch_id
  JOIN enterprise e ON e.credit_code = i.enterprise_code
 WHERE i.id = %(order)s
"""


def _where(rows: Rows) -> Where:
    area, told = rows.sql(area="i.area_code")
    return Where([_MINE.format(area=area)], dict(told))


def queue(rows: Rows, *, kind: str = "", closed: bool = False) -> list[Any]:
    """Return the cases of the reader, open ones oldest first, closed ones latest first."""
    found = _where(rows).add(f"x.closed_at IS {'NOT ' if closed else ''}NULL")
    found.add_if(kind, "x.kind = %(kind)s", "kind")
    order = "x.closed_at DESC" if closed else "x.opened_at, x.id"
    return fetch(_QUEUE.format(where=found.text, order=order), {**found.told, "rows": QUEUE_MAX})


def kinds(rows: Rows) -> list[Any]:
    """Return count and sum of the open cases of each kind."""
    found = _where(rows).add("x.closed_at IS NULL")
    return fetch(_KINDS.format(where=found.text), found.told)


def find(rows: Rows, case_id: int) -> Any:  # noqa: ANN401 - a row by name
    """Return a case of the reader, or None."""
    found = _where(rows)
    return one(_CASE.format(where=found.text), {**found.told, "id": case_id})


def evidence(case: Any) -> dict[str, Any]:  # noqa: ANN401
    """Return answer, statement entry, moves, sheets and proofs that belong to a case."""
    told: dict[str, Any] = {"order": case.instruction_id}
    answer = None
    if case.evidence and case.evidence.startswith("bank_result:"):
        _, file_id, row = case.evidence.split(":")
        answer = one(_ANSWER_BY_EVIDENCE, {"file": int(file_id), "row": int(row)})
    if case.instruction_id is None:
        return {"answer": answer, "entry": None, "moves": [], "sheets": [], "proofs": None}
    return {
        "answer": answer or one(_ANSWER, told),
        "entry": one(_ENTRY, told),
        "moves": fetch(_MOVES, told),
        "sheets": [row.sheet_no for row in fetch(_SHEETS, told)],
        "proofs": one(_PROOFS, told),
    }
