"""Wait for a job as a command does: with progress, and not for ever when nobody works."""

import time
from collections.abc import Callable

import psycopg

from models.records.base import db
from models.records.jobs import Job
from models.rules.errors.jobs import JobTimedOut, JobTooLate, NoWorker
from models.rules.job_states import ENDED
from models.rules.words import JobState
from models.services.jobs.heartbeats import silence_seconds
from models.services.jobs.requests import ENDED_CHANNEL, cancel, get
from models.services.jobs.side import connect_aside

#: The row is read at least this often, for the progress bar.
LOOK_SECONDS = 0.2
#: Workers that are just starting, or are started again, get this long to show a sign of life.
NO_WORKER_SECONDS = 6.0
#: How often we ask whether anybody serves the queue.
SERVED_LOOK_SECONDS = 0.5

OnProgress = Callable[[Job], None]


def wait(job_id: int, on_progress: OnProgress | None = None, timeout: float | None = None) -> Job:
    """Return the job's row when it has ended: done, failed or cancelled.

    Call it after the commit of the request. `on_progress` gets the row at each look. Raises
    NoWorker (and withdraws the job) when nobody serves its queue for NO_WORKER_SECONDS, and
    JobTimedOut after `timeout` seconds, in which case the job goes on.
    """
    if db.in_transaction():
        raise RuntimeError("a job cannot begin before the request is committed")
    patience = _Patience(timeout)
    listener = connect_aside()
    try:
        listener.execute(f"LISTEN {ENDED_CHANNEL}")
        while True:
            job = get(job_id)
            if on_progress is not None:
                on_progress(job)
            if job.state in ENDED:
                return job
            patience.check(job)
            _sleep_until_notice(listener, job_id)
    finally:
        listener.close()


def _sleep_until_notice(listener: psycopg.Connection[tuple[object, ...]], job_id: int) -> None:
    """Return when the job ended, or after LOOK_SECONDS."""
    for notice in listener.notifies(timeout=LOOK_SECONDS, stop_after=1):
        if notice.payload == str(job_id):
            return


class _Patience:
    """How long a command waits for somebody to begin, and altogether."""

    def __init__(self, timeout: float | None) -> None:
        now = time.monotonic()
        self._timeout = timeout
        self._until = None if timeout is None else now + timeout
        self._served_at = now
        self._looked_at = 0.0

    def check(self, job: Job) -> None:
        """Raise NoWorker or JobTimedOut when it is time."""
        now = time.monotonic()
        if self._until is not None and now >= self._until:
            raise JobTimedOut(job_id=job.id, seconds=self._timeout)
        if job.state is JobState.RUNNING:
            self._served_at = now
            return
        if now - self._looked_at >= SERVED_LOOK_SECONDS:
            self._looked_at = now
            silence = silence_seconds(job.queue)
            if silence is not None:
                # Counted from the sign itself: a worker that died just now is not alive for us.
                self._served_at = max(self._served_at, now - silence)
        if now - self._served_at >= NO_WORKER_SECONDS:
            self._withdraw(job)

    def _withdraw(self, job: Job) -> None:
        """Take the job back, unless somebody began it after all."""
        try:
            withdrawn = cancel(job.id, by=job.requested_by)
        except JobTooLate:
            return
        if withdrawn.state is JobState.CANCELLED:
            raise NoWorker(queue=job.queue)
        self._served_at = time.monotonic()
