"""What proves that a payment came to nothing: the bank's word and our account's statement.

The bank's word is a result line that rejected or returned the payment, or its confirmed answer to
an inquiry that it never received it. The statement is another source: the send day (and the day of
execution, where a file is sent ahead) is closed without the debit, or the returning credit is
booked; after an inquiry two full banking days more must be closed without it. One source alone
proves nothing.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from models.records.base import db, sql
from models.rules import account_states
from models.rules.states import CAME_TO_NOTHING

#: Full banking days after the send day whose statements must be closed when only silence came.
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
       2 = (SELECT count(*) FROM unnest(ARRAY[i.sent_on, z.executed_on]) AS g(day)
              JOIN statement_day d ON d.account_no = b.debtor_account_no AND d.day = g.day
               AND d.closed) AS send_day_closed,
       (SELECT coalesce(array_agg(t.day ORDER BY t.day), '{{}}') FROM (
            SELECT g.day::date AS day FROM generate_series(z.executed_on + 1,
                   z.executed_on + {_LOOKED_AHEAD_DAYS}, interval '1 day') AS g(day)
              LEFT JOIN calendar_day c ON c.day = g.day::date
             WHERE coalesce((SELECT k.kind FROM bank_day k WHERE k.day = g.day::date
                                AND k.profile_code IN (b.profile_code, '*')
                              ORDER BY k.profile_code = '*' LIMIT 1), c.kind,
                            CASE WHEN extract(isodow FROM g.day) < 6 THEN 'working' END)
                   IN ('working', 'makeup')
             ORDER BY g.day LIMIT {SILENT_DAYS}) t
         WHERE NOT EXISTS (SELECT 1 FROM statement_day d
                            WHERE d.account_no = b.debtor_account_no AND d.day = t.day
                              AND d.closed)) AS silent_days_open,
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
 CROSS JOIN LATERAL (SELECT EXISTS (SELECT 1 FROM bank_result_line r WHERE r.instruction_id = i.id
                               AND r.outcome IN ('rejected', 'returned')) AS result_said) w
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
    #: The statements of the day it was sent and of the day the bank was to pay it.
    send_day_closed: bool
    #: Of the full banking days after the send day those without a closed statement.
    silent_days_open: list[date]
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
    def silence_proved(self) -> bool:
        """Return whether the statements are closed over two full banking days without a debit."""
        return self.no_debit and self.send_day_closed and not self.silent_days_open

    @property
    def statement_shows(self) -> bool:
        """Return whether the second proof is there: our account's statement."""
        if self.came_back:
            return self.credited
        if not self.result_said:
            return self.silence_proved
        return self.no_debit and self.send_day_closed

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
