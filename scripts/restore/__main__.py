"""Brings a backup into the database of this installation and says what left since it was made."""

import argparse
import sys
from pathlib import Path
from typing import Any

import psycopg

from models import settings
from models.rules.errors import SettlementError
from models.rules.errors.services import NoService
from scripts import cli
from scripts.backup import contents, writing
from scripts.backup.__main__ import passphrase
from scripts.restore import after, target
from scripts.restore.to_moment import to_moment

WHOLE_OR_NOTHING = ("--single-transaction", "--exit-on-error", "--no-owner", "--no-privileges")


def command(options: argparse.Namespace) -> dict[str, Any]:
    """Prove the backup, bring it in whole or not at all, compare, and return what was found."""
    mine = settings.load()
    journals = [Path(one) for one in options.journal] or list(mine.journals)
    path = Path(options.backup)
    if options.wal:
        return to_moment(path, Path(options.wal), options.until, mine.var_dir, journals)
    if not mine.database_url:
        raise NoService(what="数据库")
    backup = writing.read(path)
    secret = passphrase(options.passphrase_file, "备份口令：") if backup.is_sealed else None
    writing.prove(backup, secret)
    kept = target.make_room(mine.database_url, replace=options.replace)
    writing.feed(
        backup,
        secret,
        [*WHOLE_OR_NOTHING, f"--dbname={mine.database_url}"],
    )
    with psycopg.connect(mine.database_url) as ask:
        differences = contents.differences(backup.told, contents.figures(ask))
        ask.rollback()
        ask.autocommit = True
        ask.execute("ANALYZE")
    return {
        "restored": backup.told["made_at"],
        "differences": differences,
        "kept_aside": kept,
        **after.finish(mine.database_url, journals, backup.path.name),
    }


def main(arguments: list[str] | None = None) -> int:
    """Read the options and run; exit 1 when anything asks for a person."""
    asked = argparse.ArgumentParser(prog="python -m scripts.restore", description=__doc__)
    asked.add_argument("backup", metavar="FILE", help="a backup, or with --wal a base folder")
    asked.add_argument("--replace", action="store_true", help="set what is there aside")
    asked.add_argument("--passphrase-file", metavar="FILE")
    asked.add_argument(
        "--journal", action="append", default=[], metavar="DIR", help="of released bank files"
    )
    asked.add_argument("--wal", metavar="DIR", help="archived log: restore to a point in time")
    asked.add_argument("--until", metavar="TIME", help="the last moment wanted, with time zone")
    asked.add_argument("--json", action="store_true", help="一行 JSON 结果 one JSON object last")
    options = asked.parse_args(arguments)
    try:
        result = command(options)
    except SettlementError as refusal:
        return cli.refuse(refusal, as_json=options.json)
    cli.show(result, as_json=options.json)
    calm = not (result["broken"] or result["differences"] or result["lost"])
    return cli.DONE if calm else cli.REFUSED


if __name__ == "__main__":
    sys.exit(main())
