"""Stage 4: a month's confirmed and matched lines become sheets."""

from models.rules.job_names import JobName
from models.services import jobs
from workers.actors.registry import actor, service


@actor(JobName.SETTLE)
def settle(job_id: int) -> None:
    """Settle one month of an area."""
    jobs.run(job_id, service(JobName.SETTLE))
