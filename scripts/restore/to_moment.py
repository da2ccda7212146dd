"""A point in time: the server's copied files, and the archived log replayed up to a moment."""

import os
import shutil
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import psycopg

from models import clock
from models.rules.errors.recovery import BackupFailed, DatabaseNotEmpty
from scripts import installation
from scripts.backup import base
from scripts.embedded.home import Home, prepare
from scripts.embedded.postgres import READY_SECONDS_MAX, Postgres
from scripts.restore import after


def to_moment(
    copied: Path, wal: Path, until: str | None, var_dir: Path, journals: Sequence[Path]
) -> dict[str, Any]:
    """Bring the embedded database of VAR_DIR to a moment, or to the end of the archived log.

    The system must be stopped. Data that are there are renamed, not deleted. Raises
    AlreadyServing, BackupFailed, DatabaseNotEmpty.
    """
    base.verify(copied)
    with installation.locked(var_dir):
        installation.end_orphans(var_dir)
        home = prepare(var_dir)
        kept = _lay_out(home, copied, wal.absolute(), until)
        server = Postgres(home)
        server.start()
        try:
            reached = _promoted(server)
            told = after.finish(server.url, journals, f"{copied.name} {until or ''}".strip())
        finally:
            server.stop()
    return {"restored": reached, "differences": [], "kept_aside": kept, **told}


def _lay_out(home: Home, copied: Path, wal: Path, until: str | None) -> str | None:
    data, kept = home.root / "postgresql", None
    if data.exists():
        aside = home.root / f"postgresql.before_restore_{clock.now():%Y%m%dT%H%M%S}"
        if aside.exists():
            raise DatabaseNotEmpty(kept=aside)
        data.rename(aside)
        kept = str(aside)
    making = home.folder("postgresql.restoring")
    shutil.rmtree(making)
    shutil.copytree(copied, making, symlinks=True)
    goal = f"recovery_target_time = '{until}'\n" if until else ""
    with (making / "postgresql.auto.conf").open("a") as lines:
        lines.write(
            f'restore_command = \'cp "{wal}/%f" "%p"\'\n{goal}'
            "recovery_target_action = 'promote'\n"
        )
    (making / "recovery.signal").touch()
    hand_over(home, making)
    making.rename(data)
    return kept


def hand_over(home: Home, folder: Path) -> None:
    """Give the files to the user the server runs as."""
    for path in [folder, *folder.rglob("*")]:
        if home.account:
            os.chown(path, home.account.uid, home.account.gid, follow_symlinks=False)
    folder.chmod(0o700)


def _promoted(server: Postgres) -> str:
    """Wait until the server stopped replaying and takes writes; return the last moment replayed."""
    deadline = time.monotonic() + READY_SECONDS_MAX
    while time.monotonic() < deadline:
        with psycopg.connect(server.url, autocommit=True) as ask:
            row = ask.execute(
                "SELECT pg_is_in_recovery(), coalesce(pg_last_xact_replay_timestamp(), now())::text"
            ).fetchone()
        if row is not None and not row[0]:
            return str(row[1])
        time.sleep(0.2)
    raise BackupFailed(program="postgres", reason=f"{READY_SECONDS_MAX:.0f} s")
