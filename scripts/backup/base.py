"""A copy of the database server's files, the beginning of a restore to a point in time."""

import hashlib
import json
import subprocess
from pathlib import Path
from typing import Any

from models import clock
from models.rules.errors.recovery import BackupDamaged, BackupFailed
from scripts.embedded.binaries import packaged_postgres_bin

PREFIX = "base-"
MANIFEST = "backup_manifest"


def write(database_url: str, folder: Path) -> dict[str, Any]:
    """Copy the files while the server runs, with the log it needs, and verify every file.

    Together with the archived log it can be brought to any later moment. Raises BackupFailed.
    """
    folder.mkdir(parents=True, exist_ok=True)
    target = folder / f"{PREFIX}{clock.now():%Y%m%dT%H%M%SZ}"
    making = target.with_name(target.name + ".part")
    run(
        "pg_basebackup",
        f"--dbname={database_url}",
        f"--pgdata={making}",
        "--wal-method=stream",
        "--checkpoint=fast",
        "--manifest-checksums=SHA256",
    )
    verify(making)
    making.rename(target)
    size = sum(one.stat().st_size for one in target.rglob("*") if one.is_file())
    return {"folder": str(target), "size_bytes": size}


def verify(folder: Path) -> None:
    """Compare every file with the manifest that the server wrote; raises BackupDamaged.

    The packaged pg_verifybackup ends with a segmentation fault, so the sums are made here.
    """
    try:
        listed = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))["Files"]
    except (OSError, ValueError, KeyError) as error:
        raise _damaged(folder, MANIFEST) from error
    for one in listed:
        path = folder / str(one["Path"])
        try:
            with path.open("rb") as source:
                digest = hashlib.file_digest(source, "sha256").hexdigest()
        except OSError as error:
            raise _damaged(folder, path.name) from error
        if (path.stat().st_size, digest) != (one["Size"], one["Checksum"]):
            raise _damaged(folder, path.name)


def _damaged(folder: Path, name: str) -> BackupDamaged:
    return BackupDamaged(
        name=folder.name,
        reason=f"文件 {name} 与复制时不同",
        reason_en=f"the file {name} is not what was copied",
    )


def run(program: str, *options: str) -> None:
    """Run one of the database's programs to its end; raises BackupFailed."""
    done = subprocess.run(
        [packaged_postgres_bin() / program, *options],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode != 0:
        raise BackupFailed(program=program, reason=" ".join(done.stderr.split()[-60:]))
