"""A job with our guarantees beside other queues: jobs per second, idle latency, and a crash test.

Every queue has one worker of one thread and does the same work, one committed row. In the crash
test the worker is killed amid its jobs again and again, and started again at once.
"""

import time
from dataclasses import dataclass
from pathlib import Path

import psycopg

from models.records.base import db
from scripts import migrate
from scripts.bench.machine import Machine, server_cpu_seconds
from scripts.bench.measure import connect
from scripts.bench.queue_bench import DATABASE, EMPTY, Bench
from scripts.bench.queues import task

#: Ours first; the others by how they are written.
QUEUES = ("ours", "procrastinate", "dramatiq", "celery", "rq", "huey")
COUNT = 2_000
ASKED_ONE_BY_ONE, EVERY_SECONDS = 60, 0.2
CRASH_COUNT, CRASH_PAUSE_SECONDS = 200, 0.01
#: The worker dies when so many are done.
CRASHES_AT = (30, 60, 90, 120, 150, 180)
#: So long nothing more is done: what is missing then counts as lost.
PATIENCE_SECONDS = 75.0


@dataclass
class Queue:
    """What one queue did."""

    per_second: float
    #: Processor time of worker, courier, PostgreSQL and Redis for a job.
    cpu_ms: float
    p50_ms: float
    p95_ms: float
    lost: int
    twice: int
    #: From the last crash to the last job.
    recovery_seconds: float


@dataclass
class Jobs:
    """All queues, beside two commits by one connection."""

    count: int
    floor_per_second: float
    queues: dict[str, Queue]


def measured(made: Machine, folder: Path) -> Jobs:
    """Measure every queue over a database of its own."""
    _empty(made)
    queues = {}
    for name in QUEUES:
        queues[name] = _queue(made, folder, name)
        one = queues[name]
        crash = f"丢 {one.lost}，重 {one.twice}"
        print(f"  {name}：{one.per_second:,.0f}/s，{one.p95_ms:.0f} ms，{crash}", flush=True)
    return Jobs(COUNT, _floor(made), queues)


def _empty(made: Machine) -> None:
    url = made.make(EMPTY)
    connect(url)
    try:
        migrate.up()
    finally:
        db.close()
    with psycopg.connect(url) as ask:
        ask.execute(task.TABLE)


def _queue(made: Machine, folder: Path, name: str) -> Queue:
    per_second, cpu_ms = _throughput(Bench(made, folder, name))
    p50, p95 = _latency(Bench(made, folder, name))
    return Queue(per_second, cpu_ms, p50, p95, *_crash(Bench(made, folder, name)))


def _throughput(bench: Bench) -> tuple[float, float]:
    bench.ask(COUNT)
    server = bench.made.postgres.process, bench.made.redis.process
    pids = [process.pid for process in server if process]
    with bench.worker() as one:
        bench.wait(1)
        began, before = bench.counts()[1], one.cpu_seconds() + _cpu(pids)
        bench.wait(COUNT)
        spent = one.cpu_seconds() + _cpu(pids) - before
    seconds = bench.figures(
        "SELECT extract(epoch FROM max(begun_at) - min(begun_at)) FROM bench_done"
    )
    return (COUNT - 1) / seconds[0], 1000 * spent / (COUNT - began)


def _cpu(pids: list[int]) -> float:
    return sum(server_cpu_seconds(pid) for pid in pids)


def _latency(bench: Bench) -> tuple[float, float]:
    with bench.worker():
        bench.ask(1)
        bench.wait(1)
        bench.forget()
        bench.ask(ASKED_ONE_BY_ONE, every=EVERY_SECONDS)
        bench.wait(ASKED_ONE_BY_ONE)
    told = bench.figures(
        "SELECT percentile_cont(0.5) WITHIN GROUP (ORDER BY ms),"
        " percentile_cont(0.95) WITHIN GROUP (ORDER BY ms)"
        " FROM (SELECT 1000 * extract(epoch FROM begun_at - asked_at) AS ms FROM bench_done) q"
    )
    return told[0], told[1]


def _crash(bench: Bench) -> tuple[int, int, float]:
    bench.ask(CRASH_COUNT, CRASH_PAUSE_SECONDS)
    with bench.worker(CRASH_PAUSE_SECONDS) as one:
        for done in CRASHES_AT:
            bench.wait(done)
            one.kill()
            crashed = task.now()
            one.start()
        bench.wait(CRASH_COUNT, PATIENCE_SECONDS)
    rows, different = bench.counts()
    last = bench.figures("SELECT extract(epoch FROM max(begun_at)) FROM bench_done")[0]
    return CRASH_COUNT - different, rows - different, max(last - crashed, 0.0)


def _floor(made: Machine) -> float:
    """Return how often a second one connection commits twice: asked for, done."""
    with psycopg.connect(made.make(DATABASE, EMPTY), autocommit=True) as ask:
        began = time.perf_counter()
        for n in range(COUNT):
            ask.execute(task.PUT, (n, 0.0))
            ask.execute(task.PUT, (n, 1.0))
        return COUNT / (time.perf_counter() - began)
