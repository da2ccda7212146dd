"""Reporting for volume procurement: who takes part and how, the mails about it, yearly grades."""

from models.rules.job_names import JobName
from models.services import jobs
from workers.actors.registry import actor, service


@actor(JobName.PARTICIPATION)
def participation(job_id: int) -> None:
    """Compare reports, contracts and use."""
    jobs.run(job_id, service(JobName.PARTICIPATION))


@actor(JobName.PARTICIPATION_NEWS)
def participation_news(job_id: int) -> None:
    """Tell hospitals what is asked of them about findings."""
    jobs.run(job_id, service(JobName.PARTICIPATION_NEWS))


@actor(JobName.GRADES)
def grades(job_id: int) -> None:
    """Make the list of grades of a year."""
    jobs.run(job_id, service(JobName.GRADES))
