"""Stage 7: what the bank says."""

from models.rules.job_names import JobName
from models.services import jobs
from workers.actors.registry import actor, service


@actor(JobName.BANK_RESULT)
def bank_result(job_id: int) -> None:
    """Apply one result file of a bank."""
    jobs.run(job_id, service(JobName.BANK_RESULT))


@actor(JobName.STATEMENT)
def statement(job_id: int) -> None:
    """Record one statement file of a bank."""
    jobs.run(job_id, service(JobName.STATEMENT))


@actor(JobName.ADMIT_TOGETHER)
def admit_together(job_id: int) -> None:
    """Count or ask for the plain suggestions of one file."""
    jobs.run(job_id, service(JobName.ADMIT_TOGETHER))
