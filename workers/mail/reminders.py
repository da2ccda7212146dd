"""The job `overdue` with the mails' texts: services decide who is told, this brings the words."""

from models import settings as settings_module
from models.services import jobs, overdue
from workers.mail.render import MailRenderer


def run_overdue(claim: jobs.Claim) -> dict[str, int]:
    """Find what is late; with args.send record the steps and put the mails into the outbox."""
    return overdue.run(claim, MailRenderer(settings_module.load()))
