"""The problem desk (集采问题直报): four parties report, speak, answer and close what goes wrong."""

from models.services.problems.concluding import accept, reopen, withdraw
from models.services.problems.handling import answer, assign, close, escalate, transfer
from models.services.problems.linking import Link
from models.services.problems.reporting import Report, report
from models.services.problems.talking import invite, say
from models.services.problems.terms import kinds, names

__all__ = [
    "Link",
    "Report",
    "accept",
    "answer",
    "assign",
    "close",
    "escalate",
    "invite",
    "kinds",
    "names",
    "reopen",
    "report",
    "say",
    "transfer",
    "withdraw",
]
