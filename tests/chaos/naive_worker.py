"""What most programs would do: a plain actor that asks, pays and then notes that it paid.

It is here so that the check is seen to bite: no lease, no token, no row that remembers the work,
only what dramatiq and Redis promise by themselves.
"""

import os
import signal
import threading
import time
from pathlib import Path

import dramatiq
import psycopg
from dramatiq.brokers.redis import RedisBroker

from tests.chaos import points

TABLE = "CREATE TABLE IF NOT EXISTS naive_payment (id int PRIMARY KEY, paid boolean DEFAULT false)"
#: File in which the bank writes what it paid.
BANK = "CHAOS_NAIVE_BANK"
#: As long as writing an order file takes.
WORK_SECONDS = 0.02
#: Faults of the work that also strike here.
STRIKES = ("work_killed", "work_segfault", "before_commit", "work_stopped", "after_claim")


def broker(url: str) -> RedisBroker:
    """dramatiq's own broker with its own middleware: acknowledgements, retries, dead letters.

    As hasty as the other side: messages of the dead come back after seconds, not minutes.
    """
    return RedisBroker(url=url, heartbeat_timeout=2_000, maintenance_chance=1_000_000)


def send(url: str, number: int) -> None:
    """Send the message of a payment."""
    mine = broker(url)
    mine.enqueue(
        dramatiq.Message(
            queue_name="naive", actor_name="pay", args=(number,), kwargs={}, options={}
        )
    )
    mine.client.connection_pool.disconnect()


def pay(number: int) -> None:
    """Pay what is not marked as paid, then mark it."""
    with psycopg.connect(os.environ["DATABASE_URL"]) as ask:
        row = ask.execute("SELECT paid FROM naive_payment WHERE id = %s", (number,)).fetchone()
        if row is None or row[0]:
            return
        time.sleep(WORK_SECONDS)
        with Path(os.environ[BANK]).open("a") as bank:
            bank.write(f"{number}\n")
        if any(points.take(point) for point in STRIKES):
            points.die()
        ask.execute("UPDATE naive_payment SET paid = true WHERE id = %s", (number,))
    points.die_at("before_acknowledgement")


def main() -> None:
    """Serve the payments until told to stop."""
    mine = broker(os.environ["REDIS_URL"])
    dramatiq.actor(
        pay, actor_name="pay", queue_name="naive", broker=mine, min_backoff=200, max_backoff=1_000
    )
    worker = dramatiq.Worker(mine, queues={"naive"}, worker_threads=2)
    worker.start()
    stop = threading.Event()
    signal.signal(signal.SIGTERM, lambda *_: stop.set())
    stop.wait()
    worker.stop(timeout=1000)
