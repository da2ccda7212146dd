"""What each hospital has in its sub-ledger: booked, held, available, and what is missing.

Everything is computed from vouchers and covered sheets; a balance is kept nowhere, so it cannot
differ from what it follows from.
"""

from dataclasses import dataclass

from models.records.base import sql
from models.rules.offset import PREPAID

FUNDINGS = ", ".join(f"'{one}'" for one in PREPAID)

#: One row for each hospital with a sub-ledger; amounts in fen. A sheet is covered once `pay` made
#: an instruction for it and stays covered; it is posted while its payment stands as booked.
BALANCES = f"""
SELECT hospital_code, coalesce(v.in_fen, 0) AS in_fen, coalesce(v.agency_fen, 0) AS agency_fen,
       coalesce(v.interest_fen, 0) AS interest_fen, coalesce(c.covered_fen, 0) AS covered_fen,
       coalesce(v.in_fen, 0) - coalesce(c.posted_fen, 0) AS booked_fen,
       coalesce(c.covered_fen, 0) - coalesce(c.posted_fen, 0) AS held_fen,
       coalesce(v.in_fen, 0) - coalesce(c.covered_fen, 0) AS available_fen,
       coalesce(s.sheets, 0) AS short_sheets, coalesce(s.short_fen, 0) AS short_fen,
       CASE WHEN s.sheets > 0 THEN greatest(
            s.short_fen - (coalesce(v.in_fen, 0) - coalesce(c.covered_fen, 0)), 0)
            ELSE 0 END AS missing_fen,
       s.period AS short_period
  FROM (SELECT hospital_code,
               sum(CASE kind WHEN 'refund' THEN -amount_fen ELSE amount_fen END)::bigint AS in_fen,
               coalesce(sum(amount_fen) FILTER (WHERE kind IN ('prepayment', 'round_prepayment')),
                        0)::bigint AS agency_fen,
               (coalesce(sum(amount_fen) FILTER (WHERE kind = 'interest'), 0)
                - coalesce(sum(amount_fen) FILTER (WHERE kind = 'refund' AND voucher_no IN (
                      SELECT k.interest_voucher_no FROM subledger_closing k)), 0))::bigint
                   AS interest_fen
          FROM prepayment_voucher GROUP BY hospital_code) v
  FULL JOIN (SELECT s.hospital_code, sum(s.payable_fen)::bigint AS covered_fen,
                    coalesce(sum(s.payable_fen) FILTER (WHERE s.state = 'paid'), 0)::bigint
                        AS posted_fen
               FROM settlement_sheet s
              WHERE s.funding IN ({FUNDINGS})
                AND EXISTS (SELECT 1 FROM payment_allocation a WHERE a.sheet_id = s.id)
              GROUP BY s.hospital_code) c USING (hospital_code)
  FULL JOIN (SELECT hospital_code, count(*) AS sheets, sum(payable_fen)::bigint AS short_fen,
                    max(period) AS period
               FROM settlement_sheet WHERE state = 'short' AND funding IN ({FUNDINGS})
              GROUP BY hospital_code) s USING (hospital_code)
"""
_ONE = f"""
SELECT in_fen, interest_fen, covered_fen, booked_fen, held_fen, available_fen, missing_fen
  FROM ({BALANCES}) b WHERE hospital_code = %s
"""


@dataclass(frozen=True)
class Balance:
    """A hospital's sub-ledger, in fen: booked = held + available."""

    in_fen: int = 0
    interest_fen: int = 0
    covered_fen: int = 0
    booked_fen: int = 0
    held_fen: int = 0
    available_fen: int = 0
    missing_fen: int = 0


def of(hospital_code: str) -> Balance:
    """Return a hospital's sub-ledger; all zero when it has none."""
    row = sql(_ONE, (hospital_code,)).fetchone()
    return Balance(*map(int, row)) if row else Balance()
