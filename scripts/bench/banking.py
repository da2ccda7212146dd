"""Measures bank money: a file of many orders with read-back, a pay run, and a result applied."""

import json
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median
from typing import Any

import psycopg
from lxml import etree

from models.records import base
from models.records.base import db, sql
from models.rules.errors import SettlementError
from models.rules.job_names import JobName
from models.rules.money import yuan
from models.rules.words import JobState
from models.services import files, jobs
from models.settings import ROOT, load
from scripts import migrate
from scripts.bench import bank_world
from scripts.bench.bank_writers import PROFILE, WAYS
from scripts.bench.machine import Machine, Peaks, process_cpu_seconds, workers

WORLD, DATABASE = "bench_bank", "bench_bank_run"
#: A bank takes no more orders at once, and no month has more.
ORDERS_MAX = 100_000
RUNS = 3
NAMESPACE = "urn:iso:std:iso:20022:tech:xsd:pain.002.001.10"
_TO_ANSWER = """
SELECT reference, amount_fen, payee_account_no, payee_account_name FROM payment_instruction
 ORDER BY id
"""
_FLOOR = "CREATE TABLE floor_result (LIKE bank_result_line INCLUDING ALL)"
_COPY = (
    "COPY floor_result (result_file_id, row, reference, status_text, status, amount_fen, booked_on,"
    " account_no, account_name, outcome) FROM STDIN"
)


@dataclass(frozen=True)
class Way:
    """One way of making or reading a bank file: medians of its runs, each in its own process."""

    seconds: float
    cpu: float
    above_idle_mib: float
    peak_mib: float
    size_bytes: int


@dataclass
class Applied:
    """One run: pay, and its result applied, beside the floor of the result."""

    seconds: dict[str, float] = field(default_factory=dict)
    cpu: dict[str, float] = field(default_factory=dict)
    #: Of the worker: high-water mark, and how much that is above the idle worker.
    peak_mib: dict[str, int] = field(default_factory=dict)
    above_idle_mib: dict[str, int] = field(default_factory=dict)
    backend_mib: dict[str, int] = field(default_factory=dict)


@dataclass(frozen=True)
class Money:
    """All that was measured of bank money."""

    orders: int
    ways: dict[str, Way]
    runs: list[Applied]


class StepFailed(SettlementError):
    """A step of the benchmark of bank money failed."""

    code = "bench_bank_step_failed"
    zh = "基准测试步骤“{step}”没有完成：{reason}"
    en = "The step {step} of the benchmark was not done: {reason}"


def measure(machine: Machine, folder: Path, size: int, log: Path, runs: int = RUNS) -> Money:
    """Return what bank money takes for so many orders, at most ORDERS_MAX."""
    orders = min(size, ORDERS_MAX)
    ways = {way: _way(way, orders, folder, runs) for way in WAYS}
    _world(machine, orders)
    return Money(orders, ways, [_run(machine, folder, log) for _ in range(runs)])


def _way(name: str, orders: int, folder: Path, runs: int) -> Way:
    """Run a way in processes of its own; those that read take the file that ours has written."""
    path = folder / ("ours.xml" if name in ("ours", "parse", "reread") else f"{name}.xml")
    command = [sys.executable, "-m", "scripts.bench.bank_writers", name, str(orders), str(path)]
    told = [
        json.loads(subprocess.run(command, cwd=ROOT, check=True, capture_output=True).stdout)
        for _ in range(runs)
    ]

    def middle(key: str) -> float:
        return float(median(one[key] for one in told))

    above = max(one["peak_mib"] - one["idle_mib"] for one in told)
    peak = max(one["peak_mib"] for one in told)
    return Way(middle("seconds"), middle("cpu"), above, peak, told[0]["bytes"])


def _world(machine: Machine, orders: int) -> None:
    _connect(machine.make(WORLD))
    try:
        migrate.up()
        with db.atomic():
            bank_world.build(orders)
        db.connection().commit()
    finally:
        db.close()


def _run(machine: Machine, folder: Path, log: Path) -> Applied:
    taken = Applied()
    url = machine.make(DATABASE, WORLD)
    _connect(url)
    try:
        with workers(machine, url, log) as worker:
            args = {"period": bank_world.PERIOD, "area": bank_world.AREA, "profile": PROFILE}
            _measured(taken, machine, worker, "pay", lambda: _job(JobName.PAY, args))
            path = folder / "answer.xml"
            path.write_bytes(b"".join(_answer()))
            db.connection().commit()
            _measured(taken, machine, worker, "result", lambda: _apply(path))
        _floor(taken, machine, url, path)
    finally:
        db.close()
    return taken


