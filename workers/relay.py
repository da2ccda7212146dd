"""The relay: carries due job rows to Redis, sends lost ones again, takes jobs back from the dead.

Any number of relays may run side by side. Started with `python -m workers.relay`.
"""

import logging
import threading
import time

import peewee as pw
import psycopg
import redis
from dramatiq.errors import BrokerError

from models.records.base import db
from models.services.jobs import heartbeats, outbox
from models.services.jobs.requests import WAKE_CHANNEL
from models.services.jobs.side import aside, connect_aside
from workers import logs, process
from workers.broker import Courier

log = logging.getLogger("zhijie.relay")

#: What no notice announces (pauses that end, dead workers) is found within this time.
SWEEP_SECONDS = 1.0
#: A notice is waited for in pieces this long, so that a stop is obeyed soon.
LISTEN_SECONDS = 0.25
#: Pause after PostgreSQL or Redis went away.
AWAY_SECONDS = 0.5

AWAY = (pw.DatabaseError, pw.InterfaceError, psycopg.Error, redis.RedisError, BrokerError)


class Relay:
    """One relay process."""

    def __init__(self, courier: Courier, stop: threading.Event) -> None:
        self.courier = courier
        self.stop = stop
        self._swept_at = 0.0
        self._beaten_at = 0.0

    def run(self) -> None:
        """Relay until stopped; a PostgreSQL or Redis that went away is waited for."""
        while not self.stop.is_set():
            try:
                self._connected()
            except AWAY as error:
                log.warning("relay.waits reason=%r", f"{type(error).__name__}: {error}")
                if not db.is_closed():
                    db.close()
                self.stop.wait(AWAY_SECONDS)

    def _connected(self) -> None:
        db.connect(reuse_if_open=True)
        with connect_aside() as ears:
            ears.execute(f"LISTEN {WAKE_CHANNEL}")
            while not self.stop.is_set():
                self.round()
                for _ in ears.notifies(timeout=LISTEN_SECONDS, stop_after=1):
                    pass

    def round(self) -> None:
        """Send all that is due and, once a second, look after what went wrong."""
        while self._send_due():
            pass
        now = time.monotonic()
        if now - self._swept_at >= SWEEP_SECONDS:
            self._swept_at = now
            self._sweep()
        # Only a relay that can reach both ends counts as alive.
        if now - self._beaten_at >= heartbeats.BEAT_SECONDS:
            self._beaten_at = now
            self.courier.client.ping()
            process.beat("relay")

    def _send_due(self) -> bool:
        """Send one batch and return whether there may be more."""
        with db.atomic():
            parcels = outbox.take_due()
            self._carry(parcels)
        self._ring(parcels)
        return len(parcels) == outbox.SEND_ROWS_MAX

    def _carry(self, parcels: list[outbox.Parcel]) -> None:
        for parcel in parcels:
            self.courier.carry(parcel.name, parcel.queue, parcel.job_id)

    def _ring(self, parcels: list[outbox.Parcel]) -> None:
        self.courier.ring({parcel.queue for parcel in parcels})

    def _sweep(self) -> None:
        for job_id, state in outbox.take_back_expired().items():
            log.warning("job.lease_expired job=%s now=%s", job_id, state)
        for job_id in outbox.cancel_unwanted():
            log.info("job.cancelled job=%s", job_id)
        for queue in outbox.unbegun_queues():
            waiting = self.courier.unfetched_count(queue)
            with db.atomic():
                parcels = outbox.take_unbegun(
                    queue, outbox.STUCK_SECONDS if waiting else outbox.LOST_SECONDS
                )
                self._carry(parcels)
            self._ring(parcels)
            for parcel in parcels:
                log.warning("job.sent_again job=%s queue=%s", parcel.job_id, queue)


def main() -> None:
    """Run one relay until SIGTERM."""
    logs.to_stderr()
    stop = process.stop_on_signals()
    mine = process.open_database()
    log.info("relay.started")
    Relay(Courier(mine.redis_url), stop).run()
    process.goodbye("relay")
    aside.close()
    log.info("relay.stopped")


if __name__ == "__main__":
    main()
