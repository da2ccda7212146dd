"""When each line of the timetable ran last, and what became of it."""

from dataclasses import dataclass
from datetime import datetime

from models.records.base import sql


@dataclass(frozen=True)
class Ticked:
    """The last tick of one task."""

    task: str
    tick: datetime
    job_id: int | None
    #: Name and state of its job; None where the job was tidied away or never made.
    name: str | None
    state: str | None


# From task to task by the primary key: the ledger keeps every tick of more than a year.
_LAST = """
WITH RECURSIVE t (task) AS (
    SELECT min(task) FROM schedule_run
    UNION ALL
    SELECT (SELECT min(r.task) FROM schedule_run r WHERE r.task > t.task) FROM t
     WHERE t.task IS NOT NULL
)
SELECT t.task, r.tick, r.job_id, j.name, j.state
  FROM t JOIN LATERAL (SELECT tick, job_id FROM schedule_run s WHERE s.task = t.task
                        ORDER BY tick DESC LIMIT 1) r ON true
  LEFT JOIN job j ON j.id = r.job_id
 WHERE t.task IS NOT NULL ORDER BY r.tick DESC, t.task
"""


def last_ticks() -> list[Ticked]:
    """Return the last tick of every task, the latest first."""
    return [Ticked(*row) for row in sql(_LAST).fetchall()]
