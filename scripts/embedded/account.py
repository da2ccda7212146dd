"""Under which user the embedded servers run: PostgreSQL refuses to be root."""

import contextlib
import os
import pwd
import stat
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from models.rules.errors.services import DataUnreachable

#: Who runs the servers when we are root; the first that exists.
UNPRIVILEGED = ("nobody", "daemon", "postgres")


@dataclass(frozen=True)
class Account:
    """A user we step down to."""

    name: str
    uid: int
    gid: int

    def can(self, command: list[str]) -> bool:
        """Return whether the command succeeds when this user runs it."""
        try:
            return (
                subprocess.run(
                    command,
                    user=self.uid,
                    group=self.gid,
                    extra_groups=[],
                    cwd="/",
                    env={"PATH": "/usr/bin:/bin", "LC_ALL": "C"},
                    stdin=subprocess.DEVNULL,
                    capture_output=True,
                    check=False,
                    timeout=30,
                ).returncode
                == 0
            )
        except OSError:
            return False

    def reaches(self, folder: Path) -> bool:
        """Return whether this user may pass through the folder."""
        return self.can(["test", "-x", str(folder)])

    def own(self, folder: Path) -> None:
        """Make a folder that only this user (and root) may enter; refuse one of another's."""
        with contextlib.suppress(FileExistsError):
            folder.mkdir(mode=0o700)
            os.chown(folder, self.uid, self.gid, follow_symlinks=False)
        found = folder.lstat()
        if not stat.S_ISDIR(found.st_mode) or found.st_uid != self.uid:
            raise DataUnreachable(folder=folder, user=self.name)


def account_for(data: Sequence[Path]) -> Account | None:
    """Return who must run the servers: nobody else but ourselves unless we are root.

    Data that exist are served by their owner, whoever started the system first.
    """
    if os.geteuid() != 0:
        return None
    owner = next((folder.stat().st_uid for folder in data if folder.exists()), 0)
    entry = pwd.getpwuid(owner) if owner else _first_unprivileged()
    return Account(name=entry.pw_name, uid=entry.pw_uid, gid=entry.pw_gid)


def _first_unprivileged() -> pwd.struct_passwd:
    known = {entry.pw_name: entry for entry in pwd.getpwall() if entry.pw_uid != 0}
    for name in UNPRIVILEGED:
        if name in known:
            return known[name]
    return next(iter(known.values()))
