"""Approves receiving accounts: a second person than the one who imported them or asked.

Enterprises' accounts; with --hospitals those of hospitals, to which money goes back.
"""

import argparse
import sys
from typing import Any

from models.services import accounts
from scripts import cli


def command(options: argparse.Namespace) -> dict[str, Any]:
    """Approve every open change that somebody else asked for."""
    side = accounts.HOSPITALS if options.hospitals else accounts.ENTERPRISES
    return dict(accounts.approve(cli.actor_of(options), on=options.on, side=side))


def main(arguments: list[str] | None = None) -> int:
    """Read the options and run."""
    asked = cli.parser("accounts", __doc__)
    asked.add_argument("what", choices=("approve",))
    asked.add_argument("--all", action="store_true", required=True)
    asked.add_argument("--hospitals", action="store_true")
    asked.add_argument("--as", dest="actor")
    return cli.run(command, asked.parse_args(arguments))


if __name__ == "__main__":
    sys.exit(main())
