"""Stage 1 to 3: files of the outside come in."""

from models.rules.job_names import JobName
from models.services import jobs
from workers.actors.registry import actor, service


@actor(JobName.IMPORT_DATA)
def import_data(job_id: int) -> None:
    """Take in one stored file of a table."""
    jobs.run(job_id, service(JobName.IMPORT_DATA))
