"""Everything that is done to the system: each fault strikes, and tells how it is undone and when.

A fault returns the seconds it lasts and what ends it, None when it is over at once, or raises
Missed when there was nothing to strike.
"""

import contextlib
import os
import resource
import signal
import socket
from collections.abc import Callable
from pathlib import Path
from random import Random

import psycopg
import redis

from tests.chaos import points
from tests.chaos.stage import Actor, Stage
from workers.broker import NAMESPACE, Courier

Undo = tuple[float, Callable[[], None]] | None
Fault = Callable[[Stage, Random], Undo]

#: Stopped for longer than the lease, so that another has the work when it goes on.
STOPPED_SECONDS = (points.LEASE_SECONDS + 0.4, points.LEASE_SECONDS + 1.2)
POISONS = ("segfault", "memory", "loop")
QUEUES = ("intake", "settlement", "bank", "alerts", "reports")


class Missed(Exception):
    """There was nothing to strike."""


FAULTS: dict[str, tuple[str, Fault]] = {}


def fault(name: str, group: str) -> Callable[[Fault], Fault]:
    """Register a fault under its name and the heading of the table."""

    def register(function: Fault) -> Fault:
        FAULTS[name] = (group, function)
        return function

    return register


def _one(stage: Stage, random: Random, kind: str) -> Actor:
    living = stage.of(kind)
    if not living:
        raise Missed(kind)
    return random.choice(living)


def _killing(kind: str) -> Fault:
    def strike(stage: Stage, random: Random) -> Undo:
        stage.signal(_one(stage, random, kind).pid, signal.SIGKILL)
        return None

    return strike


def _stopping(kind: str, least: float, most: float) -> Fault:
    def strike(stage: Stage, random: Random) -> Undo:
        pid = _one(stage, random, kind).pid
        stage.signal(pid, signal.SIGSTOP)
        return random.uniform(least, most), lambda: stage.signal(pid, signal.SIGCONT)

    return strike


def _skewing(kind: str, hours: float) -> Fault:
    """Start a process of the kind anew with a clock that is wrong by hours."""

    def strike(stage: Stage, random: Random) -> Undo:
        one = _one(stage, random, kind)
        one.skew = hours * random.choice((0.5, 1, 3))
        stage.signal(one.pid, signal.SIGTERM)
        return None

    return strike


for _kind in ("worker", "relay", "schedule"):
    fault(f"{_kind} killed", "process")(_killing(_kind))
    fault(f"{_kind} clock ahead", "clock")(_skewing(_kind, 4.0))
    fault(f"{_kind} clock behind", "clock")(_skewing(_kind, -4.0))
fault("worker stopped past its lease", "process")(_stopping("worker", *STOPPED_SECONDS))
fault("relay stopped", "process")(_stopping("relay", 0.5, 2.0))
fault("schedule stopped", "process")(_stopping("schedule", 0.5, 2.0))


@fault("worker asked to stop", "process")
def _asked(stage: Stage, random: Random) -> Undo:
    stage.signal(_one(stage, random, "worker").pid, signal.SIGTERM)
    return None


def _extra(kind: str) -> Fault:
    def strike(stage: Stage, _random: Random) -> Undo:
        if len([one for one in stage.cast if one.extra]) >= 3:
            raise Missed(kind)
        stage.cast.append(Actor(kind, stage.fork(kind), extra=True))
        return None

    return strike


fault("one more relay", "process")(_extra("relay"))
fault("one more schedule", "process")(_extra("schedule"))


def _children(pid: int) -> list[int]:
    with contextlib.suppress(OSError):
        told = Path(f"/proc/{pid}/task/{pid}/children").read_text()
        return [int(one) for one in told.split()]
    return []


@fault("web worker killed", "process")
def _web_worker(stage: Stage, random: Random) -> Undo:
    children = _children(_one(stage, random, "web").pid)
    if not children:
        raise Missed("web")
    stage.signal(random.choice(children), signal.SIGKILL)
    return None


@fault("web killed", "process")
def _web(stage: Stage, random: Random) -> Undo:
    master = _one(stage, random, "web").pid
    for pid in [master, *_children(master)]:
        stage.signal(pid, signal.SIGKILL)
    return None


# --- broker ------------------------------------------------------------------------------------


