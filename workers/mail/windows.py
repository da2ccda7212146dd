"""The job `windows` with the mails' texts: services decide who is told, this brings words."""

from models import settings as settings_module
from models.services import jobs
from models.services.windows import keeping
from workers.mail.render import MailRenderer


def run(claim: jobs.Claim) -> dict[str, object]:
    """Bring confirmation windows to a day and tell who is awaited."""
    return keeping.run(claim, MailRenderer(settings_module.load()))
