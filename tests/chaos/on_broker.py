"""Faults of the broker and of what it carries."""

import contextlib
import signal
from random import Random

import psycopg
import redis

from tests.chaos.registry import Fault, Missed, NotYet, Undo, fault
from tests.chaos.stage import Stage
from workers.broker import NAMESPACE, Courier

QUEUES = ("intake", "settlement", "bank", "alerts", "reports")


def broker_pid(stage: Stage) -> int:
    """Return the number of the broker's process."""
    process = stage.servers.redis.process
    if process is None or process.poll() is not None:
        raise Missed("broker")
    return process.pid


def _tell(stage: Stage, *words: object) -> None:
    """Tell the broker a command; raises NotYet while another fault keeps it from listening."""
    with contextlib.closing(stage.broker()) as client:
        try:
            client.execute_command(*words)
        except redis.RedisError as error:
            raise NotYet(str(error)) from error


def _commanding(seconds: tuple[float, float] | None, *commands: tuple[object, ...]) -> Fault:
    """Tell the broker something, and after the seconds the last of the commands."""

    def strike(stage: Stage, random: Random) -> Undo:
        with contextlib.suppress(NotYet):
            _tell(stage, *commands[0])
        if seconds is None:
            return None
        return random.uniform(*seconds), lambda: _tell(stage, *commands[-1])

    return strike


fault("broker emptied", "broker")(_commanding(None, ("FLUSHALL",)))
fault("broker's connections cut", "broker")(_commanding(None, ("CLIENT", "KILL", "TYPE", "normal")))
fault("broker out of memory", "broker")(
    _commanding(
        (0.3, 1.5), ("CONFIG", "SET", "maxmemory", "1"), ("CONFIG", "SET", "maxmemory", "0")
    )
)
fault("broker slow", "broker")(
    _commanding((0.3, 1.2), ("CLIENT", "PAUSE", "1200", "ALL"), ("CLIENT", "UNPAUSE"))
)


@fault("broker killed", "broker")
def _broker_killed(stage: Stage, _random: Random) -> Undo:
    stage.signal(broker_pid(stage), signal.SIGKILL)
    return None


@fault("broker killed and its file lost", "broker")
def _broker_lost(stage: Stage, _random: Random) -> Undo:
    stage.signal(broker_pid(stage), signal.SIGKILL)
    folder = stage.servers.home.folder("redis")
    for path in sorted(folder.rglob("*"), reverse=True):
        with contextlib.suppress(OSError):
            path.unlink() if path.is_file() else path.rmdir()
    return None


@fault("broker stands still", "broker")
def _broker_stopped(stage: Stage, random: Random) -> Undo:
    pid = broker_pid(stage)
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
