"""A month closes when two people found it complete; then it stays as it is, for ever (关账)."""

from models.services.period_close.checklist import Checklist, look
from models.services.period_close.deciding import close, refuse, withdraw
from models.services.period_close.proposing import open_areas, propose

__all__ = [
    "Checklist",
    "close",
    "look",
    "open_areas",
    "propose",
    "refuse",
    "withdraw",
]
