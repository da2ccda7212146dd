"""The commands that queue one kind of work for a month and an area and print its counts."""

import argparse
from typing import Any

from models.rules.job_names import JobName
from models.services import access
from scripts import cli


def main(
    job: JobName,
    summary: str | None,
    keys: tuple[str, ...],
    arguments: list[str] | None = None,
    *,
    in_parts: tuple[str, cli.Command] | None = None,
) -> int:
    """Read PERIOD, --area and --as, run the job and show the stated keys of its result.

    `in_parts` is an option and what runs instead when it is given.
    """
    asked = cli.parser(str(job), summary)
    asked.add_argument("period", type=cli.period)
    asked.add_argument("--area")
    asked.add_argument("--as", dest="actor")

    if in_parts is not None:
        asked.add_argument(in_parts[0], action="store_true", dest="parts", help="a job an area")

    def command(options: argparse.Namespace) -> dict[str, Any]:
        actor = cli.actor_of(options)
        access.require(actor, str(job))
        access.areas(actor, options.area)
        if in_parts is not None and options.parts:
            return in_parts[1](options)
        args = {"period": options.period, "area": options.area, "on": options.on}
        return cli.only(cli.work(job, args, by=actor.name), *keys)

    return cli.run(command, asked.parse_args(arguments))
