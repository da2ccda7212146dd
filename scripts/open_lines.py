"""Brings the register of open lines to a day; with --rebuild everything is judged anew."""

import argparse
import sys
from typing import Any

from models.rules.job_names import JobName
from models.services import access
from scripts import cli


def command(options: argparse.Namespace) -> dict[str, Any]:
    """Queue the work, wait for it and return what the register shows."""
    actor = cli.actor_of(options)
    access.require(actor, "overdue")
    args = {"rebuild": options.rebuild, "on": options.on}
    result = cli.work(JobName.OPEN_LINES, args, by=actor.name)
    return cli.only(result, "as_of", "judged", "open", "refreshed")


def main(arguments: list[str] | None = None) -> int:
    """Read the options and run."""
    asked = cli.parser("open_lines", __doc__)
    asked.add_argument("--rebuild", action="store_true")
    asked.add_argument("--as", dest="actor")
    return cli.run(command, asked.parse_args(arguments))


if __name__ == "__main__":
    sys.exit(main())
