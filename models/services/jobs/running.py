"""Run one job in a worker: claim it, do the work in one transaction, record how it ended."""

import logging
import threading
import time
from collections.abc import Callable
from typing import Any

import peewee as pw
import psycopg

from models import origin
from models.records.base import db, sql
from models.rules.errors import SettlementError
from models.rules.errors.jobs import JobBroke, JobCancelled, JobGaveUp
from models.rules.job_names import KINDS
from models.rules.job_retries import is_last, pause_seconds
from models.rules.job_states import JobMove, sources, target
from models.services.jobs.claims import (
    Claim,
    LeaseLost,
    WorkerStopping,
    checked,
    claim,
    finish,
)
from models.services.jobs.leases import keeper
from models.services.jobs.requests import ENDED_CHANNEL, WAKE_CHANNEL

log = logging.getLogger("zhijie.jobs")

Service = Callable[[Claim], dict[str, Any] | None]

#: To connect costs more than a small job: in a row of short ones (up to SHORT_SECONDS) the thread
#: keeps its connection; one that nobody used for KEPT_SECONDS may be dead and is not asked.
SHORT_SECONDS, KEPT_SECONDS = 1.0, 10.0
_kept = threading.local()

#: What may heal by itself: a server that went away, a lock, a full disk, a missing network.
MAY_HEAL = (
    pw.OperationalError,
    pw.InterfaceError,
    psycopg.OperationalError,
    psycopg.InterfaceError,
    OSError,
    MemoryError,
)


def run(job_id: int, service: Service) -> None:
    """Do the work of one message; never raises, because the row tells how it ended.

    The service gets the Claim. Its work, the audit and `done` share one transaction (unless the
    kind says otherwise); the dict it returns is the job's result. It may call `finish` itself.
    """
    began = time.monotonic()
    try:
        mine = _take_connection(began)
        try:
            _run(job_id, service)
        finally:
            if mine:
                _keep_connection(began)
    except Exception:
        # The database went away under us: the lease runs out and the sweep gives the job on.
        log.exception("job.left_behind job=%s", job_id)


def _run(job_id: int, service: Service) -> None:
    begun = claim(job_id)
    if begun is None:
        log.debug("job.not_ours job=%s", job_id)
        return
    with origin.of_job(job_id, begun.request_id):
        _told(begun, service)


def _told(begun: Claim, service: Service) -> None:
    """Do one attempt and say in the log when it began and how it ended."""
    started = time.monotonic()
    log.info("job.begun job=%s name=%s attempt=%s", begun.job_id, begun.name.value, begun.attempt)
    with keeper.holding(begun):
        outcome = _attempt(begun, service)
    log.info(
        "job.%s job=%s name=%s attempt=%s seconds=%.3f",
        outcome,
        begun.job_id,
        begun.name.value,
        begun.attempt,
        time.monotonic() - started,
    )


def _attempt(begun: Claim, service: Service) -> str:
    """Do one attempt and return the word for the log."""
    try:
        _work(checked(begun), service)
    except LeaseLost:
        return "lease_lost"
    except JobCancelled as error:
        return _end(begun, JobMove.CANCEL, error)
    except SettlementError as error:
        return _end(begun, JobMove.REFUSE, error)
    except WorkerStopping:
        return release(begun)
    except Exception as error:
        log.exception("job.broke job=%s attempt=%s", begun.job_id, begun.attempt)
        return _broke(begun, error)
    return "done"


def _work(begun: Claim, service: Service) -> None:
    if KINDS[begun.name].one_transaction:
        with db.atomic():
            finish(begun, service(begun))
        return
    result = service(begun)
    with db.atomic():
        finish(begun, result)


def _take_connection(now: float) -> bool:
    """Open a connection, or go on with the one this thread kept; False where the caller has one."""
    mine = getattr(_kept, "used_at", None)
    if mine is not None and not db.is_closed():
        if now - mine > KEPT_SECONDS or not _answers():
            db.close()
        elif db.is_connection_usable():
            return True
    _kept.used_at = None
    return _reconnect()


def _answers() -> bool:
    try:
        sql("SELECT 1")
    except MAY_HEAL:
        return False
    return True


