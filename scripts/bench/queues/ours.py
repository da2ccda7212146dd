"""Our own queue: the row, its lease and its token; the work's row and `done` are one commit."""

import os
import time
from typing import Any

from models import settings
from models.records import base
from models.records.base import db, sql
from models.rules.job_names import KINDS, JobName
from models.services import jobs
from scripts.bench.queues import task
from workers import main as worker
from workers.actors.registry import SERVICES

#: A kind with next to no arguments lends its name; the bench database has no other work.
BORROWED = JobName.TIDY
ON = "2026-07-08"


def fill(count: int, pause: float, every: float) -> None:
    """Queue so many jobs, each in a transaction of its own, as requests do."""
    del pause
    base.connect(settings.load(), task.database_url())
    db.connect()
    for _ in range(count):
        with db.atomic():
            jobs.enqueue(BORROWED, {"on": ON}, by="system")
        time.sleep(every)
    db.close()


def do(claim: jobs.Claim) -> dict[str, Any]:
    """Do one job: its row is committed with the job's own `done`."""
    pause = float(os.environ.get("BENCH_PAUSE", "0"))
    time.sleep(pause)
    sql(
        "INSERT INTO bench_done (n, asked_at, begun_at)"
        " SELECT id, requested_at, clock_timestamp() FROM job WHERE id = %s",
        (claim.job_id,),
    )
    time.sleep(pause)
    return {}


def serve() -> None:
    """Be one worker of the borrowed kind's queue; the relay runs beside it."""
    SERVICES[BORROWED] = "scripts.bench.queues.ours:do"
    worker.main(["--queues", KINDS[BORROWED].queue.value])
