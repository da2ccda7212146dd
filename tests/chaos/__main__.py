"""Plays months by seed while everything breaks, and writes docs/reliability.md.

`make chaos SEED=17 ROUNDS=1` plays one seed again; LANES of them are played side by side, each
with servers of its own. Ends with 1 when a seed came out wrong.
"""

import argparse
import json
import os
import subprocess
import sys
import threading
from datetime import UTC
from pathlib import Path
from typing import Any

from models import clock
from scripts.front_door import is_free
from tests.chaos import record
from tests.chaos.round import FAULTS, Outcome, Theatre
from tests.processes import ROOT

#: First port of the pages; each command begins at one of its own, since a port is free until the
#: pages of a lane have started, and two commands may be played at a time.
PORT_FROM, PORTS_OF_A_COMMAND, COMMANDS = 9100, 200, 200
#: The naive version plays every so many seeds.
NAIVE_EVERY = 4


def main() -> int:
    """Play the seeds side by side, telling each as it ends."""
    told = _parse()
    seeds = list(range(told.seed, told.seed + told.rounds))
    if told.lane is not None:
        return _lane(told.lane, seeds[told.place :: told.lanes], told.faults, naive=told.naive)
    lanes = min(told.lanes, len(seeds))
    held, bad = threading.Lock(), []
    processes = [_start(told, lanes, place) for place in range(lanes)]

    def listen(process: "subprocess.Popen[str]") -> None:
        assert process.stdout is not None
        for text in process.stdout:
            line = json.loads(text)
            with held:
                sys.stdout.write(sentence(line))
                sys.stdout.flush()
                if not told.dry:
                    record.keep(line)
                if is_bad(line):
                    bad.append(line["seed"])

    ears = [threading.Thread(target=listen, args=(one,)) for one in processes]
    for ear in ears:
        ear.start()
    for ear in ears:
        ear.join()
    broken = [one.wait() for one in processes]
    return 1 if bad or any(broken) else 0


def _parse() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.chaos", description=__doc__)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--rounds", type=int, default=10)
    parser.add_argument("--lanes", type=int, default=2)
    parser.add_argument("--faults", type=int, default=FAULTS, help="most faults of a seed")
    parser.add_argument("--dry", action="store_true", help="keep nothing in the document")
    parser.add_argument("--naive", action="store_true", help="play the naive version only")
    parser.add_argument("--lane", type=int, help=argparse.SUPPRESS)
    parser.add_argument("--place", type=int, default=0, help=argparse.SUPPRESS)
    return parser.parse_args()


def _start(told: argparse.Namespace, lanes: int, place: int) -> "subprocess.Popen[str]":
    """Start a lane as a process of its own: the records know one database at a time."""
    first = PORT_FROM + os.getpid() % COMMANDS * PORTS_OF_A_COMMAND
    port = next(one for one in range(first + place * 50, 65_000) if is_free(one))
    words = {"seed": told.seed, "rounds": told.rounds, "lanes": lanes, "faults": told.faults,
             "lane": port, "place": place}  # fmt: skip
    arguments = [word for name, value in words.items() for word in (f"--{name}", str(value))]
    arguments += ["--naive"] if told.naive else []
    return subprocess.Popen(
        [sys.executable, "-m", "tests.chaos", *arguments],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        text=True,
    )


def _lane(port: int, seeds: list[int], faults: int, *, naive: bool) -> int:
    """Play seeds one after the other and write a line of JSON for each."""
    theatre = Theatre(port)
    try:
        theatre.stage.open() if naive else theatre.open()
        for seed in seeds:
            if naive:
                sys.stdout.write(
                    json.dumps({"seed": seed, "naive": theatre.play_naive(seed, faults)})
                )
                sys.stdout.write("\n")
                sys.stdout.flush()
                continue
            outcome = theatre.play(seed, faults, naive=seed % NAIVE_EVERY == 0)
            if not outcome.is_good:
                _keep_log(theatre, seed)
            sys.stdout.write(json.dumps(line_of(outcome)) + "\n")
            sys.stdout.flush()
    finally:
        theatre.close()
    return 0


def _keep_log(theatre: Theatre, seed: int) -> None:
    """Keep what the processes said in a seed that came out wrong."""
    folder = ROOT / "var" / "chaos"
    folder.mkdir(parents=True, exist_ok=True)
    Path(folder, f"seed-{seed}.log").write_bytes(theatre.stage.log.read_bytes())


def line_of(outcome: Outcome) -> dict[str, Any]:
    """Return the line that is kept of a seed."""
    naive = None if outcome.naive_twice is None else [outcome.naive_twice, outcome.naive_lost]
    return {
        "seed": outcome.seed, "on": clock.now().astimezone(UTC).date().isoformat(),
        "as_shipped": outcome.as_shipped, "faults": dict(sorted(outcome.struck.items())),
        "recovered": [round(second, 1) for second in outcome.recovered],
        "paid_twice": outcome.paid_twice, "lost": outcome.lost,
        "wrong": [one[:300] for one in outcome.wrong], "jobs": outcome.jobs,
        "run_again": outcome.run_again, "mails_twice": outcome.mails_twice, "naive": naive,
        "seconds": round(outcome.seconds), "long": outcome.long,
    }  # fmt: skip


def is_bad(line: dict[str, Any]) -> bool:
    """Return whether something went wrong; of the naive version that is expected."""
    return bool(line.get("paid_twice") or line.get("lost") or line.get("wrong"))


def sentence(line: dict[str, Any]) -> str:
    """Say in one line, and one for each thing wrong, what became of a seed."""
    if "faults" not in line:
        return "seed {}: naive {} paid twice, {} never\n".format(line["seed"], *line["naive"])
    good = "WRONG" if is_bad(line) else "good"
    slowest = max(line["recovered"], default=0.0)
    naive = "" if line["naive"] is None else " naive {}/{}".format(*line["naive"])
    head = (
        f"seed {line['seed']}: {good}, {sum(line['faults'].values())} faults, {line['jobs']} jobs,"
        f" {line['run_again']} run again, slowest recovery {slowest} s,"
        f" {line['seconds']} s{naive}\n"
    )
    return head + "".join(f"    {one}\n" for one in [*line["wrong"], *line["long"]])


if __name__ == "__main__":
    sys.exit(main())
