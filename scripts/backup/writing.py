"""Writes one backup while the system runs, and reads it again before calling it one."""

import contextlib
import hashlib
import json
import os
import subprocess
import tempfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

import psycopg

from models import clock
from models.rules.errors.recovery import BackupDamaged, BackupFailed, BackupLocked
from scripts.backup import contents, envelope
from scripts.embedded.binaries import packaged_postgres_bin
from scripts.installation import write_private

PREFIX = "zhijie-"
ENDING, SEALED = ".dump", ".dump.sealed"
READ_BYTES = 1 << 20
#: What a restore set aside is not part of the system.
ASIDE = "before_restore_*"


@dataclass(frozen=True)
class Backup:
    """A backup that lies in a folder, with what was written beside it."""

    path: Path
    told: dict[str, Any]

    @property
    def is_sealed(self) -> bool:
        """Return whether a passphrase opens it."""
        return bool(self.told["encrypted"])


def note_of(path: Path) -> Path:
    """Return where the figures of a backup lie."""
    return path.with_name(path.name + ".json")


def write(database_url: str, folder: Path, passphrase: str | None) -> Backup:
    """Write the whole database as it is at one moment, prove the file, and return it.

    The moment is a snapshot that pg_dump and our figures share, so both see the same rows while
    others go on writing. Raises BackupFailed.
    """
    folder.mkdir(parents=True, exist_ok=True)
    now = clock.now()
    name = f"{PREFIX}{now:%Y%m%dT%H%M%SZ}{SEALED if passphrase else ENDING}"
    part = folder / (name + ".part")
    with psycopg.connect(database_url, autocommit=True) as ask:
        ask.execute("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY")
        row = ask.execute("SELECT pg_export_snapshot(), current_setting('server_version')")
        snapshot, version = row.fetchone() or ("", "")
        dumped = _dumped(database_url, str(snapshot))
        size, sha256 = _kept(part, envelope.sealed(dumped, passphrase) if passphrase else dumped)
        told = {
            "format": 1,
            "name": name,
            "made_at": now.isoformat(timespec="seconds"),
            "server": version,
            "encrypted": passphrase is not None,
            "size_bytes": size,
            "sha256": sha256,
            **contents.figures(ask),
        }
    made = Backup(part, told)
    prove(made, passphrase)
    path = part.rename(folder / name)
    # Without its note a file is no backup: what was cut off in between is never taken for one.
    write_private(note_of(path), json.dumps(told, ensure_ascii=False, indent=2) + "\n")
    _settle(folder)
    return Backup(path, told)


def read(path: Path) -> Backup:
    """Return a backup with its note; raises BackupDamaged when either is missing."""
    try:
        return Backup(path, json.loads(note_of(path).read_text(encoding="utf-8")))
    except (OSError, ValueError) as error:
        raise BackupDamaged(
            name=path.name, reason="缺少说明文件（.json）", reason_en="its .json is missing"
        ) from error


def prove(backup: Backup, passphrase: str | None) -> None:
    """Read every byte again: the sum, the encryption, and pg_restore's own reading of it all.

    Raises BackupDamaged, BackupLocked.
    """
    digest = hashlib.sha256()
    with backup.path.open("rb") as source:
        while piece := source.read(READ_BYTES):
            digest.update(piece)
    if digest.hexdigest() != backup.told["sha256"]:
        raise BackupDamaged(
            name=backup.path.name,
            reason="摘要与写入时不同",
            reason_en="its sha256 is not what was written",
        )
    feed(backup, passphrase, ["--file", os.devnull])


def feed(backup: Backup, passphrase: str | None, options: list[str]) -> None:
    """Let pg_restore read the backup with these options; raises BackupFailed and as `opened`."""
    with (
        tempfile.TemporaryFile() as errors,
        subprocess.Popen(
            [packaged_postgres_bin() / "pg_restore", *options],
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=errors,
        ) as program,
    ):
        try:
            if program.stdin is not None:
                for piece in plain(backup, passphrase):
                    program.stdin.write(piece)
                program.stdin.close()
        except BrokenPipeError:
            pass  # it says why itself
        except BaseException:
            program.kill()
            raise
        if program.wait() != 0:
            raise BackupFailed(program="pg_restore", reason=_tail(errors))


def plain(backup: Backup, passphrase: str | None) -> Iterator[bytes]:
    """Yield the dump as pg_dump wrote it; raises BackupLocked, BackupDamaged."""
    with backup.path.open("rb") as source:
        if backup.is_sealed:
            if not passphrase:
                raise BackupLocked(name=backup.path.name)
            yield from envelope.opened(source, passphrase, backup.path.name)
        else:
            while piece := source.read(READ_BYTES):
                yield piece


def _dumped(database_url: str, snapshot: str) -> Iterator[bytes]:
    options = ["--format=custom", "--no-owner", "--no-privileges", f"--snapshot={snapshot}"]
    with (
        tempfile.TemporaryFile() as errors,
        subprocess.Popen(
            [
                packaged_postgres_bin() / "pg_dump",
                *options,
                f"--exclude-schema={ASIDE}",
                f"--dbname={database_url}",
            ],
            stdout=subprocess.PIPE,
            stderr=errors,
        ) as program,
    ):
        if program.stdout is not None:
            while piece := program.stdout.read(READ_BYTES):
                yield piece
        if program.wait() != 0:
            raise BackupFailed(program="pg_dump", reason=_tail(errors))


def _kept(path: Path, chunks: Iterable[bytes]) -> tuple[int, str]:
    """Write the bytes down to the disk, readable for us alone; return their size and sha256."""
    size, digest = 0, hashlib.sha256()
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    try:
        with os.fdopen(handle, "wb") as target:
            for piece in chunks:
                target.write(piece)
                digest.update(piece)
                size += len(piece)
            target.flush()
            os.fsync(target.fileno())
    except BaseException:
        with contextlib.suppress(OSError):
            path.unlink()
        raise
    return size, digest.hexdigest()


def _settle(folder: Path) -> None:
    """Let the new names survive a power cut."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _tail(errors: IO[bytes]) -> str:
    errors.seek(0)
    lines = errors.read().decode(errors="replace").strip().splitlines()
    return " ".join(lines[-3:]) or "?"
