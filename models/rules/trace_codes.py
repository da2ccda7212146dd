"""What a drug trace code (药品追溯码) looks like: 20 digits, other forms are taken and flagged.

国家医保局 Q&A on trace codes: usually 20 digits, 7 of the drug and 13 of the package; GS1 and
companies' own codes exist.
"""

import re
from enum import StrEnum

#: Signs of a standard code that name the drug; the rest names the package.
DRUG_DIGITS = 7
#: The same for Python and for the database.
STANDARD = "^[0-9]{20}$"
_STANDARD = re.compile(STANDARD)
_GS1 = re.compile(r"^(\(01\)|01)[0-9]{14}")


class Form(StrEnum):
    """How a code is written (追溯码形式)."""

    STANDARD = "standard"
    #: Begins as a GS1 element string: (01) and a 14-digit trade number.
    GS1 = "gs1"
    OTHER = "other"


def form(code: str) -> Form:
    """Return how a code is written; nothing is refused for its form."""
    if _STANDARD.match(code):
        return Form.STANDARD
    return Form.GS1 if _GS1.match(code) else Form.OTHER


def drug_of(code: str) -> str | None:
    """Return the seven digits that name the drug; None in any but the standard form."""
    return code[:DRUG_DIGITS] if form(code) is Form.STANDARD else None
