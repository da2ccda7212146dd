"""dramatiq as its guide begins: RedisBroker with its own middleware, nothing of ours."""

import threading
import time

import dramatiq
from dramatiq.brokers.redis import RedisBroker

from scripts.bench.queues import task


def _declared() -> tuple[RedisBroker, dramatiq.Actor[..., None]]:
    broker = RedisBroker(url=task.redis_url())  # type: ignore[no-untyped-call]
    dramatiq.set_broker(broker)
    return broker, dramatiq.actor(actor_name="work", broker=broker)(task.work)


def fill(count: int, pause: float, every: float) -> None:
    """Send so many messages."""
    _broker, actor = _declared()
    for n in range(count):
        actor.send(n, task.now(), pause)
        time.sleep(every)


def serve() -> None:
    """Be one worker of one thread."""
    broker, _actor = _declared()
    dramatiq.Worker(broker, worker_threads=1).start()
    threading.Event().wait()
