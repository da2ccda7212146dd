"""Stage 9: what is late, and the mails about it."""

from models.rules.job_names import JobName
from models.services import jobs
from workers.actors.registry import actor, service


@actor(JobName.OPEN_LINES)
def open_lines(job_id: int) -> None:
    """Bring the register of open lines up to date."""
    jobs.run(job_id, service(JobName.OPEN_LINES))


@actor(JobName.WINDOWS)
def windows(job_id: int) -> None:
    """Open and close confirmation windows, act on silence, tell who is awaited."""
    jobs.run(job_id, service(JobName.WINDOWS))


@actor(JobName.OVERDUE)
def overdue(job_id: int) -> None:
    """Find what is late on a day."""
    jobs.run(job_id, service(JobName.OVERDUE))


@actor(JobName.PAYMENT_NEWS)
def payment_news(job_id: int) -> None:
    """Tell those concerned what came back or was rejected."""
    jobs.run(job_id, service(JobName.PAYMENT_NEWS))


@actor(JobName.ACCOUNTS)
def accounts(job_id: int) -> None:
    """Bring cooled accounts into force and tell the enterprises what changed."""
    jobs.run(job_id, service(JobName.ACCOUNTS))


@actor(JobName.REMEDY_NEWS)
def remedy_news(job_id: int) -> None:
    """Tell institutions what was decided about excuses and measures."""
    jobs.run(job_id, service(JobName.REMEDY_NEWS))


@actor(JobName.MONEY_REQUESTS)
def money_requests(job_id: int) -> None:
    """Ask hospitals for what their sub-ledgers lack, and remind of all that is asked."""
    jobs.run(job_id, service(JobName.MONEY_REQUESTS))


@actor(JobName.ROUND_NEWS)
def round_news(job_id: int) -> None:
    """Tell those who are to pass a round's prepayment on."""
    jobs.run(job_id, service(JobName.ROUND_NEWS))


@actor(JobName.PAPER_NEWS)
def paper_news(job_id: int) -> None:
    """Tell institutions of papers and of what must be put right."""
    jobs.run(job_id, service(JobName.PAPER_NEWS))


@actor(JobName.RETENTION_NEWS)
def retention_news(job_id: int) -> None:
    """Tell hospitals what is public, paid or withdrawn of their retention."""
    jobs.run(job_id, service(JobName.RETENTION_NEWS))


@actor(JobName.RISK_NEWS)
def risk_news(job_id: int) -> None:
    """Tell institutions what they are asked about findings."""
    jobs.run(job_id, service(JobName.RISK_NEWS))


@actor(JobName.PROBLEM_NEWS)
def problem_news(job_id: int) -> None:
    """Tell the sides of problems what happened, and desks what they are late with."""
    jobs.run(job_id, service(JobName.PROBLEM_NEWS))


@actor(JobName.SEND_MAIL)
def send_mail(job_id: int) -> None:
    """Send the mails that are due."""
    jobs.run(job_id, service(JobName.SEND_MAIL))
