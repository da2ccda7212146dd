"""No query without an index: how the database would answer each statement of a page (EXPLAIN)."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import psycopg

#: A table of more rows than these is not read from end to end for a page.
BIG_ROWS = 100_000
_BIG = """
SELECT relname FROM pg_class
 WHERE relkind = 'r' AND reltuples > %s AND relnamespace = 'public'::regnamespace
"""
_ASKS = ("SELECT", "WITH", "TABLE")
_WALKS = frozenset({"Seq Scan", "Sample Scan"})


@dataclass
class Plans:
    """What the statements of the pages would read from end to end."""

    big: frozenset[str]
    statements: int = 0
    #: (table, the statement's beginning) of every walk through a whole big table.
    whole: set[tuple[str, str]] = field(default_factory=set)

    def judge(self, plan: dict[str, Any], text: str) -> None:
        """Look through a plan and all below it."""
        if plan.get("Node Type") in _WALKS and plan.get("Relation Name") in self.big:
            self.whole.add((plan["Relation Name"], " ".join(text.split())[:160]))
        for below in plan.get("Plans", ()):
            self.judge(below, text)


def big_tables(session: psycopg.Connection[Any]) -> frozenset[str]:
    """Return the tables that the planner knows to be large."""
    return frozenset(row[0] for row in session.execute(_BIG, (BIG_ROWS,)))


@contextmanager
def explained(big: frozenset[str]) -> Iterator[Plans]:
    """Have every question that is asked inside explained first, in its own transaction."""
    found = Plans(big)
    execute = psycopg.Cursor.execute

    def explaining(self: Any, query: Any, params: Any = None, **kwargs: Any) -> Any:  # noqa: ANN401
        text = query if isinstance(query, str) else str(query)
        if text.lstrip().upper().startswith(_ASKS):
            with self.connection.cursor() as ask:
                execute(ask, f"EXPLAIN (FORMAT JSON) {text}", params)
                told = ask.fetchone()[0]
            found.statements += 1
            found.judge((told if isinstance(told, list) else json.loads(told))[0]["Plan"], text)
        return execute(self, query, params, **kwargs)

    psycopg.Cursor.execute = explaining  # type: ignore[method-assign]
    try:
        yield found
    finally:
        psycopg.Cursor.execute = execute  # type: ignore[method-assign]
