"""The job `remedy_news` with the mails' texts: services decide who is told, this brings words."""

from models import settings as settings_module
from models.services import jobs
from models.services.remedies import news
from workers.mail.render import MailRenderer


def run(claim: jobs.Claim) -> dict[str, int]:
    """Tell institutions what was decided about excuses, interviews, bulletins and suspensions."""
    return news.run(claim, MailRenderer(settings_module.load()))
