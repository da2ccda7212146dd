"""Twenty readers at once: real HTTP against a web of its own, over the large database."""

import os
import random
import re
import socket
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from html import unescape
from math import ceil
from pathlib import Path
from urllib.error import HTTPError
from urllib.parse import quote, urlencode
from urllib.request import HTTPCookieProcessor, OpenerDirector, build_opener

from models.settings import ROOT
from scripts.bench.list_readers import READERS
from scripts.bench.machine import server_cpu_seconds
from scripts.demo import users

READY_SECONDS = 60.0
#: Whoever does not answer within this has failed.
PATIENCE_SECONDS = 60.0
#: Between two pages a reader looks at one: from the first to the second of these, in seconds.
THINKS_SECONDS = (0.5, 3.5)
_NEXT = re.compile(r'<a class="pg" rel="next" href="([^"]+)"')


@dataclass
class Crowd:
    """What the readers met: milliseconds of each answer by list, and what did not answer."""

    readers: int
    seconds: float
    #: Processor time of the pages' processes and of the server, over all answers.
    web_seconds: float = 0.0
    server_seconds: float = 0.0
    ms: dict[str, list[float]] = field(default_factory=dict)
    failed: list[str] = field(default_factory=list)

    @property
    def all_ms(self) -> list[float]:
        """Return every answer's milliseconds."""
        return [one for found in self.ms.values() for one in found]

    def told(self) -> str:
        """Return the sentence of the page that keeps the measurements."""
        found = sorted(self.all_ms)
        answers = len(found) or 1
        worst = max(self.ms.items(), key=lambda item: statistics.median(item[1]))
        return (
            f"{self.readers} readers at once for {self.seconds:.0f} s, who think"
            f" {THINKS_SECONDS[0]}–{THINKS_SECONDS[1]} s between two pages: {len(found)} answers,"
            f" {len(self.failed)} failures; median {statistics.median(found):.0f} ms,"
            f" p95 {p95(found):.0f} ms, longest {found[-1]:.0f} ms; processor time of one answer"
            f" {self.web_seconds * 1000 / answers:.0f} ms in the pages and"
            f" {self.server_seconds * 1000 / answers:.0f} ms in the database; slowest list by"
            f" median `{worst[0]}` ({statistics.median(worst[1]):.0f} ms)."
        )


def p95(found: list[float]) -> float:
    """Return the milliseconds that nineteen of twenty answers stay within."""
    return sorted(found)[ceil(0.95 * len(found)) - 1] if found else 0.0


def meet(
    readers: int, seconds: float, facts: dict[str, str], database_url: str, server_pid: int
) -> Crowd:
    """Let so many readers open lists and turn pages for a while."""
    made = Crowd(readers, seconds)
    with _web(database_url) as (address, pid):
        openers = [
            (name, _signed_in(address, name))
            for name, _ in zip(_names(), range(readers), strict=False)
        ]
        lock, before = threading.Lock(), _used(pid, server_pid)
        until = time.monotonic() + seconds
        threads = [
            threading.Thread(
                target=_read,
                args=(made, lock, opener, address, name, facts, until, random.Random(number)),  # noqa: S311 - a reader's whims
            )
            for number, (name, opener) in enumerate(openers)
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        after = _used(pid, server_pid)
    made.web_seconds, made.server_seconds = after[0] - before[0], after[1] - before[1]
    return made


def _names() -> Iterator[str]:
    """Yield who reads: half of them clerks of the agency, the others at their institutions."""
    while True:
        yield from ("checker", "hospital", "checker", "enterprise", "checker", "hospital")
        yield from ("auditor", "enterprise")


def _read(
    made: Crowd,
    lock: threading.Lock,
    opener: OpenerDirector,
    address: str,
    name: str,
    facts: dict[str, str],
    until: float,
    whims: random.Random,
) -> None:
    while time.monotonic() < until:
        key = whims.choice(READERS[name])
        at: str | None = key.format(**facts)
        while at is not None and time.monotonic() < until:
            began = time.perf_counter()
            status, page = _get(opener, address + quote(at, safe="/?&=%|-"))
            took = (time.perf_counter() - began) * 1_000
            with lock:
                made.ms.setdefault(f"{name} {key}", []).append(took)
                if status != 200:
                    made.failed.append(f"{status} {at}")
            time.sleep(whims.uniform(*THINKS_SECONDS))
            link = _NEXT.search(page) if whims.random() < 0.5 else None
            at = unescape(link[1]) if link else None


def _get(opener: OpenerDirector, address: str) -> tuple[int, str]:
    try:
        with opener.open(address, timeout=PATIENCE_SECONDS) as answer:
            return answer.status, answer.read().decode()
    except HTTPError as error:
        return error.code, ""
    except OSError as error:
        return 0, str(error)


def _signed_in(address: str, name: str) -> OpenerDirector:
    opener = build_opener(HTTPCookieProcessor())
    _status, page = _get(opener, f"{address}/sign-in")
    token = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', page)
    told = {"name": name, "password": users.PASSWORD, "csrf_token": token[1] if token else ""}
    with opener.open(f"{address}/sign-in", urlencode(told).encode(), timeout=PATIENCE_SECONDS):
        return opener


@contextmanager
def _web(database_url: str) -> Iterator[tuple[str, int]]:
    """Run the pages as they are served, on a port of their own; yield address and process."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    environment = {**os.environ, "DATABASE_URL": database_url, "PORT": str(port)}
    log = Path(os.environ.get("VAR_DIR") or tempfile.gettempdir()) / "bench-web.log"
    with log.open("ab") as out:
        process = subprocess.Popen(
            [sys.executable, "-m", "web.main"],
            cwd=ROOT, env=environment, stdout=out, stderr=out, start_new_session=True,
        )  # fmt: skip
    address = f"http://127.0.0.1:{port}"
    try:
        opener, until = build_opener(), time.monotonic() + READY_SECONDS
        while _get(opener, f"{address}/health")[0] != 200:
            if time.monotonic() > until:
                raise TimeoutError(f"the pages did not begin; see {log}")
            time.sleep(0.2)
        yield address, process.pid
    finally:
        process.terminate()
        process.wait(READY_SECONDS)


def _used(web_pid: int, server_pid: int) -> tuple[float, float]:
    return server_cpu_seconds(web_pid), server_cpu_seconds(server_pid)