def _broker_pid(stage: Stage) -> int:
    process = stage.servers.redis.process
    if process is None or process.poll() is not None:
        raise Missed("broker")
    return process.pid


def _commanding(seconds: tuple[float, float] | None, *commands: tuple[object, ...]) -> Fault:
    """Tell the broker something, and after the seconds the last of the commands."""

    def strike(stage: Stage, random: Random) -> Undo:
        def tell(*words: object) -> None:
            client = stage.broker()
            with contextlib.suppress(redis.RedisError):
                client.execute_command(*words)
            client.close()

        tell(*commands[0])
        if seconds is None:
            return None
        return random.uniform(*seconds), lambda: tell(*commands[-1])

    return strike


fault("broker emptied", "broker")(_commanding(None, ("FLUSHALL",)))
fault("broker's connections cut", "broker")(_commanding(None, ("CLIENT", "KILL", "TYPE", "normal")))
fault("broker out of memory", "broker")(
    _commanding((0.3, 1.5), ("CONFIG", "SET", "maxmemory", "1"), ("CONFIG", "SET", "maxmemory", "0"))
)
fault("broker slow", "broker")(
    _commanding((0.3, 1.2), ("CLIENT", "PAUSE", "1200", "ALL"), ("CLIENT", "UNPAUSE"))
)


@fault("broker killed", "broker")
def _broker_killed(stage: Stage, _random: Random) -> Undo:
    stage.signal(_broker_pid(stage), signal.SIGKILL)
    return None


@fault("broker killed and its file lost", "broker")
def _broker_lost(stage: Stage, _random: Random) -> Undo:
    stage.signal(_broker_pid(stage), signal.SIGKILL)
    folder = stage.servers.home.folder("redis")
    for path in sorted(folder.rglob("*"), reverse=True):
        with contextlib.suppress(OSError):
            path.unlink() if path.is_file() else path.rmdir()
    return None


@fault("broker stands still", "broker")
def _broker_stopped(stage: Stage, random: Random) -> Undo:
    pid = _broker_pid(stage)
    stage.signal(pid, signal.SIGSTOP)
    return random.uniform(0.5, 2.0), lambda: stage.signal(pid, signal.SIGCONT)


@fault("messages sent again", "message")
def _again(stage: Stage, random: Random) -> Undo:
    """Carry the numbers of jobs of any state once more, as a broken network may."""
    try:
        rows = stage.ask("SELECT id, name, queue FROM job ORDER BY id DESC LIMIT 8")
        courier = Courier(stage.redis_url)
        for job_id, name, queue in random.sample(rows, min(4, len(rows))):
            courier.carry(name, queue, job_id)
        courier.client.connection_pool.disconnect()
    except (psycopg.Error, redis.RedisError) as error:
        raise Missed("server away") from error
    return None


@fault("messages reversed", "message")
def _reversed(stage: Stage, random: Random) -> Undo:
    key = f"{NAMESPACE}:{random.choice(QUEUES)}"
    try:
        client = stage.broker()
        held = client.lrange(key, 0, -1)
        if held:
            client.delete(key)
            client.rpush(key, *reversed(held))
        client.close()
    except redis.RedisError as error:
        raise Missed("broker away") from error
    return None


@fault("foreign messages", "message")
def _foreign(stage: Stage, random: Random) -> Undo:
    """Numbers of no job, names of no actor, and bytes that are no message."""
    queue = random.choice(QUEUES)
    try:
        courier = Courier(stage.redis_url)
        courier.carry("settle", queue, 10**9)
        courier.carry("pay", queue, -1)
        courier.client.rpush(f"{NAMESPACE}:{queue}", b"no-such-message")
        courier.client.connection_pool.disconnect()
    except redis.RedisError as error:
        raise Missed("broker away") from error
    return None


# --- PostgreSQL --------------------------------------------------------------------------------


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


# --- disks -------------------------------------------------------------------------------------


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
    return [pid, *_children(pid)]


fault("disk full under PostgreSQL", "disk")(_filling(_all_of_postgres, 16 << 10))
fault("disk full under the broker", "disk")(_filling(lambda stage: [_broker_pid(stage)], 0))
fault("disk full under the workers", "disk")(
    _filling(lambda stage: [one.pid for one in stage.of("worker")], 0)
)
fault("disk full under the pages", "disk")(
    _filling(lambda stage: [pid for one in stage.of("web") for pid in _children(one.pid)], 0)
)


