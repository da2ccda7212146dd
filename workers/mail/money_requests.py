"""The job `money_requests` with the mails' texts: services decide what is asked, this has words."""

from models import settings as settings_module
from models.services import jobs
from models.services.prepaid import top_ups
from workers.mail.render import MailRenderer


def run(claim: jobs.Claim) -> dict[str, int]:
    """Bring top-ups up to date and tell hospitals of all money that is asked of them."""
    return top_ups.run(claim, MailRenderer(settings_module.load()))
