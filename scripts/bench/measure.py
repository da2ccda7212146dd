"""One measurement: a month of so many lines is taken in and settled by a real worker."""

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from functools import partial
from pathlib import Path
from typing import Any

from models import settings
from models.records import base
from models.records.base import db
from models.rules.errors import SettlementError
from models.rules.job_names import JobName
from models.rules.words import JobState
from models.services import access, accounts, files, jobs, profiles
from scripts import migrate
from scripts.bench import bank_writers, floors
from scripts.bench.machine import Machine, Peaks, process_cpu_seconds, workers
from scripts.demo import bank, city, users
from workers import bankfiles
from workers.bankfiles.seeds import GENERIC_CSV, ISO_V09, SEEDS
from workers.bankfiles.seeds_delimited import ICBC

ON = date(2026, 7, 8)
MEASURED = ("purchases", "invoices")
TEMPLATE = "bench_master"
DATABASE = "bench_run"
#: Orders in the bank file; a bank takes no more in one.
ORDERS_MAX = 10_000
PROFILES = {one["code"]: one for one in (GENERIC_CSV, ISO_V09, ICBC)}


@dataclass
class Taken:
    """Seconds of one run by kind of work, ours and the floor's, and what it used."""

    lines: int
    ours: dict[str, float] = field(default_factory=dict)
    floor: dict[str, float] = field(default_factory=dict)
    #: Processor seconds of the worker (the floor: of its client) and of the server together: they
    #: tell the same on a machine that others use as well.
    ours_cpu: dict[str, float] = field(default_factory=dict)
    floor_cpu: dict[str, float] = field(default_factory=dict)
    #: Seconds inside the worker, without storing the file and waiting for the courier.
    inside: dict[str, float] = field(default_factory=dict)
    worker_mib: dict[str, int] = field(default_factory=dict)
    backend_mib: dict[str, int] = field(default_factory=dict)
    result: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class BankFile:
    """A written bank file beside the same bytes written raw."""

    orders: int
    seconds: float
    raw_seconds: float
    size_bytes: int


class StepNotDone(SettlementError):
    """A job of the benchmark failed."""

    code = "bench_step_failed"
    zh = "基准测试步骤“{step}”没有完成：{reason}"
    en = "The step {step} of the benchmark was not done: {reason}"


def prepare(machine: Machine, made: city.City, log: Path) -> None:
    """Make the database that every run begins with: migrated, with master data."""
    url = machine.make(TEMPLATE)
    connect(url)
    try:
        migrate.up()
        users.ensure(made)
        profiles.ensure([*SEEDS, bank.LOCAL_BANK])
        with workers(machine, url, log):
            for file in made.of(city.MASTER):
                take_in(file.kind, file.path)
        accounts.approve(access.load(users.CHECKER.name))
        db.connection().commit()
    finally:
        db.close()


def run(machine: Machine, made: city.City, lines: int, log: Path) -> Taken:
    """Measure one run over a fresh copy of the prepared database."""
    taken = Taken(lines)
    url = machine.make(DATABASE, TEMPLATE)
    period = made.months[-1]
    facts = {file.kind: file.path for file in made.of(period)}
    for kind in (*MEASURED, "confirmations"):
        bare = partial(floors.copy, url, kind, facts[kind], keyed=False)
        _floor(taken, machine, f"{kind} bare", bare)
        _floor(taken, machine, kind, partial(floors.copy, url, kind, facts[kind]))
    connect(url)
    try:
        with workers(machine, url, log) as worker:
            # The libraries of the imports are loaded by the first one, once in a worker's life.
            take_in("monthly_funds", facts["monthly_funds"])
            for kind in (*MEASURED, "confirmations"):
                work = partial(take_in, kind, facts[kind])
                _measure(taken, machine, worker, kind, work)
            args = {"period": period, "area": None, "on": ON}
            _measure(taken, machine, worker, "settle", lambda: job(JobName.SETTLE, args))
    finally:
        db.close()
    for kind in MEASURED:
        _floor(taken, machine, f"{kind} kept", partial(floors.copy_kept, url, kind, log.parent))
    _floor(taken, machine, "settle", partial(floors.group_and_insert, url))
    return taken


def _floor(taken: Taken, machine: Machine, kind: str, work: Callable[[], float]) -> None:
    machine.calm()
    before = machine.cpu_seconds() + time.process_time()
    taken.floor[kind] = work()
    taken.floor_cpu[kind] = machine.cpu_seconds() + time.process_time() - before


def _measure(taken: Taken, machine: Machine, worker: int, kind: str, work: Any) -> None:  # noqa: ANN401
    machine.calm()
    process = machine.postgres.process
    before = machine.cpu_seconds() + process_cpu_seconds(worker)
    with Peaks(process.pid if process else 0, worker) as peaks:
        began = time.perf_counter()
        job = work()
        taken.ours[kind] = time.perf_counter() - began
    taken.ours_cpu[kind] = machine.cpu_seconds() + process_cpu_seconds(worker) - before
    taken.inside[kind] = (job.finished_at - job.started_at).total_seconds()
    taken.worker_mib[kind], taken.backend_mib[kind] = peaks.worker_mib, peaks.backend_mib
    taken.result[kind] = job.result


def take_in(kind: str, path: Path) -> Any:  # noqa: ANN401
    """Import a file by the worker and return its ended job."""
    with db.atomic():
        stored = files.store_path(path, by=users.MAKER.name, kind="upload")
    args = {"kind": kind, "file_id": stored.id, "all_or_nothing": False, "on": ON}
    return job(JobName.IMPORT_DATA, args)


def job(name: JobName, args: dict[str, Any], *, may_reject: bool = False) -> Any:  # noqa: ANN401
    """Queue a job and return it once it is done; raises StepNotDone.

    A file of ours has no row that is rejected; a bank may reject some.
    """
    with db.atomic():
        queued = jobs.enqueue(name, args, by=users.MAKER.name)
    ended = jobs.wait(queued.id)
    rejected = not may_reject and (ended.result or {}).get("rejected")
    if ended.state is not JobState.DONE or rejected:
        reason = ended.error_sentence or str(ended.result)[:200]
        raise StepNotDone(step=name.value, reason=reason)
    return ended


def connect(url: str) -> None:
    """Connect this process to a database."""
    base.connect(settings.load(), url)
    db.connect()


def bank_file(folder: Path, count: int) -> dict[str, BankFile]:
    """Return what writing a bank file takes, by profile, beside the same bytes raw."""
    found = {}
    for code, spec in PROFILES.items():
        profile = bankfiles.Profile.from_spec(spec)
        orders = min(count, ORDERS_MAX, profile.max_rows or ORDERS_MAX)
        target, raw = folder / f"{code}.out", folder / f"{code}.raw"
        began = time.perf_counter()
        with target.open("wb") as out:
            for piece in bankfiles.write(
                profile, bank_writers.batch(orders), bank_writers.orders(orders)
            ):
                out.write(piece)
        taken = time.perf_counter() - began
        found[code] = BankFile(orders, taken, floors.raw_write(target, raw), target.stat().st_size)
        target.unlink()
    return found
