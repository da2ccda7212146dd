"""Imports a file of one table; refused rows come back in an error file to correct and resend."""

import argparse
import sys
from pathlib import Path
from typing import Any

from models import settings
from models.rules.job_names import JobName
from models.schemas import tables
from models.services import access, files
from scripts import cli


def command(options: argparse.Namespace) -> dict[str, Any]:
    """Store the file, queue its import, wait for it and write the error file to this host."""
    actor = cli.actor_of(options)
    access.require_import(actor, options.kind)
    path = Path(options.file)
    file_id = cli.stored(path, by=actor.name, kind="upload")
    args = {
        "kind": options.kind,
        "file_id": file_id,
        "all_or_nothing": options.all_or_nothing,
        "on": options.on,
    }
    result = cli.work(JobName.IMPORT_DATA, args, by=actor.name)
    shown = cli.only(result, "rows", "accepted", "unchanged", "rejected")
    shown["error_file"] = _error_file(result, path)
    for more in ("by_code", "warnings"):
        shown[more] = result.get(more) or ({} if more == "by_code" else [])
    return shown


def _error_file(result: dict[str, Any], source: Path) -> str | None:
    """Write the error file under VAR_DIR and return its path; None when nothing was refused."""
    file_id = result.get("error_file_id")
    if file_id is None:
        return None
    folder = settings.load().var_dir / "errors"
    folder.mkdir(parents=True, exist_ok=True)
    target = folder / f"{source.stem}-{file_id}.errors.csv"
    files.write_path(int(file_id), target)
    return str(target)


def main(arguments: list[str] | None = None) -> int:
    """Read the options and run; a refused --all-or-nothing exits 1."""
    asked = cli.parser("import_data", __doc__)
    asked.add_argument("kind", choices=sorted(tables.BY_KIND))
    asked.add_argument("file")
    asked.add_argument("--as", dest="actor")
    asked.add_argument("--all-or-nothing", action="store_true")
    options = asked.parse_args(arguments)
    return cli.run(
        command, options, ok=lambda result: not (options.all_or_nothing and result["rejected"])
    )


if __name__ == "__main__":
    sys.exit(main())
