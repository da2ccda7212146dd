"""The floors: what the database or the disk needs for the same bytes and nothing else."""

import time
from pathlib import Path

import psycopg

#: The purchases file's columns with the types they have in the product; no key, no check.
_PURCHASES = """
CREATE TABLE floor_purchases (line_no text COLLATE "C", line_kind text, original_line_no text,
    order_no text, hospital_code text, enterprise_code text, nhsa_code text,
    quantity numeric(18, 4), unit_price_yuan numeric(18, 4), amount_yuan numeric(18, 2),
    delivered_on date, accepted_on date, platform text, hospital_confirmed_on date,
    enterprise_confirmed_on date, trace_codes text)
"""
_INVOICES = """
CREATE TABLE floor_invoices (invoice_code text, invoice_no text COLLATE "C", line_no text,
    kind text, issued_on date, enterprise_code text, hospital_code text, amount_yuan numeric(18, 2))
"""
TABLES = {"purchases": _PURCHASES, "invoices": _INVOICES}
READ_BYTES = 1 << 20

#: What a settlement writes goes into tables like those it writes to, keys and checks included.
_RESULTS = ("settlement_sheet", "sheet_line", "held_line")
_GROUP = """
CREATE TABLE floor_sums AS
SELECT hospital_code, enterprise_code, line_kind, count(*) AS lines, sum(amount_fen) AS amount_fen,
       max(accepted_on) AS last_on
  FROM purchase_line GROUP BY hospital_code, enterprise_code, line_kind
"""


def copy(database_url: str, kind: str, path: Path) -> float:
    """Return the seconds of a bare COPY of the file into a table of its columns."""
    with psycopg.connect(database_url) as connection:
        connection.execute(TABLES[kind])
        connection.commit()
        began = time.perf_counter()
        statement = f"COPY floor_{kind} FROM STDIN (FORMAT csv, HEADER)"
        with path.open("rb") as source, connection.cursor().copy(statement) as target:
            while piece := source.read(READ_BYTES):
                target.write(piece)
        connection.commit()
        taken = time.perf_counter() - began
        connection.execute(f"DROP TABLE floor_{kind}")
        connection.commit()
    return taken


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
