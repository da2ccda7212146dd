"""Whose accounts: an enterprise's, to which money is paid, or a hospital's, to which it goes back.

Both live the same life; what differs is where the account is kept and who may ask for itself.
"""

from dataclasses import dataclass
from typing import Any

from models.records.hospital_accounts import HospitalAccountChange
from models.records.parties import AccountChange, Enterprise, Hospital
from models.rules.errors import SettlementError
from models.rules.errors.accounts import UnknownEnterprise, UnknownHospital
from models.rules.words import Role


@dataclass(frozen=True)
class Side:
    """One of the two kinds of parties, and where its accounts are kept."""

    party_kind: str
    role: Role
    #: The records: one of two tables, so that their columns are known only when asked.
    record: Any
    master: Any
    #: Table of the changes, table of the parties, and the column that names a party in both.
    changes: str
    parties: str
    key: str
    #: What a fact told in a mail begins with; each change is told once.
    fact: str
    words: str
    words_en: str

    def sql(self, text: str) -> str:
        """Return a statement with the tables and the key of this side written in."""
        for mark, name in (
            ("{changes}", self.changes),
            ("{parties}", self.parties),
            ("{key}", self.key),
            ("{party_kind}", self.party_kind),
            ("{fact}", self.fact),
        ):
            text = text.replace(mark, name)
        return text

    def unknown(self, code: str) -> SettlementError:
        """Return the refusal of a code that nobody here has."""
        if self.role is Role.ENTERPRISE:
            return UnknownEnterprise(credit_code=code)
        return UnknownHospital(hospital_code=code)


ENTERPRISES = Side(
    party_kind="enterprise",
    role=Role.ENTERPRISE,
    record=AccountChange,
    master=Enterprise,
    changes="account_change",
    parties="enterprise",
    key="credit_code",
    fact="account",
    words="企业",
    words_en="enterprise",
)
HOSPITALS = Side(
    party_kind="hospital",
    role=Role.HOSPITAL,
    record=HospitalAccountChange,
    master=Hospital,
    changes="hospital_account_change",
    parties="hospital",
    key="hospital_code",
    fact="hospital_account",
    words="医院",
    words_en="hospital",
)
SIDES = (ENTERPRISES, HOSPITALS)
