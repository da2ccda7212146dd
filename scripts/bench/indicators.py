"""All indicators of a month beside one GROUP BY over the lines they are made of."""

import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import Any

import psycopg

from models.records.base import db, sql
from models.rules.job_names import JobName
from scripts.bench import measure
from scripts.bench.machine import Machine, Peaks, process_cpu_seconds, workers
from scripts.bench.rows import Row, times

#: All indicators: not more than so many times the floor.
TIMES_MAX = 3.0
RUNS = 3

#: What any report would group by: who bought what, where, how much. The sums are kept: a count
#: over them alone would never add anything up (the planner drops what nobody reads).
_FLOOR = """
CREATE TEMP TABLE floor_sums AS
SELECT hospital_code, nhsa_code, platform, count(*) AS lines, sum(quantity) AS quantity,
       sum(amount_fen) AS amount_fen
  FROM purchase_line GROUP BY hospital_code, nhsa_code, platform
"""


@dataclass(frozen=True)
class Month:
    """Seconds of the job for a month of so many lines, and of the floor; processor seconds too."""

    lines: int
    hospitals: int
    seconds: float
    floor: float
    cpu: float
    floor_cpu: float
    worker_mib: int
    backend_mib: int
    #: The night's work before it: the register of open lines, built of everything.
    register_seconds: float
    result: dict[str, Any]


def measured(machine: Machine, period: str, log: Path) -> Month:
    """Measure the job over the database that the last run of the month left behind."""
    url = machine.url(measure.DATABASE)
    measure.connect(url)
    try:
        connection = db.connection()
        connection.commit()
        connection.autocommit = True
        connection.execute("VACUUM (ANALYZE)")
        connection.autocommit = False
        lines = int(sql("SELECT count(*) FROM purchase_line").fetchone()[0])
        process = machine.postgres.process
        with workers(machine, url, log) as worker:
            built = _inside(measure.job(JobName.OPEN_LINES, {"on": measure.ON, "rebuild": True}))
            taken, spent = [], []
            with Peaks(process.pid if process else 0, worker) as peaks:
                for _run in range(RUNS):
                    machine.calm()
                    before = machine.cpu_seconds() + process_cpu_seconds(worker)
                    args = {"period": period, "area": None, "on": measure.ON}
                    job = measure.job(JobName.MONITOR, args)
                    taken.append(_inside(job))
                    after = machine.cpu_seconds() + process_cpu_seconds(worker)
                    spent.append(after - before)
        hospitals = int(job.result["hospitals"])
    finally:
        db.close()
    floor, floor_cpu = _floor(machine, url)
    return Month(
        lines, hospitals, median(taken), floor, median(spent), floor_cpu, peaks.worker_mib,
        peaks.backend_mib, built, job.result,
    )  # fmt: skip


def _inside(job: Any) -> float:  # noqa: ANN401 - a row
    return float((job.finished_at - job.started_at).total_seconds())


def _floor(machine: Machine, url: str) -> tuple[float, float]:
    """Return the median seconds of the GROUP BY, and its processor seconds."""
    taken, spent = [], []
    with psycopg.connect(url, autocommit=True) as connection:
        for _run in range(RUNS):
            before, began = machine.cpu_seconds(), time.perf_counter()
            connection.execute(_FLOOR)
            taken.append(time.perf_counter() - began)
            spent.append(machine.cpu_seconds() - before)
            connection.execute("DROP TABLE floor_sums")
    return median(taken), median(spent)


def rows(months: Mapping[int, Month]) -> Iterator[Row]:
    """Yield the row of each size."""
    for one in months.values():
        memory = max(one.worker_mib, one.backend_mib)
        work = "Indicators of a month"
        yield times("B6", work, one.lines, one.floor, one.seconds, TIMES_MAX, mib=memory)


def written(months: Mapping[int, Month]) -> Iterator[str]:
    """Yield the section as Markdown."""
    if not months:
        return
    yield ""
    yield "## Indicators of a month"
    yield ""
    yield (
        "The job `monitor` over all hospitals, with the further indicators of the demo city"
        " switched on, beside one GROUP BY (hospital, product, platform) with its sums over the"
        f" same lines; medians of {RUNS}. The register of open lines stands as the night left it:"
        " due days of what is on no sheet come from there. Orders are not part of this city."
    )
    yield ""
    yield (
        "| lines | hospitals | indicators | job s | GROUP BY s | times | job CPU s | GROUP BY CPU s"
        " | CPU × | register built, s |"
    )
    yield "|---:|---:|---:|---:|---:|---:|---:|---:|---:|---:|"
    for one in months.values():
        yield (
            f"| {one.lines:,} | {one.hospitals:,} | {one.result['indicators']:,}"
            f" | {one.seconds:.2f} | {one.floor:.2f} | {one.seconds / one.floor:.1f}"
            f" | {one.cpu:.2f} | {one.floor_cpu:.2f} | {one.cpu / max(one.floor_cpu, 0.01):.1f}"
            f" | {one.register_seconds:.1f} |"
        )
