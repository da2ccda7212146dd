"""Who must say yes to a line until when, and what silence means (docs/schemes.md, 8).

Windows tell and, where a scheme says so, confirm; settlement never reads them.
"""

from models.services.windows.answering import Answer, Wanted, answer, awaited
from models.services.windows.disputes import Said, say
from models.services.windows.following import Followed, follow_all, follow_import
from models.services.windows.revoking import revoke
from models.services.windows.withdrawing import last_answer, withdraw

__all__ = [
    "Answer",
    "Followed",
    "Said",
    "Wanted",
    "answer",
    "awaited",
    "follow_all",
    "follow_import",
    "last_answer",
    "revoke",
    "say",
    "withdraw",
]
