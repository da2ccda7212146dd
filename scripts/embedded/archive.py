"""The embedded database's log, copied piece by piece to a folder: any moment can be restored."""

from pathlib import Path

from models.rules.errors.services import DataUnreachable
from scripts.embedded.home import Home

#: At most so much work is not in the archive when the machine is lost.
TIMEOUT = "60s"


def settings(home: Home, folder: Path) -> dict[str, str]:
    """Return the server's settings that archive its log into a folder, made when it is missing.

    A piece gets its name when it is whole; one that is there is never written over. Raises
    DataUnreachable when the servers' user cannot write there.
    """
    folder = folder.absolute()
    if not folder.exists():
        folder.parent.mkdir(parents=True, exist_ok=True)
        if home.account:
            home.account.own(folder)
        else:
            folder.mkdir(mode=0o700)
    if home.account and not home.account.can(["test", "-w", str(folder)]):
        raise DataUnreachable(folder=folder, user=home.account.name)
    kept = f'"{folder}/%f"'
    return {
        "archive_mode": "on",
        "archive_timeout": TIMEOUT,
        "archive_command": (
            f'test ! -f {kept} && cp "%p" "{folder}/%f.part" && mv "{folder}/%f.part" {kept}'
        ),
    }
