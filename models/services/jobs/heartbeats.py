"""Who is alive: workers, relay and schedule tell the database, by the database's clock."""

from collections.abc import Iterable, Mapping
from typing import Any

from models.records.jobs import Heartbeat
from models.services.jobs.side import aside

#: A process reports this often …
BEAT_SECONDS = 2.0
#: … and counts as gone after this silence.
GONE_SECONDS = 6.0


def beat(
    process: str, kind: str, queues: Iterable[str] = (), facts: Mapping[str, Any] | None = None
) -> None:
    """Tell that a process lives (`web`, `worker`, `relay` or `schedule`), and what it serves.

    `facts` is what the process sees of itself and its host (models/services/status/vitals.py).
    """
    aside.run(
        "INSERT INTO heartbeat (process, kind, seen_at, queues, facts)"
        " VALUES (%s, %s, clock_timestamp(), %s, %s) ON CONFLICT (process)"
        " DO UPDATE SET kind = excluded.kind, seen_at = excluded.seen_at,"
        " queues = excluded.queues, facts = excluded.facts",
        (process, kind, ",".join(queues) or None, facts and Heartbeat.facts.db_value(dict(facts))),
    )


def gone(process: str) -> None:
    """Take a process that ends in good order off the list."""
    aside.run("DELETE FROM heartbeat WHERE process = %s", (process,))


def silence_seconds(queue: str) -> float | None:
    """Return how long the quieter of worker and relay has been silent for a queue.

    A queue is served only by both together. None when one of them never showed or said goodbye.
    """
    rows = aside.run(
        "SELECT extract(epoch FROM clock_timestamp() - least("
        " max(seen_at) FILTER (WHERE kind = 'worker' AND %s = ANY(string_to_array(queues, ','))),"
        " max(seen_at) FILTER (WHERE kind = 'relay'))),"
        " bool_or(kind = 'relay') AND bool_or(kind = 'worker'"
        " AND %s = ANY(string_to_array(queues, ','))) FROM heartbeat",
        (queue, queue),
    )
    seconds, both = rows[0]
    return float(seconds) if both else None


def is_served(queue: str) -> bool:
    """Return whether a live worker serves the queue and a live relay feeds it."""
    silence = silence_seconds(queue)
    return silence is not None and silence < GONE_SECONDS
