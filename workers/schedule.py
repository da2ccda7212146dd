"""The schedule: queues each due line of the timetable once, however many schedules run.

Started with `python -m workers.schedule`.
"""

import logging
import threading
import time
from collections.abc import Iterable
from datetime import datetime

import peewee as pw
import psycopg

from models import clock, origin
from models.records.base import db, sql
from models.services import jobs
from models.services.jobs import heartbeats
from models.services.jobs.side import aside
from workers import logs, process
from workers.timetable import TIMETABLE, Task

log = logging.getLogger("zhijie.schedule")

LOOK_SECONDS = 0.5

_TAKE_TICK = """
INSERT INTO schedule_run (task, tick, ran_at) VALUES (%s, %s, clock_timestamp())
ON CONFLICT DO NOTHING RETURNING task
"""


def agreed_now() -> datetime:
    """Return the instant by the database's clock, the one that all hosts share.

    A host whose own clock runs ahead would otherwise ask for tomorrow's reminders today, and who
    pays on the due day would be reminded.
    """
    now: datetime = sql("SELECT clock_timestamp()").fetchone()[0]
    return now


def look(now: datetime, tasks: Iterable[Task] = TIMETABLE) -> list[str]:
    """Queue what is due at an instant and return the tasks whose tick was ours to take.

    Of ticks missed while nothing ran, only the latest is made up for. The first look at a new
    task takes its past tick without running it: a fresh installation owes nothing.
    """
    return [task.name for task in tasks if _take(task, now)]


def _take(task: Task, now: datetime) -> bool:
    """Take the task's latest tick and queue its job in one transaction."""
    tick = task.rhythm.last_tick(now)
    with db.atomic():
        known = sql("SELECT max(tick) FROM schedule_run WHERE task = %s", (task.name,)).fetchone()[
            0
        ]
        if known is not None and known >= tick:
            return False
        if known is not None and task.is_needed is not None and not task.is_needed():
            return False
        if sql(_TAKE_TICK, (task.name, tick)).fetchone() is None:
            return False
        if known is None:
            return False
        origin.begin()
        job = jobs.enqueue(
            task.job,
            task.args_on(tick.astimezone(clock.SHANGHAI).date()),
            by="system",
            dedupe_key=f"schedule:{task.name}",
        )
        sql(
            "UPDATE schedule_run SET job_id = %s WHERE task = %s AND tick = %s",
            (job.id, task.name, tick),
        )
    log.info("schedule.tick task=%s tick=%s job=%s", task.name, tick.isoformat(), job.id)
    origin.end()
    return True


def run(stop: threading.Event) -> None:
    """Look at the timetable until stopped; a database that went away is waited for."""
    beaten_at = 0.0
    while not stop.is_set():
        try:
            db.connect(reuse_if_open=True)
            look(agreed_now())
            if time.monotonic() - beaten_at >= heartbeats.BEAT_SECONDS:
                beaten_at = time.monotonic()
                process.beat("schedule")
        except (pw.DatabaseError, pw.InterfaceError, psycopg.Error) as error:
            log.warning("schedule.waits reason=%r", str(error))
            if not db.is_closed():
                db.close()
        stop.wait(LOOK_SECONDS)


def main() -> None:
    """Run one schedule until SIGTERM."""
    logs.to_stderr()
    stop = process.stop_on_signals()
    process.open_database()
    log.info("schedule.started tasks=%s", ",".join(task.name for task in TIMETABLE))
    run(stop)
    process.goodbye("schedule")
    aside.close()
    log.info("schedule.stopped")


if __name__ == "__main__":
    main()
