"""The state of the system in figures, read in a handful of statements that each use an index."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from models.records.base import db, sql
from models.rules.job_names import Queue
from models.rules.words import JobState, MailState
from models.services.jobs import heartbeats

#: A question that takes longer says more than its answer would.
STATEMENT_TIMEOUT = "3s"
#: Work that ended is counted as far back as this.
PAST_HOURS = 24


@dataclass(frozen=True)
class QueueFigures:
    """One lane of work."""

    queue: str
    #: Rows whose time has not come.
    later: int
    #: Rows due that the relay has not sent.
    due: int
    sent: int
    running: int
    #: How long the oldest that is due or sent has waited to begin.
    oldest_seconds: float


@dataclass(frozen=True)
class Seen:
    """A process and its last sign of life."""

    process: str
    kind: str
    silent_seconds: float
    queues: str
    facts: dict[str, Any]

    @property
    def alive(self) -> bool:
        """Return whether it counts as alive."""
        limit = WEB_GONE_SECONDS if self.kind == "web" else heartbeats.GONE_SECONDS
        return self.silent_seconds < limit


#: Who fell silent longer ago was replaced long since and is no news.
LOST_SECONDS_MAX = 3_600
#: Web processes tell of themselves less often.
WEB_GONE_SECONDS = 15.0


@dataclass(frozen=True)
class Ended:
    """How many jobs of a kind ended in a state within the past day, and how long they took."""

    name: str
    state: str
    count: int
    mean_seconds: float


@dataclass(frozen=True)
class Figures:
    """Everything that is watched."""

    queues: tuple[QueueFigures, ...]
    processes: tuple[Seen, ...]
    ended: tuple[Ended, ...]
    #: How long the oldest due row has waited for the relay.
    relay_lag_seconds: float
    unknown_payments: int
    unknown_oldest_seconds: float
    open_cases: int
    mails: dict[str, int]
    mail_oldest_seconds: float
    dead_deliveries: int
    #: The latest statement day recorded, of the account that is furthest behind.
    statement_on: date | None
    statement_days_open: int
    #: The last run of check_books: when, and what it found broken; None: never.
    books_checked_at: datetime | None
    books_broken: int | None
    database_bytes: int
    connections: int
    connections_max: int
    server_version: str
    #: The newest migration that was applied.
    migration: str | None
    at: datetime


_QUEUES = """
SELECT queue,
       count(*) FILTER (WHERE state = 'waiting' AND next_try_at > clock_timestamp()),
       count(*) FILTER (WHERE state = 'waiting' AND next_try_at <= clock_timestamp()),
       count(*) FILTER (WHERE state = 'sent'),
       count(*) FILTER (WHERE state = 'running'),
       coalesce(extract(epoch FROM clock_timestamp()
                - min(next_try_at) FILTER (WHERE state IN ('waiting', 'sent'))), 0),
       coalesce(extract(epoch FROM clock_timestamp()
                - min(next_try_at) FILTER (WHERE state = 'waiting')), 0)
  FROM job WHERE state IN ('waiting', 'sent', 'running') GROUP BY queue
"""
_PROCESSES = """
SELECT process, kind, extract(epoch FROM clock_timestamp() - seen_at), coalesce(queues, ''),
       coalesce(facts, '{}')
  FROM heartbeat WHERE seen_at > clock_timestamp() - make_interval(secs => %s)
 ORDER BY kind, process
"""
_ENDED = """
SELECT name, state, count(*),
       coalesce(avg(extract(epoch FROM finished_at - started_at)), 0)
  FROM job WHERE requested_at > clock_timestamp() - make_interval(hours => %s)
   AND state IN ('done', 'failed', 'cancelled') GROUP BY name, state ORDER BY name, state
