"""What a statement did or would do: counts and sums for each outcome, and the rows to look at."""

import hashlib
import json
from collections.abc import Mapping
from typing import Any

from models.records.base import sql

#: Rows a plan shows; the counts and sums are of all.
ROWS_SHOWN = 200

EVIDENCE = "'statement:' || s.account_no || ':' || s.day || ':' || s.entry_no"

_COUNTS = f"""
SELECT count(*), count(*) FILTER (WHERE s.problem IS NOT NULL OR EXISTS (
           SELECT 1 FROM payment_exception x WHERE x.evidence = {EVIDENCE})),
       count(*) FILTER (WHERE s.is_new)
  FROM said_entry s
"""
#: settle, return, reverse move money; confirms proves what is known; known was here before.
_OUTCOME = """
CASE WHEN s.problem IS NOT NULL THEN s.problem
     WHEN NOT s.is_new THEN 'known'
     WHEN s.move IS NOT NULL THEN s.move
     ELSE 'confirms' END
"""
_OUTCOMES = f"""
SELECT {_OUTCOME} AS outcome, count(*), coalesce(sum(abs(s.amount_fen)), 0)::bigint
  FROM said_entry s GROUP BY 1 ORDER BY 1
"""
_ROWS = f"""
SELECT {_OUTCOME} AS outcome, s.day, s.entry_no, s.amount_fen, s.reference, s.counter_name,
       s.counter_account, s.purpose, i.reference AS ours, i.amount_fen, i.state
  FROM said_entry s
  LEFT JOIN payment_instruction i ON i.id = s.instruction_id OR i.reference = s.reference
 ORDER BY s.problem IS NULL, s.move IS NULL, s.place LIMIT {ROWS_SHOWN}
"""
_DAYS = """
SELECT DISTINCT d.account_no, d.day, d.opening_fen, d.closing_fen, d.entries_fen, d.entries_count,
       d.closed
  FROM statement_day d JOIN said_day s USING (account_no, day) ORDER BY 1, 2
"""


def counts() -> tuple[int, int, int]:
    """Return entries, those that are cases, and those that are new."""
    total, exceptions, fresh = sql(_COUNTS).fetchone()
    return int(total), int(exceptions), int(fresh)


def outcomes() -> dict[str, dict[str, int]]:
    """Return outcome → count and sum in fen."""
    return {
        str(name): {"count": int(count), "sum_fen": int(sum_fen)}
        for name, count, sum_fen in sql(_OUTCOMES)
    }


def digest(found: Mapping[str, Any]) -> str:
    """Return what identifies a plan: applying it is refused when anything else would happen."""
    told = json.dumps(found, sort_keys=True)
    return hashlib.sha256(told.encode()).hexdigest()


def rows() -> list[dict[str, Any]]:
    """Return the rows worth a look first: what contradicts, then what moves."""
    keys = (
        "outcome", "day", "entry_no", "amount_fen", "reference", "counter_name",
        "counter_account", "purpose", "ours", "order_fen", "state",
    )  # fmt: skip
    found = []
    for values in sql(_ROWS):
        row = dict(zip(keys, values, strict=True))
        row["day"] = row["day"].isoformat()
        if row["counter_account"]:
            row["counter_account"] = f"…{row['counter_account'][-4:]}"
        found.append(row)
    return found


def days() -> list[dict[str, Any]]:
    """Return the days the file told of as they stand now."""
    keys = ("account_tail", "day", "opening_fen", "closing_fen", "entries_fen", "entries", "closed")
    return [
        dict(
            zip(keys, (account_no[-4:], day.isoformat(), *rest), strict=True),
        )
        for account_no, day, *rest in sql(_DAYS)
    ]
