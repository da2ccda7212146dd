"""Two reviews by two people, neither of them a maker of the sheet (两级审批).

Above the scheme's amount (third_review_yuan) another approver has the last word: three levels.
"""

from collections.abc import Collection, Mapping

from models.rules.words import Role

#: Level 1 is the checker's, level 2 the approver's, level 3 another approver's.
LEVEL_OF: Mapping[str, int] = {Role.CHECKER: 1, Role.APPROVER: 2}


def level_of(role: str) -> int | None:
    """Return the level a role reviews at, or None when it reviews nothing."""
    return LEVEL_OF.get(role)


def may_review(reviewer: str, makers: Collection[str], earlier_reviewers: Collection[str]) -> bool:
    """Say whether a person may review: not what they made, and not twice."""
    return reviewer not in makers and reviewer not in earlier_reviewers
