"""The record of background work stays small and keeps what people asked for."""

from datetime import date
from typing import Any

from models.records.base import sql
from models.records.jobs import Job
from models.rules.job_names import JobName
from models.rules.words import JobState
from models.services import jobs
from models.services.jobs.tidy import tidy


def ended_long_ago(name: JobName, by: str, args: dict[str, Any]) -> int:
    job = jobs.enqueue(name, args, by=by)
    sql(
        "UPDATE job SET state = 'done', finished_at = clock_timestamp() - interval '30 days'"
        " WHERE id = %s",
        (job.id,),
    )
    return int(job.id)


def test_old_routine_goes_and_what_people_asked_for_stays(db: Any) -> None:
    day = {"on": date(2026, 7, 1)}
    routine = ended_long_ago(JobName.SEND_MAIL, "system", day)
    by_hand = ended_long_ago(JobName.SEND_MAIL, "maker", day)
    business = ended_long_ago(JobName.SETTLE, "system", {**day, "period": "2026-06"})
    sql("INSERT INTO heartbeat VALUES ('worker:gone:1', 'worker', now() - interval '2 days')")
    sql(
        "INSERT INTO schedule_run VALUES ('t', now() - interval '900 days', NULL,"
        " now() - interval '900 days'), ('t', now(), NULL, now())"
    )
    job = jobs.enqueue(JobName.TIDY, day, by="system")
    jobs.run(job.id, tidy)
    job = jobs.get(job.id)
    assert job.state is JobState.DONE
    assert job.result == {"jobs": 1, "heartbeats": 1, "ticks": 1}
    assert {row.id for row in Job.select()} == {by_hand, business, job.id}
    assert routine not in {by_hand, business}
