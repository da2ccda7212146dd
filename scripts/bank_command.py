"""The commands that take in a file of the bank and print what came of it."""

import argparse
from pathlib import Path
from typing import Any

from models.rules.job_names import JobName
from models.services import access
from scripts import cli


def main(
    job: JobName, summary: str | None, keys: tuple[str, ...], arguments: list[str] | None = None
) -> int:
    """Read FILE, --profile and --as, run the job and show the stated keys of its result."""
    asked = cli.parser(str(job), summary)
    asked.add_argument("file")
    asked.add_argument("--profile", required=True)
    asked.add_argument("--as", dest="actor")

    def command(options: argparse.Namespace) -> dict[str, Any]:
        actor = cli.actor_of(options)
        access.require(actor, str(job))
        file_id = cli.stored(Path(options.file), by=actor.name, kind=str(job))
        args = {"file_id": file_id, "profile": options.profile, "on": options.on}
        return cli.only(cli.work(job, args, by=actor.name), *keys)

    return cli.run(command, asked.parse_args(arguments))
