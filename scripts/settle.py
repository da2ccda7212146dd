"""Settles a month of an area: free lines go on sheets, the others are held with their reasons."""

import sys

from models.rules.job_names import JobName
from scripts import period_command

KEYS = ("sheets", "lines", "held", "payable_yuan")


def main(arguments: list[str] | None = None) -> int:
    """Read the options and run."""
    return period_command.main(JobName.SETTLE, __doc__, KEYS, arguments)


if __name__ == "__main__":
    sys.exit(main())
