"""Where money goes when it goes to a hospital: to the account that was verified, or not at all."""

from typing import NamedTuple

from models.records.base import sql
from models.rules.errors.accounts import HospitalAccountUnverified

_BOUND = """
SELECT account_no, account_name, bank_name FROM hospital
 WHERE hospital_code = %s AND account_verified
   AND account_no IS NOT NULL AND account_name IS NOT NULL AND bank_name IS NOT NULL
   FOR SHARE
"""


class Bound(NamedTuple):
    """A hospital's verified account."""

    account_no: str
    account_name: str
    bank_name: str


def of_hospital(hospital_code: str) -> Bound:
    """Return the account that money for the hospital goes to; it cannot change meanwhile.

    Raises HospitalAccountUnverified: refunds, payouts and retention wait for the verification.
    """
    row = sql(_BOUND, (hospital_code,)).fetchone()
    if row is None:
        raise HospitalAccountUnverified(hospital_code=hospital_code)
    return Bound(*row)
