"""The floors: what the database or the disk needs for the same bytes and nothing else."""

import time
from pathlib import Path
from typing import Any

import psycopg

#: The files' columns with the types they have in the product, and the key they have there.
_PURCHASES = """
CREATE TABLE floor_purchases (line_no text COLLATE "C", line_kind text, original_line_no text,
    order_no text, hospital_code text, enterprise_code text, nhsa_code text,
    quantity numeric(18, 4), unit_price_yuan numeric(18, 4), amount_yuan numeric(18, 2),
    delivered_on date, accepted_on date, platform text, hospital_confirmed_on date,
    enterprise_confirmed_on date, trace_codes text)
"""
_INVOICES = """
CREATE TABLE floor_invoices (invoice_code text, invoice_no text COLLATE "C",
    line_no text COLLATE "C", kind text, issued_on date, enterprise_code text, hospital_code text,
    amount_yuan numeric(18, 2))
"""
_CONFIRMATIONS = """
CREATE TABLE floor_confirmations (line_no text COLLATE "C", party text, decided_at timestamptz,
    decision text, amount_yuan numeric(18, 2), reason text)
"""
TABLES = {"purchases": _PURCHASES, "invoices": _INVOICES, "confirmations": _CONFIRMATIONS}
KEYS = {
    "purchases": "line_no",
    "invoices": "invoice_no, line_no",
    "confirmations": "line_no, party, decided_at",
}
#: Where the product keeps what a file brings.
KEPT = {"purchases": "purchase_line", "invoices": "invoice_line", "confirmations": "confirmation"}
READ_BYTES = 1 << 20

#: What a settlement writes goes into tables like those it writes to, keys and checks included.
_RESULTS = ("settlement_sheet", "sheet_line", "held_line")
_GROUP = """
CREATE TABLE floor_sums AS
SELECT hospital_code, enterprise_code, line_kind, count(*) AS lines, sum(amount_fen) AS amount_fen,
       max(accepted_on) AS last_on
  FROM purchase_line GROUP BY hospital_code, enterprise_code, line_kind
"""


def copy(database_url: str, kind: str, path: Path, *, keyed: bool = True) -> float:
    """Return the seconds of a bare COPY of the file into a table of its columns.

    `keyed`: into a table with the product's key; without it, into one with nothing at all.
    """
    with psycopg.connect(database_url) as connection:
        connection.execute(TABLES[kind])
        if keyed:
            connection.execute(f"ALTER TABLE floor_{kind} ADD UNIQUE ({KEYS[kind]})")
        connection.commit()
        taken = _copied(connection, f"COPY floor_{kind} FROM STDIN (FORMAT csv, HEADER)", path)
        connection.execute(f"DROP TABLE floor_{kind}")
        connection.commit()
    return taken


def copy_kept(database_url: str, kind: str, folder: Path) -> float:
    """Return the seconds of a COPY of the rows that were kept into a twin of their table.

    The twin has every key, index and check of the product, but no trigger: what intake could cost
    if all its reading, checking and looking for twins were free.
    """
    path, table = folder / f"{kind}.rows", KEPT[kind]
    with psycopg.connect(database_url) as connection:
        with path.open("wb") as out, connection.cursor().copy(f"COPY {table} TO STDOUT") as rows:
            for piece in rows:
                out.write(piece)
        connection.execute(f"CREATE TABLE floor_kept (LIKE {table} INCLUDING ALL)")
        connection.commit()
        taken = _copied(connection, "COPY floor_kept FROM STDIN", path)
        connection.execute("DROP TABLE floor_kept")
        connection.commit()
    path.unlink()
    return taken


def _copied(connection: psycopg.Connection[Any], statement: str, path: Path) -> float:
    began = time.perf_counter()
    with path.open("rb") as source, connection.cursor().copy(statement) as target:
        while piece := source.read(READ_BYTES):
            target.write(piece)
    connection.commit()
    return time.perf_counter() - began


def group_and_insert(database_url: str) -> float:
    """Return the seconds of one GROUP BY over the lines and the insert of the results."""
    with psycopg.connect(database_url) as connection:
        for table in _RESULTS:
            connection.execute(f"CREATE TABLE floor_{table} (LIKE {table} INCLUDING ALL)")
        connection.commit()
        began = time.perf_counter()
        connection.execute(_GROUP)
        for table in _RESULTS:
            connection.execute(f"INSERT INTO floor_{table} SELECT * FROM {table}")
        connection.commit()
        taken = time.perf_counter() - began
        for name in (*(f"floor_{table}" for table in _RESULTS), "floor_sums"):
            connection.execute(f"DROP TABLE {name}")
        connection.commit()
    return taken


def raw_write(source: Path, target: Path) -> float:
    """Return the seconds of writing the same bytes to a file."""
    content = source.read_bytes()
    began = time.perf_counter()
    target.write_bytes(content)
    taken = time.perf_counter() - began
    target.unlink()
    return taken
