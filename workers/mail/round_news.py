"""The job `round_news` with the mails' texts: services decide who is told, this brings words."""

from models import settings as settings_module
from models.services import jobs
from models.services.round_prepayments import news
from workers.mail.render import MailRenderer


def run(claim: jobs.Claim) -> dict[str, int]:
    """Tell hospitals and distributors what is to be passed on, and who is late."""
    return news.run(claim, MailRenderer(settings_module.load()))
