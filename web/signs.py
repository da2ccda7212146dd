"""Signs of life of the web processes, so that the status page sees the web hosts too."""

import logging
import os
import socket
import threading
from typing import Any

import psycopg

from models import settings
from models.services.jobs import heartbeats
from models.services.status import vitals
from web.metrics import door, served

log = logging.getLogger("zhijie.web")

#: Nobody waits for a web process as a command waits for a worker.
BEAT_SECONDS = 5.0

_stop = threading.Event()


def name() -> str:
    """Return the name of this process in the list of the living."""
    return f"web:{socket.gethostname()}:{os.getpid()}"


def show(worker: Any) -> None:
    """Begin to show signs of life (gunicorn's post_worker_init)."""
    del worker
    threading.Thread(target=_run, name="signs", daemon=True).start()


def end(server: Any, worker: Any) -> None:
    """Take this process off the list of the living (gunicorn's worker_exit)."""
    del server, worker
    _stop.set()
    served.keep(settings.load().var_dir / door.FOLDER)
    try:
        heartbeats.gone(name())
    except psycopg.Error as error:
        log.warning("heartbeat.failed kind=%s reason=%r", "web", str(error))


def _run() -> None:
    folder = settings.load().var_dir / door.FOLDER
    while not _stop.is_set():
        served.keep(folder)
        try:
            heartbeats.beat(name(), "web", facts=vitals.of_process())
        except psycopg.Error as error:
            log.warning("heartbeat.failed kind=%s reason=%r", "web", str(error))
        _stop.wait(BEAT_SECONDS)
