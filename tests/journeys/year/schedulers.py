"""Who asks each morning what is overdue: one, two at once, or workers that die at their work."""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from random import Random

from models.records.base import db, sql
from models.rules.job_names import JobName
from models.services import jobs
from tests.journeys.year.book import Told
from tests.processes import Background, running_workers
from workers.actors.registry import service

WORKER = "tests.journeys.year.worker"
#: A job whose worker dies again and again is done within this, in seconds.
PATIENCE_SECONDS = 60
WORKERS = 2
#: When a worker is killed, at most so long after the jobs were asked for, in seconds.
BLOW_SECONDS_MAX = 0.3


@dataclass
class Schedulers:
    """Asks for the day's work and adds up what it came to."""

    random: Random
    #: Numbers of the mails that were on their way when a worker was killed.
    interrupted: set[int] = field(default_factory=set)
    kills: int = 0
    background: Background | None = None

    @contextmanager
    def storm(self, database_url: str, redis_url: str, log: Path) -> Iterator[None]:
        """Leave the work to two worker processes that are killed at random."""
        with running_workers(
            database_url, redis_url, workers=WORKERS, worker_module=WORKER, log_path=log
        ) as self.background:
            yield
        self.background = None

    def send(self, on: date, *, askers: int = 1) -> Told:
        """Ask so many times at once for the mails of a day; return what they tell together."""
        ids = [self._ask(JobName.OVERDUE, {"area": None, "send": True, "on": on})
               for _ in range(askers)]  # fmt: skip
        self._work(ids)
        told = [row[0] for row in sql("SELECT result FROM job WHERE id = ANY (%s)", (ids,))]
        (listed,) = {row["overdue"] for row in told}
        return Told(listed, sum(r["escalated"] for r in told), sum(r["mails"] for r in told))

    def deliver(self, on: date) -> None:
        """Send what waits in the outbox, as the timetable has it done every minute."""
        if not sql(
            "SELECT 1 FROM mail WHERE state IN ('waiting', 'sending')"
            " UNION ALL SELECT 1 FROM job WHERE name = 'send_mail' AND finished_at IS NULL"
        ).fetchone():
            return
        waiting = sql(
            "SELECT id FROM job WHERE name = 'send_mail' AND finished_at IS NULL"
        ).fetchall()
        ids = [row[0] for row in waiting] or [self._ask(JobName.SEND_MAIL, {"on": on})]
        self._work(ids)

    def _ask(self, name: JobName, args: dict[str, object]) -> int:
        return int(jobs.enqueue(name, args, by="system").id)

    def _work(self, ids: list[int]) -> None:
        if self.background is not None:
            self._by_workers(self.background, ids)
        elif len(ids) == 1:
            _do(ids[0])
        else:
            threads = [threading.Thread(target=_do, args=(one,)) for one in ids]
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join()
        undone = sql(
            "SELECT name, state, error_code, error_sentence FROM job"
            " WHERE id = ANY (%s) AND state <> 'done'",
            (ids,),
        ).fetchall()
        assert undone == []

    def _by_workers(self, background: Background, ids: list[int]) -> None:
        if self.random.random() < 0.5:
            time.sleep(self.random.uniform(0, BLOW_SECONDS_MAX))
            background.kill(self.random.choice(background.of("worker")))
            self.kills += 1
            self.interrupted |= {
                row[0] for row in sql("SELECT id FROM mail WHERE state = 'sending'")
            }
        background.keep_workers(WORKERS)
        for one in ids:
            jobs.wait(one, timeout=PATIENCE_SECONDS)


def _do(job_id: int) -> None:
    jobs.run(job_id, service(JobName(jobs.get(job_id).name)))
    if threading.current_thread() is not threading.main_thread() and not db.is_closed():
        db.close()


def a_night_passes() -> None:
    """What waits for a moment of the database's clock waits a day less."""
    sql(
        "UPDATE mail SET next_try_at = next_try_at - interval '1 day'"
        " WHERE state IN ('waiting', 'sending')"
    )
