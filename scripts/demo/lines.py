"""One purchase line of the demo city and the rows it becomes in three files."""

from dataclasses import dataclass, field
from datetime import date

from models.rules.money import yuan
from scripts.demo.companies import Enterprise
from scripts.demo.places import Hospital
from scripts.demo.products import Product, price_text

PURCHASE_COLUMNS = (
    "line_no", "line_kind", "original_line_no", "order_no", "hospital_code", "enterprise_code",
    "nhsa_code", "quantity", "unit_price_yuan", "amount_yuan", "delivered_on", "accepted_on",
    "platform", "hospital_confirmed_on", "enterprise_confirmed_on", "trace_codes",
)  # fmt: skip
CONFIRMATION_COLUMNS = ("line_no", "party", "decided_at", "decision", "amount_yuan", "reason")
INVOICE_COLUMNS = (
    "invoice_code", "invoice_no", "line_no", "kind", "issued_on", "enterprise_code",
    "hospital_code", "amount_yuan",
)  # fmt: skip


@dataclass(slots=True)
class Line:
    """A purchase line before it is written; amounts in fen, prices in ten-thousandths of a yuan."""

    line_no: str
    order_no: str
    hospital: Hospital
    enterprise: Enterprise
    product: Product
    quantity: int
    price_e4: int
    amount_fen: int
    delivered_on: date
    accepted_on: date
    kind: str = "receipt"
    original: str = ""
    online: bool = True
    is_direct: bool = True
    #: Why it waits, in the words of the file formats; empty: it does not.
    case: str = ""
    trace_codes: str = ""
    hospital_confirmed_on: date | None = None
    enterprise_confirmed_on: date | None = None
    confirmations: list[tuple[str, ...]] = field(default_factory=list)

    def row(self) -> tuple[str, ...]:
        """Return its row of the purchases file."""
        return (
            self.line_no,
            self.kind,
            self.original,
            self.order_no,
            self.hospital.code,
            self.enterprise.code,
            self.product.code,
            str(self.quantity),
            price_text(self.price_e4),
            yuan(self.amount_fen),
            self.delivered_on.isoformat(),
            self.accepted_on.isoformat(),
            "online" if self.online else "offline",
            _day(self.hospital_confirmed_on),
            _day(self.enterprise_confirmed_on),
            self.trace_codes,
        )

    def decide(
        self,
        party: str,
        day: date,
        decision: str,
        *,
        amount_fen: int | None = None,
        reason: str = "",
    ) -> tuple[str, ...]:
        """Return a row of the confirmations file; the hour follows from the line."""
        hour, minute = 9 + (self.amount_fen + len(decision)) % 8, self.amount_fen % 60
        amount = self.amount_fen if amount_fen is None else amount_fen
        at = f"{day.isoformat()}T{hour:02d}:{minute:02d}:00+08:00"
        return (self.line_no, party, at, decision, yuan(amount), reason)

    def invoice(self, invoice_no: str, day: date, amount_fen: int) -> tuple[str, ...]:
        """Return a row of the invoices file: blue above zero, red below."""
        kind = "blue" if amount_fen > 0 else "red"
        parties = (self.enterprise.code, self.hospital.code)
        return ("", invoice_no, self.line_no, kind, day.isoformat(), *parties, yuan(amount_fen))


def amount_fen(quantity: int, price_e4: int) -> int:
    """Return quantity × price in fen, half up away from zero."""
    whole = (abs(quantity) * price_e4 + 50) // 100
    return whole if quantity > 0 else -whole


def _day(day: date | None) -> str:
    return "" if day is None else day.isoformat()
