"""Prints the last hash of the trail to be kept elsewhere, and proves the trail against it."""

import argparse
import sys
from typing import Any

from models.services import access, audit, audit_anchors
from scripts import cli

#: More would hide the first.
FAULTS_MAX = 20


def command(options: argparse.Namespace) -> dict[str, Any]:
    """Return the head, or with `check` also what is broken and which anchors are lost."""
    access.require(cli.actor_of(options), "check_books")
    head = audit.head()
    told: dict[str, Any] = {
        "anchor": head.anchor if head else None,
        "happened_at": head.happened_at.isoformat() if head else None,
    }
    if options.what == "head":
        return told
    broken = [
        fault.sentence for _number, fault in zip(range(FAULTS_MAX), audit.faults(), strict=False)
    ]
    broken += [f"第 {number} 号事件与外部存证的链头不符。" for number in audit_anchors.lost()]
    for number, kept_hash in options.anchor:
        if not audit.holds(number, kept_hash):
            broken.append(f"第 {number} 号事件与所给的链头不符。")
    return {**told, "broken": broken}


def _anchor(text: str) -> tuple[int, str]:
    found = audit_anchors.parsed(text)
    if found is None:
        raise argparse.ArgumentTypeError(f"{text!r} is no anchor (NUMBER:HASH)")
    return found


def main(arguments: list[str] | None = None) -> int:
    """Read the options and run; exit 1 when something is broken."""
    asked = cli.parser("audit", __doc__)
    asked.add_argument("what", choices=("head", "check"))
    asked.add_argument("--anchor", type=_anchor, action="append", default=[], metavar="NUMBER:HASH")
    asked.add_argument("--as", dest="actor")
    return cli.run(
        command, asked.parse_args(arguments), ok=lambda result: not result.get("broken", [])
    )


if __name__ == "__main__":
    sys.exit(main())
