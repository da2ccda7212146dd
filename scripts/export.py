"""Writes one of the exports to a CSV or XLSX file."""

import argparse
import sys
from pathlib import Path
from typing import Any

from models.rules.errors.imports import FolderNotWritable
from models.services import access, exports
from scripts import cli


def command(options: argparse.Namespace) -> dict[str, Any]:
    """Write the rows the actor may see and return how many there are."""
    actor = cli.actor_of(options)
    access.require(actor, "export")
    target = Path(options.out)
    part = target.with_name(target.name + ".part")
    kind = "xlsx" if target.suffix.lower() == ".xlsx" else "csv"
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        rows = exports.write(
            options.what,
            part,
            kind,
            actor=actor,
            period=options.period,
            area=options.area,
            on=options.on,
        )
        part.replace(target)
    except OSError as error:
        raise FolderNotWritable(folder=target.parent) from error
    finally:
        part.unlink(missing_ok=True)
    return {"rows": rows, "file": str(target.absolute())}


def _target(text: str) -> str:
    if Path(text).suffix.lower() not in (".csv", ".xlsx"):
        raise argparse.ArgumentTypeError("FILE.csv or FILE.xlsx")
    return text


def main(arguments: list[str] | None = None) -> int:
    """Read the options and run."""
    asked = cli.parser("export", __doc__)
    asked.add_argument("what", choices=sorted(exports.WHAT))
    asked.add_argument("--period", type=cli.period)
    asked.add_argument("--area")
    asked.add_argument("--as", dest="actor")
    asked.add_argument("--out", required=True, type=_target, metavar="FILE.csv|xlsx")
    return cli.run(command, asked.parse_args(arguments))


if __name__ == "__main__":
    sys.exit(main())
