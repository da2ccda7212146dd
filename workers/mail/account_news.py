"""The job `accounts` with the mails' texts: services decide who is told, this brings the words."""

from models import settings as settings_module
from models.services import jobs
from models.services.accounts import news
from workers.mail.render import MailRenderer


def run(claim: jobs.Claim) -> dict[str, int]:
    """Bring cooled accounts into force and tell enterprises about changes of their accounts."""
    return news.run(claim, MailRenderer(settings_module.load()))
