"""Huey with Redis: a job is taken off the list before it is done, and nothing confirms it."""

import importlib
import time
from typing import Any

from scripts.bench.queues import task


def _declared() -> tuple[Any, Any]:
    huey = importlib.import_module("huey").RedisHuey("bench", url=task.redis_url(), results=False)
    return huey, huey.task(name="work")(task.work)


def fill(count: int, pause: float, every: float) -> None:
    """Send so many messages."""
    _huey, actor = _declared()
    for n in range(count):
        actor(n, task.now(), pause)
        time.sleep(every)


def serve() -> None:
    """Be one worker of one thread."""
    huey, _actor = _declared()
    huey.create_consumer(workers=1, periodic=False).run()
