"""Brings the database's schema to the version of this code, or back."""

import argparse
import sys

from playhouse.migrations import Runner

from models import settings
from models.records.base import db, reach, run_sql_text, sql
from models.rules.errors import SettlementError
from models.services import profiles, rails
from models.settings import ROOT
from workers.bankfiles.seeds import SEEDS

MIGRATIONS = ROOT / "models" / "migrations"
#: A lock held by a running job ends the migration instead of stopping everything behind it.
LOCK_TIMEOUT = "20s"
STATEMENT_TIMEOUT = "15min"
#: Two hosts that start together take turns (any number of our own).
_TURN = 7_310_001


def up() -> list[str]:
    """Apply what is pending and return its names; concurrent callers wait for one another."""
    _limits()
    sql("SELECT pg_advisory_lock(%s)", [_TURN])
    try:
        return list(_runner().up())
    finally:
        sql("SELECT pg_advisory_unlock(%s)", [_TURN])


def prepare() -> list[str]:
    """Apply what is pending, bring in the program's own bank profiles and rails; return names."""
    applied = up()
    profiles.ensure(SEEDS)
    rails.ensure()
    return applied


def down() -> list[str]:
    """Undo every applied migration and return the names; all rows are lost."""
    _limits()
    applied = [row.name for row in _runner().status() if row.applied]
    return list(_runner().down(applied[0])) if applied else []


def pending() -> list[str]:
    """Return the names of migrations not yet applied."""
    return [row.name for row in _runner().status() if not row.applied]


def _runner() -> Runner:
    return Runner(db, str(MIGRATIONS))


def _limits() -> None:
    run_sql_text(
        f"SET lock_timeout = '{LOCK_TIMEOUT}'; SET statement_timeout = '{STATEMENT_TIMEOUT}'"
    )


def main(arguments: list[str] | None = None) -> int:
    """Run one of up, down, status; return the exit status."""
    parser = argparse.ArgumentParser(prog="python -m scripts.migrate", description=__doc__)
    parser.add_argument("what", choices=("up", "down", "status"))
    what = parser.parse_args(arguments).what
    try:
        reach(settings.load())
    except SettlementError as refusal:
        print(refusal.sentence, file=sys.stderr)
        return 1
    try:
        if what == "status":
            for row in _runner().status():
                print(f"{row.name}  {'已执行' if row.applied else '待执行'}")
        else:
            names = prepare() if what == "up" else down()
            print(
                f"已{'执行' if what == 'up' else '撤销'} {len(names)} 个迁移。" + "、".join(names)
            )
    finally:
        db.close()
    return 0


if __name__ == "__main__":
    sys.exit(main())
