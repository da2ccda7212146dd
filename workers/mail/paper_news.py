"""The job `paper_news` with the mails' texts: services decide who is told, this brings words."""

from models import settings as settings_module
from models.services import jobs
from models.services.papers import news
from workers.mail.render import MailRenderer


def run(claim: jobs.Claim) -> dict[str, int]:
    """Tell institutions of papers and of what must be put right."""
    return news.run(claim, MailRenderer(settings_module.load()))
