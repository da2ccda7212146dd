"""The private servers and processes of the benchmark, with the peak memory of each."""

import os
import platform
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

import psycopg

from models.settings import ROOT
from scripts.embedded.home import Home, prepare
from scripts.embedded.postgres import Postgres, memory_bytes
from scripts.embedded.redis import Redis

READY_SECONDS = 30.0
SAMPLE_SECONDS = 0.25
KIB = 1024
_END_SESSIONS = """
SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE datname = %s
"""


@dataclass
class Machine:
    """A PostgreSQL and a Redis with the product's own settings, in a folder of their own."""

    home: Home
    postgres: Postgres
    redis: Redis

    def url(self, database: str) -> str:
        """Return the address of a database."""
        return self.postgres.url_of(database)

    def make(self, name: str, template: str = "template0") -> str:
        """Make a database, in place of an older one, and return its address."""
        with psycopg.connect(self.url("postgres"), autocommit=True) as ask:
            ask.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")
            # A session that has not ended yet would keep the template from being copied.
            ask.execute(_END_SESSIONS, (template,))
            ask.execute(f"CREATE DATABASE {name} TEMPLATE {template} STRATEGY FILE_COPY")
        return self.url(name)

    def cpu_seconds(self) -> float:
        """Return the processor time the server has used, with all that ever worked for it."""
        return server_cpu_seconds(self.postgres.process.pid if self.postgres.process else 0)

    def calm(self) -> None:
        """Write out what is dirty, so that one measurement does not pay for the one before."""
        with psycopg.connect(self.url("postgres"), autocommit=True) as ask:
            ask.execute("CHECKPOINT")


@contextmanager
def machine(var_dir: Path) -> Iterator[Machine]:
    """Start the servers under a folder and remove everything afterwards."""
    home = prepare(var_dir)
    made = Machine(home, Postgres(home), Redis(home))
    try:
        made.postgres.start()
        made.redis.start()
        yield made
    finally:
        made.redis.stop()
        made.postgres.stop()
        home.remove()


@contextmanager
def workers(made: Machine, database_url: str, log: Path) -> Iterator[int]:
    """Run one relay and one worker for a database; yield the worker's process id."""
    environment = {**os.environ, "DATABASE_URL": database_url, "REDIS_URL": made.redis.url}
    with log.open("ab") as out:
        started = [
            subprocess.Popen(
                [sys.executable, "-m", module],
                cwd=ROOT, env=environment, stdout=out, stderr=out, start_new_session=True,
            )
            for module in ("workers.relay", "workers.main")
        ]  # fmt: skip
    try:
        _wait_for_heartbeats(database_url, len(started))
        yield started[1].pid
    finally:
        for process in started:
            process.send_signal(signal.SIGTERM)
        for process in started:
            process.wait(READY_SECONDS)


def _wait_for_heartbeats(database_url: str, count: int) -> None:
    until = time.monotonic() + READY_SECONDS
    with psycopg.connect(database_url, autocommit=True) as ask:
        while time.monotonic() < until:
            row = ask.execute("SELECT count(*) FROM heartbeat").fetchone()
            if row and row[0] >= count:
                return
            time.sleep(0.1)
    raise TimeoutError("workers did not show a sign of life")


@dataclass
class Peaks:
    """Watches the memory of processes; PostgreSQL's is the largest private one of its backends."""

    postgres_pid: int
    worker_pid: int
    #: MiB; the worker's from the kernel's high-water mark, PostgreSQL's without shared buffers.
    worker_mib: int = 0
    backend_mib: int = 0
    #: What the worker held before the work began.
    idle_mib: int = 0
    _stop: threading.Event = field(default_factory=threading.Event)

    def __enter__(self) -> "Peaks":
        """Begin to watch."""
        _forget_peak(self.worker_pid)
        self.idle_mib = _status(self.worker_pid, "VmRSS")
        self._thread = threading.Thread(target=self._watch, daemon=True)
        self._thread.start()
        return self

    def __exit__(self, *failure: object) -> None:
        """Look a last time and stop."""
        self._stop.set()
        self._thread.join()
        self.worker_mib = max(self.worker_mib, _status(self.worker_pid, "VmHWM"))

    def _watch(self) -> None:
        while not self._stop.wait(SAMPLE_SECONDS):
            self.worker_mib = max(self.worker_mib, _status(self.worker_pid, "VmHWM"))
            for pid in _children(self.postgres_pid):
                self.backend_mib = max(self.backend_mib, _status(pid, "RssAnon"))


def server_cpu_seconds(pid: int) -> float:
    """Return the processor time of a server and of all that work or ever worked for it."""
    return sum(_times(pid)) + sum(sum(_times(child)[:2]) for child in _children(pid))


def process_cpu_seconds(pid: int) -> float:
    """Return the processor time of a process and of its children that ended."""
    return sum(_times(pid))


def peak_mib(pid: int) -> int:
    """Return a process's high-water mark in MiB; getrusage would tell that of its parent too."""
    return _status(pid, "VmHWM")


def _times(pid: int) -> list[float]:
    """Return user and system time of a process and of its ended children, in seconds."""
    try:
        text = Path(f"/proc/{pid}/stat").read_text()
    except OSError:
        return [0.0] * 4
    ticks = os.sysconf("SC_CLK_TCK")
    return [int(word) / ticks for word in text.rsplit(")", 1)[1].split()[11:15]]


def _forget_peak(pid: int) -> None:
    """Let the kernel count a process's high-water mark from now on (proc(5), clear_refs)."""
    with suppress(OSError):
        Path(f"/proc/{pid}/clear_refs").write_text("5")


def _children(pid: int) -> list[int]:
    try:
        text = Path(f"/proc/{pid}/task/{pid}/children").read_text()
    except OSError:
        return []
    return [int(word) for word in text.split()]


def _status(pid: int, name: str) -> int:
    """Return a memory figure of a process in MiB; 0 when it has ended."""
    try:
        lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    except OSError:
        return 0
    found = next((line for line in lines if line.startswith(f"{name}:")), f"{name}: 0 kB")
    return int(found.split()[1]) // KIB


def described() -> str:
    """Return the machine and the system in one line."""
    cpu = "unknown CPU"
    info = Path("/proc/cpuinfo")
    if info.exists():
        names = [line for line in info.read_text().splitlines() if line.startswith("model name")]
        cpu = names[0].split(":", 1)[1].strip() if names else cpu
    gib = memory_bytes() / (1 << 30)
    return f"{os.cpu_count()} × {cpu}, {gib:.0f} GiB, {platform.system()} {platform.release()}"
