"""The job `problem_news` with the mails' texts: services decide who is told, this brings words."""

from models import settings as settings_module
from models.services import jobs
from models.services.problems import news
from workers.mail.render import MailRenderer


def run(claim: jobs.Claim) -> dict[str, int]:
    """Tell the sides of problems what happened, and desks what they are late with."""
    return news.run(claim, MailRenderer(settings_module.load()))
