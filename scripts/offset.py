"""Deducts the goods of a month from what the fund owes each hospital."""

import sys

from models.rules.job_names import JobName
from scripts import period_command

KEYS = ("hospitals", "offset_yuan", "carried_yuan")


def main(arguments: list[str] | None = None) -> int:
    """Read the options and run."""
    return period_command.main(JobName.OFFSET, __doc__, KEYS, arguments)


if __name__ == "__main__":
    sys.exit(main())
