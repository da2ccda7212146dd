"""What hospitals owe beyond their funds: money paid in, requests ended, who gets no advance."""

from models.services.shortfalls.debts import Debt, debt_of, debts_sql, suspends_anywhere
from models.services.shortfalls.receiving import receive, receive_unasked

__all__ = [
    "Debt",
    "debt_of",
    "debts_sql",
    "receive",
    "receive_unasked",
    "suspends_anywhere",
]
