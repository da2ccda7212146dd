"""Keeping the record of background work small."""

from models.rules.job_names import JobName
from models.services import jobs
from workers.actors.registry import actor, service


@actor(JobName.TIDY)
def tidy(job_id: int) -> None:
    """Remove what nobody will look at any more."""
    jobs.run(job_id, service(JobName.TIDY))