# --- poison, mail, requests --------------------------------------------------------------------


def _poison(kind: str) -> Fault:
    def strike(stage: Stage, _random: Random) -> Undo:
        try:
            stage.ask(
                "INSERT INTO job (name, queue, args, state, attempts_max, next_try_at,"
                " requested_by, requested_at) VALUES ('tidy', 'reports', '{\"on\": \"2026-04-01\"}',"
                " 'waiting', 2, now(), %s, now())",
                (f"poison:{kind}",),
            )
        except psycopg.Error as error:
            raise Missed("PostgreSQL away") from error
        return None

    return strike


for _kind in POISONS:
    fault(f"poison job: {_kind}", "poison")(_poison(_kind))


def _mood(mood: str) -> Fault:
    def strike(stage: Stage, random: Random) -> Undo:
        stage.post.mood(mood)
        return random.uniform(0.3, 1.5), stage.post.up

    return strike


for _kind, _name in (("refuse", "refuses"), ("full", "is full"), ("hang", "hangs")):
    fault(f"mail server {_name}", "mail")(_mood(_kind))


@fault("mail server down", "mail")
def _down(stage: Stage, random: Random) -> Undo:
    stage.post.down()
    return random.uniform(0.3, 2.0), stage.post.up


def _sending(*pieces: bytes) -> Fault:
    """Send the pages something that is no request, or half of one, and leave."""

    def strike(stage: Stage, random: Random) -> Undo:
        with contextlib.suppress(OSError), socket.create_connection(
            ("127.0.0.1", stage.port), timeout=1
        ) as to:
            to.sendall(random.choice(pieces))
        return None

    return strike


fault("truncated requests", "request")(
    _sending(
        b"POST /sheets/check HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 100000\r\n\r\naction=",
        b"POST /sheets/calculate HTTP/1.1\r\nHost: 127.0",
        b"POST /imports/ HTTP/1.1\r\nHost: 127.0.0.1\r\nTransfer-Encoding: chunked\r\n\r\nFFFF\r\nx",
    )
)
fault("foreign requests", "request")(
    _sending(
        os.urandom(300),
        b"POST /sheets/check HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 27\r\n\r\n"
        b"all=1&action=approve&area=x",
        b"GET /../../etc/passwd HTTP/1.0\r\n\r\n",
    )
)


# --- named points ------------------------------------------------------------------------------

#: Point → (name in the table, highest number of the statement before which it strikes, else 0).
POINTS: dict[str, tuple[str, int]] = {
    "after_claim": ("worker killed after its claim", 0),
    "before_commit": ("worker killed before its commit", 0),
    "before_acknowledgement": ("worker killed before its acknowledgement", 0),
    "work_killed": ("worker killed before a statement", 60),
    "work_segfault": ("worker crashes before a statement", 60),
    "work_stopped": ("worker stopped in its work past the lease", 60),
    "work_frozen": ("work frozen past the lease", 60),
    "work_cut": ("connection cut before a statement", 60),
    "work_memory": ("no memory in the work", 60),
    "work_disk": ("disk full in the work", 60),
    "before_send": ("relay killed before a send", 0),
    "after_send": ("relay killed between send and commit", 0),
    "after_relay_commit": ("relay killed after its commit", 0),
    "schedule_looks": ("schedule killed at its look", 0),
    "web_killed": ("web killed before a statement", 25),
    "web_cut": ("web's connection cut before a statement", 25),
    "before_answer": ("web killed before its answer", 0),
}


def _arming(point: str, most: int) -> Fault:
    def strike(stage: Stage, random: Random) -> Undo:
        # Early statements are met by every work, late ones by the long works only.
        number = int(most ** random.random()) if most else 0
        (stage.armed / f"{point}-{number}-{random.getrandbits(40):x}").touch()
        return None

    return strike


for _point, (_name, _most) in POINTS.items():
    fault(_name, "named point")(_arming(_point, _most))
#: Those that meet a press of a button only.
OF_PRESSES = frozenset(name for point, (name, _) in POINTS.items()
                       if point in {"web_killed", "web_cut", "before_answer"})  # fmt: skip
ARMING = frozenset(name for name, _ in POINTS.values())
POINT_OF = {name: point for point, (name, _) in POINTS.items()}
