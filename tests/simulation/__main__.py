"""Plays many seeds on private servers and prints the table of docs/money.md.

`python -m tests.simulation [SEEDS [PAYABLES]]`; ends with 1 when one of them is not good.
"""

import os
import sys
import time
from collections import Counter
from concurrent.futures import ProcessPoolExecutor
from statistics import mean

from models import settings
from models.records import base
from tests import servers
from tests.simulation import story
from tests.simulation.bank import Chances
from tests.simulation.story import Ending

SEEDS, PAYABLES = 40, 400
#: Every fourth seed has statements that come late as well.
LATE = Chances(statement_late=15)


def main(seeds: int = SEEDS, payables: int = PAYABLES) -> int:
    """Play the seeds side by side and print what became of them."""
    began, running = time.monotonic(), servers.start()
    try:
        asked = [(running.addresses(), seed, payables) for seed in range(seeds)]
        with ProcessPoolExecutor(min(os.cpu_count() or 1, 4)) as side_by_side:
            endings = list(side_by_side.map(_one, asked))
    finally:
        running.stop()
    naive = [story.play_naive(seed, payables) for seed in range(seeds)]
    sys.stdout.write(table(naive, endings, payables))
    faults = [f"seed {one.seed}: {fault}" for one in endings for fault in one.faults]
    took = f"{time.monotonic() - began:.0f} s on {os.cpu_count()} cores"
    sys.stdout.write("\n".join([*(faults or ["No fault."]), took, ""]))
    return 1 if faults or not sum(one.overpaid for one in naive) else 0


def _one(asked: tuple[dict[str, str], int, int]) -> Ending:
    """Play a seed in a database of its own."""
    addresses, seed, payables = asked
    name = f"simulation_{seed}"
    base.connect(settings.load({}), servers.clone(addresses, name))
    base.db.connect()
    try:
        return story.play(seed, payables, chances=LATE if seed % 4 == 3 else None)
    except Exception as error:  # noqa: BLE001 - told by its seed
        # Refusals carry facts that do not travel between processes.
        raise RuntimeError(f"seed {seed}: {error!r} {error}") from None
    finally:
        base.db.close()
        servers.drop(addresses, name)


def table(naive: list[Ending], endings: list[Ending], payables: int) -> str:
    """Return the figures of both rules side by side, as Markdown."""
    rows = [
        f"| rule ({len(endings)} seeds × {payables} payables) | overpaid, mean (max) |"
        " not paid at the end | re-issues, mean | refused requests | cases, mean |",
        "|---|---|---|---|---|---|",
        _row("not a success is a failure, again after 2 days", naive),
        _row("two proofs", endings),
        "",
        "| case | opened in all seeds |",
        "|---|---|",
    ]
    kinds = sum((one.cases for one in endings), Counter[str]())
    rows += [f"| `{kind}` | {count:,} |" for kind, count in kinds.most_common()]
    admitted = sum(one.admitted for one in endings)
    corrected = sum(one.accounts for one in endings)
    rows += [
        f"| of these admitted by two people | {admitted:,} |",
        f"| accounts corrected and verified by two people | {corrected:,} |",
    ]
    return "\n".join([*rows, "", ""])


def _row(name: str, endings: list[Ending]) -> str:
    overpaid = [one.overpaid for one in endings]
    return (
        f"| {name} | **{mean(overpaid):.2f} ({max(overpaid)})**"
        f" | {mean(one.unpaid for one in endings):.2f}"
        f" | {mean(one.reissues for one in endings):.1f}"
        f" | {mean(one.refused for one in endings):.1f}"
        f" | {mean(one.cases.total() for one in endings):.1f} |"
    )


if __name__ == "__main__":
    sys.exit(main(*map(int, sys.argv[1:3])))
