"""What every background process does alike: stop when asked, and show that it is alive."""

import logging
import os
import signal
import socket
import threading
from collections.abc import Iterable
from types import FrameType

import psycopg

from models import settings
from models.records import base
from models.rules.errors.services import NoService
from models.services.jobs import heartbeats
from models.services.status import vitals

log = logging.getLogger("zhijie.process")


def name(kind: str) -> str:
    """Return the name of this process in the list of the living."""
    return f"{kind}:{socket.gethostname()}:{os.getpid()}"


def stop_on_signals() -> threading.Event:
    """Return an event that SIGTERM and SIGINT set; a second signal ends the process at once."""
    stop = threading.Event()

    def asked(number: int, _frame: FrameType | None) -> None:
        if stop.is_set():
            os._exit(128 + number)
        stop.set()

    signal.signal(signal.SIGTERM, asked)
    signal.signal(signal.SIGINT, asked)
    return stop


def open_database() -> settings.Settings:
    """Read the settings and point the records at the database.

    Ends the process with a sentence when no server is named; one that is only away is waited for.
    """
    mine = settings.load()
    for what, url in (("数据库", mine.database_url), ("Redis", mine.redis_url)):
        if not url:
            raise SystemExit(NoService(what=what).sentence)
    base.connect(mine, mine.database_url)
    return mine


def beat(kind: str, queues: Iterable[str] = ()) -> None:
    """Show that this process is alive; a database that is away is only noted."""
    try:
        heartbeats.beat(name(kind), kind, queues, vitals.of_process())
    except psycopg.Error as error:
        log.warning("heartbeat.failed kind=%s reason=%r", kind, str(error))


def goodbye(kind: str) -> None:
    """Take this process off the list of the living."""
    try:
        heartbeats.gone(name(kind))
    except psycopg.Error as error:
        log.warning("heartbeat.failed kind=%s reason=%r", kind, str(error))
