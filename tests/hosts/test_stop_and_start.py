"""Everything is told to stop in the middle of a busy minute, and started again."""

import time

from models.records.base import sql
from tests.faults.counting import PROBE, all_done
from tests.processes import running_workers, wait_until
from tests.workers.conftest import ask

#: The promise is thirty seconds; a worker's own is twelve.
STOP_SECONDS = 30


def test_sigterm_ends_all_within_half_a_minute_and_nothing_is_done_twice(
    db, settings, redis_url, probe_work
):
    ids = [ask("slow:0.3") for _ in range(12)] + [ask("deaf:20")] + [ask("quick") for _ in range(8)]
    with running_workers(
        settings.database_url, redis_url, workers=2, relays=2, schedules=2, worker_module=PROBE
    ) as background:
        time.sleep(1.5)
        begun = time.monotonic()
        living = [process for _, process in background.running]
        for process in living:
            process.terminate()
        statuses = [process.wait(STOP_SECONDS) for process in living]
        assert time.monotonic() - begun < STOP_SECONDS
        assert set(statuses) == {0}
        assert sql("SELECT count(*) FROM job WHERE state = 'running'").fetchone()[0] == 0
    sql("UPDATE job SET args = args || '{\"area\": \"quick\"}' WHERE state <> 'done'")
    with running_workers(settings.database_url, redis_url, worker_module=PROBE):
        wait_until(lambda: all_done(ids), seconds=60, what="the end of all jobs")
    # What was given back had written nothing: each job's row of work is there once.
    assert sql("SELECT count(*), count(DISTINCT job_id) FROM probe_work").fetchone() == (21, 21)
