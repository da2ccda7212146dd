"""Measures intake, settlement and bank money beside their floors and writes docs/benchmarks.md."""

import argparse
import os
import platform
import shutil
import sys
import tempfile
from importlib.metadata import version
from pathlib import Path

import psycopg

from models import clock
from models.settings import ROOT
from scripts.bench import banking, digests, indicators, measure, scanning
from scripts.bench.machine import Machine, described, machine
from scripts.bench.measure import Taken
from scripts.bench.report import Told, written
from scripts.bench.scanning import Scans
from scripts.demo import city

SIZES = (100_000, 1_000_000)
RUNS = 3
PACKAGES = ("psycopg", "polars", "dramatiq", "lxml", "sepaxml", "pyiso20022", "xsdata")
#: From this size on a run takes minutes: one is made unless more are asked for.
LARGE = 1_000_000
PAGE = ROOT / "docs" / "benchmarks.md"


def main(arguments: list[str] | None = None) -> int:
    """Measure the sizes asked for and write the page."""
    asked = argparse.ArgumentParser(prog="python -m scripts.bench", description=__doc__)
    sizes = [int(word) for word in os.environ.get("SIZE", "").replace(",", " ").split()]
    asked.add_argument("sizes", nargs="*", type=int, default=sizes or list(SIZES))
    asked.add_argument("--runs", type=int, default=None, help="runs of each size")
    asked.add_argument("--out", type=Path, default=PAGE)
    told = asked.parse_args(arguments)
    folder = Path(tempfile.mkdtemp(prefix="zhijie-bench-"))
    try:
        with machine(folder / "var") as made:
            nights: dict[int, Scans] = {}
            months: dict[int, indicators.Month] = {}
            runs = {
                size: _runs(made, folder, size, told.runs, nights, months) for size in told.sizes
            }
            print("催办邮件", flush=True)
            day = digests.measured(made, max(told.sizes))
            files = measure.bank_file(folder, max(told.sizes))
            print("银行付款与回盘", flush=True)
            log = folder / "workers.log"
            money = banking.measure(made, folder, max(told.sizes), log, told.runs or RUNS)
            facts = Told(described(), _versions(made), clock.today())
        page = written(facts, runs, files, money, nights, day)
        page += "\n".join(indicators.written(months)) + "\n"
        told.out.write_text(page, encoding="utf-8")
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    print(f"已写入 {told.out}")
    return 0


def _runs(
    made: Machine,
    folder: Path,
    size: int,
    wanted: int | None,
    nights: dict[int, Scans],
    months: dict[int, indicators.Month],
) -> list[Taken]:
    """Return the runs of a size, each over a fresh database; the last one's is looked at."""
    print(f"{size:,} 行：生成文件", flush=True)
    files = city.write(folder / str(size), measure.ON, size=city.Size(lines=size, months=1))
    log = folder / "workers.log"
    measure.prepare(made, files, log)
    taken = []
    for number in range(1, (wanted or (1 if size >= LARGE else RUNS)) + 1):
        one = measure.run(made, files, size, log)
        taken.append(one)
        times = ", ".join(
            f"{kind} {one.ours[kind]:.2f} s / {one.floor[kind]:.2f} s" for kind in one.floor
        )
        print(f"  第 {number} 次：{times}", flush=True)
    shutil.rmtree(folder / str(size))
    months[size] = indicators.measured(made, files.months[-1], log)
    print(f"  监测指标：{months[size].seconds:.2f} s / {months[size].floor:.2f} s", flush=True)
    nights[size] = scanning.scans(made, folder, log)
    told = ", ".join(f"{name} {one.inside:.2f} s" for name, one in nights[size].nights.items())
    print(f"  逾期检查 {nights[size].lines:,} 行：{told} / {nights[size].floor:.3f} s", flush=True)
    return taken


def _versions(made: Machine) -> str:
    with psycopg.connect(made.url("postgres")) as ask:
        row = ask.execute("SHOW server_version").fetchone()
    server = row[0] if row else "?"
    packages = ", ".join(f"{name} {version(name)}" for name in PACKAGES)
    return f"Python {platform.python_version()}, PostgreSQL {server}, {packages}"


if __name__ == "__main__":
    sys.exit(main())
