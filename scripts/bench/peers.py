"""How intake and settlement are written when nobody looks at the time: peers for the same work.

Run as `python -m scripts.bench.peers WAY DATABASE_URL ARGUMENT`; prints one JSON object. The ways
of taking in check nothing and write no error file; the loop that settles asks a part of the rules.
Each of them therefore does less than the product.
"""

import csv
import importlib
import json
import os
import sys
import time
from collections.abc import Callable, Iterator
from datetime import date
from decimal import Decimal
from itertools import islice
from pathlib import Path
from typing import Any

from models import settings
from models.records import base
from models.records.base import db, sql
from models.records.intake import PurchaseLine
from scripts.bench import looped
from scripts.bench.machine import peak_mib

ROWS = 1_000
_DAYS = ("delivered_on", "accepted_on", "hospital_confirmed_on", "enterprise_confirmed_on")
_NUMBERS = ("quantity", "unit_price_yuan")
_TWIN = "CREATE TABLE peer_line (LIKE purchase_line INCLUDING ALL)"


class PeerLine(PurchaseLine):
    """A table like that of the purchase lines: key, indexes and checks, no triggers."""

    class Meta:
        """Its name."""

        table_name = "peer_line"


def insert_many(path: str) -> int:
    """Read the file row by row and hand rows to peewee, a thousand at a time."""
    taken = 0
    with db.atomic():
        left = _rows(Path(path))
        while rows := list(islice(left, ROWS)):
            PeerLine.insert_many(rows).execute()
            taken += len(rows)
    return taken


def _rows(path: Path) -> Iterator[dict[str, Any]]:
    with path.open(encoding="utf-8-sig", newline="") as source:
        for row in csv.DictReader(source):
            read: dict[str, Any] = {name: cell or None for name, cell in row.items()}
            amount = read.pop("amount_yuan")
            read["amount_fen"] = int(Decimal(amount) * 100)
            for name in _NUMBERS:
                read[name] = Decimal(read[name])
            for name in _DAYS:
                read[name] = read[name] and date.fromisoformat(read[name])
            yield read


def pandas(path: str) -> int:
    """Read the file with pandas and hand the frame to SQLAlchemy, a thousand rows at a time."""
    library, alchemy = importlib.import_module("pandas"), importlib.import_module("sqlalchemy")
    frame = library.read_csv(path, dtype=str)
    frame["amount_fen"] = frame.pop("amount_yuan").map(lambda cell: int(Decimal(cell) * 100))
    for name in _NUMBERS:
        frame[name] = frame[name].map(Decimal)
    for name in _DAYS:
        frame[name] = library.to_datetime(frame[name]).dt.date
    frame = frame.astype(object).where(frame.notna(), None)
    address = sys.argv[2]
    engine = alchemy.create_engine(
        "postgresql+psycopg://", creator=lambda: importlib.import_module("psycopg").connect(address)
    )
    frame.to_sql(
        "peer_line", engine, if_exists="append", index=False, chunksize=ROWS,
        dtype=dict.fromkeys(_NUMBERS, alchemy.Numeric(18, 4)),
    )  # fmt: skip
    return len(frame)


def settle(period: str) -> int:
    """Settle the month line by line in Python, over rows of peewee."""
    return looped.settle(period)


WAYS: dict[str, Callable[[str], int]] = {
    "insert_many": insert_many,
    "pandas": pandas,
    "settle": settle,
}


def main(arguments: list[str]) -> int:
    """Do one way and print its seconds, its processor time and its memory."""
    way, address, argument = arguments
    base.connect(settings.load(), address)
    db.connect()
    sql("DROP TABLE IF EXISTS peer_line")
    sql(_TWIN)
    db.connection().commit()
    began, before = time.perf_counter(), time.process_time()
    rows = WAYS[way](argument)
    told = {
        "rows": rows,
        "seconds": time.perf_counter() - began,
        "cpu": time.process_time() - before,
        "mib": peak_mib(os.getpid()),
    }
    sql("DROP TABLE IF EXISTS peer_line")
    db.connection().commit()
    print(json.dumps(told))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
