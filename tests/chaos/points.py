"""Named points inside the processes where a fault may wait: before a send, after a commit, …

A fault is armed by a file in a folder; the process that removes the file meets it. So each armed
fault strikes once, whoever comes first.
"""

import contextlib
import dataclasses
import os
import signal
import threading
import time
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import psycopg
from flask import Flask

from models import clock
from models.rules import job_names, job_retries
from models.services.jobs import leases, outbox, running
from workers import relay, schedule
from workers.actors import registry

#: Where armed faults lie, how wrong this process's clock is, and whether it is left as shipped.
ARMED, SKEW, SHIPPED = "CHAOS_ARMED", "CHAOS_SKEW_HOURS", "CHAOS_AS_SHIPPED"
#: The product's patience, shortened so that a round takes seconds; some seeds keep its own.
LEASE_SECONDS, RENEW_SECONDS, LOST_SECONDS = 2, 0.4, 1
PAUSES_SECONDS = (0.2, 0.4, 0.8, 1.0)
HANG_SECONDS = 8
LOOK_SECONDS = 1.0
#: Each statement of the work takes at least so long: a blow at random finds it in the middle.
STATEMENT_SECONDS = 0.001

_here = threading.local()


def take(point: str) -> str | None:
    """Return what an armed fault at this point says, now ours alone; None when there is none."""
    folder = os.environ[ARMED]
    for name in os.listdir(folder):  # noqa: PTH208 - asked thousands of times
        if name.partition("-")[0] == point:
            with contextlib.suppress(FileNotFoundError):
                Path(folder, name).unlink()
                return name.split("-")[1]
    return None


def die() -> None:
    """End as by a power cut."""
    os.kill(os.getpid(), signal.SIGKILL)


def die_at(point: str) -> None:
    """Die if a fault waits here."""
    if take(point):
        die()


def install(kind: str) -> None:
    """Make the points of this kind of process, its patience and its clock."""
    hours = float(os.environ.get(SKEW) or 0)
    if hours:
        right = clock.now
        clock.now = lambda: right() + timedelta(hours=hours)
    if not os.environ.get(SHIPPED):
        _be_hasty()
    {"worker": _worker, "relay": _relay, "schedule": _schedule, "web": _web}[kind]()


def _be_hasty() -> None:
    for name, kind in job_names.KINDS.items():
        job_names.KINDS[name] = dataclasses.replace(
            kind, lease_seconds=LEASE_SECONDS, seconds_max=HANG_SECONDS
        )
    leases.RENEW_SECONDS = RENEW_SECONDS
    outbox.LOST_SECONDS = LOST_SECONDS
    schedule.LOOK_SECONDS = LOOK_SECONDS
    job_retries.PAUSES_SECONDS = PAUSES_SECONDS


def _worker() -> None:
    registry.SERVICES[job_names.JobName.TIDY] = "tests.chaos.poison:tidy"
    attempt, finish = running._attempt, running.finish

    def attempted(begun: Any, service: Any) -> str:
        die_at("after_claim")
        _arm_statements("work_")
        try:
            outcome = attempt(begun, service)
        finally:
            _here.left = None
        die_at("before_acknowledgement")
        return outcome

    def finished(claim: Any, result: Any = None) -> None:
        finish(claim, result)
        die_at("before_commit")

    running._attempt, running.finish = attempted, finished
    _count_statements()


#: What happens before the chosen statement of a work or a request.
_BLOWS: dict[str, Callable[[psycopg.Connection[Any]], None]] = {}


def blow(name: str) -> Callable[[Any], Any]:
    """Register what a fault in the middle of work does."""

    def register(function: Any) -> Any:
        _BLOWS[name] = function
        return function

    return register


@blow("killed")
def _killed(_connection: Any) -> None:
    die()


@blow("segfault")
def _segfault(_connection: Any) -> None:
    os.kill(os.getpid(), signal.SIGSEGV)


@blow("stopped")
def _stopped(_connection: Any) -> None:
    """Stand still, heartbeats and all, until somebody lets us go on."""
    os.kill(os.getpid(), signal.SIGSTOP)


@blow("cut")
def _cut(connection: psycopg.Connection[Any]) -> None:
    """Lose the connection of the work."""
    with psycopg.connect(connection.info.dsn, autocommit=True) as other:
        other.execute("SELECT pg_terminate_backend(%s)", (connection.info.backend_pid,))


@blow("memory")
def _memory(_connection: Any) -> None:
    raise MemoryError("no more memory")


@blow("disk")
def _disk(_connection: Any) -> None:
    raise OSError(28, "No space left on device")


@blow("frozen")
def _frozen(_connection: Any) -> None:
    """Hang for longer than the lease while the rest of the process goes on."""
    time.sleep(LEASE_SECONDS + 0.5)


def _arm_statements(prefix: str) -> None:
    _here.left = None
    for name in _BLOWS:
        told = take(prefix + name)
        if told:
            _here.left, _here.blow = int(told), _BLOWS[name]
            return


def _count_statements() -> None:
    """Look for a blow before each statement, COPY and COMMIT of the work's own connection."""

    def before(function: Any) -> Any:
        def call(self: Any, *args: Any, **options: Any) -> Any:
            left = getattr(_here, "left", None)
            if left is not None:
                _here.left = left - 1 if left > 1 else None
                if left <= 1:
                    _here.blow(self.connection)
                time.sleep(STATEMENT_SECONDS)
            return function(self, *args, **options)

        return call

    for holder, name in (
        (psycopg.Cursor, "execute"),
        (psycopg.Cursor, "copy"),
        (psycopg.ServerCursor, "execute"),
    ):
        setattr(holder, name, before(getattr(holder, name)))


def _relay() -> None:
    carry, send_due = relay.Relay._carry, relay.Relay._send_due

    def carried(self: Any, parcels: Any) -> None:
        if parcels:
            die_at("before_send")
        carry(self, parcels)
        if parcels:
            die_at("after_send")

    def sent(self: Any) -> bool:
        more = send_due(self)
        die_at("after_relay_commit")
        return more

    relay.Relay._carry, relay.Relay._send_due = carried, sent


def _schedule() -> None:
    look = schedule.look

    def looked(*args: Any, **options: Any) -> Any:
        die_at("schedule_looks")
        return look(*args, **options)

    schedule.look = looked


def _web() -> None:
    answer = Flask.wsgi_app

    def answered(self: Any, environ: Any, start: Any) -> Any:
        if environ.get("REQUEST_METHOD") != "POST":
            return answer(self, environ, start)
        _arm_statements("web_")
        try:
            body = answer(self, environ, start)
        finally:
            _here.left = None
        die_at("before_answer")
        return body

    Flask.wsgi_app = answered
    _count_statements()
