"""Payments as the pages show them: the list by state and month, and one with all that is known."""

from typing import Any

from models.rules.postings import POSTINGS
from models.services.views.listing import turned
from models.services.views.reading import PAGE_ROWS, Rows, Where, enterprise_named, fetch, like, one
from models.services.views.turning import Key, Order, Place, Turned, whole

#: A payment belongs to its payee, its area, and the hospitals whose sheets it pays.
_OF_HOSPITAL = """
(EXISTS (SELECT 1 FROM payment_allocation xa JOIN settlement_sheet xs ON xs.id = xa.sheet_id
          WHERE xa.instruction_id = i.id AND ({condition})) OR ({own}))
"""
#: What is shown to a hospital is its own part of a payment, or the whole that is paid to it.
_PART = """
coalesce((SELECT sum(xa.amount_fen)::bigint FROM payment_allocation xa JOIN settlement_sheet xs
     ON xs.id = xa.sheet_id WHERE xa.instruction_id = i.id AND ({condition})), i.amount_fen)
"""

_REPLACED = "EXISTS (SELECT 1 FROM payment_instruction xn WHERE xn.reissue_of = i.id)"

_LIST = """
SELECT i.id, i.reference, i.state, i.period, i.area_code, i.enterprise_code,
       coalesce(e.name, i.payee_account_name) AS enterprise_name,
       {amount} AS amount_fen, i.payee_account_no, i.sent_on, i.booked_on, i.returned_on,
       i.bank_reason, b.batch_no, o.reference AS reissue_of, n.reference AS successor
  FROM payment_instruction i LEFT JOIN enterprise e ON e.credit_code = i.enterprise_code
  LEFT JOIN payment_batch b ON b.id = i.batch_id
  LEFT JOIN payment_instruction o ON o.id = i.reissue_of
  LEFT JOIN payment_instruction n ON n.reissue_of = i.id
 WHERE {where} ORDER BY {order} LIMIT %(rows)s OFFSET %(skip)s
"""
#: The latest first.
ORDER = Order((Key("i.id", "id", whole),), is_down=True)
_TOTALS = """
SELECT count(*) AS orders, coalesce(sum({amount}), 0)::bigint AS sum_fen
  FROM payment_instruction i WHERE {where}
"""
_ONE = """
SELECT i.*, {amount} AS part_fen,
       coalesce(e.name, i.payee_account_name) AS enterprise_name, e.account_no AS account_now,
       e.account_name AS account_name_now, e.bank_name AS bank_name_now, e.account_verified,
       b.batch_no, b.sent_at, b.debtor_account_no, b.debtor_account_name, b.file_name,
       b.file_sha256, b.profile_code, b.profile_version, a.name AS agency_name,
       r.name AS area_name, o.reference AS old_reference, n.reference AS new_reference,
       n.state AS new_state,
       (SELECT max(y.request_no) FROM payment_reissue y WHERE y.instruction_id = i.id
           AND (y.decided_by IS NULL OR y.released)) AS request_no
  FROM payment_instruction i LEFT JOIN enterprise e ON e.credit_code = i.enterprise_code
  JOIN agency a USING (agency_code) LEFT JOIN area r ON r.area_code = i.area_code
  LEFT JOIN payment_batch b ON b.id = i.batch_id
  LEFT JOIN payment_instruction o ON o.id = i.reissue_of
  LEFT JOIN payment_instruction n ON n.reissue_of = i.id
 WHERE i.reference = %(reference)s AND {where}
"""
_SHEETS = """
SELECT xs.sheet_no, xs.period, xs.state, h.name AS hospital_name, xa.amount_fen
  FROM payment_allocation xa JOIN settlement_sheet xs ON xs.id = xa.sheet_id
  JOIN hospital h USING (hospital_code)
 WHERE xa.instruction_id = %(order)s AND ({condition}) ORDER BY xs.sheet_no LIMIT 200
"""
_RETENTION = """
SELECT p.publicity_no, g.period, g.hospital_code, g.round_code, xa.amount_fen,
       coalesce(b.name, g.round_code) AS round_name
  FROM retention_allocation xa JOIN retention_grant g ON g.id = xa.grant_id
  JOIN retention_publicity p ON p.id = g.publicity_id LEFT JOIN vbp_round b USING (round_code)
 WHERE xa.instruction_id = %(order)s
"""
_NAMED = "coalesce(nullif(u.full_name, ''), {0})"
_EVENTS = f"""
SELECT v.happened_at, v.from_state, v.to_state, v.business_on, v.actor, v.cause, v.evidence, v.hash,
       {_NAMED.format("v.actor")} AS name, r.result_file_id, l.status_text, l.bank_reason
  FROM instruction_event v LEFT JOIN app_user u ON u.name = v.actor
 CROSS JOIN LATERAL (SELECT CASE WHEN v.evidence LIKE 'bank_result:%%'
                 THEN split_part(v.evidence, ':', 2)::bigint END AS result_file_id,
                 CASE WHEN v.evidence LIKE 'bank_result:%%'
                 THEN split_part(v.evidence, ':', 3)::int END AS row) r
  LEFT JOIN bank_result_line l ON l.result_file_id = r.result_file_id AND l.row = r.row
         AND l.instruction_id = v.instruction_id
 WHERE v.instruction_id = %(order)s ORDER BY v.id
"""
_ANSWERS = """
SELECT l.result_file_id, l.row, l.status_text, l.status, l.amount_fen, l.booked_on, l.bank_reason,
       l.outcome, f.imported_at, f.imported_by
  FROM bank_result_line l JOIN bank_result_file f ON f.id = l.result_file_id
 WHERE l.instruction_id = %(order)s ORDER BY l.id LIMIT 50
"""
_ENTRIES = """
SELECT t.account_no, t.day, t.entry_no, t.booked_on, t.amount_fen, t.counter_name, t.purpose,
       t.reversal, d.closed
  FROM statement_entry t JOIN statement_day d USING (account_no, day)
 WHERE t.instruction_id = %(order)s ORDER BY t.day, t.entry_no LIMIT 50
"""
_INQUIRIES = """
SELECT y.*, f.name AS file_name FROM bank_inquiry y LEFT JOIN stored_file f ON f.id = y.file_id
 WHERE y.instruction_id = %(order)s ORDER BY y.id
"""
_CASES = """
SELECT x.id, x.kind, x.opened_at, x.closed_at, x.closed_by, x.resolution
  FROM payment_exception x WHERE x.instruction_id = %(order)s ORDER BY x.id LIMIT 50
"""
_REQUESTS = """
SELECT request_no, reason, asked_by, asked_at, decided_by, decided_at, released, decision_reason
  FROM payment_reissue WHERE instruction_id = %(order)s ORDER BY id
"""
#: By the index of what was booked first; what was reversed points at it.
_BOOKED = """
WITH first AS (
    SELECT * FROM ledger_entry
     WHERE kind = ANY (%(kinds)s) AND source = 'instruction:' || %(reference)s
       AND reverses IS NULL AND kind NOT IN ('offset', 'offset_undone', 'turnover_offset',
           'turnover_offset_undone')
)
SELECT entry_no, posted_on, debit_account, credit_account, amount_fen, kind FROM first
 UNION ALL
SELECT e.entry_no, e.posted_on, e.debit_account, e.credit_account, e.amount_fen, e.kind
  FROM ledger_entry e JOIN first f ON e.reverses = f.entry_no
 ORDER BY entry_no LIMIT 50
"""


