"""Faults of PostgreSQL, and of the disks under everything."""

import contextlib
import resource
import signal
from collections.abc import Callable
from random import Random

import psycopg

from tests.chaos.on_broker import broker_pid
from tests.chaos.registry import Fault, Missed, Undo, children, fault
from tests.chaos.stage import Stage


def _asking(text: str) -> Fault:
    def strike(stage: Stage, _random: Random) -> Undo:
        try:
            stage.ask(text, database="postgres")
        except psycopg.Error as error:
            raise Missed("PostgreSQL away") from error
        return None

    return strike


_OTHERS = "FROM pg_stat_activity WHERE application_name = 'zhijie' AND datname LIKE 'chaos%'"
fault("all connections cut", "database")(_asking(f"SELECT pg_terminate_backend(pid) {_OTHERS}"))
fault("one connection cut", "database")(
    _asking(f"SELECT pg_terminate_backend(pid) {_OTHERS} ORDER BY random() LIMIT 1")
)
fault("statements cancelled", "database")(_asking(f"SELECT pg_cancel_backend(pid) {_OTHERS}"))


def _postgres_pid(stage: Stage) -> int:
    process = stage.servers.postgres.process
    if process is None or process.poll() is not None:
        raise Missed("PostgreSQL")
    return process.pid


def _backends(stage: Stage) -> list[int]:
    try:
        return [row[0] for row in stage.ask(f"SELECT pid {_OTHERS}", database="postgres")]
    except psycopg.Error as error:
        raise Missed("PostgreSQL away") from error


def _ending(number: signal.Signals) -> Fault:
    def strike(stage: Stage, _random: Random) -> Undo:
        stage.signal(_postgres_pid(stage), number)
        return None

    return strike


fault("PostgreSQL restarted", "database")(_ending(signal.SIGINT))
fault("PostgreSQL stopped at once", "database")(_ending(signal.SIGQUIT))


@fault("a server process of PostgreSQL crashes", "database")
def _crash(stage: Stage, random: Random) -> Undo:
    """PostgreSQL ends all sessions and recovers from its log."""
    found = _backends(stage)
    if not found:
        raise Missed("no session")
    stage.signal(random.choice(found), signal.SIGKILL)
    return None


@fault("a session of PostgreSQL stands still", "database")
def _session_stopped(stage: Stage, random: Random) -> Undo:
    found = _backends(stage)
    if not found:
        raise Missed("no session")
    pid = random.choice(found)
    stage.signal(pid, signal.SIGSTOP)
    return random.uniform(0.4, 1.5), lambda: stage.signal(pid, signal.SIGCONT)


def _limit(pids: list[int], size: int) -> None:
    for pid in pids:
        with contextlib.suppress(OSError, ValueError):
            hard = resource.prlimit(pid, resource.RLIMIT_FSIZE)[1]
            resource.prlimit(pid, resource.RLIMIT_FSIZE, (size, hard))


def _filling(pids: Callable[[Stage], list[int]], size: int) -> Fault:
    """Let no file grow beyond a size for a while, as on a full disk."""

    def strike(stage: Stage, random: Random) -> Undo:
        found = pids(stage)
        if not found:
            raise Missed("no process")
        _limit(found, size)
        # Sessions that began meanwhile have inherited it.
        return random.uniform(0.3, 1.5), lambda: _limit([*found, *_again_all(stage, pids)], -1)

    return strike


def _again_all(stage: Stage, pids: Callable[[Stage], list[int]]) -> list[int]:
    try:
        return pids(stage)
    except Missed:
        return []


def _all_of_postgres(stage: Stage) -> list[int]:
    pid = _postgres_pid(stage)
    return [pid, *children(pid)]


fault("disk full under PostgreSQL", "disk")(_filling(_all_of_postgres, 16 << 10))
fault("disk full under the broker", "disk")(_filling(lambda stage: [broker_pid(stage)], 0))
fault("disk full under the workers", "disk")(
    _filling(lambda stage: [one.pid for one in stage.of("worker")], 0)
)
fault("disk full under the pages", "disk")(
    _filling(lambda stage: [pid for one in stage.of("web") for pid in children(one.pid)], 0)
)
