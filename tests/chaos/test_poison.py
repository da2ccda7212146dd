"""A job that never ends takes its worker with it, ends with its reason, and blocks nobody."""

from models.records.base import sql
from models.rules.job_names import JobName
from models.rules.words import JobState
from models.services import jobs
from tests.processes import running_workers, wait_until

ON = "2026-04-01"


def test_endless_work_ends_with_its_worker_and_its_queue_goes_on(db, settings, redis_url, tmp_path):
    endless = jobs.enqueue(JobName.TIDY, {"on": ON}, by="poison:loop")
    sql("UPDATE job SET attempts_max = 2 WHERE id = %s", (endless.id,))
    with running_workers(
        settings.database_url,
        redis_url,
        worker_module="tests.chaos.impatient_worker",
        log_path=tmp_path / "log",
    ) as background:

        def is_over() -> bool:
            background.keep_workers(1)
            return jobs.get(endless.id).state is JobState.FAILED

        wait_until(is_over, seconds=60, what="the end of the endless job")
        assert jobs.get(endless.id).error_code == "job_worker_died"
        after = jobs.enqueue(JobName.TIDY, {"on": ON}, by="system")
        wait_until(
            lambda: background.keep_workers(1) or jobs.get(after.id).state is JobState.DONE,
            seconds=30,
            what="the end of the work behind it",
        )
    assert "job.hung" in (tmp_path / "log").read_text()
