"""Days of a statement: one that covers several is taken apart, entries get numbers of their own.

A day is evidence: "closed without a debit" can only be said of a day that was recorded. Balances of
the days between follow from the opening balance and the entries, when these lead to the closing.
"""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import date, timedelta

from workers.bankfiles.model import StatementDay, StatementEntry

#: A statement over more days than a year is a mistake, not a statement.
DAYS_MAX = 366


def by_day(whole: StatementDay, first: date | None) -> Iterator[StatementDay]:
    """Yield the days from the first to the closing one; the whole as one day where that fails.

    It fails when the first day is unknown or too far, an entry is booked outside, or the entries do
    not lead from opening to closing.
    """
    booked = [entry.booked_on for entry in whole.entries]
    apart = (
        first is not None
        and (whole.day - first).days in range(1, DAYS_MAX)
        and any(on < whole.day for on in booked)
        and all(first <= on <= whole.day for on in booked)
        and whole.adds_up
    )
    if not apart or first is None:
        yield replace(whole, entries=tuple(_numbered(whole.entries)))
        return
    balance_fen = whole.opening_fen
    for after in range((whole.day - first).days + 1):
        on = first + timedelta(days=after)
        entries = tuple(_numbered(e for e in whole.entries if e.booked_on == on))
        closing_fen = balance_fen + sum(entry.amount_fen for entry in entries)
        yield replace(
            whole, day=on, opening_fen=balance_fen, closing_fen=closing_fen, entries=entries
        )
        balance_fen = closing_fen


def _numbered(entries: Iterable[StatementEntry]) -> Iterator[StatementEntry]:
    """Yield the entries with numbers no other entry of the day has: banks do repeat references.

    Account, day, the bank's reference and its occurrence on that day: the same statement in another
    file gives the same numbers, and the same reference years later another key.
    """
    seen: dict[str, int] = {}
    for entry in entries:
        count = seen[entry.entry_no] = seen.get(entry.entry_no, 0) + 1
        yield entry if count == 1 else replace(entry, entry_no=f"{entry.entry_no}#{count}")
