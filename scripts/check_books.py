"""Proves every invariant of the money; exit 1 when one is broken."""

import argparse
import sys
from typing import Any

from models.services import access, books
from scripts import cli
from workers import banking


def command(options: argparse.Namespace) -> dict[str, Any]:
    """Return what was checked and what is broken."""
    access.require(cli.actor_of(options), "check_books")
    result: dict[str, Any] = books.check_books(banking.order_file)
    return result


def main(arguments: list[str] | None = None) -> int:
    """Read the options and run."""
    asked = cli.parser("check_books", __doc__)
    asked.add_argument("--as", dest="actor")
    return cli.run(command, asked.parse_args(arguments), ok=lambda result: not result["broken"])


if __name__ == "__main__":
    sys.exit(main())
