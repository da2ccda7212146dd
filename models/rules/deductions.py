"""What is taken from a hospital's monthly fund beside goods: quality deposit, assessment (扣款).

Guigang 2024-03-04 ties the yearly assessment to the quality deposit (质量保证金); no notice that
could be read says by which formula. So amounts are typed with their reason and two people put them
into the fund, where the offset reads them as `deposit_yuan` (file formats §3.5).
"""

import re
from collections.abc import Iterator, Mapping
from enum import StrEnum
from typing import NamedTuple

from models.rules.errors.deductions import (
    BadDeductionLine,
    DeductionLines,
    DeductionTwice,
)
from models.rules.money import fen

#: Hospitals of one list; more are another list.
LINES_MAX = 2_000
REASON_CHARS_MAX = 200


class DeductionKind(StrEnum):
    """What a list takes money for."""

    QUALITY_DEPOSIT = "quality_deposit"
    ASSESSMENT = "assessment"


class DeductionState(StrEnum):
    """Life of a list of deductions (扣款建议)."""

    PROPOSED = "proposed"
    #: In the monthly fund.
    ACCEPTED = "accepted"
    WITHDRAWN = "withdrawn"
    #: Taken out of the monthly fund again, before any offset read it.
    REVOKED = "revoked"


class DeductionMove(StrEnum):
    """What people do with it."""

    ACCEPT = "accept"
    WITHDRAW = "withdraw"
    REVOKE = "revoke"


_S, _M = DeductionState, DeductionMove

DEDUCTION: Mapping[tuple[DeductionState, DeductionMove], DeductionState] = {
    (_S.PROPOSED, _M.ACCEPT): _S.ACCEPTED,
    (_S.PROPOSED, _M.WITHDRAW): _S.WITHDRAWN,
    (_S.ACCEPTED, _M.REVOKE): _S.REVOKED,
}


class Line(NamedTuple):
    """A hospital's deduction as a person wrote it."""

    hospital_code: str
    amount_fen: int
    reason: str


def lines(text: str) -> list[Line]:
    """Return the lines of a list: code, yuan and reason, apart by tabs or commas.

    Raises BadDeductionLine, DeductionTwice, DeductionLines.
    """
    found = list(_read(text))
    if not 0 < len(found) <= LINES_MAX:
        raise DeductionLines(count=len(found), most=LINES_MAX)
    known: set[str] = set()
    for one in found:
        if one.hospital_code in known:
            raise DeductionTwice(hospital=one.hospital_code)
        known.add(one.hospital_code)
    return found


def _read(text: str) -> Iterator[Line]:
    for place, raw in enumerate(text.splitlines(), start=1):
        if not raw.strip():
            continue
        parts = [part.strip() for part in re.split(r"\t|,|，", raw.strip(), maxsplit=2)]
        if len(parts) != 3 or not parts[2]:
            raise BadDeductionLine(line=place)
        try:
            amount = fen(parts[1])
        except ValueError:
            raise BadDeductionLine(line=place) from None
        if amount <= 0:
            raise BadDeductionLine(line=place)
        yield Line(parts[0], amount, parts[2][:REASON_CHARS_MAX])
