"""Cases for a person: the queue of open ones, bounded, filtered and added up."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from models.services.views.reading import Rows, Where, fetch, like, one

QUEUE_MAX = 200
#: More cases than this are not written into one download.
EXPORT_MAX = 100_000

#: A case with an order belongs to its area, one of a sheet to that of the sheet, one of a
#: statement to that of the account's agency, one of a result to those with orders in the file; a
#: file that names no order at all belongs to the agencies that pay through its bank.
_MINE = """
CASE WHEN x.instruction_id IS NOT NULL THEN {order}
     WHEN x.sheet_id IS NOT NULL THEN EXISTS (
          SELECT 1 FROM settlement_sheet s WHERE s.id = x.sheet_id AND {sheet})
     WHEN x.evidence LIKE 'statement:%%' THEN EXISTS (
          SELECT 1 FROM agency g WHERE g.account_no = split_part(x.evidence, ':', 2) AND {agency})
     WHEN x.evidence LIKE 'bank_result:%%' THEN EXISTS (
          SELECT 1 FROM bank_result_line l JOIN payment_instruction o ON o.id = l.instruction_id
           WHERE l.result_file_id = split_part(x.evidence, ':', 2)::bigint AND {file})
          OR (NOT EXISTS (
          SELECT 1 FROM bank_result_line l WHERE l.instruction_id IS NOT NULL
             AND l.result_file_id = split_part(x.evidence, ':', 2)::bigint)
          AND EXISTS (
          SELECT 1 FROM bank_result_file r JOIN payment_batch q USING (profile_code)
            JOIN agency p ON p.agency_code = q.agency_code
           WHERE r.id = split_part(x.evidence, ':', 2)::bigint AND {bank}))
     ELSE true END
"""
FROM = "payment_exception x LEFT JOIN payment_instruction i ON i.id = x.instruction_id"
_OPEN_DECISION = """
LEFT JOIN LATERAL (SELECT d.id, d.asked_by, d.bundle FROM case_decision d WHERE d.case_id = x.id
                      AND d.act = 'admit' AND d.decided_by IS NULL LIMIT 1) w ON true
"""
_QUEUE = f"""
SELECT x.id, x.kind, abs(x.amount_fen) AS amount_fen, x.opened_at, x.opened_on, x.evidence,
       x.facts, x.closed_at, x.closed_by, x.resolution, i.reference,
       i.amount_fen AS order_fen, i.state AS order_state, w.id AS decision, w.asked_by,
       coalesce(e.name, x.facts ->> 'account_name', x.facts ->> 'counter_name') AS enterprise_name
  FROM {FROM} {_OPEN_DECISION}
  LEFT JOIN enterprise e ON e.credit_code = i.enterprise_code
 WHERE {{where}} ORDER BY {{order}} LIMIT %(rows)s
"""
_KINDS = f"""
SELECT x.kind, count(*) AS cases, coalesce(sum(coalesce(abs(x.amount_fen), i.amount_fen)),
       0)::bigint AS sum_fen
  FROM {FROM} {_OPEN_DECISION}
  LEFT JOIN enterprise e ON e.credit_code = i.enterprise_code
 WHERE {{where}} GROUP BY x.kind ORDER BY 2 DESC, 1
"""
_CASE = f"""
SELECT x.*, i.reference, i.state AS order_state, i.amount_fen AS order_fen, i.payee_account_no,
       i.payee_account_name, i.payee_bank_name, i.payee_cnaps_code, i.sent_on, i.purpose,
       i.booked_on AS order_booked_on,
       i.returned_on, i.bank_reason, i.enterprise_code, i.line_in_batch, i.made_at, i.area_code,
       e.name AS enterprise_name, e.account_verified, e.account_no AS account_now, b.batch_no,
       b.sent_at, b.debtor_account_no, b.profile_code, s.sheet_no AS case_sheet_no,
       n.reference AS successor
  FROM {FROM}
  LEFT JOIN payment_batch b ON b.id = i.batch_id
  LEFT JOIN enterprise e ON e.credit_code = i.enterprise_code
  LEFT JOIN settlement_sheet s ON s.id = x.sheet_id
  LEFT JOIN payment_instruction n ON n.reissue_of = i.id
 WHERE x.id = %(id)s AND ({{where}})
"""


@dataclass(frozen=True, slots=True)
class Asked:
    """What the address of the queue asks for."""

    kind: str = ""
    closed: bool = False
    #: Cases with a decision that waits for a second person.
    waiting: bool = False
    text: str = ""
    since: date | None = None
    until: date | None = None
    #: bank_result:<file> or statement:<account>:<day>
    source: str = ""
    areas: tuple[str, ...] = ()

    @property
    def narrowed(self) -> bool:
        """Return whether it asks for less than everything that is open."""
        return bool(
            self.kind or self.text or self.since or self.until or self.source or self.areas
            or self.waiting
        )  # fmt: skip


def mine(rows: Rows) -> tuple[str, dict[str, Any]]:
    """Return the condition over x and i that a case is the reader's, and its parameters."""
    parts: dict[str, str] = {}
    told: dict[str, Any] = {}
    columns = {"order": "i", "sheet": "s", "agency": "g", "file": "o", "bank": "p"}
    for name, table in columns.items():
        parts[name], told = rows.sql(area=f"{table}.area_code")
    if set(parts.values()) == {"true"}:
        return "true", {}
    return _MINE.format(**parts), dict(told)


def _where(rows: Rows, asked: Asked, *, kinds: bool = False) -> Where:
    condition, told = mine(rows)
    found = Where([condition], told)
    found.add(f"x.closed_at IS {'NOT ' if asked.closed else ''}NULL")
    if not kinds:
        found.add_if(asked.kind, "x.kind = %(kind)s", "kind")
    if asked.waiting:
        found.add("w.id IS NOT NULL")
    if asked.text:
        found.add(
            "i.reference LIKE %(text)s OR e.name LIKE %(text)s OR e.credit_code = %(exact)s"
            " OR x.facts ->> 'reference' LIKE %(text)s OR x.facts ->> 'account_name' LIKE %(text)s"
            " OR x.facts ->> 'counter_name' LIKE %(text)s",
            text=like(asked.text),
            exact=asked.text,
        )
    found.add_if(asked.since, "x.opened_on >= %(since)s", "since")
    found.add_if(asked.until, "x.opened_on <= %(until)s", "until")
    if asked.source:
        found.add("starts_with(x.evidence, %(source)s)", source=f"{asked.source}:")
    found.add_if(list(asked.areas) or None, "i.area_code = ANY (%(areas)s)", "areas")
    return found


def queue(rows: Rows, asked: Asked, most: int = QUEUE_MAX) -> list[Any]:
    """Return the cases of the reader, open ones oldest first, closed ones latest first."""
    found = _where(rows, asked)
    order = "x.closed_at DESC" if asked.closed else "x.opened_at, x.id"
    return fetch(_QUEUE.format(where=found.text, order=order), {**found.told, "rows": most})


def kinds(rows: Rows, asked: Asked) -> list[Any]:
    """Return count and sum of the cases of each kind, whatever kind is asked for."""
    found = _where(rows, asked, kinds=True)
    return fetch(_KINDS.format(where=found.text), found.told)


def find(rows: Rows, case_id: int) -> Any:  # noqa: ANN401 - a row by name
    """Return a case of the reader, or None."""
    condition, told = mine(rows)
    return one(_CASE.format(where=condition), {**told, "id": case_id})
