"""Writes a backup of the running system to a folder and proves it; keeps as many as asked."""

import argparse
import getpass
import os
import sys
from pathlib import Path
from typing import Any

from models import settings
from models.rules.errors.recovery import BackupLocked
from models.services import access
from scripts import cli
from scripts.backup import base, keeping, writing

#: Where a timer of the system leaves the passphrase; a file is safer, a terminal is asked.
VARIABLE = "BACKUP_PASSPHRASE"
PASSPHRASE_CHARS_MIN = 12


def command(options: argparse.Namespace) -> dict[str, Any]:
    """Write, prove, drop what is old; return what was written."""
    access.require(cli.actor_of(options), "backup")
    folder = Path(options.folder)
    if options.base:
        return base.write(settings.load().database_url, folder)
    secret = passphrase(options.passphrase_file, "备份口令：") if options.encrypt else None
    made = writing.write(settings.load().database_url, folder, secret)
    dropped = keeping.drop_old(folder, days=options.keep, months=options.keep_months)
    return {
        "file": str(made.path),
        **{name: made.told[name] for name in ("size_bytes", "sha256", "encrypted", "made_at")},
        "rows": sum(made.told["rows"].values()),
        "dropped": dropped,
    }


def passphrase(file: str | None, question: str) -> str:
    """Return the passphrase from a file, the environment or the terminal; raises BackupLocked."""
    if file:
        told = Path(file).read_text(encoding="utf-8").strip()
    elif os.environ.get(VARIABLE):
        told = os.environ[VARIABLE]
    elif sys.stdin.isatty():
        told = getpass.getpass(question)
    else:
        told = ""
    if len(told) < PASSPHRASE_CHARS_MIN:
        raise BackupLocked(name=f"（口令至少 {PASSPHRASE_CHARS_MIN} 个字符）")
    return told


def main(arguments: list[str] | None = None) -> int:
    """Read the options and run."""
    asked = cli.parser("backup", __doc__)
    asked.add_argument("folder", metavar="DIR")
    asked.add_argument("--encrypt", action="store_true", help="seal it with a passphrase")
    asked.add_argument("--passphrase-file", metavar="FILE")
    asked.add_argument("--keep", type=int, default=14, metavar="N", help="newest that stay")
    asked.add_argument("--keep-months", type=int, default=12, metavar="N", help="last of a month")
    asked.add_argument(
        "--base", action="store_true", help="copy the server's files, for a point in time"
    )
    asked.add_argument("--as", dest="actor")
    return cli.run(command, asked.parse_args(arguments))


if __name__ == "__main__":
    sys.exit(main())
