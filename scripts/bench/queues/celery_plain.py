"""Celery with Redis as its guide begins: one process, no acknowledgement after the work."""

import importlib
import time
from typing import Any

from scripts.bench.queues import task


def _declared() -> tuple[Any, Any]:
    # Its own way of naming a socket.
    broker = (
        task.redis_url().replace("unix://", "redis+socket://").replace("?db=", "?virtual_host=")
    )
    app = importlib.import_module("celery").Celery("bench", broker=broker)
    app.conf.update(task_ignore_result=True, worker_hijack_root_logger=False)
    return app, app.task(name="work")(task.work)


def fill(count: int, pause: float, every: float) -> None:
    """Send so many messages."""
    _app, actor = _declared()
    for n in range(count):
        actor.delay(n, task.now(), pause)
        time.sleep(every)


def serve() -> None:
    """Be one worker; `solo` is one thread without a child."""
    app, _actor = _declared()
    app.worker_main(["worker", "--pool=solo", "--loglevel=ERROR", "--without-gossip"])
