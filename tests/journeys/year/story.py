"""What happens in the year, decided by a seed: purchases and what becomes of each of them."""

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from random import Random

from tests.journeys.year.city import ENTERPRISES, FIRST, HOSPITALS, LAST, PRODUCTS
from tests.properties.plain_settlement import Row

#: Lines of a hospital and month.
DIRECT, OWN = 2, 1
ACTS_UNTIL = date(2025, 8, 31)
#: Papers are gathered: the office takes some in on every third day.
PAPER_DAYS = 3


@dataclass
class Story:
    """Day → table → rows as files have them; what needs the due day is decided on the way."""

    days: dict[date, dict[str, list[Row]]] = field(
        default_factory=lambda: defaultdict(lambda: defaultdict(list))
    )
    #: Own-lane lines paid exactly on their due day: line → amount in fen.
    punctual: dict[str, int] = field(default_factory=dict)

    def add(self, day: date, table: str, **row: str) -> None:
        """Let a row come in on a day of the year, or on the next one on which papers are taken."""
        day += timedelta(-day.toordinal() % PAPER_DAYS)
        if FIRST <= day <= LAST:
            self.days[day][table].append(row)


def tell(random: Random) -> Story:
    """Return the year."""
    story = Story()
    month = FIRST
    number = 0
    while month <= ACTS_UNTIL:
        for hospital in HOSPITALS:
            for place in range(DIRECT + OWN):
                number += 1
                _line(story, random, f"L{number:03d}", hospital, month, online=place < DIRECT)
        month = (month + timedelta(32)).replace(day=1)
    return story


def _line(
    story: Story, random: Random, line_no: str, hospital: str, month: date, *, online: bool
) -> None:
    accepted = month + timedelta(random.randrange(28))
    quantity, product = random.randrange(1, 900), random.choice(PRODUCTS)
    price = Decimal("12.5000") if product == "D1" and random.random() < 0.1 else Decimal("10.0000")
    row = {
        "line_no": line_no, "line_kind": "receipt", "original_line_no": "", "order_no": "O1",
        "hospital_code": hospital, "enterprise_code": random.choice(list(ENTERPRISES)),
        "nhsa_code": product, "quantity": str(quantity), "unit_price_yuan": str(price),
        "amount_yuan": f"{quantity * price:.2f}", "accepted_on": str(accepted),
        "delivered_on": str(accepted - timedelta(random.randrange(25))),
        "platform": "online" if online else "offline",
    }  # fmt: skip
    known = accepted + timedelta(random.randrange(4))
    story.add(known, "purchases", **row)
    fate = random.random()
    if fate < 0.03:
        story.add(known + timedelta(2), "voids", line_no=line_no, reason="录入错误")
        return
    (_agreed if online else _paid_by_the_hospital)(story, random, row, known)
    if random.random() < 0.12:
        _returned(story, random, row, known + timedelta(random.randrange(20, 60)))


def _agreed(story: Story, random: Random, row: Row, known: date) -> None:
    """Both parties decide and the enterprise invoices: soon, late, wrongly or never."""
    for party in ("hospital", "enterprise"):
        word, day = random.random(), known + timedelta(random.randrange(1, 30))
        if word < 0.06:
            continue
        if word < 0.12:
            _decision(story, row, party, day, "dispute")
            day += timedelta(random.randrange(5, 50))
        _decision(story, row, party, day, "confirm")
    word, day = random.random(), known + timedelta(random.randrange(0, 35))
    if word < 0.06:
        return
    if word < 0.12:
        _invoice(story, row, "1", day, f"{Decimal(row['amount_yuan']) + 1:.2f}")
        day += timedelta(random.randrange(5, 60))
        _invoice(story, row, "2", day, "-1.00")
        return
    _invoice(story, row, "1", day, row["amount_yuan"])


def _decision(story: Story, row: Row, party: str, day: date, decision: str) -> None:
    story.add(
        day, "confirmations", line_no=row["line_no"], party=party, decision=decision,
        decided_at=f"{day}T10:00:00+08:00", amount_yuan=row["amount_yuan"], reason="",
    )  # fmt: skip


def _invoice(story: Story, row: Row, number: str, day: date, amount: str) -> None:
    story.add(
        day, "invoices", invoice_code="", invoice_no=f"F{row['line_no']}{number}",
        line_no=row["line_no"], kind="red" if amount.startswith("-") else "blue",
        issued_on=str(day), enterprise_code=row["enterprise_code"],
        hospital_code=row["hospital_code"], amount_yuan=amount,
    )  # fmt: skip


def _paid_by_the_hospital(story: Story, random: Random, row: Row, known: date) -> None:
    """On the due day, in parts, or never."""
    total = int(Decimal(row["amount_yuan"]) * 100)
    fate = random.random()
    if fate < 0.3:
        story.punctual[row["line_no"]] = total
        return
    if fate < 0.5:
        return
    first = total * random.randrange(1, 9) // 10
    for place, part in enumerate((first, total - first)):
        paid_on = known + timedelta(random.randrange(15, 70) + place * random.randrange(0, 90))
        story.add(
            paid_on + timedelta(random.randrange(6)), "hospital_payments",
            payment_no=f"Y{row['line_no']}-{place}", line_no=row["line_no"], paid_on=str(paid_on),
            amount_yuan=f"{Decimal(part) / 100:.2f}",
        )  # fmt: skip


def _returned(story: Story, random: Random, row: Row, day: date) -> None:
    quantity = max(int(row["quantity"]) // random.randrange(2, 6), 1)
    amount = f"{-quantity * Decimal(row['unit_price_yuan']):.2f}"
    back = row | {
        "line_no": f"R{row['line_no']}", "line_kind": "goods_return", "quantity": str(-quantity),
        "original_line_no": row["line_no"], "amount_yuan": amount, "accepted_on": str(day),
        "delivered_on": str(day), "hospital_confirmed_on": str(day),
        "enterprise_confirmed_on": str(day),
    }  # fmt: skip
    story.add(day, "purchases", **back)
    _invoice(story, back, "1", day, amount)
