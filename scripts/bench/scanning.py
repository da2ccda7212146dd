"""The nightly overdue scan over a month's open lines, beside one indexed aggregate over them."""

import csv
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path
from statistics import median
from typing import Any

import psycopg

from models.records.base import db, sql
from models.rules.job_names import JobName
from scripts.bench import measure
from scripts.bench.machine import Machine, Peaks, workers

#: The lines of the month are late by then, some weeks each.
FIRST_ON = date(2026, 8, 24)
#: The step most of them have reached, and were told of.
STEP = 3
#: The part of the lines that change between two nights, in percent.
CHANGED_PERCENT = 1
FLOOR_RUNS = 5

_FLOOR_INDEX = """
CREATE INDEX floor_scan ON open_line (due_on)
    INCLUDE (responsible, party_code, unpaid_fen)
"""
_FLOOR = """
SELECT responsible, party_code, count(*), sum(unpaid_fen) FROM open_line
 WHERE due_on < %s GROUP BY responsible, party_code
"""
_SOME = "SELECT line_no, amount_fen FROM open_line TABLESAMPLE BERNOULLI (%s) REPEATABLE (7)"
#: Everybody was told the evening before, so that a night has its usual work.
_TOLD = (
    "INSERT INTO overdue_step (line_no, step, recorded_on, recorded_at, facts)"
    " SELECT p.line_no, %(step)s, %(on)s, now(), '{}'"
    " FROM purchase_line p WHERE p.line_kind = 'receipt'",
    "INSERT INTO mail_line (mail_id, line_no, step, mailed_on)"
    " SELECT 0, line_no, step, %(on)s FROM overdue_step",
)


@dataclass
class Scan:
    """One night: seconds of the whole command and inside the job, and what it used."""

    seconds: float
    inside: float
    worker_mib: int
    backend_mib: int
    result: dict[str, Any]


@dataclass
class Scans:
    """The nights over so many open lines, beside the aggregate over the same rows."""

    lines: int
    floor: float
    nights: dict[str, Scan] = field(default_factory=dict)


def scans(machine: Machine, folder: Path, log: Path) -> Scans:
    """Measure the nights over the database that the last run of the month left behind."""
    url = machine.url(measure.DATABASE)
    measure.connect(url)
    try:
        with workers(machine, url, log) as worker:
            nights = dict(_nights(machine, worker, folder))
        lines = int(sql("SELECT count(*) FROM open_line").fetchone()[0])
    finally:
        db.close()
    return Scans(lines, _floor(url), nights)


def _nights(machine: Machine, worker: int, folder: Path) -> Iterator[tuple[str, Scan]]:
    def night(name: JobName, days: int, **args: object) -> Scan:
        on = FIRST_ON + timedelta(days)
        return _measured(machine, worker, lambda: measure.job(name, {"on": on, **args}))

    for statement in _TOLD:
        sql(statement, {"on": FIRST_ON, "step": STEP})
    db.connection().commit()
    yield "first build", night(JobName.OPEN_LINES, 0, rebuild=True)
    _tidy()
    yield "nothing changed", night(JobName.OVERDUE, 1, area=None, send=True)
    measure.take_in("confirmations", _changed(folder))
    _tidy()
    yield f"{CHANGED_PERCENT} % changed", night(JobName.OVERDUE, 2, area=None, send=True)


def _measured(machine: Machine, worker: int, work: Callable[[], Any]) -> Scan:
    machine.calm()
    process = machine.postgres.process
    with Peaks(process.pid if process else 0, worker) as peaks:
        began = time.perf_counter()
        job = work()
        seconds = time.perf_counter() - began
    inside = (job.finished_at - job.started_at).total_seconds()
    return Scan(seconds, inside, peaks.worker_mib, peaks.backend_mib, job.result)


def _tidy() -> None:
    """Do what autovacuum does between two nights."""
    connection = db.connection()
    connection.commit()
    connection.autocommit = True
    for table in ("open_line", "open_line_change", "confirmation", "mail_line", "overdue_step"):
        connection.execute(f"VACUUM (ANALYZE) {table}")
    connection.autocommit = False


def _changed(folder: Path) -> Path:
    """Write the file of one night: hospitals that dispute some of the lines."""
    target = folder / "disputes.csv"
    with target.open("w", encoding="utf-8", newline="") as out:
        rows = csv.writer(out)
        rows.writerow(("line_no", "party", "decided_at", "decision", "amount_yuan", "reason"))
        for line_no, fen in sql(_SOME, (CHANGED_PERCENT,)):
            amount = f"{fen // 100}.{fen % 100:02d}"
            told = ("hospital", f"{FIRST_ON}T12:00:00+08:00", "dispute", amount, "数量不符")
            rows.writerow((line_no, *told))
    return target


def _floor(url: str) -> float:
    """Return the median seconds of one aggregate over the same rows by an index of its own."""
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(_FLOOR_INDEX)
        connection.execute("VACUUM (ANALYZE) open_line")
        taken = []
        for _ in range(FLOOR_RUNS):
            began = time.perf_counter()
            connection.execute(_FLOOR, (FIRST_ON + timedelta(2),)).fetchall()
            taken.append(time.perf_counter() - began)
        connection.execute("DROP INDEX floor_scan")
    return median(taken)
