"""Makes the payment batches of approved sheets up to a month and writes the bank files."""

import argparse
import sys
from pathlib import Path
from typing import Any

from models.rules.errors.imports import FolderNotWritable
from models.rules.job_names import JobName
from models.services import access, files, releases
from scripts import cli


def command(options: argparse.Namespace) -> dict[str, Any]:
    """Queue the run, wait for it and write the stored bank files to --out."""
    actor = cli.actor_of(options)
    access.require(actor, "pay")
    access.areas(actor, options.area)
    folder = writable(Path(options.out))
    args = {
        "period": options.period,
        "area": options.area,
        "profile": options.profile,
        "on": options.on,
    }
    result = cli.work(JobName.PAY, args, by=actor.name)
    return {"batches": [written(batch, folder, by=actor.name) for batch in result["batches"]]}


def writable(folder: Path) -> Path:
    """Return the folder, made when it is missing: money is not sent before its file has a place."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        probe = folder / ".zhijie-probe"
        probe.touch()
        probe.unlink()
    except OSError as error:
        raise FolderNotWritable(folder=folder) from error
    return folder.absolute()


def written(batch: dict[str, Any], folder: Path, *, by: str) -> dict[str, Any]:
    """Write down who takes the stored file of a batch, hand it over, and return what is told."""
    path = folder / str(batch["file"])
    releases.release(str(batch["batch_no"]), by=by)
    files.write_path(int(batch["file_id"]), path)
    shown = cli.only(batch, "batch_no", "file", "sha256", "lines", "total_yuan")
    shown["file"] = str(path)
    return shown


def main(arguments: list[str] | None = None) -> int:
    """Read the options and run."""
    asked = cli.parser("pay", __doc__)
    asked.add_argument("period", type=cli.period)
    asked.add_argument("--area")
    asked.add_argument("--profile", required=True)
    asked.add_argument("--as", dest="actor")
    asked.add_argument("--out", required=True, metavar="DIR")
    return cli.run(command, asked.parse_args(arguments))


if __name__ == "__main__":
    sys.exit(main())
