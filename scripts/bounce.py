"""Takes in delivery reports (退信): which of our mails did not reach whom."""

import argparse
import sys
from pathlib import Path
from typing import Any

from models.rules.delivery_reports import BYTES_MAX
from models.rules.errors import SettlementError
from models.rules.errors.imports import FileNotReadable
from models.services.notifications import reports
from scripts import cli


def command(options: argparse.Namespace) -> dict[str, Any]:
    """Record each report; one that is none is named and does not stop the others."""
    actor = cli.actor_of(options)
    taken, refused = [], []
    for path in options.file:
        try:
            taken.append(reports.take(actor, _content(path)))
        except SettlementError as refusal:
            refused.append({"file": str(path), "error": refusal.sentence, "code": refusal.code})
    return {
        "reports": len(taken),
        "addresses": sum(len(one["addresses"]) for one in taken if not one["known"]),
        "known": sum(one["known"] for one in taken),
        "refused": refused,
    }


def _content(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            return file.read(BYTES_MAX + 1)
    except OSError as error:
        raise FileNotReadable(file=path) from error


def main(arguments: list[str] | None = None) -> int:
    """Read the options and run; exit 1 when a file was refused."""
    asked = cli.parser("bounce", __doc__)
    asked.add_argument("file", type=Path, nargs="+", help="退信邮件 mails with a report (.eml)")
    asked.add_argument("--as", dest="actor")
    return cli.run(command, asked.parse_args(arguments), ok=lambda result: not result["refused"])


if __name__ == "__main__":
    sys.exit(main())
