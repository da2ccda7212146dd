"""Ask for work, withdraw it, or ask for it again: a row in the asker's own transaction."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from models import origin
from models.records.base import db, sql
from models.records.jobs import Job
from models.rules.errors.jobs import JobCancelled, JobTooLate, UnknownJob
from models.rules.job_names import KINDS, JobName
from models.rules.job_states import ENDED, JobMove, sources, target
from models.rules.words import JobState
from models.schemas import jobs as schemas
from models.services import audit

#: The relay listens here; a notice is only a wake-up, the row is the message.
WAKE_CHANNEL = "zhijie_jobs"
#: Commands listen here for the end of their job.
ENDED_CHANNEL = "zhijie_job_ended"

#: A waiting twin may be claimed between our look and our insert; so often we look again.
_TWIN_LOOKS_MAX = 10

_INSERT = """
INSERT INTO job (name, queue, args, dedupe_key, state, attempts_max, next_try_at,
                 requested_by, requested_at, again_of, request_id)
VALUES (%s, %s, %s, %s, 'waiting', %s, coalesce(%s, clock_timestamp()), %s, clock_timestamp(), %s,
        %s)
ON CONFLICT (dedupe_key) WHERE state IN ('waiting', 'sent') DO NOTHING
RETURNING id
"""


def enqueue(
    name: JobName,
    args: Mapping[str, Any],
    *,
    by: str,
    dedupe_key: str | None = None,
    not_before: datetime | None = None,
    again_of: int | None = None,
) -> Job:
    """Queue work in the caller's transaction and return its row.

    Nothing is sent before the caller commits; a rolled-back request leaves nothing. While a job
    with the same `dedupe_key` waits, that row is returned instead of a second one. Raises
    JobArgsRefused when the arguments do not fit the job's schema.
    """
    kind = KINDS[name]
    written = Job.args.db_value(schemas.dump(name, dict(args)))
    for _ in range(_TWIN_LOOKS_MAX):
        row = sql(
            _INSERT,
            (
                name.value,
                kind.queue.value,
                written,
                dedupe_key,
                kind.attempts_max,
                not_before,
                by,
                again_of,
                origin.request() or None,
            ),
        ).fetchone()
        if row is not None:
            sql("SELECT pg_notify(%s, %s)", (WAKE_CHANNEL, kind.queue.value))
            return get(int(row[0]))
        twin = Job.get_or_none(
            (Job.dedupe_key == dedupe_key) & Job.state.in_([JobState.WAITING, JobState.SENT])
        )
        if twin is not None:
            return twin
    raise RuntimeError(f"the waiting twins of {dedupe_key} come and go; nothing was queued")


def get(job_id: int) -> Job:
    """Return the job's row as it is now, or raise UnknownJob."""
    job = Job.get_or_none(Job.id == job_id)
    if job is None:
        raise UnknownJob(job_id=job_id)
    return job


def cancel(job_id: int, by: str) -> Job:
    """Withdraw a job: at once while it waits, at its next sign of progress while it runs.

    Raises JobTooLate when it has ended.
    """
    with db.atomic():
        audit.wrote("job.cancel", actor=by, subject=f"job:{job_id}")
        refusal = JobCancelled(job_id=job_id)
        cancelled = sql(
            "UPDATE job SET state = %s, finished_at = clock_timestamp(), error_code = %s,"
            " error_sentence = %s, error_sentence_en = %s"
            " WHERE id = %s AND state IN ('waiting', 'sent') RETURNING id",
            (target(JobMove.CANCEL), refusal.code, refusal.sentence, refusal.sentence_en, job_id),
        ).fetchone()
        if cancelled is not None:
            sql("SELECT pg_notify(%s, %s)", (ENDED_CHANNEL, str(job_id)))
            return get(job_id)
        asked = sql(
            "UPDATE job SET cancel_wanted = true WHERE id = %s AND state = ANY(%s) RETURNING id",
            (job_id, sources(JobMove.CANCEL)),
        ).fetchone()
        job = get(job_id)
        if asked is None:
            raise JobTooLate(job_id=job_id, state=job.state.value, action="取消")
        return job


def again(job_id: int, by: str) -> Job:
    """Queue the work of an ended job once more, as a new row that points at the old one.

    Raises JobTooLate while the old one has not ended.
    """
    with db.atomic():
        old = get(job_id)
        if old.state not in ENDED:
            raise JobTooLate(job_id=job_id, state=old.state.value, action="重新运行")
        repeated = enqueue(
            JobName(old.name), old.args, by=by, dedupe_key=old.dedupe_key, again_of=job_id
        )
        audit.wrote("job.again", actor=by, subject=f"job:{job_id}", job_id=repeated.id)
        return repeated
