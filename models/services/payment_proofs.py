"""What proves that a payment came to nothing: the bank's word and our account's statement.

The bank's word is a result line that rejected or returned the payment, or its confirmed answer to
an inquiry that it never received it. The statement is another source: the send day (and the day of
execution, where a file is sent ahead) is closed without the debit, or the returning credit is
booked. A bank may book a day late what it refused or never answered: after a rejection one full
banking day more must be closed without the debit, after silence two. One source alone proves
nothing.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from models.records.base import db, sql
from models.rules import account_states
from models.rules.states import CAME_TO_NOTHING
from models.rules.words import InstructionState

#: Full banking days after execution and the bank's refusal whose statements must be closed.
REJECTED_DAYS = 1
#: Full banking days after execution whose statements must be closed when only silence came.
SILENT_DAYS = 2
#: No rest of the banks is longer; days beyond are not looked at.
_LOOKED_AHEAD_DAYS = 40

_NOTHING = ", ".join(f"'{state}'" for state in CAME_TO_NOTHING)

_PROOFS = f"""
SELECT i.id, i.reference, i.state, i.amount_fen, i.area_code, i.enterprise_code, i.sent_on,
       i.state IN ({_NOTHING}) AS came_to_nothing,
       EXISTS (SELECT 1 FROM payment_instruction n WHERE n.reissue_of = i.id) AS has_successor,
       w.result_said, q.answered AS inquiry_said,
       i.state IN ('returned', 'reversed') AS came_back,
       x.booked_fen >= 0 AS no_debit, x.credited,
       (SELECT coalesce(array_agg(DISTINCT g.day ORDER BY g.day), '{{}}')
          FROM unnest(ARRAY[i.sent_on, z.executed_on]) AS g(day)
         WHERE NOT EXISTS (SELECT 1 FROM statement_day d
                            WHERE d.account_no = b.debtor_account_no AND d.day = g.day
                              AND d.closed)) AS send_days_open,
       (SELECT coalesce(array_agg(t.day ORDER BY t.day), '{{}}') FROM (
            SELECT g.day::date AS day FROM generate_series(l.after_on + 1,
                   l.after_on + {_LOOKED_AHEAD_DAYS}, interval '1 day') AS g(day)
              LEFT JOIN calendar_day c ON c.day = g.day::date
             WHERE coalesce((SELECT k.kind FROM bank_day k WHERE k.day = g.day::date
                                AND k.profile_code IN (b.profile_code, '*')
                              ORDER BY k.profile_code = '*' LIMIT 1), c.kind,
                            CASE WHEN extract(isodow FROM g.day) < 6 THEN 'working' END)
                   IN ('working', 'makeup')
             ORDER BY g.day LIMIT l.days) t
         WHERE NOT EXISTS (SELECT 1 FROM statement_day d
                            WHERE d.account_no = b.debtor_account_no AND d.day = t.day
                              AND d.closed)) AS later_days_open,
       e.account_verified AND NOT EXISTS (SELECT 1 FROM account_change c
             WHERE c.credit_code = e.credit_code AND c.state = ANY (%(open)s)) AS verified,
       (e.account_no, e.account_name, e.cnaps_code) IS DISTINCT FROM
           (i.payee_account_no, i.payee_account_name, i.payee_cnaps_code) AS account_corrected,
       coalesce(e.suspended_on <= %(on)s, false) AS suspended,
       (SELECT r.request_no FROM payment_reissue r
         WHERE r.instruction_id = i.id AND r.decided_by IS NULL) AS open_request
  FROM payment_instruction i
  LEFT JOIN payment_batch b ON b.id = i.batch_id
  JOIN enterprise e ON e.credit_code = i.enterprise_code
 CROSS JOIN LATERAL (SELECT greatest(i.sent_on, b.execution_on) AS executed_on) z
 CROSS JOIN LATERAL (SELECT coalesce(sum(s.amount_fen), 0) AS booked_fen,
                            coalesce(bool_or(s.amount_fen > 0), false) AS credited
                       FROM statement_entry s WHERE s.instruction_id = i.id) x
 CROSS JOIN LATERAL (SELECT count(*) > 0 AS result_said,
                            max(r.booked_on) FILTER (WHERE r.outcome = 'rejected') AS refused_on
                       FROM bank_result_line r WHERE r.instruction_id = i.id
                        AND r.outcome IN ('rejected', 'returned')) w
 CROSS JOIN LATERAL (SELECT i.state = '{InstructionState.REJECTED}' AS rejected) s
 CROSS JOIN LATERAL (SELECT CASE WHEN s.rejected THEN greatest(z.executed_on, w.refused_on)
                                 ELSE z.executed_on END AS after_on,
                            CASE WHEN s.rejected THEN {REJECTED_DAYS}
                                 ELSE {SILENT_DAYS} END AS days) l
 CROSS JOIN LATERAL (SELECT EXISTS (SELECT 1 FROM bank_inquiry y WHERE y.instruction_id = i.id
                               AND y.confirmed_by IS NOT NULL) AS answered) q
 WHERE i.reference = ANY (%(references)s)
 ORDER BY i.id
