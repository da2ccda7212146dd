"""Takes in a statement (对账单) of an account."""

import sys

from models.rules.job_names import JobName
from scripts import bank_command

KEYS = ("entries", "matched", "exceptions")


def main(arguments: list[str] | None = None) -> int:
    """Read the options and run."""
    return bank_command.main(JobName.STATEMENT, __doc__, KEYS, arguments)


if __name__ == "__main__":
    sys.exit(main())
