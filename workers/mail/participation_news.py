"""The job `participation_news` with the mails' texts: services decide who is told what."""

from models import settings as settings_module
from models.services import jobs
from models.services.participation import news
from workers.mail.render import MailRenderer


def run(claim: jobs.Claim) -> dict[str, int]:
    """Tell hospitals what is asked of them about findings."""
    return news.run(claim, MailRenderer(settings_module.load()))
