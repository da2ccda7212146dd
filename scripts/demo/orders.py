"""Orders and delivery notes behind the demo city's receipts, a few of them with differences."""

from collections.abc import Iterator, Sequence
from datetime import timedelta

from models.rules.money import yuan
from scripts.demo.lines import Line

ORDER_COLUMNS = (
    "order_no", "nhsa_code", "hospital_code", "enterprise_code", "ordered_on", "quantity",
    "amount_yuan", "responded_on",
)  # fmt: skip
DELIVERY_COLUMNS = (
    "delivery_no", "order_no", "nhsa_code", "hospital_code", "enterprise_code", "delivered_on",
    "quantity", "amount_yuan",
)  # fmt: skip
#: Of so many positions one is short, one over, one dear, one not ordered, one not received.
OF = 97


class Paperwork:
    """Remembers which order positions were written: a later receipt of one adds nothing."""

    def __init__(self) -> None:
        self._seen: set[tuple[str, str]] = set()

    def of(self, together: Sequence[Line]) -> Iterator[tuple[str, tuple[str, ...]]]:
        """Yield (table, row) of the positions of one order that are new."""
        positions: dict[tuple[str, str], list[Line]] = {}
        for line in together:
            if line.kind == "receipt":
                positions.setdefault((line.order_no, line.product.code), []).append(line)
        for key, lines in positions.items():
            if key not in self._seen:
                self._seen.add(key)
                yield from _position(lines)


def _position(lines: list[Line]) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Yield the rows of one position; the digits of its first line say what is wrong with it."""
    first = lines[0]
    lot = int("".join(c for c in first.line_no if c.isdigit()) or "0") % OF
    received, received_fen = sum(x.quantity for x in lines), sum(x.amount_fen for x in lines)
    ordered = received + (received // 2 + 1 if lot == 0 else -min(1, received - 1) * (lot == 1))
    ordered_fen = received_fen * ordered // received
    if lot == 2:
        ordered_fen = ordered_fen * 9 // 10
    parties = (first.hospital.code, first.enterprise.code)
    if lot != 3:
        day = first.delivered_on - timedelta(days=2 + lot % 3)
        yield "orders", (
            first.order_no, first.product.code, *parties, day.isoformat(), str(ordered),
            yuan(max(ordered_fen, 1)), (day + timedelta(days=lot % 2)).isoformat(),
        )  # fmt: skip
    sent = received + (received // 4 + 1 if lot == 4 else 0)
    sent_fen = received_fen * sent // received
    yield "deliveries", (
        f"PS{first.order_no}", first.order_no, first.product.code, *parties,
        first.delivered_on.isoformat(), str(sent), yuan(sent_fen),
    )  # fmt: skip
