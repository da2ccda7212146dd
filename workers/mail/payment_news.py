"""The job `payment_news` with the mails' texts: services decide who is told, this brings words."""

from models import settings as settings_module
from models.services import jobs, payment_news
from workers.mail.render import MailRenderer


def run(claim: jobs.Claim) -> dict[str, int]:
    """Tell enterprises, hospitals and agencies what came back, was rejected or contradicted."""
    return payment_news.run(claim, MailRenderer(settings_module.load()))
