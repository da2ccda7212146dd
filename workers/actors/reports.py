"""Stage 10: monitoring, retention, what is published about debts, and exports."""

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


@actor(JobName.RISKS)
def risks(job_id: int) -> None:
    """Let the risk rules look at a month."""
    jobs.run(job_id, service(JobName.RISKS))


@actor(JobName.COVERAGE)
def coverage(job_id: int) -> None:
    """Add up who joined and what is paid directly."""
    jobs.run(job_id, service(JobName.COVERAGE))


@actor(JobName.CADENCE)
def cadence(job_id: int) -> None:
    """Queue the papers that are due, and the measuring they need."""
    jobs.run(job_id, service(JobName.CADENCE))


@actor(JobName.PAPER)
def paper(job_id: int) -> None:
    """Draft one paper with its documents."""
    jobs.run(job_id, service(JobName.PAPER))


@actor(JobName.CHECK_BOOKS)
def check_books(job_id: int) -> None:
    """Prove every invariant of the money."""
    jobs.run(job_id, service(JobName.CHECK_BOOKS))


@actor(JobName.EXPORT)
def export(job_id: int) -> None:
    """Write one export into a stored file."""
    jobs.run(job_id, service(JobName.EXPORT))


@actor(JobName.EXPORT_LIST)
def export_list(job_id: int) -> None:
    """Write the rows of a list's conditions into a stored file."""
    jobs.run(job_id, service(JobName.EXPORT_LIST))


@actor(JobName.OVERDUE_FIGURES)
def overdue_figures(job_id: int) -> None:
    """Add up what is overdue on a day."""
    jobs.run(job_id, service(JobName.OVERDUE_FIGURES))


@actor(JobName.ARREARS_RANKING)
def arrears_ranking(job_id: int) -> None:
    """Record the ranking of hospitals by what they owe."""
    jobs.run(job_id, service(JobName.ARREARS_RANKING))


@actor(JobName.OVERDUE_PUBLICATION)
def overdue_publication(job_id: int) -> None:
    """Draft the list of overdue contracts of a year."""
    jobs.run(job_id, service(JobName.OVERDUE_PUBLICATION))


@actor(JobName.SCHEME_TRIAL)
def scheme_trial(job_id: int) -> None:
    """Settle one month under a draft of a scheme and take it back."""
    jobs.run(job_id, service(JobName.SCHEME_TRIAL))
