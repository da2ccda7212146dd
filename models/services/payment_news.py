"""Who is told by mail what came of a payment: rejected, returned, reversed or contradicted."""

from collections.abc import Iterator
from datetime import date
from itertools import groupby
from typing import Any, NamedTuple

from models.records.base import db, sql
from models.rules.job_names import JobName
from models.rules.words import ExceptionKind, InstructionState
from models.services import audit, jobs, notifications

#: Namespace of the advisory lock: one telling at a time, so that each fact is told once.
NEWS_LOCK = 7_466_009
#: The mail's file lists so many payments; the totals are of all.
LISTED_MAX = 5_000
#: Payments shown in the mail itself.
SHOWN = 20

RETURNED, CASE = "returned_payment", "payment_case"

#: The three facts in the order they are told.
FACTS = (InstructionState.RETURNED, InstructionState.REVERSED, InstructionState.REJECTED)


class Payment(NamedTuple):
    """One payment as a mail shows it; amounts in fen."""

    fact: str
    party_kind: str
    party_code: str
    state: str
    reference: str
    batch_no: str
    enterprise_name: str
    hospitals: str
    sheets: str
    account_tail: str
    #: Of the whole payment for the enterprise, of its own sheets for a hospital.
    amount_fen: int
    day: date
    reason: str | None
    #: Retained surplus, paid to the hospital itself.
    own: bool


class Case(NamedTuple):
    """One case as the agency's mail shows it; amounts in fen."""

    fact: str
    party_kind: str
    party_code: str
    case_id: int
    reference: str
    enterprise_name: str
    amount_fen: int | None
    state: str
    said: str | None
    evidence: str | None
    opened_on: date


#: Moves nobody was told of yet, once for the enterprise and once for each hospital concerned.
_PAYMENTS = """
WITH fresh AS (
    SELECT v.id, v.to_state, v.business_on, v.instruction_id
      FROM instruction_event v
     WHERE v.to_state IN ('rejected', 'returned', 'reversed')
       AND NOT EXISTS (SELECT 1 FROM mail_fact f WHERE f.fact = 'event:' || v.id)
),
part AS (
    SELECT f.id, s.hospital_code, sum(a.amount_fen)::bigint AS amount_fen,
           string_agg(s.sheet_no, '、' ORDER BY s.sheet_no) AS sheets, h.name
      FROM fresh f JOIN payment_allocation a USING (instruction_id)
      JOIN settlement_sheet s ON s.id = a.sheet_id JOIN hospital h USING (hospital_code)
     GROUP BY f.id, s.hospital_code, h.name
),
told AS (
    SELECT id, 'enterprise' AS party_kind, NULL::text AS hospital_code,
           sum(amount_fen)::bigint AS amount_fen,
           string_agg(sheets, '、' ORDER BY hospital_code) AS sheets,
           string_agg(name, '、' ORDER BY hospital_code) AS hospitals
      FROM part GROUP BY id
     UNION ALL
    SELECT id, 'hospital', hospital_code, amount_fen, sheets, name FROM part
     UNION ALL
    SELECT f.id, 'hospital', g.hospital_code, a.amount_fen, g.grant_no, h.name
      FROM fresh f JOIN retention_allocation a USING (instruction_id)
      JOIN retention_grant g ON g.id = a.grant_id JOIN hospital h USING (hospital_code)
)
SELECT 'event:' || f.id, t.party_kind, coalesce(t.hospital_code, i.enterprise_code), f.to_state,
       i.reference, coalesce(b.batch_no, ''), coalesce(e.name, i.payee_account_name), t.hospitals,
       t.sheets,
       right(i.payee_account_no, 4), t.amount_fen,
       CASE WHEN f.to_state = 'rejected' THEN f.business_on
            ELSE coalesce(i.returned_on, f.business_on) END, i.bank_reason,
       i.hospital_code IS NOT NULL
  FROM fresh f JOIN told t USING (id)
  JOIN payment_instruction i ON i.id = f.instruction_id
  LEFT JOIN enterprise e ON e.credit_code = i.enterprise_code
  LEFT JOIN payment_batch b ON b.id = i.batch_id
 ORDER BY 2, 3, f.id
"""

#: Late evidence against what is booked: the agency that paid must look.
_CASES = f"""
SELECT 'case:' || x.id, 'agency', i.agency_code, x.id, i.reference,
       coalesce(e.name, i.payee_account_name),
       coalesce(x.amount_fen, i.amount_fen), i.state,
       coalesce(x.facts ->> 'status_text', x.facts ->> 'purpose'), x.evidence, x.opened_on
  FROM payment_exception x JOIN payment_instruction i ON i.id = x.instruction_id
  LEFT JOIN enterprise e ON e.credit_code = i.enterprise_code
 WHERE x.kind = '{ExceptionKind.CONTRADICTION}' AND x.closed_at IS NULL
   AND NOT EXISTS (SELECT 1 FROM mail_fact f WHERE f.fact = 'case:' || x.id)
 ORDER BY 3, x.id
"""


def run(claim: jobs.Claim, render: notifications.Renderer) -> dict[str, int]:
    """Do the job `payment_news`: put what nobody was told of into the outbox."""
    with db.atomic():
        result = tell(claim.on, render, by=claim.requested_by)
        jobs.finish(claim, result)
    return result


def tell(on: date, render: notifications.Renderer, *, by: str) -> dict[str, int]:
    """Write one mail for each institution about all that is new, and return how many.

    A move is an event row, a fact told is a row of mail_fact written with its mail: the same move
    is told to the same institution once for ever, however often and by how many this runs.
    """
    with db.atomic():
        sql("SELECT pg_advisory_xact_lock(%s)", (NEWS_LOCK,))
        payments = sum(
            _write(RETURNED, key, list(rows), on, render, by)
            for key, rows in _grouped(Payment, _PAYMENTS)
        )
        cases = sum(
            _write(CASE, key, list(rows), on, render, by) for key, rows in _grouped(Case, _CASES)
        )
        if payments or cases:
            jobs.enqueue(JobName.SEND_MAIL, {"on": on}, by=by, dedupe_key=JobName.SEND_MAIL)
            audit.wrote("payment_news.told", actor=by, subject=f"day:{on}", mails=payments + cases)
    return {"mails": payments, "cases": cases}


def _grouped(kind: Any, query: str) -> Iterator[tuple[tuple[str, str], Iterator[Any]]]:  # noqa: ANN401
    rows = [kind(*row) for row in sql(query).fetchall()]
    yield from groupby(rows, key=lambda row: (row.party_kind, row.party_code))


def _write(
    kind: str,
    key: tuple[str, str],
    rows: list[Any],
    on: date,
    render: notifications.Renderer,
    by: str,
) -> int:
    who = notifications.party(*key)
    return notifications.tell_once(
        kind,
        who,
        [row.fact for row in rows],
        {"rows": rows, **_totals(kind, rows)},
        on,
        render,
        by=by,
        dedupe_key=f"{kind}:{who.kind}:{who.code}:{rows[-1].fact}",
    )


def _totals(kind: str, rows: list[Any]) -> dict[str, Any]:
    """Return what the templates show beside the rows; templates never add."""
    shown = {
        "count": len(rows),
        "sum_fen": sum(row.amount_fen or 0 for row in rows),
        "shown": rows[:SHOWN],
        "listed_max": LISTED_MAX,
    }
    if kind == RETURNED:
        shown["own"] = sum(row.own for row in rows)
        shown["by_fact"] = [
            (state.value, len(of), sum(row.amount_fen for row in of))
            for state in FACTS
            if (of := [row for row in rows if row.state == state])
        ]
    return shown
