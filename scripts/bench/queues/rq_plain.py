"""RQ with its SimpleWorker, which forks no child for a job: its quickest way."""

import importlib
import time

from scripts.bench.queues import task


def fill(count: int, pause: float, every: float) -> None:
    """Send so many jobs."""
    queue = importlib.import_module("rq").Queue("bench", connection=task.redis())
    for n in range(count):
        queue.enqueue(task.work, n, task.now(), pause, result_ttl=0)
        time.sleep(every)


def serve() -> None:
    """Be one worker."""
    rq = importlib.import_module("rq")
    connection = task.redis()
    rq.SimpleWorker([rq.Queue("bench", connection=connection)], connection=connection).work(
        logging_level="ERROR"
    )
