"""Reviews a month's sheets of an area once: level 1 by a checker, level 2 by an approver."""

import argparse
import sys
from typing import Any

from models.services import approvals
from scripts import cli


def command(options: argparse.Namespace) -> dict[str, Any]:
    """Give one review by this user to all sheets that wait for it."""
    actor = cli.actor_of(options)
    result = approvals.approve(actor, options.period, options.area, options.on)
    return cli.only(result, "approved", "level", "waiting")


def main(arguments: list[str] | None = None) -> int:
    """Read the options and run."""
    asked = cli.parser("approve", __doc__)
    asked.add_argument("period", type=cli.period)
    asked.add_argument("--area")
    asked.add_argument("--as", dest="actor")
    return cli.run(command, asked.parse_args(arguments))


if __name__ == "__main__":
    sys.exit(main())