def _keep_connection(began: float) -> None:
    """Keep the connection after a short job; what a long one has taken is given back."""
    now = time.monotonic()
    is_sound = not db.is_closed() and db.is_connection_usable()
    if is_sound and now - began <= SHORT_SECONDS:
        _kept.used_at = now
    else:
        db.close()
        _kept.used_at = None


def _reconnect() -> bool:
    """Return whether a connection was opened; one that broke is replaced."""
    if not db.is_closed() and not db.is_connection_usable():
        db.close()
    return bool(db.connect(reuse_if_open=True))


def _end(begun: Claim, move: JobMove, error: SettlementError) -> str:
    """End the job with a refusal, a cancellation or its death, guarded by the attempt."""
    _reconnect()
    with db.atomic():
        row = sql(
            "UPDATE job SET state = %s, error_code = %s, error_sentence = %s,"
            " error_sentence_en = %s, finished_at = clock_timestamp(), leased_until = NULL"
            " WHERE id = %s AND attempt = %s AND state = ANY(%s) RETURNING id",
            (
                target(move),
                error.code,
                error.sentence,
                error.sentence_en,
                begun.job_id,
                begun.attempt,
                sources(move),
            ),
        ).fetchone()
        if row is None:
            return "lease_lost"
        sql("SELECT pg_notify(%s, %s)", (ENDED_CHANNEL, str(begun.job_id)))
    return f"{target(move)} code={error.code}"


# A twin may have been queued while this one ran; then the key is the twin's.
_BACK = """
UPDATE job SET state = %(state)s,
       next_try_at = clock_timestamp() + make_interval(secs => %(pause)s),
       leased_until = NULL, sent_at = NULL, error_code = %(code)s, error_sentence = %(sentence)s,
       error_sentence_en = %(sentence_en)s,
       attempts_max = attempts_max + %(more)s,
       dedupe_key = CASE WHEN EXISTS (SELECT 1 FROM job twin WHERE twin.dedupe_key = job.dedupe_key
                          AND twin.state IN ('waiting', 'sent')) THEN NULL ELSE dedupe_key END
 WHERE id = %(id)s AND attempt = %(attempt)s AND state = ANY(%(from)s) RETURNING id
"""


def _broke(begun: Claim, error: Exception) -> str:
    """Try again later, or give the job up after its last attempt."""
    reason = f"{type(error).__name__}: {error}"[:300]
    row = _attempts_max(begun)
    if row is None:
        return "lease_lost"
    if is_last(begun.attempt, row, may_heal=isinstance(error, MAY_HEAL)):
        return _end(begun, JobMove.GIVE_UP, JobGaveUp(attempt=begun.attempt, reason=reason))
    pause = pause_seconds(begun.attempt)
    told = JobBroke(attempt=begun.attempt, reason=reason, seconds=pause)
    moved = _back(begun, JobMove.RETRY, told, pause=pause, more=0)
    return f"broke try_again_seconds={pause}" if moved else "lease_lost"


def _attempts_max(begun: Claim) -> int | None:
    """Return how often the job may begin, or None when the attempt no longer owns it."""
    _reconnect()
    row = sql(
        "SELECT attempts_max FROM job WHERE id = %s AND attempt = %s AND state = 'running'",
        (begun.job_id, begun.attempt),
    ).fetchone()
    return None if row is None else int(row[0])


def release(begun: Claim) -> str:
    """Give a job back because its worker stops; the attempt is not held against it."""
    _reconnect()
    moved = _back(begun, JobMove.RELEASE, None, pause=0, more=1)
    return "released" if moved else "lease_lost"


def _back(
    begun: Claim, move: JobMove, told: SettlementError | None, *, pause: int, more: int
) -> bool:
    with db.atomic():
        row = sql(
            _BACK,
            {
                "state": target(move),
                "pause": pause,
                "more": more,
                "code": told and told.code,
                "sentence": told and told.sentence,
                "sentence_en": told and told.sentence_en,
                "id": begun.job_id,
                "attempt": begun.attempt,
                "from": sources(move),
            },
        ).fetchone()
        sql("SELECT pg_notify(%s, %s)", (WAKE_CHANNEL, "back"))
    return row is not None
