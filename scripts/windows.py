"""Brings confirmation windows to a day: opens, closes, acts on silence and tells who is awaited."""

import argparse
import sys
from typing import Any

from models.rules.job_names import JobName
from models.services import access
from scripts import cli


def command(options: argparse.Namespace) -> dict[str, Any]:
    """Queue the work, wait for it and return what changed."""
    actor = cli.actor_of(options)
    access.require(actor, "overdue")
    result = cli.work(JobName.WINDOWS, {"on": options.on}, by=actor.name)
    keys = ("opened", "answered", "escalated", "rolled", "confirmed", "disputes", "mails")
    return cli.only(result, *keys)


def main(arguments: list[str] | None = None) -> int:
    """Read the options and run."""
    asked = cli.parser("windows", __doc__)
    asked.add_argument("--as", dest="actor")
    return cli.run(command, asked.parse_args(arguments))


if __name__ == "__main__":
    sys.exit(main())
