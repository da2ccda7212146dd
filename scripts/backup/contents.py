"""What a database holds at one moment, in figures that a restored one must show again."""

from typing import Any

import psycopg

Connection = psycopg.Connection[tuple[Any, ...]]

_TABLES = """
SELECT relname FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace
 ORDER BY relname
"""
_MIGRATIONS = "SELECT name FROM schema_migration ORDER BY name"
_LEDGER = "SELECT count(*), coalesce(sum(amount_fen), 0)::text FROM ledger_entry"
_HEAD = "SELECT coalesce((SELECT hash FROM audit_event ORDER BY id DESC LIMIT 1), '')"
_PAYMENTS = (
    "SELECT count(*), coalesce(sum(amount_fen), 0)::text, coalesce(max(id), 0)"
    " FROM payment_instruction"
)


def figures(ask: Connection) -> dict[str, Any]:
    """Return rows of every table, the ledger's sum, and the head of the audit chain."""
    tables = [row[0] for row in ask.execute(_TABLES)]
    entries, fen = _one(ask, _LEDGER)
    payments, payments_fen, last = _one(ask, _PAYMENTS)
    return {
        "rows": {name: int(_one(ask, f'SELECT count(*) FROM "{name}"')[0]) for name in tables},
        "ledger": {"entries": entries, "sum_fen": fen},
        "payments": {"orders": payments, "sum_fen": payments_fen, "last": last},
        "audit_head": _one(ask, _HEAD)[0],
        "migrations": [row[0] for row in ask.execute(_MIGRATIONS)],
    }


def differences(told: dict[str, Any], found: dict[str, Any]) -> list[str]:
    """Return what a restored database does not hold as the backup says."""
    names = sorted(set(told["rows"]) | set(found["rows"]))
    wrong = [
        f"{name}: {told['rows'].get(name)} → {found['rows'].get(name)}"
        for name in names
        if told["rows"].get(name) != found["rows"].get(name)
    ]
    return wrong + [
        f"{part}: {told[part]} → {found[part]}"
        for part in ("ledger", "payments", "audit_head", "migrations")
        if told[part] != found[part]
    ]


def _one(ask: Connection, query: str) -> tuple[Any, ...]:
    row = ask.execute(query).fetchone()
    return row if row is not None else ()
