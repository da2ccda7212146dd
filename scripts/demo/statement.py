"""What the demo city's bank books: the statement of each paying account for some days."""

import csv
import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta

from models.rules.money import fen, yuan
from scripts.demo import places
from scripts.demo.bank import Answer

#: Every statement comes in this format, which any account may use.
PROFILE = "generic_csv"
#: So many days are stated from the day of sending on, none after the business date: what came
#: back can then be proved and paid again.
DAYS = 5
OPENING_FEN = fen("300000000.00")
_COLUMNS = (
    "account_no", "day", "opening_yuan", "closing_yuan", "entry_no", "booked_on", "amount_yuan",
    "counter_account", "counter_name", "reference", "purpose",
)  # fmt: skip


@dataclass(frozen=True)
class Booking:
    """An amount booked on the account of an area; a debit is negative."""

    area: str
    day: date
    answer: Answer
    amount_fen: int


def bookings(area: str, day: date, answers: Sequence[Answer]) -> Iterator[Booking]:
    """Yield the debit of what was settled; a returned payment also comes back as a credit."""
    for one in answers:
        if one.status in {"settled", "returned"}:
            yield Booking(area, day, one, -one.order.amount_fen)
        if one.status == "returned":
            yield Booking(area, day, one, one.order.amount_fen)


@dataclass
class Statements:
    """The accounts' balances from month to month."""

    balances: dict[str, int] = field(
        default_factory=lambda: {row["area_code"]: OPENING_FEN for row in places.agencies()}
    )

    def write(self, first: date, last: date, booked: Sequence[Booking]) -> bytes:
        """Return the days of all accounts from the first on, the balances going on.

        Every booking lies within these days.
        """
        last = min(first + timedelta(days=DAYS - 1), last)
        accounts = {row["area_code"]: row["account_no"] for row in places.agencies()}
        out = io.StringIO(newline="")
        write = csv.writer(out)
        write.writerow(_COLUMNS)
        for area, account_no in accounts.items():
            for number in range((last - first).days + 1):
                day = first + timedelta(days=number)
                chosen = [one for one in booked if (one.area, one.day) == (area, day)]
                write.writerows(self._day(area, account_no, day, chosen))
        return out.getvalue().encode()

    def _day(
        self, area: str, account_no: str, day: date, booked: Sequence[Booking]
    ) -> Iterator[tuple[str, ...]]:
        """Yield the rows of a day; one without entries for a quiet day."""
        opening = self.balances[area]
        self.balances[area] = closing = opening + sum(one.amount_fen for one in booked)
        head = (account_no, day.isoformat(), yuan(opening), yuan(closing))
        if not booked:
            yield (*head, "", "", "", "", "", "", "")
        for number, one in enumerate(booked, start=1):
            order = one.answer.order
            purpose = "退汇" if one.amount_fen > 0 else "医药货款"
            party = (order.account_no, order.account_name, order.reference, purpose)
            yield (*head, str(number), day.isoformat(), yuan(one.amount_fen), *party)
