"""Columns of numbers: amounts, prices, quantities and counts, exact and within their range."""
# ruff: noqa: ANN401 - a cell may be anything until its column has read it

from decimal import Decimal
from typing import Any, ClassVar

from models.rules import grammar
from models.rules.errors.imports import RowCode
from models.rules.grammar import BadCell
from models.schemas.columns import Column


class NumberColumn(Column):
    """A number with a limit on its decimals and its range."""

    places: int = 0
    digits_max: ClassVar[int] = grammar.WHOLE_DIGITS_MAX

    def __init__(
        self,
        label: str | None = None,
        *,
        low: int | None = None,
        high: int | None = None,
        range_code: RowCode = RowCode.BAD_NUMBER,
        above_zero: bool = False,
        places: int | None = None,
        **options: Any,
    ) -> None:
        if places is not None:
            self.places = places
        unit = 10**self.places
        #: The range, both ends allowed, in the smallest unit; the code of what lies outside.
        self.low = None if low is None else low * unit
        self.high = None if high is None else high * unit
        self.range_code = range_code
        if above_zero:
            self.low, self.range_code = 1, RowCode.BAD_SIGN
        # Last: a default is read with the range it must keep.
        super().__init__(label, **options)

    def count(self, text: str) -> int:
        """Return the number in its smallest unit, within its range; raises BadCell."""
        value = grammar.scaled(text, places=self.places, digits_max=self.digits_max)
        if (self.low is not None and value < self.low) or (
            self.high is not None and value > self.high
        ):
            raise BadCell(self.range_code)
        return value

    def parse(self, text: str) -> Any:
        """Return the number."""
        return self.count(text)


class WholeColumn(NumberColumn):
    """A whole number: days, steps, basis points."""

    sql_type = "integer"
    form = "整数"


class YuanColumn(NumberColumn):
    """An amount in yuan, kept in fen."""

    sql_type = "bigint"
    form = "金额（元），最多2位小数"
    places = 2
    digits_max = grammar.YUAN_DIGITS_MAX

    def named(self, name: str) -> Column:
        """Keep amount_yuan as amount_fen."""
        self.target = self.target or name.removesuffix("_yuan") + "_fen"
        return super().named(name)


class QuantityColumn(NumberColumn):
    """A quantity or unit price with at most 4 decimals."""

    sql_type = "numeric(18,4)"
    form = "数字，最多4位小数"
    places = 4
    digits_max = grammar.QUANTITY_DIGITS_MAX

    def parse(self, text: str) -> Decimal:
        """Return the number exactly."""
        return Decimal(self.count(text)).scaleb(-self.places)

    def staged(self, value: Any) -> str:
        """Return the number without an exponent."""
        return format(value, "f")


class PriceColumn(QuantityColumn):
    """A unit price in yuan."""

    form = "单价（元），最多4位小数"
