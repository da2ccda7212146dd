"""Nothing is ordered that a bank file from before a restore may have paid."""

from models.records.base import sql
from models.rules.errors.recovery import SentBeforeRestore

_HELD = """
SELECT f.batch_no, c.hospital_code FROM lost_file f JOIN lost_file_claim c ON c.lost_file_id = f.id
  JOIN ({payees}) p ON p.hospital_code = c.hospital_code
   AND p.enterprise_code IS NOT DISTINCT FROM c.enterprise_code
 WHERE f.state = 'open' ORDER BY f.id, c.hospital_code LIMIT 1
"""
#: Whom the taken rows pay, as (hospital_code, enterprise_code).
OF_SHEETS = """
SELECT s.hospital_code, s.enterprise_code FROM pay_sheet p
  JOIN settlement_sheet s ON s.id = p.sheet_id WHERE p.taken
"""
OF_GRANTS = """
SELECT hospital_code, NULL::text AS enterprise_code FROM pay_grant WHERE kept_out IS NULL
"""


def refuse_held(payees: str) -> None:
    """Raise SentBeforeRestore when one of the payees stands in an open lost file."""
    if not sql("SELECT EXISTS (SELECT 1 FROM lost_file WHERE state = 'open')").fetchone()[0]:
        return
    held = sql(_HELD.format(payees=payees)).fetchone()
    if held:
        raise SentBeforeRestore(batch_no=held[0], hospital=held[1])
