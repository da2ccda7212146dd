"""Which backups of a folder stay: the newest ones, and the last of each month."""

from pathlib import Path

from models.rules.errors.recovery import BackupDamaged
from scripts.backup.writing import ENDING, PREFIX, SEALED, Backup, note_of, read


def complete(folder: Path) -> list[Backup]:
    """Return the backups of a folder that have their note, oldest first."""
    found = []
    for path in sorted(folder.glob(f"{PREFIX}*{ENDING}*")):
        if path.name.endswith((ENDING, SEALED)):
            try:
                found.append(read(path))
            except BackupDamaged:
                continue
    return found


def drop_old(folder: Path, *, days: int, months: int) -> list[str]:
    """Delete what is neither of the newest `days` nor the last of one of `months` months.

    Only files that we wrote, whole, are looked at: nothing else in the folder is touched, and a
    backup that failed never pushes out one that stands.
    """
    all_of_them = complete(folder)
    staying = {one.path for one in all_of_them[-max(1, days) :]}
    last_of_month = {str(one.told["made_at"])[:7]: one.path for one in all_of_them}
    staying |= {path for _, path in sorted(last_of_month.items())[-months:]} if months else set()
    dropped = []
    for one in all_of_them:
        if one.path not in staying:
            # The note goes first: what is left of an interrupted deletion is no backup.
            note_of(one.path).unlink()
            one.path.unlink()
            dropped.append(one.path.name)
    return dropped
