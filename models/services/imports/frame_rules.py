"""The rules between cells over whole columns: the same verdict as the schema's, row for row.

Days are ISO text here, which sorts as days do; numbers are whole counts of their smallest unit.
"""

from collections.abc import Iterator, Sequence

import polars as pl

from models.rules.errors.imports import RowCode
from models.schemas.table_rules import (
    ABOVE,
    BELOW,
    ZERO,
    AmountIsProduct,
    NotBefore,
    Rule,
    SaidWith,
    SameGroup,
    SignFollowsKind,
)

Found = Iterator[tuple[str, RowCode, pl.Series]]

#: A product of ten-thousandths of units and of yuan counts 1e-8 yuan; a fen is a million of them.
_PER_FEN = 1_000_000


def problems(rules: Sequence[Rule], rows: pl.DataFrame) -> Found:
    """Yield (column, code, which rows are wrong) for every rule that some row breaks."""
    for rule in rules:
        for column, code, wrong in _one(rule, rows):
            found = rows.select(wrong.fill_null(value=False)).to_series()
            if found.any():
                yield column, code, found


def _one(rule: Rule, rows: pl.DataFrame) -> Iterator[tuple[str, RowCode, pl.Expr]]:
    if isinstance(rule, NotBefore):
        if pl.String in (rows[rule.later].dtype, rows[rule.earlier].dtype):
            yield rule.later, RowCode.BAD_DATE, pl.col(rule.later) < pl.col(rule.earlier)
    elif isinstance(rule, SignFollowsKind):
        for kind, signs in rule.signs.items():
            for column, sign in signs.items():
                wrong = (pl.col(rule.kind) == str(kind)) & ~_has_sign(pl.col(column), sign)
                yield column, RowCode.BAD_SIGN, wrong
    elif isinstance(rule, SameGroup):
        first, second = (
            pl.col(name).cast(pl.String).replace_strict(rule.groups, default=None)
            for name in (rule.first, rule.second)
        )
        yield rule.second, RowCode.BAD_CHOICE, first != second
    elif isinstance(rule, SaidWith):
        choice, number = pl.col(rule.choice), pl.col(rule.number)
        yield rule.number, RowCode.MISSING_VALUE, (choice == rule.word) & number.is_null()
        yield rule.number, RowCode.BAD_NUMBER, (choice != rule.word) & number.is_not_null()
    else:
        yield rule.amount, RowCode.AMOUNT_MISMATCH, _another_product(rule)


def _has_sign(number: pl.Expr, sign: str) -> pl.Expr:
    if sign == ABOVE:
        return number > 0
    if sign == BELOW:
        return number < 0
    return number == 0 if sign == ZERO else number != 0


def _another_product(rule: AmountIsProduct) -> pl.Expr:
    product = pl.col(rule.quantity).cast(pl.Int128) * pl.col(rule.price).cast(pl.Int128)
    fen = (product.abs() + _PER_FEN // 2) // _PER_FEN * product.sign()
    return pl.col(rule.kind).is_in(list(rule.kinds)) & (fen != pl.col(rule.amount).cast(pl.Int128))
