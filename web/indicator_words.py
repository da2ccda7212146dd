"""How a value of an indicator is written: its name, subject, numbers and target."""

from decimal import Decimal
from typing import Any

from models.rules import monitoring
from models.rules.monitoring import Direction
from models.rules.words import ProductKind
from web import formats, words
from web.words_of_indicators import INDICATORS

TONES = {"pass": "good", "fail": "bad"}


def named(indicator: str, name: str = "") -> str:
    """Return what an indicator is called: by the program, else by its definition."""
    return str(INDICATORS.get(indicator) or name or indicator)


def subject(value: str, round_name: str | None = None) -> str:
    """Return the subject of a value: a kind, a round, or nothing."""
    if value in set(ProductKind):
        return words.word(ProductKind(value))
    return round_name or value


def amount(value: Decimal, *, is_money: bool) -> str:
    """Return a numerator or denominator: yuan with two decimals, a quantity as it is."""
    return formats.money(int(value * 100)) if is_money else formats.decimal(value)


def percent(value_bp: int | None) -> str:
    """Return basis points as per cent with two decimals; a dash where there is none."""
    return formats.UNKNOWN if value_bp is None else monitoring.percent(value_bp)


def target(row: Any) -> str:
    """Return the target of a value with its direction."""
    if row.target_bp is None:
        return formats.UNKNOWN
    return f"{'≤' if row.direction == Direction.AT_MOST else '≥'} {percent(row.target_bp)}"
