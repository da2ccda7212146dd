"""Takes in a result file (回盘) of the bank."""

import sys

from models.rules.job_names import JobName
from scripts import bank_command

KEYS = ("lines", "settled", "rejected", "returned", "unknown", "exceptions")


def main(arguments: list[str] | None = None) -> int:
    """Read the options and run."""
    return bank_command.main(JobName.BANK_RESULT, __doc__, KEYS, arguments)


if __name__ == "__main__":
    sys.exit(main())
