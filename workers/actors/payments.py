"""Stage 6: approved sheets become batches and bank files."""

from models.rules.job_names import JobName
from models.services import jobs
from workers.actors.registry import actor, service


@actor(JobName.PAY)
def pay(job_id: int) -> None:
    """Make the payment batches of one month."""
    jobs.run(job_id, service(JobName.PAY))


@actor(JobName.REISSUE)
def reissue(job_id: int) -> None:
    """Make the payments of a released request again."""
    jobs.run(job_id, service(JobName.REISSUE))


@actor(JobName.RETENTION_PAY)
def retention_pay(job_id: int) -> None:
    """Pay what hospitals may keep of a list that was public all its days."""
    jobs.run(job_id, service(JobName.RETENTION_PAY))
