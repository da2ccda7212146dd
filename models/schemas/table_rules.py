"""Rules between the cells of one row; the bulk path says the same over whole columns."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from models.rules.errors.imports import RowCode

#: What a sign must be: above zero, below zero, zero, or anything but zero.
ABOVE, BELOW, ZERO, NOT_ZERO = "above", "below", "zero", "not_zero"


def has_sign(value: Decimal | int, sign: str) -> bool:
    """Return whether a number has the sign asked for."""
    if sign == ABOVE:
        return value > 0
    if sign == BELOW:
        return value < 0
    return (value == 0) == (sign == ZERO)


def product_fen(quantity: Decimal, price_yuan: Decimal) -> int:
    """Return quantity × price in fen, half up away from zero; exact for all digits of a column."""
    product = int(quantity.scaleb(4)) * int(price_yuan.scaleb(4))
    fen = (abs(product) + 500_000) // 1_000_000
    return -fen if product < 0 else fen


@dataclass(frozen=True)
class NotBefore:
    """One day of the row is not before another."""

    later: str
    earlier: str

    def problems(self, row: Mapping[str, Any]) -> Iterator[tuple[str, RowCode]]:
        """Yield the column at fault."""
        later, earlier = row.get(self.later), row.get(self.earlier)
        if later is not None and earlier is not None and later < earlier:
            yield self.later, RowCode.BAD_DATE


@dataclass(frozen=True)
class SignFollowsKind:
    """Numbers of the row have the sign that its kind asks for."""

    kind: str
    #: kind → column → sign
    signs: Mapping[str, Mapping[str, str]]

    def problems(self, row: Mapping[str, Any]) -> Iterator[tuple[str, RowCode]]:
        """Yield each column with the wrong sign."""
        for column, sign in self.signs.get(row.get(self.kind) or "", {}).items():
            value = row.get(column)
            if value is not None and not has_sign(value, sign):
                yield column, RowCode.BAD_SIGN


@dataclass(frozen=True)
class AmountIsProduct:
    """The amount is quantity × price, half up to the fen, away from zero, for these kinds."""

    kind: str
    kinds: tuple[str, ...]
    quantity: str
    price: str
    amount: str

    def problems(self, row: Mapping[str, Any]) -> Iterator[tuple[str, RowCode]]:
        """Yield the amount when it is another."""
        quantity, price, amount = (row.get(c) for c in (self.quantity, self.price, self.amount))
        if (
            row.get(self.kind) in self.kinds
            and None not in {quantity, price, amount}
            and product_fen(quantity, price) != amount  # type: ignore[arg-type]
        ):
            yield self.amount, RowCode.AMOUNT_MISMATCH


@dataclass(frozen=True)
class SameGroup:
    """Two words of the row belong together: their groups are the same."""

    first: str
    second: str
    #: word → its group
    groups: Mapping[str, str]

    def problems(self, row: Mapping[str, Any]) -> Iterator[tuple[str, RowCode]]:
        """Yield the second word when it is of another group."""
        first, second = row.get(self.first), row.get(self.second)
        if first and second and self.groups[first] != self.groups[second]:
            yield self.second, RowCode.BAD_CHOICE


@dataclass(frozen=True)
class SaidWith:
    """A number is said with one word of a choice, and with no other."""

    choice: str
    word: str
    number: str

    def problems(self, row: Mapping[str, Any]) -> Iterator[tuple[str, RowCode]]:
        """Yield the number when it is missing, or said where it means nothing."""
        choice, number = row.get(self.choice), row.get(self.number)
        if choice == self.word and number is None:
            yield self.number, RowCode.MISSING_VALUE
        elif choice and choice != self.word and number is not None:
            yield self.number, RowCode.BAD_NUMBER


Rule = NotBefore | SignFollowsKind | AmountIsProduct | SameGroup | SaidWith
