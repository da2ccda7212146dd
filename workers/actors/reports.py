"""Stage 10: monitoring, retention and exports."""

from models.rules.job_names import JobName
from models.services import jobs
from workers.actors.registry import actor, service


@actor(JobName.MONITOR)
def monitor(job_id: int) -> None:
    """Compute the indicators of one month."""
    jobs.run(job_id, service(JobName.MONITOR))


@actor(JobName.RETENTION)
def retention(job_id: int) -> None:
    """Compute the retained surplus of one month."""
    jobs.run(job_id, service(JobName.RETENTION))


@actor(JobName.EXPORT)
def export(job_id: int) -> None:
    """Write one export into a stored file."""
    jobs.run(job_id, service(JobName.EXPORT))
