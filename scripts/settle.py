"""Settles a month of an area: free lines go on sheets, the others are held with their reasons."""

import argparse
import sys
from typing import Any

from models.rules.job_names import JobName
from models.rules.money import fen, yuan
from models.rules.words import JobState
from models.services import jobs, settle
from scripts import cli, period_command

KEYS = ("sheets", "lines", "held", "payable_yuan")


def in_parts(options: argparse.Namespace) -> dict[str, Any]:
    """Settle each area below as a job of its own, wait for all, and return their sums.

    Raises Refused with the first sentence of a part that failed; the others stand.
    """
    actor = cli.actor_of(options)
    numbers = settle.split(actor, options.period, options.area, options.on)
    ended = [jobs.wait(number) for number in numbers]
    for job in ended:
        if job.state is not JobState.DONE:
            raise cli.Refused(
                f"{job.args['area']}：{job.error_sentence or '任务未完成。'}",
                job.error_code or str(job.state),
            )
    told = [dict(job.result) for job in ended]
    counts: dict[str, Any] = {key: sum(int(one[key]) for one in told) for key in KEYS[:3]}
    payable = yuan(sum(fen(str(one["payable_yuan"])) for one in told))
    return {**counts, "payable_yuan": payable, "parts": len(told)}


def main(arguments: list[str] | None = None) -> int:
    """Read the options and run."""
    return period_command.main(
        JobName.SETTLE, __doc__, KEYS, arguments, in_parts=("--split", in_parts)
    )


if __name__ == "__main__":
    sys.exit(main())
