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

    def start(self, *kinds: str) -> list[subprocess.Popen[bytes]]:
        """Start workers, relays, schedules together and return when all show signs of life."""
        started = [(kind, self._launch(kind)) for kind in kinds]
        # One session for all looks: opening one takes longer than looking.
        with psycopg.connect(self.database_url, autocommit=True) as ask:
            for kind, process in started:
                _wait_for_life(ask, kind, process)
        return [process for _, process in started]

    def _launch(self, kind: str) -> subprocess.Popen[bytes]:
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
        return process

    def of(self, kind: str) -> list[subprocess.Popen[bytes]]:
        """Return the living processes of a kind."""
        return [p for known, p in self.running if known == kind and p.poll() is None]

    def kill(self, process: subprocess.Popen[bytes]) -> None:
        """End a process as a power cut would."""
        process.send_signal(signal.SIGKILL)
        process.wait(STOP_SECONDS)

    def keep_workers(self, count: int) -> None:
        """Replace dead workers, as serve does."""
        self.start(*["worker"] * (count - len(self.of("worker"))))

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


def _wait_for_life(
    ask: psycopg.Connection[tuple[object, ...]], kind: str, process: subprocess.Popen[bytes]
) -> None:
    """Return when the process has written its first heartbeat; fail when it ended instead."""
    beats = "SELECT 1 FROM heartbeat WHERE kind = %s AND process LIKE %s"
    wait_until(
        lambda: (
            process.poll() is not None
            or ask.execute(beats, (kind, f"%:{process.pid}")).fetchone() is not None
        ),
        seconds=READY_SECONDS,
        what=f"the first heartbeat of the {kind}",
    )
    assert process.poll() is None, f"the {kind} ended with {process.returncode}"


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
        background.start(
            *["relay"] * relays, *["worker"] * workers, *["schedule"] * schedules,
        )  # fmt: skip
        yield background
    finally:
        background.stop()
