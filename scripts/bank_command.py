"""The commands that take in a file of the bank and print what came of it."""

import argparse
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from models.rules.job_names import JobName
from models.services import access
from scripts import cli

#: The same bytes again change nothing, and the answer says so.
UNCHANGED = "该文件此前已导入，未作任何改动。"

#: Adds options of its own and returns further arguments of the job.
Options = Callable[[argparse.ArgumentParser], None]
MoreArgs = Callable[[argparse.Namespace], dict[str, Any]]
#: Returns what the answer says besides its counts, and the sentences for people.
Words = Callable[[dict[str, Any]], tuple[dict[str, Any], list[str]]]


def _nothing(_options: argparse.Namespace) -> dict[str, Any]:
    return {}


def _silent(_result: dict[str, Any]) -> tuple[dict[str, Any], list[str]]:
    return {}, []


def main(
    job: JobName,
    summary: str | None,
    keys: tuple[str, ...],
    arguments: list[str] | None = None,
    *,
    options: Options = lambda _asked: None,
    more: MoreArgs = _nothing,
    words: Words = _silent,
) -> int:
    """Read FILE, --profile and --as, run the job and show the stated keys of its result.

    `unchanged` is added when the file was taken before; sentences for people go to stderr, so
    that the answer stays one object.
    """
    asked = cli.parser(str(job), summary)
    asked.add_argument("file")
    asked.add_argument("--profile", required=True)
    asked.add_argument("--as", dest="actor")
    options(asked)

    def command(chosen: argparse.Namespace) -> dict[str, Any]:
        actor = cli.actor_of(chosen)
        access.require(actor, str(job))
        further = more(chosen)
        file_id = cli.stored(Path(chosen.file), by=actor.name, kind=str(job))
        args = {"file_id": file_id, "profile": chosen.profile, "on": chosen.on, **further}
        result = cli.work(job, args, by=actor.name)
        added, sentences = words(result)
        if result.get("unchanged"):
            added, sentences = {"unchanged": True, **added}, [UNCHANGED, *sentences]
        for sentence in sentences:
            print(sentence, file=sys.stderr)
        return {**cli.only(result, *keys), **added}

    return cli.run(command, asked.parse_args(arguments))
