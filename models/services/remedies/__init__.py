"""Answers to lateness: who knew and promised, what is excused, which measures were taken.

Nothing here moves money or takes a line from the list (docs/overdue.md, Answers).
"""

from models.services.remedies.asking import Wish, ask, withdraw
from models.services.remedies.chosen import Institution, Seen, Wanted
from models.services.remedies.deciding import end, grant, refuse
from models.services.remedies.knowing import Saying, acknowledge
from models.services.remedies.measuring import Meeting, Plan, take

__all__ = [
    "Institution",
    "Meeting",
    "Plan",
    "Saying",
    "Seen",
    "Wanted",
    "Wish",
    "acknowledge",
    "ask",
    "end",
    "grant",
    "refuse",
    "take",
    "withdraw",
]
