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
from scripts.bench.machine import Machine, workers

#: All indicators: not more than so many times the floor.
TIMES_MAX = 3.0
RUNS = 3

#: What any report would group by: who bought what, where, how much.
_FLOOR = """
SELECT count(*) FROM (
    SELECT hospital_code, nhsa_code, platform, count(*), sum(quantity), sum(amount_fen)
      FROM purchase_line GROUP BY hospital_code, nhsa_code, platform) q
"""


@dataclass(frozen=True)
class Month:
    """Seconds of the job for a month of so many lines, and of the floor."""

    lines: int
    hospitals: int
    seconds: float
    floor: float
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
        with workers(machine, url, log):
            taken = []
            for _run in range(RUNS):
                machine.calm()
                args = {"period": period, "area": None, "on": measure.ON}
                job = measure.job(JobName.MONITOR, args)
                taken.append((job.finished_at - job.started_at).total_seconds())
    finally:
        db.close()
    hospitals = int(job.result["hospitals"])
    return Month(lines, hospitals, median(taken), _floor(url), job.result)


def _floor(url: str) -> float:
    """Return the median seconds of the GROUP BY."""
    taken = []
    with psycopg.connect(url, autocommit=True) as connection:
        for _run in range(RUNS):
            began = time.perf_counter()
            connection.execute(_FLOOR).fetchall()
            taken.append(time.perf_counter() - began)
    return median(taken)


def written(months: Mapping[int, Month]) -> Iterator[str]:
    """Yield the section as Markdown."""
    yield ""
    yield "## Indicators of a month"
    yield ""
    yield (
        "The job `monitor` over all hospitals, with the further indicators of the demo city"
        " switched on, beside one GROUP BY (hospital, product, platform) over the same lines;"
        f" medians of {RUNS}, the target is {TIMES_MAX:g} times."
    )
    yield ""
    yield "| lines | hospitals | indicators | job s | GROUP BY s | times |"
    yield "|---:|---:|---:|---:|---:|---:|"
    for one in months.values():
        times = one.seconds / one.floor
        yield (
            f"| {one.lines:,} | {one.hospitals:,} | {one.result['indicators']:,}"
            f" | {one.seconds:.2f} | {one.floor:.2f} | {times:.1f} |"
        )
