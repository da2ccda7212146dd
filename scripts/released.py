"""Bank files that left: lists what a restore lost, and lets two people settle each of them."""

import argparse
import sys
from pathlib import Path
from typing import Any

from models import settings
from models.rules.lost_files import LostFileState
from models.services import access, releases
from scripts import cli


def command(options: argparse.Namespace) -> dict[str, Any]:
    """Do one of compare, list, propose, decide."""
    actor = cli.actor_of(options)
    if options.what == "compare":
        access.require(actor, "check_books")
        folders = [Path(one) for one in options.journal] or list(settings.load().journals)
        return releases.compare(folders, by=actor.name)
    if options.what == "propose":
        releases.propose(actor, options.batch_no, LostFileState(options.answer), options.reason)
    elif options.what == "decide":
        state = releases.decide(actor, options.batch_no)
        return {"batch_no": options.batch_no, "state": str(state)}
    access.require(actor, "check_books")
    return {"lost": releases.listed(actor)}


def main(arguments: list[str] | None = None) -> int:
    """Read the options and run."""
    asked = cli.parser("released", __doc__)
    asked.add_argument("what", choices=("compare", "list", "propose", "decide"))
    asked.add_argument("batch_no", nargs="?", default="")
    asked.add_argument("--journal", action="append", default=[], metavar="DIR")
    asked.add_argument(
        "--answer",
        choices=(str(LostFileState.RECORDED), str(LostFileState.WITHDRAWN)),
        default=str(LostFileState.RECORDED),
    )
    asked.add_argument("--reason", default="")
    asked.add_argument("--as", dest="actor")
    return cli.run(command, asked.parse_args(arguments))


if __name__ == "__main__":
    sys.exit(main())
