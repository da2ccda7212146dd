"""Faults from outside: poison in the queue, a mail server with moods, requests that are none."""

import contextlib
import os
import socket
from random import Random

import psycopg

from tests.chaos.registry import Fault, Missed, Undo, fault
from tests.chaos.stage import Stage

POISONS = ("segfault", "memory", "loop")


def _poison(kind: str) -> Fault:
    def strike(stage: Stage, _random: Random) -> Undo:
        try:
            stage.ask(
                "INSERT INTO job (name, queue, args, state, attempts_max, next_try_at,"
                " requested_by, requested_at)"
                " VALUES ('tidy', 'reports', %s, 'waiting', 2, now(), %s, now())",
                ('{"on": "2026-04-01"}', f"poison:{kind}"),
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
        with (
            contextlib.suppress(OSError),
            socket.create_connection(("127.0.0.1", stage.port), timeout=1) as to,
        ):
            to.sendall(random.choice(pieces))
        return None

    return strike


fault("truncated requests", "request")(
    _sending(
        b"POST /sheets/check HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 100000\r\n\r\naction=",
        b"POST /sheets/calculate HTTP/1.1\r\nHost: 127.0",
        b"POST /imports/ HTTP/1.1\r\nHost: 127.0.0.1\r\nTransfer-Encoding: chunked\r\n\r\nFF\r\nx",
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
