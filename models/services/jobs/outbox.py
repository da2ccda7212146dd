"""What the relay does with the rows: hand them to the courier, and take them back from the dead."""

from dataclasses import dataclass

from models.records.base import db, sql
from models.rules.errors import SettlementError
from models.rules.errors.jobs import JobCancelled, JobWorkerDied
from models.rules.job_states import JobMove, sources, target
from models.services.jobs.requests import ENDED_CHANNEL

#: Rows sent in one transaction; workers that are quicker than its commit wait that long.
SEND_ROWS_MAX = 100
#: Sent, not begun, and the queue is empty: the message is lost.
LOST_SECONDS = 5
#: Sent, not begun, and the queue is long: most likely only waiting its turn.
STUCK_SECONDS = 60
#: Rows taken back in one sweep.
SWEEP_ROWS_MAX = 1000


@dataclass(frozen=True)
class Parcel:
    """A job's number with its way."""

    job_id: int
    name: str
    queue: str


_TAKE = """
UPDATE job SET state = %s, sent_at = clock_timestamp()
 WHERE id IN (SELECT id FROM job WHERE state = ANY(%s) AND next_try_at <= clock_timestamp()
                 AND NOT cancel_wanted
               ORDER BY next_try_at, id LIMIT %s FOR UPDATE SKIP LOCKED)
RETURNING id, name, queue
"""


def take_due() -> list[Parcel]:
    """Mark due jobs as sent and return them; send them before the caller's commit.

    So a relay that dies in between sends twice at worst, and never forgets.
    """
    rows = sql(_TAKE, (target(JobMove.SEND), sources(JobMove.SEND), SEND_ROWS_MAX)).fetchall()
    return [Parcel(*row) for row in sorted(rows)]


def unbegun_queues() -> list[str]:
    """Return the queues with jobs that were sent a while ago and never begun."""
    rows = sql(
        "SELECT DISTINCT queue FROM job WHERE state = 'sent'"
        " AND sent_at < clock_timestamp() - make_interval(secs => %s)",
        (LOST_SECONDS,),
    )
    return [row[0] for row in rows]


_RETAKE = """
UPDATE job SET state = %s, sent_at = clock_timestamp()
 WHERE id IN (SELECT id FROM job WHERE state = ANY(%s) AND queue = %s
                 AND sent_at < clock_timestamp() - make_interval(secs => %s)
               ORDER BY sent_at LIMIT %s FOR UPDATE SKIP LOCKED)
RETURNING id, name, queue
"""


def take_unbegun(queue: str, silence_seconds: int) -> list[Parcel]:
    """Return jobs to be sent again because nobody began them for so long."""
    rows = sql(
        _RETAKE,
        (
            target(JobMove.RESEND),
            sources(JobMove.RESEND),
            queue,
            silence_seconds,
            SEND_ROWS_MAX,
        ),
    ).fetchall()
    return [Parcel(*row) for row in sorted(rows)]


_EXPIRED = """
SELECT id, attempt, attempts_max, cancel_wanted FROM job
 WHERE state = 'running' AND leased_until < clock_timestamp()
 ORDER BY leased_until LIMIT %s FOR UPDATE SKIP LOCKED
"""

_RELEASE = """
UPDATE job SET state = %s, next_try_at = clock_timestamp(), leased_until = NULL, sent_at = NULL,
       dedupe_key = CASE WHEN EXISTS (SELECT 1 FROM job twin WHERE twin.dedupe_key = job.dedupe_key
                          AND twin.state IN ('waiting', 'sent')) THEN NULL ELSE dedupe_key END
 WHERE id = %s AND state = ANY(%s)
"""


def take_back_expired() -> dict[int, str]:
    """Give on the jobs whose worker fell silent: waiting again, or dead after the last attempt.

    Returns the new state of each, for the log.
    """
    moved: dict[int, str] = {}
    with db.atomic():
        for job_id, attempt, attempts_max, cancel_wanted in sql(
            _EXPIRED, (SWEEP_ROWS_MAX,)
        ).fetchall():
            if cancel_wanted:
                error = JobCancelled(job_id=job_id)
                _end(job_id, JobMove.CANCEL, error)
                moved[job_id] = target(JobMove.CANCEL)
            elif attempt >= attempts_max:
                died = JobWorkerDied(attempt=attempt)
                _end(job_id, JobMove.GIVE_UP, died)
                moved[job_id] = target(JobMove.GIVE_UP)
            else:
                sql(_RELEASE, (target(JobMove.RELEASE), job_id, sources(JobMove.RELEASE)))
                moved[job_id] = target(JobMove.RELEASE)
    return moved


def cancel_unwanted() -> list[int]:
    """Cancel jobs that were asked to stop while they ran and came back to the queue instead."""
    with db.atomic():
        rows = sql(
            "SELECT id FROM job WHERE state IN ('waiting', 'sent') AND cancel_wanted"
            " LIMIT %s FOR UPDATE SKIP LOCKED",
            (SWEEP_ROWS_MAX,),
        ).fetchall()
        for (job_id,) in rows:
            error = JobCancelled(job_id=job_id)
            _end(job_id, JobMove.CANCEL, error)
    return [row[0] for row in rows]


def _end(job_id: int, move: JobMove, error: SettlementError) -> None:
    sql(
        "UPDATE job SET state = %s, error_code = %s, error_sentence = %s, error_sentence_en = %s,"
        " leased_until = NULL, finished_at = clock_timestamp() WHERE id = %s AND state = ANY(%s)",
        (target(move), error.code, error.sentence, error.sentence_en, job_id, sources(move)),
    )
    sql("SELECT pg_notify(%s, %s)", (ENDED_CHANNEL, str(job_id)))
