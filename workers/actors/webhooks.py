"""Telling other systems what happened."""

from models.rules.job_names import JobName
from models.services import jobs
from workers.actors.registry import actor, service


@actor(JobName.WEBHOOKS)
def webhooks(job_id: int) -> None:
    """Hand events to the webhooks that are due."""
    jobs.run(job_id, service(JobName.WEBHOOKS))
