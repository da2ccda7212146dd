"""Measures each stage beside its floor and its peers and writes docs/benchmarks.md.

`make bench SIZE=100000 ARGS="--only jobs"` measures one piece of one size; what was measured of the
others before stays on the page.
"""

import argparse
import os
import platform
import shutil
import signal
import sys
import tempfile
from collections.abc import Callable
from importlib.metadata import version
from pathlib import Path

import psycopg

from models import clock
from scripts.bench import page, pieces
from scripts.bench.book import PAGE, Book, Told
from scripts.bench.machine import Machine, described, machine

SIZES = (100_000, 1_000_000)
#: The exit status of whoever was asked to stop.
STOPPED = 143
PACKAGES = (
    "psycopg", "polars", "dramatiq", "lxml", "sepaxml", "pyiso20022", "xsdata", "peewee", "pandas",
    "sqlalchemy", "procrastinate", "celery", "rq", "huey",
)  # fmt: skip


def main(arguments: list[str] | None = None) -> int:
    """Measure the pieces and sizes asked for; each is on the page as soon as it is measured."""
    asked = argparse.ArgumentParser(prog="python -m scripts.bench", description=__doc__)
    sizes = [int(word) for word in os.environ.get("SIZE", "").replace(",", " ").split()]
    asked.add_argument("sizes", nargs="*", type=int, default=sizes or list(SIZES))
    asked.add_argument("--only", help="pieces, by comma: " + ", ".join(pieces.PIECES))
    asked.add_argument("--runs", type=int, default=None, help="runs of each size")
    asked.add_argument("--out", type=Path, default=PAGE)
    asked.add_argument("--render", action="store_true", help="write the page of what is kept")
    told = asked.parse_args(arguments)
    only = told.only.split(",") if told.only else list(pieces.PIECES)
    if unknown := set(only) - set(pieces.PIECES):
        asked.error(f"unknown: {', '.join(sorted(unknown))}")
    # Servers and workers end with the benchmark, also when it is asked to stop.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(STOPPED))
    book = Book(told.out)
    if not told.render:
        folder = Path(tempfile.mkdtemp(prefix="zhijie-bench-"))
        try:
            with machine(folder / "var") as made:
                keep = _keeper(book, made, told.out)
                pieces.measure_pieces(made, folder, told.sizes, only, told.runs, keep)
        finally:
            shutil.rmtree(folder, ignore_errors=True)
    told.out.write_text(page.written(book), encoding="utf-8")
    print(f"已写入 {told.out}")
    return 0


def _keeper(book: Book, made: Machine, out: Path) -> Callable[[str, int, object], None]:
    where, with_what = described(), _versions(made)

    def keep(piece: str, size: int, facts: object) -> None:
        book.keep(piece, size, Told.now(where, with_what, clock.today()), facts)
        out.write_text(page.written(book), encoding="utf-8")

    return keep


def _versions(made: Machine) -> str:
    with psycopg.connect(made.url("postgres")) as ask:
        row = ask.execute("SHOW server_version").fetchone()
    server = row[0] if row else "?"
    packages = ", ".join(f"{name} {version(name)}" for name in PACKAGES)
    return f"Python {platform.python_version()}, PostgreSQL {server}, {packages}"


if __name__ == "__main__":
    sys.exit(main())
