"""Finds what is overdue on a day; with --send the reminders are recorded and mailed."""

import argparse
import sys
from typing import Any

from models.rules.job_names import JobName
from models.services import access
from scripts import cli


def command(options: argparse.Namespace) -> dict[str, Any]:
    """Queue the search, wait for it and return its counts."""
    actor = cli.actor_of(options)
    access.require(actor, "overdue")
    access.areas(actor, options.area)
    args = {"area": options.area, "send": options.send, "on": options.on}
    result = cli.work(JobName.OVERDUE, args, by=actor.name)
    return cli.only(result, "overdue", "escalated", "mails")


def main(arguments: list[str] | None = None) -> int:
    """Read the options and run."""
    asked = cli.parser("overdue", __doc__)
    asked.add_argument("--area")
    asked.add_argument("--send", action="store_true")
    asked.add_argument("--as", dest="actor")
    return cli.run(command, asked.parse_args(arguments))


if __name__ == "__main__":
    sys.exit(main())
