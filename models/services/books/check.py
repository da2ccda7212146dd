"""One thing that must always be true of the books, as a query that finds where it is not."""

from dataclasses import dataclass

#: Sheets that two people approved, whatever came of their payment.
APPROVED = "('approved', 'short', 'sent', 'unknown', 'paid', 'rejected', 'returned')"


@dataclass(frozen=True, slots=True)
class Check:
    """One invariant: the query yields what the sentence names; no row means it holds."""

    name: str
    sentence: str
    query: str
