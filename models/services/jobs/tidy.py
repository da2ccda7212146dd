"""Keep the job table small: what nobody will look at any more goes."""

from typing import Any

from models.records.base import sql
from models.rules.job_names import JobName
from models.services.jobs.claims import Claim

#: Done jobs of the timetable say nothing after a week; what a person asked for stays.
ROUTINE_DAYS = 7
ROUTINE = (JobName.SEND_MAIL, JobName.WEBHOOKS, JobName.TIDY)
#: Rows removed by one run.
ROWS_MAX = 50_000
#: A process silent for so long is not only late.
HEARTBEAT_DAYS = 1
#: The run ledger must outlive every tick that could still be caught up.
LEDGER_DAYS = 400


def tidy(claim: Claim) -> dict[str, Any]:
    """Remove done routine jobs, forgotten heartbeats and very old ticks."""
    jobs_count = sql(
        "DELETE FROM job WHERE id IN (SELECT id FROM job WHERE state = 'done'"
        " AND requested_by = 'system' AND name = ANY(%s)"
        " AND finished_at < clock_timestamp() - make_interval(days => %s) LIMIT %s)",
        ([name.value for name in ROUTINE], ROUTINE_DAYS, ROWS_MAX),
    ).rowcount
    beats_count = sql(
        "DELETE FROM heartbeat WHERE seen_at < clock_timestamp() - make_interval(days => %s)",
        (HEARTBEAT_DAYS,),
    ).rowcount
    # The newest tick of each task is its baseline and stays.
    ticks_count = sql(
        "DELETE FROM schedule_run old WHERE ran_at < clock_timestamp() - make_interval(days => %s)"
        " AND EXISTS (SELECT 1 FROM schedule_run newer"
        "              WHERE newer.task = old.task AND newer.tick > old.tick)",
        (LEDGER_DAYS,),
    ).rowcount
    claim.check_cancelled()
    return {"jobs": jobs_count, "heartbeats": beats_count, "ticks": ticks_count}
