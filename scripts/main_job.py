"""Runs the demo city's month through the workers when the database is still empty."""

import argparse
import importlib
import importlib.util
import sys
from collections.abc import Callable
from pathlib import Path

from models import settings
from models.records.base import db, reach, sql
from models.rules.errors import SettlementError

#: The module that knows the demo city: run_main_job(settings, address=…) -> exit status.
DEMO = "scripts.seed_demo"
#: Stands under VAR_DIR while the main job runs, so that an interrupted one is taken up again.
UNFINISHED = "demo.unfinished"


def wanted(mark: Path) -> bool:
    """Return whether the demo should run: nothing was imported yet, or a run was interrupted."""
    return mark.exists() or not sql("SELECT EXISTS (SELECT FROM area)").fetchone()[0]


def run(address: str) -> int:
    """Run the main job if it is wanted; return its exit status."""
    current = settings.load()
    reach(current)
    mark = current.var_dir / UNFINISHED
    if not wanted(mark):
        print("数据库中已有数据，不再载入演示数据。", flush=True)
        return 0
    job = _main_job()
    if job is None:
        print("没有演示模块，跳过演示数据。", flush=True)
        return 1
    mark.touch()
    status = int(job(current, address=address))
    if status == 0:
        mark.unlink(missing_ok=True)
    return status


def _main_job() -> Callable[..., int] | None:
    if importlib.util.find_spec(DEMO) is None:
        return None
    return getattr(importlib.import_module(DEMO), "run_main_job", None)


def main(arguments: list[str] | None = None) -> int:
    """Run once; the exit status is the main job's."""
    parser = argparse.ArgumentParser(prog="python -m scripts.main_job", description=__doc__)
    parser.add_argument("--address", default="")
    try:
        return run(parser.parse_args(arguments).address)
    except SettlementError as refusal:
        print(refusal.sentence, file=sys.stderr)
        return 1
    finally:
        if not db.is_closed():
            db.close()


if __name__ == "__main__":
    sys.exit(main())