"""
_MONEY = """
SELECT (SELECT count(*) FROM payment_instruction WHERE state = 'unknown'),
       coalesce((SELECT extract(epoch FROM clock_timestamp() - min(e.happened_at))
                   FROM payment_instruction i
                   JOIN LATERAL (SELECT v.happened_at FROM instruction_event v
                                  WHERE v.instruction_id = i.id ORDER BY v.id + 0 DESC LIMIT 1) e
                     ON true WHERE i.state = 'unknown'), 0),
       (SELECT count(*) FROM payment_exception WHERE closed_at IS NULL),
       (SELECT count(*) FROM webhook_delivery WHERE state = 'dead'),
       (SELECT min(latest) FROM (SELECT max(day) AS latest FROM statement_day
                                  GROUP BY account_no) a),
       (SELECT count(*) FROM statement_day WHERE NOT closed)
"""
_MAILS = """
SELECT state, count(*), coalesce(extract(epoch FROM clock_timestamp()
                - min(greatest(created_at, next_try_at, not_before))), 0)
  FROM mail WHERE state IN ('waiting', 'held', 'sending', 'failed') GROUP BY state
"""
_BOOKS = "SELECT ran_at, cardinality(broken) FROM books_run ORDER BY id DESC LIMIT 1"
_SERVER = """
SELECT pg_database_size(current_database()),
       (SELECT count(*) FROM pg_stat_activity WHERE backend_type = 'client backend'),
       current_setting('max_connections')::int, current_setting('server_version'),
       (SELECT max(name) FROM schema_migration), clock_timestamp()
"""


def read() -> Figures:
    """Return the figures of this moment.

    Raises peewee.OperationalError when the database is away or a statement takes too long.
    """
    with db.atomic():
        sql(f"SET LOCAL statement_timeout = '{STATEMENT_TIMEOUT}'")
        return _read()


def _read() -> Figures:
    queues, lag = _queues()
    unknown, unknown_age, cases, dead, statement_on, days_open = sql(_MONEY).fetchone()
    mails, mail_age = _mails()
    books_at, broken = _books()
    size, connections, connections_max, release, migration, at = sql(_SERVER).fetchone()
    return Figures(
        queues=queues,
        processes=tuple(
            Seen(name, kind, float(silent), served, facts)
            for name, kind, silent, served, facts in sql(_PROCESSES, (LOST_SECONDS_MAX,)).fetchall()
        ),
        ended=tuple(
            Ended(name, state, count, float(mean))
            for name, state, count, mean in sql(_ENDED, (PAST_HOURS,)).fetchall()
        ),
        relay_lag_seconds=lag,
        unknown_payments=unknown,
        unknown_oldest_seconds=max(0.0, float(unknown_age)),
        open_cases=cases,
        mails=mails,
        mail_oldest_seconds=mail_age,
        dead_deliveries=dead,
        statement_on=statement_on,
        statement_days_open=days_open,
        books_checked_at=books_at,
        books_broken=broken,
        database_bytes=size,
        connections=connections,
        connections_max=connections_max,
        server_version=release,
        migration=migration,
        at=at,
    )


def _queues() -> tuple[tuple[QueueFigures, ...], float]:
    rows = {row[0]: row[1:] for row in sql(_QUEUES).fetchall()}
    found, lag = [], 0.0
    for queue in Queue:
        later, due, sent, running, oldest, unsent = rows.get(queue.value, (0,) * 6)
        age = max(0.0, float(oldest))
        found.append(QueueFigures(queue.value, later, due, sent, running, age))
        lag = max(lag, float(unsent))
    return tuple(found), lag


def _mails() -> tuple[dict[str, int], float]:
    rows = {state: (count, float(age)) for state, count, age in sql(_MAILS).fetchall()}
    counted = {
        state.value: rows.get(state.value, (0, 0.0))[0]
        for state in (MailState.WAITING, MailState.HELD, MailState.SENDING, MailState.FAILED)
    }
    return counted, max(0.0, rows.get(MailState.WAITING.value, (0, 0.0))[1])


def _books() -> tuple[datetime | None, int | None]:
    row = sql(_BOOKS).fetchone()
    return (row[0], int(row[1])) if row else (None, None)


def failed(figures: Figures) -> int:
    """Return how many jobs failed within the past day."""
    return sum(one.count for one in figures.ended if one.state == JobState.FAILED)
