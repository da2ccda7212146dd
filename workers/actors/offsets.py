"""Stage 8: the hospital's monthly fund is reduced by what was paid for it."""

from models.rules.job_names import JobName
from models.services import jobs
from workers.actors.registry import actor, service


@actor(JobName.OFFSET)
def offset(job_id: int) -> None:
    """Offset one month of an area."""
    jobs.run(job_id, service(JobName.OFFSET))
