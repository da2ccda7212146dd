"""How a party's latest word is read (models.records.line_facts keeps it)."""

from models.records.line_facts import CONFIRMED, DISPUTED, OTHER_AMOUNT, WITHDRAWN

__all__ = ["CONFIRMED", "DISPUTED", "OTHER_AMOUNT", "WITHDRAWN", "day_of", "says"]


def says(word: str) -> str:
    """Return SQL for what a word says; NULL without a word."""
    return f"({word} & 3)"


def day_of(word: str) -> str:
    """Return SQL for the day of a word in Shanghai (UTC+8, no summer time since 1992)."""
    return f"(date '1970-01-01' + (({word} / 4000000 + 28800) / 86400)::int)"
