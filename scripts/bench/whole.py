"""The rest of the month after its settlement: reviewed, paid, answered by the bank, offset."""

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from models.records.base import db
from models.rules.job_names import JobName
from models.services import access, approvals, files
from scripts.bench import floors, measure
from scripts.bench.machine import Machine, Peaks, process_cpu_seconds, workers
from scripts.demo import bank, places, users

STEPS = ("review", "pay", "result", "offset")


@dataclass
class Rest:
    """Seconds, processor seconds and memory of each step, and what was paid."""

    lines: int
    sheets: int = 0
    orders: int = 0
    seconds: dict[str, float] = field(default_factory=dict)
    cpu: dict[str, float] = field(default_factory=dict)
    worker_mib: dict[str, int] = field(default_factory=dict)
    backend_mib: dict[str, int] = field(default_factory=dict)
    #: The bytes of the bank's files written raw.
    floor: float = 0.0


def measured(machine: Machine, folder: Path, period: str, lines: int, log: Path) -> Rest:
    """Measure the rest of the month over the database that its settlement left behind."""
    taken = Rest(lines)
    url = machine.url(measure.DATABASE)
    measure.connect(url)
    try:
        with workers(machine, url, log) as worker:
            _step(taken, machine, worker, "review", lambda: _review(taken, period))
            files_of: list[tuple[str, bytes]] = []
            _step(taken, machine, worker, "pay", lambda: files_of.extend(_pay(taken, period)))
            # The bank is played: what it takes to answer is not the product's time.
            answers = [(profile, _answer(profile, content)) for profile, content in files_of]
            _step(taken, machine, worker, "result", lambda: _apply(folder, answers))
            args = {"period": period, "area": places.CITY, "on": measure.ON}
            _step(taken, machine, worker, "offset", lambda: measure.job(JobName.OFFSET, args))
        for place, (_profile, content) in enumerate(files_of):
            source = folder / f"raw{place}"
            source.write_bytes(content)
            taken.floor += floors.raw_write(source, folder / "raw.out")
            source.unlink()
    finally:
        db.close()
    return taken


def _step(taken: Rest, machine: Machine, worker: int, name: str, work: Callable[[], Any]) -> None:
    machine.calm()
    process = machine.postgres.process
    before = machine.cpu_seconds() + process_cpu_seconds(worker) + time.process_time()
    with Peaks(process.pid if process else 0, worker) as peaks:
        began = time.perf_counter()
        work()
        taken.seconds[name] = time.perf_counter() - began
    after = machine.cpu_seconds() + process_cpu_seconds(worker) + time.process_time()
    taken.cpu[name] = after - before
    taken.worker_mib[name], taken.backend_mib[name] = peaks.worker_mib, peaks.backend_mib


def _review(taken: Rest, period: str) -> None:
    """Two persons approve the month, as they do in the admin."""
    for person in (users.CHECKER, users.APPROVER):
        told = approvals.approve(access.load(person.name), period, places.CITY, measure.ON)
        taken.sheets = int(told["approved"])


def _pay(taken: Rest, period: str) -> Iterator[tuple[str, bytes]]:
    """Pay each area by its bank; yield the files."""
    for area, profile in bank.PROFILES.items():
        args = {"period": period, "area": area, "profile": profile, "on": measure.ON}
        ended = measure.job(JobName.PAY, args)
        for batch in ended.result["batches"]:
            taken.orders += int(batch["lines"])
            yield profile, b"".join(files.read(int(batch["file_id"])))


def _answer(profile: str, content: bytes) -> bytes:
    return bank.answer(profile, content, bank.decide(profile, content), measure.ON)


def _apply(folder: Path, answers: list[tuple[str, bytes]]) -> None:
    for place, (profile, content) in enumerate(answers):
        path = folder / f"answer{place}"
        path.write_bytes(content)
        with db.atomic():
            stored = files.store_path(path, by=users.MAKER.name, kind="bank_result")
        args = {"file_id": int(stored.id), "profile": profile, "on": measure.ON}
        measure.job(JobName.BANK_RESULT, args, may_reject=True)
        path.unlink()
