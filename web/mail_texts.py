"""The one door from pages to the texts of mails: what would be sent is shown as it would read.

Rendering is facts in, text out; it knows neither queue nor mail server (docs/decisions/0015).
"""

from models import settings
from workers.mail.render import MailRenderer

__all__ = ["renderer"]


def renderer() -> MailRenderer:
    """Return the renderer of this installation."""
    return MailRenderer(settings.load())