def bound(rows: Rows) -> Where:
    """Return the condition over payment_instruction i that binds a reader to his payments."""
    condition, told = rows.sql(
        area="i.area_code", hospital="xs.hospital_code", enterprise="i.enterprise_code"
    )
    text = condition
    if "xs." in condition:
        text = _OF_HOSPITAL.format(condition=condition, own=condition.replace("xs.", "i."))
    return Where([text], dict(told))


def amount(rows: Rows) -> str:
    """Return SQL of what a payment is for the reader: its whole, or a hospital's part."""
    condition, _ = rows.sql(
        area="i.area_code", hospital="xs.hospital_code", enterprise="i.enterprise_code"
    )
    return _PART.format(condition=condition) if "xs." in condition else "i.amount_fen"


def where(
    rows: Rows,
    *,
    period: str = "",
    states: tuple[str, ...] = (),
    areas: tuple[str, ...] = (),
    enterprise: str = "",
    replaced: bool | None = None,
) -> Where:
    """Return the conditions of a list of payments; `replaced`: made again, or not."""
    found = bound(rows)
    found.add_if(period, "i.period = %(period)s", "period")
    found.add_if(list(states) or None, "i.state = ANY (%(states)s)", "states")
    found.add_if(list(areas) or None, "i.area_code = ANY (%(areas)s)", "areas")
    if replaced is not None:
        found.add(f"{'' if replaced else 'NOT '}{_REPLACED}")
    if enterprise:
        found.add(
            f"i.reference = %(enterprise_text)s OR {enterprise_named('i.enterprise_code')}",
            enterprise_text=enterprise,
            enterprise_like=like(enterprise),
        )
    return found


