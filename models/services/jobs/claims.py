"""A worker's hold on a job: the attempt number is the token every write of the job checks."""

import dataclasses
import json
import logging
import threading
import time
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import psycopg

from models.records.base import db, sql
from models.records.jobs import Job
from models.rules.errors.jobs import JobCancelled
from models.rules.job_names import KINDS, LEASE_SECONDS, JobName
from models.rules.job_states import JobMove, sources, target
from models.schemas import jobs as schemas
from models.services.jobs.requests import ENDED_CHANNEL
from models.services.jobs.side import aside

log = logging.getLogger("zhijie.jobs")

#: Progress is written at most so often; the last step and a new stage always are.
PROGRESS_SECONDS = 0.2


class LeaseLost(Exception):
    """Another attempt owns the job now: everything of this one must roll back."""


class WorkerStopping(Exception):
    """The worker is asked to stop: the job goes back and loses no attempt."""


#: Set once when this process is asked to stop and its time to finish is over.
stopping = threading.Event()


@dataclass
class _Course:
    """What changes while an attempt runs."""

    finished: bool = False
    stage: str = ""
    told_at: float = 0.0


@dataclass(frozen=True)
class Claim:
    """One attempt at a job."""

    job_id: int
    name: JobName
    #: The checked arguments as Python values.
    args: dict[str, Any]
    #: 1 for the first; also the fencing token.
    attempt: int
    requested_by: str
    #: The id under which the work was asked for; empty where nobody gave one.
    request_id: str = ""
    _course: _Course = field(default_factory=_Course, repr=False, compare=False)

    @property
    def on(self) -> date:
        """Return the business date the work is done on."""
        day: date = self.args["on"]
        return day

    @property
    def finished(self) -> bool:
        """Return whether the result was written (and waits for the commit)."""
        return self._course.finished

    def progress(self, done: int, total: int | None = None, stage: str = "") -> None:
        """Tell how far the work is; seen at once, whatever becomes of the transaction.

        Raises JobCancelled, LeaseLost or WorkerStopping, so call it between steps.
        """
        if self._course.finished:
            return
        now = time.monotonic()
        fresh_stage = stage != self._course.stage
        if not (fresh_stage or done == total or now - self._course.told_at >= PROGRESS_SECONDS):
            return
        self._course.told_at, self._course.stage = now, stage
        rows = self._aside(
            "UPDATE job SET done_count = %s, total_count = coalesce(%s, total_count),"
            " stage = nullif(%s, '') WHERE id = %s AND attempt = %s AND state = 'running'"
            " RETURNING cancel_wanted",
            (done, total, stage, self.job_id, self.attempt),
        )
        self._obey(rows)

    def check_cancelled(self) -> None:
        """Raise JobCancelled, LeaseLost or WorkerStopping when this attempt should end."""
        rows = self._aside(
            "SELECT cancel_wanted FROM job WHERE id = %s AND attempt = %s AND state = 'running'",
            (self.job_id, self.attempt),
        )
        self._obey(rows)

    def _aside(self, text: str, params: tuple[Any, ...]) -> list[tuple[Any, ...]] | None:
        """Run a sign of progress; None when it could not be given, which harms nothing."""
        try:
            return aside.run(text, params)
        except psycopg.Error as error:
            log.warning("job.progress_untold job=%s reason=%r", self.job_id, str(error))
            return None

    def _obey(self, rows: list[tuple[Any, ...]] | None) -> None:
        if stopping.is_set():
            raise WorkerStopping(f"job {self.job_id}")
        if rows is None:
            return
        if not rows:
            raise LeaseLost(f"job {self.job_id} attempt {self.attempt}")
        if rows[0][0]:
            raise JobCancelled(job_id=self.job_id)


#: The claim's commit is not waited for on the disk: whatever commits after it is, and takes it
#: along. A server that crashes in between forgets the claim with all that rested on it, and the
#: sweep sends the job again.
_CLAIM = """
UPDATE job SET state = %(running)s, attempt = attempt + 1, started_at = clock_timestamp(),
       leased_until = clock_timestamp() + make_interval(
           secs => coalesce((%(leases)s::jsonb ->> name)::int, %(lease)s)),
       done_count = 0, total_count = NULL, stage = NULL, result = NULL
 WHERE id = %(id)s AND state = ANY(%(from)s) AND next_try_at <= clock_timestamp()
   AND attempt < attempts_max AND NOT cancel_wanted
RETURNING attempt, name, args, requested_by, request_id,
          set_config('synchronous_commit', 'off', true)
"""


def claim(job_id: int) -> Claim | None:
    """Begin an attempt, counted and leased before any work; None when it is not ours to begin.

    None is the normal answer to a second message: the job runs, has ended, or its time has not
    come. Raises JobArgsRefused when the row's arguments no longer fit the schema (the attempt is
    counted and must be refused by the caller).
    """
    row = sql(
        _CLAIM,
        {
            "running": target(JobMove.CLAIM),
            "from": sources(JobMove.CLAIM),
            "leases": json.dumps({name: kind.lease_seconds for name, kind in KINDS.items()}),
            "lease": LEASE_SECONDS,
            "id": job_id,
        },
    ).fetchone()
    if row is None:
        return None
    attempt, name, args, requested_by, request_id, _quick = row
    return Claim(
        job_id=job_id,
        name=JobName(name),
        args=args,
        attempt=attempt,
        requested_by=requested_by,
        request_id=request_id or "",
    )


def checked(claim: Claim) -> Claim:
    """Return the claim with its arguments checked and turned into Python values."""
    return dataclasses.replace(claim, args=schemas.load(claim.name, claim.args))


_FINISH = """
WITH ended AS (
    UPDATE job SET state = %s, result = %s, finished_at = clock_timestamp(), leased_until = NULL,
           done_count = coalesce(total_count, done_count), error_code = NULL,
           error_sentence = NULL, error_sentence_en = NULL
     WHERE id = %s AND attempt = %s AND state = ANY(%s)
    RETURNING id
)
SELECT pg_notify(%s, id::text) FROM ended
"""


def finish(claim: Claim, result: dict[str, Any] | None = None) -> None:
    """Write `done` and the result in the service's own transaction; twice is once.

    Raises LeaseLost when a newer attempt owns the job, so that all of this one rolls back.
    """
    if claim.finished:
        return
    if not db.in_transaction():
        raise RuntimeError("finish belongs into the transaction of the work")
    row = sql(
        _FINISH,
        (
            target(JobMove.FINISH),
            Job.result.db_value({} if result is None else result),
            claim.job_id,
            claim.attempt,
            sources(JobMove.FINISH),
            ENDED_CHANNEL,
        ),
    ).fetchone()
    if row is None:
        raise LeaseLost(f"job {claim.job_id} attempt {claim.attempt}")
    claim._course.finished = True  # noqa: SLF001 - the claim's own module
