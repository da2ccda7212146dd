"""Reviews of sheets: two levels by two people, bound to the sealed content (两级审批)."""

from models.services.approvals.overtaken import overtaken
from models.services.approvals.returning import return_sheets
from models.services.approvals.reviewing import approve, approve_sheets
from models.services.approvals.withdrawing import last_moment, reviewed_at, withdraw

__all__ = [
    "approve",
    "approve_sheets",
    "last_moment",
    "overtaken",
    "return_sheets",
    "reviewed_at",
    "withdraw",
]
