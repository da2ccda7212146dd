"""The job `retention_news` with the mails' texts: services decide who is told what."""

from models import settings as settings_module
from models.services import jobs
from models.services.retention import news
from workers.mail.render import MailRenderer


def run(claim: jobs.Claim) -> dict[str, int]:
    """Tell hospitals what is public, paid or withdrawn of their retention."""
    return news.run(claim, MailRenderer(settings_module.load()))
