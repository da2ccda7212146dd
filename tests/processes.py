"""Real worker, relay and schedule processes for tests: started, watched, always ended."""

import contextlib
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import psycopg

ROOT = Path(__file__).resolve().parent.parent
READY_SECONDS = 20
STOP_SECONDS = 20


def wait_until(
    true: Callable[[], object], *, seconds: float = 30, what: str = "the condition"
) -> None:
    """Return when the condition holds; fail the test with its name when it never does."""
    until = time.monotonic() + seconds
    while not true():
        if time.monotonic() > until:
            raise AssertionError(f"{what} did not hold within {seconds} s")
        time.sleep(0.05)


@dataclass
class Background:
    """The background processes of one test."""

    database_url: str
    redis_url: str
    worker_module: str = "workers.main"
    worker_args: tuple[str, ...] = ()
    log_path: Path | None = None
    running: list[tuple[str, subprocess.Popen[bytes]]] = field(default_factory=list)

    def start(self, kind: str) -> subprocess.Popen[bytes]:
        """Start one worker, relay or schedule and return when it shows signs of life."""
        module = self.worker_module if kind == "worker" else f"workers.{_MODULES[kind]}"
        arguments = self.worker_args if kind == "worker" else ()
        with contextlib.ExitStack() as stack:
            log = stack.enter_context(self.log_path.open("ab")) if self.log_path else None
            process = subprocess.Popen(
                [sys.executable, "-m", module, *arguments],
                cwd=ROOT,
                env={
                    **os.environ,
                    "DATABASE_URL": self.database_url,
                    "REDIS_URL": self.redis_url,
                },
                stderr=log,
                start_new_session=True,
            )
        self.running.append((kind, process))
        wait_until(
            lambda: process.poll() is not None or self._beats(kind, process.pid),
            seconds=READY_SECONDS,
            what=f"the first heartbeat of the {kind}",
        )
        assert process.poll() is None, f"the {kind} ended with {process.returncode}"
        return process

    def _beats(self, kind: str, pid: int) -> bool:
        with psycopg.connect(self.database_url, autocommit=True) as ask:
            return bool(
                ask.execute(
                    "SELECT 1 FROM heartbeat WHERE kind = %s AND process LIKE %s",
                    (kind, f"%:{pid}"),
                ).fetchone()
            )

    def of(self, kind: str) -> list[subprocess.Popen[bytes]]:
        """Return the living processes of a kind."""
        return [p for known, p in self.running if known == kind and p.poll() is None]

    def kill(self, process: subprocess.Popen[bytes]) -> None:
        """End a process as a power cut would."""
        process.send_signal(signal.SIGKILL)
        process.wait(STOP_SECONDS)

    def keep_workers(self, count: int) -> None:
        """Replace dead workers, as serve does."""
        while len(self.of("worker")) < count:
            self.start("worker")

    def stop(self) -> None:
        """Ask all to stop; whoever does not within STOP_SECONDS is killed."""
        living = [process for _, process in self.running if process.poll() is None]
        for process in living:
            process.terminate()
        for process in living:
            try:
                process.wait(STOP_SECONDS)
            except subprocess.TimeoutExpired:
                self.kill(process)


_MODULES = {"relay": "relay", "schedule": "schedule"}


@contextlib.contextmanager
def running_workers(
    database_url: str,
    redis_url: str,
    *,
    workers: int = 1,
    relays: int = 1,
    schedules: int = 0,
    worker_module: str = "workers.main",
    worker_args: tuple[str, ...] = (),
    log_path: Path | None = None,
) -> Iterator[Background]:
    """Run real processes against a database and a Redis for the length of a block."""
    background = Background(database_url, redis_url, worker_module, worker_args, log_path)
    try:
        for kind, count in (("relay", relays), ("worker", workers), ("schedule", schedules)):
            for _ in range(count):
                background.start(kind)
        yield background
    finally:
        background.stop()