def page(rows: Rows, asked: Where, place: Place | None = None, *, size: int = PAGE_ROWS) -> Turned:
    """Return the page at a place of the payments found, the latest first."""
    return turned(_LIST, asked, ORDER, place, size, amount=amount(rows))


def totals(rows: Rows, asked: Where) -> Any:  # noqa: ANN401 - a row by name
    """Return count and sum of the payments found."""
    return one(_TOTALS.format(where=asked.text, amount=amount(rows)), asked.told)


def statement(rows: Rows, asked: Where) -> tuple[str, dict[str, Any]]:
    """Return the statement of the list and its parameters, but for how many and from where."""
    return _LIST.format(where=asked.text, amount=amount(rows), order=ORDER.sql), asked.told


def find(rows: Rows, reference: str) -> Any:  # noqa: ANN401 - a row by name
    """Return a payment of the reader, or None."""
    found = bound(rows)
    text = _ONE.format(where=found.text, amount=amount(rows))
    return one(text, {**found.told, "reference": reference})


def story(rows: Rows, order: Any) -> dict[str, list[Any]]:  # noqa: ANN401
    """Return all that is known of a payment: its sheets, moves, answers, entries and the rest."""
    condition, told = rows.sql(
        area="i.area_code", hospital="xs.hospital_code", enterprise="i.enterprise_code"
    )
    sheets = _SHEETS.format(condition=condition if "xs." in condition else "true")
    by = {
        "order": order.id,
        "reference": order.reference,
        "kinds": [kind.value for kind in POSTINGS],
    }
    return {
        "sheets": fetch(sheets, {**told, **by}),
        "retention": fetch(_RETENTION, by) if order.hospital_code else [],
        "events": fetch(_EVENTS, by),
        "answers": fetch(_ANSWERS, by),
        "entries": fetch(_ENTRIES, by),
        "inquiries": fetch(_INQUIRIES, by),
        "cases": fetch(_CASES, by),
        "requests": fetch(_REQUESTS, by),
        "booked": fetch(_BOOKED, by),
    }


def inquiry(rows: Rows, number: int) -> Any:  # noqa: ANN401 - a row by name
    """Return an inquiry about a payment of the reader, or None."""
    found = bound(rows)
    return one(
        "SELECT y.*, i.reference, i.amount_fen, i.state FROM bank_inquiry y"
        " JOIN payment_instruction i ON i.id = y.instruction_id"
        f" WHERE y.id = %(id)s AND {found.text}",
        {**found.told, "id": number},
    )
