"""What belongs to one VAR_DIR: its lock, its key, the note of its servers and of its processes."""

import contextlib
import fcntl
import json
import os
import secrets
import signal
from collections.abc import Iterator
from pathlib import Path

from models.rules.errors.services import AlreadyServing
from models.settings import SECRET_KEY_FILE, SERVICES_FILE
from scripts.embedded.processes import Identity, end_strangers, started

LOCK_FILE = "serve.lock"
PROCESSES_FILE = "processes.json"
#: Patience with processes that outlived a system killed without a word.
ORPHANS_SECONDS = 20.0


@contextlib.contextmanager
def locked(var_dir: Path) -> Iterator[None]:
    """Hold VAR_DIR for this process; refuse when another system runs on it.

    The kernel releases the lock when we die, however that happens.
    """
    var_dir.mkdir(parents=True, exist_ok=True)
    handle = os.open(var_dir / LOCK_FILE, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            holder = os.pread(handle, 20, 0).decode().strip() or "?"
            raise AlreadyServing(var_dir=var_dir, pid=holder) from None
        os.ftruncate(handle, 0)
        os.pwrite(handle, f"{os.getpid()}\n".encode(), 0)
        yield
    finally:
        os.close(handle)


def secret_key(var_dir: Path) -> str:
    """Return the key that signs sessions, made once and kept."""
    path = var_dir / SECRET_KEY_FILE
    if not path.exists():
        write_private(path, secrets.token_urlsafe(48) + "\n")
    return path.read_text().strip()


def note_services(var_dir: Path, services: dict[str, str]) -> None:
    """Tell commands where the embedded servers are; an empty note says that none run."""
    path = var_dir / SERVICES_FILE
    if services:
        write_private(path, json.dumps(services, indent=2) + "\n")
    else:
        path.unlink(missing_ok=True)


def note_processes(var_dir: Path, running: dict[int, signal.Signals]) -> None:
    """Remember our processes and how each is ended, for the start after a kill -9."""
    noted = [[pid, started(pid), int(wanted)] for pid, wanted in running.items()]
    write_private(var_dir / PROCESSES_FILE, json.dumps(noted) + "\n")


def end_orphans(var_dir: Path) -> list[int]:
    """End what a killed system left running; return the numbers of those processes."""
    try:
        noted = json.loads((var_dir / PROCESSES_FILE).read_text())
        orphans = {Identity(pid, born): signal.Signals(wanted) for pid, born, wanted in noted}
    except (OSError, ValueError, TypeError):
        return []
    return end_strangers(orphans, seconds=ORPHANS_SECONDS)


def write_private(path: Path, text: str) -> None:
    """Replace a file whole, readable for us alone."""
    making = path.with_suffix(".part")
    with os.fdopen(os.open(making, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
        file.write(text)
    making.replace(path)
