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
from models.records.reissue_guard import NOTHING, PROOF_COLUMNS, PROOF_JOINS
from models.rules import account_states
from models.rules.words import InstructionState

_PROOFS = f"""
SELECT i.id, i.reference, i.state, i.amount_fen, i.area_code,
       coalesce(i.enterprise_code, i.hospital_code) AS payee_code, i.sent_on,
       i.state IN ({NOTHING}) AS came_to_nothing,
       EXISTS (SELECT 1 FROM payment_instruction n WHERE n.reissue_of = i.id) AS has_successor,
       {PROOF_COLUMNS},
       CASE WHEN i.hospital_code IS NULL
            THEN e.account_verified AND NOT EXISTS (SELECT 1 FROM account_change c
                  WHERE c.credit_code = e.credit_code AND c.state = ANY (%(open)s))
            ELSE o.account_verified AND NOT EXISTS (SELECT 1 FROM hospital_account_change c
                  WHERE c.hospital_code = o.hospital_code AND c.state = ANY (%(open)s))
       END AS verified,
       CASE WHEN i.hospital_code IS NULL THEN (e.account_no, e.account_name, e.cnaps_code)
            ELSE (o.account_no, o.account_name, o.cnaps_code) END IS DISTINCT FROM
           (i.payee_account_no, i.payee_account_name, i.payee_cnaps_code) AS account_corrected,
       coalesce(e.suspended_on <= %(on)s, false) AS suspended,
       (SELECT r.request_no FROM payment_reissue r
         WHERE r.instruction_id = i.id AND r.decided_by IS NULL) AS open_request
  FROM payment_instruction i
  LEFT JOIN enterprise e ON e.credit_code = i.enterprise_code
  LEFT JOIN hospital o ON o.hospital_code = i.hospital_code
{PROOF_JOINS}
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
    #: Of the enterprise or hospital paid.
    payee_code: str
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
    """Lock payees and payments in the written order, so that no proof changes meanwhile."""
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
        "SELECT 1 FROM hospital WHERE hospital_code IN (SELECT hospital_code FROM"
        " payment_instruction WHERE reference = ANY (%(references)s))"
        " ORDER BY hospital_code FOR SHARE",
        told,
    )
    sql(
        "SELECT 1 FROM payment_instruction WHERE reference = ANY (%(references)s)"
        " ORDER BY id FOR UPDATE",
        told,
    )
