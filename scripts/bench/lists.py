"""Measures how long the lists of the pages take over a large database (docs/admin.md §3)."""

import argparse
import os
import re
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from html import unescape
from pathlib import Path
from typing import Any

import psycopg
from flask.testing import FlaskClient

from models import clock, settings
from models.records.base import db, reach, sql
from scripts.bench import copies, list_plans, list_readers
from scripts.bench.list_crowd import Crowd, meet, p95
from scripts.bench.list_plans import Plans
from scripts.bench.list_readers import READERS
from scripts.bench.machine import described, server_cpu_seconds
from scripts.demo import users

#: Nineteen of twenty requests of a list are answered within this.
P95_MS = 300
ROUNDS = 5
#: Pages a reader turns at each address.
TURNS = 2
SETTLE_SECONDS = 0.03
#: Who reads at once, and how long.
READERS_AT_ONCE = 20
CROWD_SECONDS = 60.0


@dataclass
class Timed:
    """The requests of one list: milliseconds, statements, bytes, what did not answer."""

    ms: list[float] = field(default_factory=list)
    #: Processor time of the pages and of the server together: what an idle machine would need.
    cpu: list[float] = field(default_factory=list)
    statements: int = 0
    #: What the page's slowest statement alone took: the bare query.
    bare: list[float] = field(default_factory=list)
    size: int = 0
    failed: str = ""


@dataclass(frozen=True)
class Server:
    """The database's processes, for the processor time they use."""

    pid: int

    @classmethod
    def of_this_database(cls) -> "Server":
        """Return the server that this process asks; it runs on the same machine."""
        reach(settings.load())
        data = Path(sql("SHOW data_directory").fetchone()[0])
        return cls(int((data / "postmaster.pid").read_text().split()[0]))

    def seconds(self) -> float:
        """Return what the server and all that ever worked for it have used."""
        return server_cpu_seconds(self.pid)


@dataclass
class Asked:
    """One statement that reached the database, and how long its answer took."""

    text: str
    ms: float


@contextmanager
def counted() -> Iterator[list[Asked]]:
    """Collect the statements that reach the database."""
    asked: list[Asked] = []
    execute = psycopg.Cursor.execute

    def counting(self: Any, query: Any, *args: Any, **kwargs: Any) -> Any:  # noqa: ANN401
        began = time.perf_counter()
        try:
            return execute(self, query, *args, **kwargs)
        finally:
            asked.append(Asked(str(query), (time.perf_counter() - began) * 1_000))

    psycopg.Cursor.execute = counting  # type: ignore[method-assign]
    try:
        yield asked
    finally:
        psycopg.Cursor.execute = execute  # type: ignore[method-assign]


def measure(rounds: int, only: str = "") -> dict[str, Timed]:
    """Open every list as its reader, turn some pages, and return reader + address → times."""
    # Imported here: making the large database needs no pages.
    from web.app import create_app  # noqa: PLC0415

    app = create_app(settings.load())
    clients = {name: _signed_in(app.test_client(), name) for name in READERS}
    facts, server = list_readers.facts(settings.load()), Server.of_this_database()
    found: dict[str, Timed] = {}
    for _round in range(rounds):
        for reader, addresses in READERS.items():
            for address in addresses:
                key = f"{reader} {address}"
                if only and only not in key:
                    continue
                timed = found.setdefault(key, Timed())
                _turn(clients[reader], address.format(**facts), timed, server)
                if timed.ms[-1] > P95_MS:
                    print(f"{timed.ms[-1]:>8.0f} ms  {key}", flush=True)
    return found


def _turn(client: FlaskClient, address: str, timed: Timed, server: Server) -> None:
    at: str | None = address
    for _page in range(TURNS + 1):
        if at is None:
            return
        with counted() as asked:
            worked, began = server.seconds() + time.process_time(), time.perf_counter()
            answer = client.get(at)
            timed.ms.append((time.perf_counter() - began) * 1_000)
            # A backend's time is known to its parent when it has ended.
            time.sleep(SETTLE_SECONDS)
            timed.cpu.append((server.seconds() + time.process_time() - worked) * 1_000)
        timed.statements = max(timed.statements, len(asked))
        timed.bare.append(max((one.ms for one in asked), default=0.0))
        timed.size = max(timed.size, len(answer.data))
        if answer.status_code != 200:
            timed.failed = f"{answer.status_code} {at}"
            return
        link = re.search(r'<a class="pg" rel="next" href="([^"]+)"', answer.text)
        at = unescape(link[1]) if link else None


def _signed_in(client: FlaskClient, name: str) -> FlaskClient:
    page = client.get("/sign-in").text
    token = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', page)
    told = {"name": name, "password": users.PASSWORD, "csrf_token": token[1] if token else ""}
    client.post("/sign-in", data=told)
    return client


