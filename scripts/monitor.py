"""Calculates the indicators of a month for each hospital."""

import sys

from models.rules.job_names import JobName
from scripts import period_command

KEYS = ("hospitals", "indicators", "failed")


def main(arguments: list[str] | None = None) -> int:
    """Read the options and run."""
    return period_command.main(JobName.MONITOR, __doc__, KEYS, arguments)


if __name__ == "__main__":
    sys.exit(main())
