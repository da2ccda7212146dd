"""The servers and processes of a round: started, watched, started again, always ended."""

import contextlib
import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psycopg
import redis

from scripts.embedded import processes
from scripts.embedded.postgres import DATABASE
from scripts.front_door import healthy
from tests import servers
from tests.chaos import points
from tests.chaos.post_office import PostOffice
from tests.processes import ROOT

#: Processes of the product, by kind; two of each where the product promises that two are one.
CAST = {"worker": 2, "relay": 2, "schedule": 2, "web": 1}
#: Commits survive a crash of the server, as in the product; only the machine never loses power.
DURABLE = {**servers.FAST, "synchronous_commit": "on", "shared_buffers": "64MB"}
#: Who died is started again after this, as a supervisor does.
BACK_SECONDS = 0.2
#: Servers are given so long to come back by themselves.
SERVER_SECONDS = 30
SECRET_KEY = "only-for-chaos"


@dataclass
class Actor:
    """One process of the cast and when it is due again."""

    kind: str
    pid: int
    #: An extra process that nobody starts again.
    extra: bool = False
    died_at: float | None = None
    stopped_at: float | None = None
    #: Hours by which its clock is wrong.
    skew: float = 0


@dataclass
class Stage:
    """Everything that runs, for many rounds one after the other."""

    port: int
    #: Seeds that run the product's own leases and pauses.
    as_shipped: bool = False
    cast: list[Actor] = field(default_factory=list)
    database: str = DATABASE
    #: Every process of the round leads a session of its own: by these the left-over are found.
    started: set[int] = field(default_factory=set)
    _held: dict[str, "psycopg.Connection[Any]"] = field(default_factory=dict)
    _asking: threading.Lock = field(default_factory=threading.Lock)

    def open(self) -> None:
        """Start the servers and the nursery; make the template database."""
        self.folder = Path(tempfile.mkdtemp(prefix="zhijie-chaos-"))
        self.armed = self.folder / "armed"
        self.armed.mkdir()
        self.log = self.folder / "log"
        self.servers = servers.start(DURABLE)
        self.post = PostOffice()
        self.nursery = subprocess.Popen(
            [sys.executable, "-m", "tests.chaos.nursery"],
            cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
            env={**os.environ, "VAR_DIR": str(self.folder), "PYTHONWARNINGS": "ignore"},
        )  # fmt: skip
        assert self.nursery.stdout is not None
        assert self.nursery.stdout.readline() == "ready\n"

    def close(self) -> None:
        """End everything and remove the folder."""
        with contextlib.ExitStack() as last:
            last.callback(shutil.rmtree, self.folder, ignore_errors=True)
            last.callback(self.servers.stop)
            last.callback(self.post.close)
            # What it forked dies with it; leaving its block closes the pipes and waits.
            last.enter_context(self.nursery)
            last.callback(self.nursery.kill)
            self.leave()

    @property
    def url(self) -> str:
        """Address of the round's database."""
        return self.servers.postgres.url_of(self.database)

    @property
    def redis_url(self) -> str:
        """Address of the broker."""
        return self.servers.redis.url

    def broker(self) -> redis.Redis:
        """Return a client of the broker."""
        return redis.Redis.from_url(self.redis_url, socket_timeout=1, socket_connect_timeout=1)

    def ask(self, text: str, params: Any = None, *, database: str | None = None) -> list[Any]:
        """Ask the database on a connection of our own; raises psycopg.Error while it is away."""
        name = database or self.database
        with self._asking:
            held = self._held.pop(name, None)
            if held is not None:
                try:
                    return self._answer(name, held, text, params)
                except psycopg.OperationalError:
                    held.close()
            url = self.servers.postgres.url_of(name)
            fresh = psycopg.connect(
                url, autocommit=True, connect_timeout=3, application_name="chaos"
            )
            return self._answer(name, fresh, text, params)

    def _answer(
        self, name: str, ask: "psycopg.Connection[Any]", text: str, params: Any
    ) -> list[Any]:
        """Ask, and keep the connection unless it broke."""
        cursor = ask.execute(text, params)
        rows = cursor.fetchall() if cursor.description else []
        self._held[name] = ask
        return rows

    def forget(self) -> None:
        """Close our own connections, so that a database can be dropped or copied."""
        with self._asking:
            for ask in self._held.values():
                ask.close()
            self._held.clear()

    # --- processes ---------------------------------------------------------------------------

    def enter(self, database: str, cast: dict[str, int]) -> None:
        """Start the cast of a round on its database, with an empty broker."""
        self.database = database
        self.started.clear()
        for left in self.armed.iterdir():
            left.unlink()
        with contextlib.suppress(redis.RedisError):
            self.broker().flushall()
        for kind, count in cast.items():
            for _ in range(count):
                self.cast.append(Actor(kind, self.fork(kind)))

    def leave(self) -> list[int]:
        """Stop the cast, and return the numbers of processes that are left over."""
        for one in self.cast:
            self.signal(one.pid, signal.SIGCONT)
            self.signal(one.pid, signal.SIGTERM)
        until = time.monotonic() + 25
        while any(is_alive(one.pid) for one in self.cast) and time.monotonic() < until:
            self.tell({"ended": True})
            time.sleep(0.03)
        late = [one.pid for one in self.cast if is_alive(one.pid)]
        time.sleep(0.1)
        found = sorted({*late, *self.left_over()})
        for pid in found:
            self.signal(pid, signal.SIGKILL)
        self.cast.clear()
        self.forget()
        return found

    def left_over(self) -> list[int]:
        """Return the living processes of the sessions that this round began."""
        found = []
        for folder in Path("/proc").glob("[0-9]*"):
            with contextlib.suppress(OSError):
                told = (folder / "stat").read_text().rpartition(")")[2].split()
                if int(told[3]) in self.started and told[0] not in "ZX":
                    found.append(int(folder.name))
        return found

    def fork(self, kind: str, skew: float = 0) -> int:
        """Let the nursery fork a process of the product."""
        env = {
            "DATABASE_URL": self.url, "REDIS_URL": self.redis_url, "SECRET_KEY": SECRET_KEY,
            "VAR_DIR": str(self.folder), "PORT": str(self.port), "WEB_CONCURRENCY": "1",
            "PUBLIC_URL": f"http://127.0.0.1:{self.port}", "STEP_UP_MINUTES": "100000",
            "SESSION_IDLE_MINUTES": "100000", "SESSION_HOURS_MAX": "10000",
            "SMTP_HOST": "127.0.0.1", "SMTP_PORT": str(self.post.port), "SMTP_SECURITY": "none",
            "MAIL_PER_SECOND": "1000", "API_RATE": "0",
            points.ARMED: str(self.armed), points.SKEW: str(skew),
            points.SHIPPED: "1" if self.as_shipped else "",
            "CHAOS_NAIVE_BANK": str(self.folder / "naive_bank"),
        }  # fmt: skip
        pid = int(self.tell({"start": kind, "env": env, "log": str(self.log)}))
        self.started.add(pid)
        return pid

    def tell(self, asked: dict[str, Any]) -> Any:
        """Ask the nursery."""
        assert self.nursery.stdin is not None
        assert self.nursery.stdout is not None
        self.nursery.stdin.write(json.dumps(asked) + "\n")
        self.nursery.stdin.flush()
        return json.loads(self.nursery.stdout.readline())

    def of(self, kind: str) -> list[Actor]:
        """Return the living processes of a kind."""
        return [one for one in self.cast if one.kind == kind and is_alive(one.pid)]

    def signal(self, pid: int, number: int) -> None:
        """Send a signal to a process that may be gone."""
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, number)

    def tend(self) -> None:
        """Start again what died, processes and servers, as a supervisor does."""
        self.tell({"ended": True})
        now = time.monotonic()
        for one in list(self.cast):
            if is_alive(one.pid):
                self._go_on(one, now)
            elif one.extra:
                self.cast.remove(one)
            else:
                self._come_back(one, now)
        for server in (self.servers.redis, self.servers.postgres):
            if server.process is not None and processes.ended(server.process):
                processes.reap(server.process)
                server.start() if server is self.servers.redis else server.spawn()

    def _come_back(self, one: Actor, now: float) -> None:
        if one.died_at is None:
            one.died_at = now
        elif now - one.died_at >= BACK_SECONDS:
            one.pid, one.died_at = self.fork(one.kind, one.skew), None

    def _go_on(self, one: Actor, now: float) -> None:
        """Let a process go on that stopped itself longer ago than its lease lasts."""
        if state_of(one.pid) != "T":
            one.stopped_at = None
        elif one.stopped_at is None:
            one.stopped_at = now
        elif now - one.stopped_at > points.LEASE_SECONDS + 0.5:
            self.signal(one.pid, signal.SIGCONT)

    def ready(self) -> bool:
        """Return whether pages, worker and relay answer."""
        try:
            beats = {row[0] for row in self.ask(
                "SELECT DISTINCT kind FROM heartbeat WHERE seen_at > now() - interval '5 seconds'"
            )}  # fmt: skip
        except psycopg.Error:
            return False
        return {"worker", "relay"} <= beats and healthy(self.port)


def is_alive(pid: int) -> bool:
    """Return whether a process runs; a dead one that nobody waited for does not."""
    return state_of(pid) not in "ZX"


def state_of(pid: int) -> str:
    """Return the letter of a process's state; X when there is none."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except OSError:
        return "X"
