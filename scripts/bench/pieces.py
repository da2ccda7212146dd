"""The pieces of the benchmark: which there are, what each needs, and how each is measured."""

import json
import shutil
import subprocess
import sys
from collections.abc import Callable, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from models.settings import ROOT
from scripts.bench import banking, digests, indicators, jobs, measure, scanning, whole
from scripts.bench.machine import Machine
from scripts.demo import city

RUNS = 3
#: From this size on a run takes minutes: one is made unless more are asked for.
LARGE = 1_000_000
#: The peers of intake and settlement are measured up to this size; beyond they take an hour.
PEERS_MAX = 100_000
#: Queues are measured by their own number of jobs, whatever the size.
ONE_SIZE = 0

#: Piece → its rows of the first table.
PIECES = {
    "month": "B1, B2",
    "peers": "B1, B2",
    "indicators": "B6",
    "overdue": "B5",
    "whole": "B9",
    "digests": "",
    "bank": "B3, B4",
    "jobs": "B7",
}
#: These begin with a month taken in and settled.
OF_A_MONTH = frozenset({"month", "peers", "indicators", "overdue", "whole"})

Keep = Callable[[str, int, Any], None]


def measure_pieces(
    made: Machine, folder: Path, sizes: Sequence[int], only: Sequence[str], runs: int | None,
    keep: Keep,
) -> None:  # fmt: skip
    """Measure the pieces and hand each to `keep` at once."""
    log = folder / "workers.log"
    if OF_A_MONTH & set(only):
        for size in sizes:
            _month(made, folder, size, only, runs, keep)
    most = max(sizes)
    if "digests" in only:
        print("催办邮件", flush=True)
        keep("digests", most, asdict(digests.measured(made, most)))
    if "bank" in only:
        print("银行付款与回盘", flush=True)
        files = measure.bank_file(folder, most)
        money = banking.measure(made, folder, most, log, runs or RUNS)
        told = {code: asdict(one) for code, one in files.items()}
        keep("bank", money.orders, {"money": asdict(money), "files": told})
    if "jobs" in only:
        print("任务队列", flush=True)
        keep("jobs", ONE_SIZE, asdict(jobs.measured(made, folder)))


def _month(
    made: Machine, folder: Path, size: int, only: Sequence[str], runs: int | None, keep: Keep
) -> None:
    """Measure the pieces that begin with a month; the later ones look at its last run."""
    print(f"{size:,} 行：生成文件", flush=True)
    files = city.write(folder / str(size), measure.ON, size=city.Size(lines=size, months=1))
    log = folder / "workers.log"
    measure.prepare(made, files, log)
    count = (runs or (1 if size >= LARGE else RUNS)) if "month" in only else 1
    taken = [_run(made, files, size, log, number) for number in range(1, count + 1)]
    if "month" in only:
        keep("month", size, [asdict(one) for one in taken])
    period = files.months[-1]
    if "peers" in only and size <= PEERS_MAX:
        keep("peers", size, _peers(made, files, period))
    shutil.rmtree(folder / str(size))
    if "indicators" in only:
        found = indicators.measured(made, period, log)
        print(f"  监测指标：{found.seconds:.2f} s / {found.floor:.2f} s", flush=True)
        keep("indicators", size, asdict(found))
    if "overdue" in only:
        nights = scanning.scans(made, folder, log)
        told = ", ".join(f"{name} {one.inside:.2f} s" for name, one in nights.nights.items())
        print(f"  逾期检查 {nights.lines:,} 行：{told} / {nights.floor:.3f} s", flush=True)
        keep("overdue", size, asdict(nights))
    if "whole" in only:
        rest = whole.measured(made, folder, period, size, log)
        print(f"  审核到抵扣：{sum(rest.seconds.values()):.2f} s", flush=True)
        keep("whole", size, {"month": asdict(taken[-1]), "rest": asdict(rest)})


def _run(made: Machine, files: city.City, size: int, log: Path, number: int) -> measure.Taken:
    one = measure.run(made, files, size, log)
    times = ", ".join(
        f"{kind} {one.ours[kind]:.2f} s / {one.floor[kind]:.2f} s" for kind in one.ours
    )
    print(f"  第 {number} 次：{times}", flush=True)
    return one


def _peers(made: Machine, files: city.City, period: str) -> dict[str, Any]:
    """Return what the peers need, each in a process of its own, over the database of the month."""
    url = made.url(measure.DATABASE)
    path = next(str(file.path) for file in files.of(period) if file.kind == "purchases")
    found = {}
    for way, argument in (("insert_many", path), ("pandas", path), ("settle", period)):
        made.calm()
        command = [sys.executable, "-m", "scripts.bench.peers", way, url, argument]
        done = subprocess.run(command, cwd=ROOT, check=True, stdout=subprocess.PIPE)
        found[way] = json.loads(done.stdout)
        print(f"  {way}：{found[way]['seconds']:.1f} s", flush=True)
    return found
