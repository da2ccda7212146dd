"""One worker process: threads that take job numbers from Redis and do the work of their rows.

Started with `python -m workers.main [--queues intake,bank]`; without --queues it serves all. Two
processes suit two cores: PostgreSQL does the heavy part.
"""

import argparse
import importlib
import logging
import os
import pkgutil
import threading
from collections.abc import Sequence

import dramatiq
import peewee as pw
import psycopg

from models.records.base import db
from models.rules.job_names import KINDS, Queue
from models.services.jobs import heartbeats, running
from models.services.jobs.claims import stopping
from models.services.jobs.leases import keeper
from models.services.jobs.side import aside
from workers import actors, logs, process
from workers.actors.registry import ACTORS
from workers.broker import Courier

log = logging.getLogger("zhijie.worker")

#: Work in hand gets this long to end by itself when the worker is asked to stop …
DRAIN_SECONDS = 8.0
#: … and then this long to roll back at its next sign of progress.
ROLLBACK_SECONDS = 4.0


def declare(courier: Courier, queues: Sequence[str]) -> None:
    """Declare the actors of the queues; each queue has one thread, so nothing fetched waits."""
    for module in pkgutil.iter_modules(actors.__path__, f"{actors.__name__}."):
        importlib.import_module(module.name)
    for name, function in ACTORS.items():
        queue = KINDS[name].queue.value
        if queue in queues:
            dramatiq.actor(actor_name=name.value, queue_name=queue, priority=0, broker=courier)(
                function
            )


def work(redis_url: str, queues: Sequence[str], stop: threading.Event) -> None:
    """Serve the queues until stopped or stuck, then drain: finish, roll back or give back.

    A worker with work that hangs beyond its `seconds_max` ends, and whoever keeps the processes
    running starts another: else the queue would stand still while its worker looks alive.
    """
    courier = Courier(redis_url)
    declare(courier, queues)
    ended = threading.Event()
    threading.Thread(target=courier.listen, args=(ended,), name="bell", daemon=True).start()
    worker = dramatiq.Worker(courier, queues=set(queues), worker_threads=len(queues))
    worker.start()
    log.info("worker.started queues=%s", ",".join(queues))
    # A thread cannot be ended: who never returns holds a queue until its process goes.
    while not stop.is_set() and not keeper.hanging():
        process.beat("worker", queues)
        stop.wait(heartbeats.BEAT_SECONDS)
    process.goodbye("worker")
    patience = threading.Timer(DRAIN_SECONDS, stopping.set)
    patience.daemon = True
    patience.start()
    worker.stop(timeout=int((DRAIN_SECONDS + ROLLBACK_SECONDS) * 1000))
    patience.cancel()
    ended.set()
    _give_back()


def _give_back() -> None:
    """Return the jobs that did not end in time; their transactions die with this process.

    What hangs is not given back: its lease runs out and the attempt counts, so that it ends.
    """
    hanging = keeper.hanging()
    for claim in keeper.held():
        if claim in hanging:
            log.error("job.hung job=%s attempt=%s", claim.job_id, claim.attempt)
            continue
        try:
            outcome = running.release(claim)
        except (pw.PeeweeException, psycopg.Error) as error:
            log.warning("job.not_given_back job=%s reason=%r", claim.job_id, str(error))
        else:
            log.warning("job.%s job=%s attempt=%s", outcome, claim.job_id, claim.attempt)


def main(argv: Sequence[str] | None = None) -> None:
    """Run one worker until SIGTERM."""
    parser = argparse.ArgumentParser(prog="python -m workers.main", description=__doc__)
    parser.add_argument("--queues", default=",".join(Queue), help="queues to serve, by comma")
    args = parser.parse_args(argv)
    queues = [Queue(queue).value for queue in args.queues.split(",")]
    logs.to_stderr()
    stop = process.stop_on_signals()
    mine = process.open_database()
    work(mine.redis_url, queues, stop)
    log.info("worker.stopped")
    if not db.is_closed():
        db.close()
    aside.close()
    # Threads that hang in a library must not keep the process: nothing of theirs is committed.
    logging.shutdown()
    os._exit(0)


if __name__ == "__main__":
    main()