def _measured(
    taken: Applied, machine: Machine, worker: int, kind: str, work: Callable[[], Any]
) -> None:
    machine.calm()
    process = machine.postgres.process
    before = machine.cpu_seconds() + process_cpu_seconds(worker)
    with Peaks(process.pid if process else 0, worker) as peaks:
        idle, began = peaks.idle_mib, time.perf_counter()
        work()
        taken.seconds[kind] = time.perf_counter() - began
    taken.cpu[kind] = machine.cpu_seconds() + process_cpu_seconds(worker) - before
    taken.peak_mib[kind], taken.backend_mib[kind] = peaks.worker_mib, peaks.backend_mib
    taken.above_idle_mib[kind] = peaks.worker_mib - idle


def _apply(path: Path) -> None:
    with db.atomic():
        stored = files.store_path(path, by=bank_world.MAKER.name, kind="bank_result")
    _job(JobName.BANK_RESULT, {"file_id": int(stored.id), "profile": PROFILE})


def _job(name: JobName, args: dict[str, Any]) -> None:
    with db.atomic():
        queued = jobs.enqueue(name, {**args, "on": bank_world.ON}, by=bank_world.MAKER.name)
    ended = jobs.wait(queued.id)
    if ended.state is not JobState.DONE or (ended.result or {}).get("exceptions"):
        raise StepFailed(step=name.value, reason=ended.error_sentence or str(ended.result)[:200])


def _answer() -> Iterator[bytes]:
    """Yield a pain.002 that settles every order, with what banks bring back of each."""
    yield (
        f'<?xml version="1.0" encoding="UTF-8"?>\n<Document xmlns="{NAMESPACE}"><CstmrPmtStsRpt>'
        "<GrpHdr><MsgId>R1</MsgId><CreDtTm>2026-07-09T09:00:00+08:00</CreDtTm></GrpHdr>"
        "<OrgnlGrpInfAndSts><OrgnlMsgId>ALL</OrgnlMsgId><OrgnlMsgNmId>pain.001.001.09"
        "</OrgnlMsgNmId></OrgnlGrpInfAndSts><OrgnlPmtInfAndSts><OrgnlPmtInfId>ALL</OrgnlPmtInfId>"
    ).encode()
    for reference, amount_fen, account_no, name in sql(_TO_ANSWER).fetchall():
        yield (
            f"<TxInfAndSts><OrgnlInstrId>{reference}</OrgnlInstrId>"
            f"<OrgnlEndToEndId>{reference}</OrgnlEndToEndId><TxSts>ACSC</TxSts>"
            "<AccptncDtTm>2026-07-09T08:00:00+08:00</AccptncDtTm><OrgnlTxRef>"
            f'<Amt><InstdAmt Ccy="CNY">{yuan(amount_fen)}</InstdAmt></Amt>'
            f"<Cdtr><Pty><Nm>{name}</Nm></Pty></Cdtr>"
            f"<CdtrAcct><Id><Othr><Id>{account_no}</Id></Othr></Id></CdtrAcct>"
            "</OrgnlTxRef></TxInfAndSts>\n"
        ).encode()
    yield b"</OrgnlPmtInfAndSts></CstmrPmtStsRpt></Document>\n"


def _floor(taken: Applied, machine: Machine, url: str, path: Path) -> None:
    """Parse the same file and COPY its lines into a table like that of the results."""
    with psycopg.connect(url) as connection:
        connection.execute(_FLOOR)
        connection.commit()
        machine.calm()
        before, began = machine.cpu_seconds() + time.process_time(), time.perf_counter()
        with connection.cursor().copy(_COPY) as copy:
            for row in _plainly_parsed(path):
                copy.write_row(row)
        connection.commit()
        taken.seconds["floor"] = time.perf_counter() - began
        taken.cpu["floor"] = machine.cpu_seconds() + time.process_time() - before


def _plainly_parsed(path: Path) -> Iterator[tuple[Any, ...]]:
    """Yield the lines as a plain loop would read them: no check, no safeguard."""
    at = f"{{{NAMESPACE}}}"
    amount, account = f"{at}OrgnlTxRef/{at}Amt/{at}InstdAmt", f"{at}OrgnlTxRef/{at}CdtrAcct/{at}Id"
    name = f"{at}OrgnlTxRef/{at}Cdtr/{at}Pty/{at}Nm"
    for row, (_, one) in enumerate(etree.iterparse(path, tag=f"{at}TxInfAndSts"), start=1):
        yield (
            1, row, one.findtext(f"{at}OrgnlEndToEndId"), one.findtext(f"{at}TxSts"), "settled",
            int(one.findtext(amount).replace(".", "")), one.findtext(f"{at}AccptncDtTm")[:10],
            one.findtext(f"{account}/{at}Othr/{at}Id"), one.findtext(name), "settled",
        )  # fmt: skip
        one.clear()
        while one.getprevious() is not None:
            del one.getparent()[0]


def _connect(url: str) -> None:
    base.connect(load(), url)
    db.connect()
