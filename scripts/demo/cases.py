"""Why some lines of the demo city wait: small shares of every reason, and what mends them later."""

from collections.abc import Callable
from datetime import date, timedelta
from random import Random

from models.rules.words import Hold
from scripts.demo import codes
from scripts.demo.lines import Line, amount_fen

#: Share of the direct receipts in ten-thousandths.
SHARES: dict[str, int] = {
    Hold.WAITING_HOSPITAL: 230,
    Hold.WAITING_ENTERPRISE: 160,
    "both_waiting": 50,
    "withdrawn": 30,
    Hold.DISPUTED: 60,
    "amount_differs": 30,
    Hold.CONTRACT_MISSING: 50,
    Hold.PRICE_ABOVE_AWARD: 40,
    Hold.INVOICE_MISSING: 140,
    Hold.INVOICE_MISMATCH: 50,
    Hold.TRACE_CODE_MISSING: 40,
    Hold.TRACE_CODE_REUSED: 30,
}
#: So many of a hundred waiting lines are put right in the month after.
MENDED_PERCENT = 85
#: Put right by the parties' confirmations or by an invoice.
MENDED = {
    Hold.WAITING_HOSPITAL, Hold.WAITING_ENTERPRISE, "both_waiting", "withdrawn", Hold.DISPUTED,
    "amount_differs", Hold.INVOICE_MISSING, Hold.INVOICE_MISMATCH,
}  # fmt: skip
#: Put right by voiding the line, which had been reported a second time.
VOIDED = {
    Hold.CONTRACT_MISSING, Hold.PRICE_ABOVE_AWARD, Hold.TRACE_CODE_MISSING,
    Hold.TRACE_CODE_REUSED, Hold.ORIGINAL_MISSING, Hold.RETURN_EXCEEDS_ORIGINAL,
}  # fmt: skip
#: An invoice that does not fit is short by this part of the amount.
SHORT_PART = 50
_AWARDED_ONLY = {Hold.CONTRACT_MISSING, Hold.PRICE_ABOVE_AWARD}
_DRUGS_ONLY = {Hold.TRACE_CODE_MISSING, Hold.TRACE_CODE_REUSED}
_DISPUTES = ("数量与入库单不符", "单价与中选价不符", "规格与订单不符", "金额计算有误")


def applies(case: str, line: Line) -> bool:
    """Say whether the case can happen to this receipt."""
    if case in _AWARDED_ONLY:
        return line.product.is_awarded
    return case not in _DRUGS_ONLY or line.product.kind == "drug"


class Cases:
    """Deals out cases: each once at the beginning of a month, then by its share."""

    def __init__(self, random: Random) -> None:
        self._random = random
        self._due: list[str] = []
        self._names = list(SHARES)
        self._weights = list(SHARES.values())
        self._share = sum(self._weights) / 10_000
        self._last_code = ""

    def begin_month(self) -> None:
        """Make every case come up at least once in the month."""
        self._due = list(self._names)

    def deal(self, line: Line) -> str:
        """Return the case of a direct receipt, mostly none."""
        for case in self._due:
            if applies(case, line):
                self._due.remove(case)
                return str(case)
        if self._random.random() >= self._share:
            return ""
        case = self._random.choices(self._names, self._weights)[0]
        return str(case) if applies(case, line) else ""

    def trace_codes(self, line: Line, serial: int) -> str:
        """Return the line's trace codes: drugs have them, a reused one is another line's."""
        if line.product.kind != "drug" or line.case == Hold.TRACE_CODE_MISSING:
            return ""
        fresh = codes.trace_code(line.product.number, serial)
        if line.case == Hold.TRACE_CODE_REUSED:
            return f"{fresh} {fresh}" if not self._last_code else self._last_code
        if not line.case:
            # Codes that another line repeats must not hold the first one for ever: only lines
            # that already wait lend theirs.
            return fresh
        self._last_code = fresh
        return fresh


def spoil(line: Line) -> None:
    """Change price and amount of a line where its case says so, before anything is derived."""
    if line.case == Hold.PRICE_ABOVE_AWARD:
        line.price_e4 = line.price_e4 * 108 // 100
        line.amount_fen = amount_fen(line.quantity, line.price_e4)


def confirm(line: Line, random: Random, last: date) -> None:
    """Let both parties decide about the line, except where its case says otherwise."""
    silent = {
        Hold.WAITING_HOSPITAL: ("hospital",),
        Hold.WAITING_ENTERPRISE: ("enterprise",),
        "both_waiting": ("hospital", "enterprise"),
    }.get(line.case, ())
    for party in ("hospital", "enterprise"):
        if party in silent:
            continue
        day = min(line.accepted_on + timedelta(days=random.randrange(5)), last)
        special = _SPECIAL.get(line.case) if party == "hospital" else None
        if special is not None:
            line.confirmations += special(line, day, random)
        elif random.random() < 0.25:
            line.confirmations.append(line.decide(party, day, "confirm"))
        elif party == "hospital":
            line.hospital_confirmed_on = day
        else:
            line.enterprise_confirmed_on = day


def _dispute(line: Line, day: date, random: Random) -> list[tuple[str, ...]]:
    return [line.decide("hospital", day, "dispute", reason=random.choice(_DISPUTES))]


def _other_amount(line: Line, day: date, random: Random) -> list[tuple[str, ...]]:
    other = max(1, line.amount_fen - line.amount_fen // random.randint(10, 60) - 1)
    return [line.decide("hospital", day, "confirm", amount_fen=other)]


def _withdraw(line: Line, day: date, random: Random) -> list[tuple[str, ...]]:
    reason = random.choice(("入库单据待补", "批号待核对"))
    return [
        line.decide("hospital", line.accepted_on, "confirm"),
        line.decide("hospital", day + timedelta(days=1), "withdraw", reason=reason),
    ]


_SPECIAL: dict[str, Callable[[Line, date, Random], list[tuple[str, ...]]]] = {
    Hold.DISPUTED: _dispute,
    "amount_differs": _other_amount,
    "withdrawn": _withdraw,
}


def mend(line: Line, day: date) -> list[tuple[str, ...]]:
    """Return the confirmations by which the parties agree about the line after all."""
    parties = {
        Hold.WAITING_ENTERPRISE: ("enterprise",),
        "both_waiting": ("hospital", "enterprise"),
        Hold.INVOICE_MISSING: (),
        Hold.INVOICE_MISMATCH: (),
    }.get(line.case, ("hospital",))
    return [line.decide(party, day, "confirm") for party in parties]


def missing_fen(line: Line) -> int:
    """Return what the line's invoices lack."""
    if line.case == Hold.INVOICE_MISMATCH:
        return line.amount_fen // SHORT_PART or -1
    return line.amount_fen if line.case == Hold.INVOICE_MISSING else 0
