"""Calculates what each hospital may keep of the surplus of a month's rounds."""

import sys

from models.rules.job_names import JobName
from scripts import period_command

KEYS = ("hospitals", "base_yuan", "retained_yuan")


def main(arguments: list[str] | None = None) -> int:
    """Read the options and run."""
    return period_command.main(JobName.RETENTION, __doc__, KEYS, arguments)


if __name__ == "__main__":
    sys.exit(main())