"""


@dataclass(frozen=True, slots=True)
class Proofs:
    """What is known about one payment that may have to be made again; amounts in fen."""

    instruction_id: int
    reference: str
    state: str
    amount_fen: int
    area_code: str
    enterprise_code: str
    sent_on: date | None
    came_to_nothing: bool
    has_successor: bool
    #: A result line rejected or returned it.
    result_said: bool
    #: The bank answered an inquiry that it never received it, and a second person confirmed that.
    inquiry_said: bool
    #: It was paid and came back: the proof is the credit, else the missing debit.
    came_back: bool
    no_debit: bool
    credited: bool
    #: Without a closed statement, of the day it was sent and the day the bank was to pay it.
    send_days_open: list[date]
    #: Without a closed statement, of the one full banking day after execution and the bank's
    #: refusal, or of the two after execution when only silence came.
    later_days_open: list[date]
    verified: bool
    #: The register has another account than the payment was made to.
    account_corrected: bool
    suspended: bool
    open_request: str | None

    @property
    def bank_said_so(self) -> bool:
        """Return whether the first proof is there: the bank's own word."""
        return self.result_said or self.inquiry_said

    @property
    def was_rejected(self) -> bool:
        """Return whether the bank refused it, so that it was never paid and cannot come back."""
        return self.state == InstructionState.REJECTED

    @property
    def days_open(self) -> list[date]:
        """Return the days whose statements are still to be brought in and closed."""
        return self.send_days_open + self.later_days_open

    @property
    def never_debited(self) -> bool:
        """Return whether all statements that could show the debit are closed without it."""
        return self.no_debit and self.sent_on is not None and not self.days_open

    @property
    def statement_shows(self) -> bool:
        """Return whether the second proof is there: our account's statement."""
        return self.credited if self.came_back else self.never_debited

    @property
    def complete(self) -> bool:
        """Return whether the payment may be made again."""
        return (
            self.came_to_nothing
            and self.bank_said_so
            and self.statement_shows
            and self.verified
            and not self.suspended
            and not self.has_successor
        )


def judge(references: Sequence[str], on: date) -> list[Proofs]:
    """Return what is known about the payments, in the order they were made."""
    told = {"references": sorted(set(references)), "on": on, "open": list(account_states.OPEN)}
    rows = sql(_PROOFS, told)
    return [Proofs(*row) for row in rows.fetchall()]


def lock(references: Sequence[str]) -> None:
    """Lock enterprises and payments in the written order, so that no proof changes meanwhile."""
    if not db.in_transaction():
        raise RuntimeError("locks end with the caller's transaction")
    told = {"references": sorted(set(references))}
    sql(
        "SELECT 1 FROM enterprise WHERE credit_code IN (SELECT enterprise_code FROM"
        " payment_instruction WHERE reference = ANY (%(references)s))"
        " ORDER BY credit_code FOR SHARE",
        told,
    )
    sql(
        "SELECT 1 FROM payment_instruction WHERE reference = ANY (%(references)s)"
        " ORDER BY id FOR UPDATE",
        told,
    )