def told(found: dict[str, Timed]) -> str:
    """Return the measurements as a table, the slowest first."""
    rows = [
        f"| `{key}` | {len(t.ms)} | {sorted(t.ms)[len(t.ms) // 2]:.0f} | {p95(t.ms):.0f} |"
        f" {p95(t.cpu):.0f} | {p95(t.bare):.0f} | {t.statements} | {t.size // 1024} |"
        f" {t.failed or ('yes' if p95(t.cpu) <= P95_MS else '**no**')} |"
        for key, t in sorted(found.items(), key=lambda item: -p95(item[1].cpu))
    ]
    head = (
        "| reader and list | requests | median ms | p95 ms | p95 CPU ms | p95 bare query ms |"
        f" statements | KiB | ≤ {P95_MS} ms |\n|---|---:|---:|---:|---:|---:|---:|---:|---|\n"
    )
    return head + "\n".join(rows) + "\n"


#: As the planner knows them: counting ten million lines is no part of the measurement.
_SIZES = """
SELECT relname, reltuples::bigint FROM pg_class
 WHERE relname IN ('purchase_line', 'sheet_line', 'held_line', 'invoice_line', 'open_line',
                   'settlement_sheet', 'payment_instruction', 'ledger_entry') AND relkind = 'r'
 ORDER BY reltuples DESC
"""


def page(found: dict[str, Timed], rounds: int, crowd: Crowd | None, plans: Plans) -> str:
    """Return the page that keeps the measurements, with the machine and the size."""
    reach(settings.load())
    sizes = [f"{number:,} `{name}`" for name, number in sql(_SIZES)]
    late = [key for key, t in found.items() if t.failed or p95(t.cpu) > P95_MS]
    whole = "".join(f"  - `{table}`: `{text}`\n" for table, text in sorted(plans.whole))
    return (
        "# Lists over a large database\n\n"
        "Written by `python -m scripts.bench.lists`; do not edit by hand. Every list is opened as\n"
        f"its reader would, {rounds} times, {TURNS} pages turned each time; nothing is at hand\n"
        "the first time. “CPU” is the processor time of page and database together, parallel\n"
        "workers included: what the request needs on a machine nobody else uses; “ms” is what it\n"
        "took beside all else that ran; “bare query” is the page's slowest statement alone.\n\n"
        f"- Machine: {described()}; load while measuring: {os.getloadavg()[1]:.1f}\n"
        f"- Rows: {', '.join(sizes)}\n"
        f"- {clock.today()}; {len(found)} lists, {len(found) - len(late)} within {P95_MS} ms\n"
        f"- {crowd.told() if crowd else 'No readers at once were asked for.'}\n"
        f"- Of {plans.statements} statements explained, {len(plans.whole)} read a table of more"
        f" than {list_plans.BIG_ROWS:,} rows from end to end{':' if whole else '.'}\n{whole}\n"
        + told(found)
    )


def explain() -> Plans:
    """Open every list once and have the database say how it would answer its statements."""
    # Imported here: making the large database needs no pages.
    from web.app import create_app  # noqa: PLC0415

    app = create_app(settings.load())
    clients = {name: _signed_in(app.test_client(), name) for name in READERS}
    facts = list_readers.facts(settings.load())
    with list_plans.explained(list_plans.big_tables(db.connection())) as plans:
        for reader, addresses in READERS.items():
            for address in addresses:
                clients[reader].get(address.format(**facts))
    return plans


def _meet(readers: int, seconds: float) -> Crowd:
    current = settings.load()
    facts, server = list_readers.facts(current), Server.of_this_database()
    return meet(readers, seconds, facts, current.database_url, server.pid)


def main(arguments: list[str] | None = None) -> int:
    """Copy the last settled month into the months before it, or measure the lists."""
    ask = argparse.ArgumentParser(prog="python -m scripts.bench.lists", description=__doc__)
    ask.add_argument("--copy", type=int, default=0, metavar="MONTHS", help="first make it large")
    ask.add_argument("--rounds", type=int, default=ROUNDS)
    ask.add_argument("--only", default="", help="reader or part of an address")
    ask.add_argument("--readers", type=int, default=READERS_AT_ONCE, help="at once; 0: none")
    ask.add_argument("--seconds", type=float, default=CROWD_SECONDS, help="how long they read")
    ask.add_argument("--plans", action="store_true", help="only explain; 1 when a walk is found")
    ask.add_argument("--out", type=Path)
    wish = ask.parse_args(arguments)
    if wish.copy:
        _enlarge(wish.copy)
    plans = explain()
    if wish.plans:
        print(*(f"{table}: {text}" for table, text in sorted(plans.whole)), sep="\n")
        return 1 if plans.whole else 0
    found = measure(wish.rounds, wish.only)
    crowd = _meet(wish.readers, wish.seconds) if wish.readers else None
    written = page(found, wish.rounds, crowd, plans)
    print(written)
    if wish.out:
        wish.out.write_text(written, encoding="utf-8")
    return 0


def _enlarge(months: int) -> None:
    current = settings.load()
    reach(current)
    for period in copies.copy(list_readers.latest_period(), months):
        print(period, time.strftime("%H:%M:%S"), flush=True)
    db.connection().autocommit = True
    sql("VACUUM (ANALYZE)")
    db.connection().autocommit = False
    db.close()


if __name__ == "__main__":
    sys.exit(main())
