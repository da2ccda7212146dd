"""Signs of life: a thread renews the leases of the jobs this process runs."""

import logging
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

import psycopg

from models.rules.job_names import KINDS
from models.services.jobs.claims import Claim
from models.services.jobs.side import aside

log = logging.getLogger("zhijie.jobs")

#: Several renewals fit into one lease, so one lost renewal loses nothing.
RENEW_SECONDS = 4.0

# A row whose lock is held is being finished or given away right now: it is left alone.
_RENEW = """
UPDATE job SET leased_until = clock_timestamp() + make_interval(secs => %s)
 WHERE id IN (SELECT id FROM job WHERE id = %s AND attempt = %s AND state = 'running'
              FOR UPDATE SKIP LOCKED)
"""


class LeaseKeeper:
    """Renews the leases of the claims in hand until each is let go or hangs too long."""

    def __init__(self) -> None:
        self._held: dict[tuple[int, int], tuple[Claim, float]] = {}
        self._lock = threading.Lock()
        self._thread: threading.Thread | None = None
        self._wake = threading.Event()

    @contextmanager
    def holding(self, claim: Claim) -> Iterator[None]:
        """Keep the lease of one claim alive inside the block."""
        key = (claim.job_id, claim.attempt)
        with self._lock:
            self._held[key] = (claim, time.monotonic() + KINDS[claim.name].seconds_max)
            if self._thread is None or not self._thread.is_alive():
                self._thread = threading.Thread(target=self._run, name="leases", daemon=True)
                self._thread.start()
        try:
            yield
        finally:
            with self._lock:
                self._held.pop(key, None)

    def held(self) -> list[Claim]:
        """Return the claims in hand."""
        with self._lock:
            return [claim for claim, _ in self._held.values()]

    def hanging(self) -> list[Claim]:
        """Return the claims in hand that hang too long: their leases are renewed no more."""
        now = time.monotonic()
        with self._lock:
            return [claim for claim, give_up_at in self._held.values() if now > give_up_at]

    def _run(self) -> None:
        while not self._wake.wait(RENEW_SECONDS):
            with self._lock:
                due = list(self._held.values())
            for claim, give_up_at in due:
                if time.monotonic() > give_up_at:
                    log.error("job.hangs job=%s attempt=%s", claim.job_id, claim.attempt)
                    continue
                self._renew(claim)

    @staticmethod
    def _renew(claim: Claim) -> None:
        try:
            aside.run(_RENEW, (KINDS[claim.name].lease_seconds, claim.job_id, claim.attempt))
        except psycopg.Error as error:
            log.warning("job.lease_not_renewed job=%s reason=%r", claim.job_id, str(error))


keeper = LeaseKeeper()
