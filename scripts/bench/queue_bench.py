"""One queue of the benchmark over a fresh database and an empty Redis."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psycopg
import redis

from models.settings import ROOT
from scripts.bench.machine import Machine, process_cpu_seconds

#: A database with the product's tables and that of the work.
EMPTY, DATABASE = "bench_jobs_empty", "bench_jobs"
#: So long a queue may take in all, and nothing be done.
LONGEST_SECONDS = 120.0
LOOK_SECONDS = 0.1


class Bench:
    """One queue over a fresh database and an empty Redis."""

    def __init__(self, made: Machine, folder: Path, name: str) -> None:
        self.made, self.name = made, name
        self.url = made.make(DATABASE, EMPTY)
        redis.Redis.from_url(made.redis.url).flushall()
        self.log = folder / "queues.log"

    def ask(self, count: int, pause: float = 0.0, every: float = 0.0) -> None:
        """Ask for so many jobs."""
        words = ["fill", str(count), str(pause), str(every)]
        subprocess.run(self._command(words), check=True, cwd=ROOT, env=self._environment(pause))

    @contextmanager
    def worker(self, pause: float = 0.0) -> Iterator["Worker"]:
        """Run the queue's worker, and our courier beside ours."""
        with self.log.open("ab") as out:
            self.ask(0)
            environment = self._environment(pause)
            relay = None
            if self.name == "ours":
                relay = _started([sys.executable, "-m", "workers.relay"], environment, out)
            one = Worker(self._command(["serve"]), environment, out, relay)
            one.start()
            try:
                yield one
            finally:
                one.kill()
                if relay is not None:
                    relay.kill()
                    relay.wait()

    def counts(self) -> tuple[int, int]:
        """Return rows, and different jobs among them."""
        with psycopg.connect(self.url) as ask:
            row = ask.execute("SELECT count(*), count(DISTINCT n) FROM bench_done").fetchone()
        return (int(row[0]), int(row[1])) if row else (0, 0)

    def wait(self, count: int, patience: float = LONGEST_SECONDS) -> None:
        """Wait until so many different jobs are done, or nothing more is for so long."""
        seen, until = -1, time.monotonic() + patience
        while time.monotonic() < until:
            done = self.counts()[1]
            if done >= count:
                return
            if done != seen:
                seen, until = done, time.monotonic() + patience
            time.sleep(LOOK_SECONDS)

    def figures(self, text: str) -> list[float]:
        """Return the one row of a question."""
        with psycopg.connect(self.url) as ask:
            row = ask.execute(text).fetchone()
        return [float(cell) for cell in row] if row else []

    def forget(self) -> None:
        """Empty the rows."""
        with psycopg.connect(self.url) as ask:
            ask.execute("TRUNCATE bench_done")

    def _command(self, words: list[str]) -> list[str]:
        module = self.name if self.name == "ours" else f"{self.name}_plain"
        return [sys.executable, "-W", "ignore", "-m", "scripts.bench.queues", module, *words]

    def _environment(self, pause: float) -> dict[str, str]:
        redis_url = self.made.redis.url
        return {
            **os.environ, "DATABASE_URL": self.url, "REDIS_URL": redis_url,
            "BENCH_DATABASE_URL": self.url, "BENCH_REDIS_URL": redis_url,
            "BENCH_PAUSE": str(pause),
        }  # fmt: skip


@dataclass
class Worker:
    """A worker that can be killed and started again."""

    command: list[str]
    environment: dict[str, str]
    out: object
    relay: "subprocess.Popen[bytes] | None"
    process: "subprocess.Popen[bytes] | None" = None
    #: Processor time of those that were killed.
    spent: float = 0.0

    def start(self) -> None:
        """Start it in a group of its own, so that its children die with it."""
        self.process = _started(self.command, self.environment, self.out)

    def kill(self) -> None:
        """Kill it as a machine that loses its power does."""
        if self.process is not None:
            os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()

    def cpu_seconds(self) -> float:
        """Return the processor time of the worker and the courier."""
        running = [one for one in (self.process, self.relay) if one is not None]
        return sum(process_cpu_seconds(one.pid) for one in running)


def _started(
    command: list[str], environment: dict[str, str], out: object
) -> "subprocess.Popen[bytes]":
    started: subprocess.Popen[bytes] = subprocess.Popen(
        command, cwd=ROOT, env=environment, stdout=out, stderr=out,  # type: ignore[call-overload]
        start_new_session=True,
    )  # fmt: skip
    return started
