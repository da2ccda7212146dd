"""What a process tells of itself with every sign of life: host, release, memory and disk."""

import os
import shutil
import socket
from typing import Any

from models import clock, settings
from models.services.status.release import version

#: When each process told of itself first: a forked one begins anew.
_started_at: dict[int, str] = {}


def of_process() -> dict[str, Any]:
    """Return the facts of this process and its host; bytes are whole numbers, None if unknown."""
    free, total = disk()
    pid = os.getpid()
    return {
        "host": socket.gethostname(),
        "pid": pid,
        "version": version(),
        "started_at": _started_at.setdefault(pid, clock.now().isoformat(timespec="seconds")),
        "memory_bytes": memory_bytes(),
        "disk_free_bytes": free,
        "disk_bytes": total,
    }


def memory_bytes() -> int | None:
    """Return the memory this process holds at present (its resident set)."""
    try:
        with open("/proc/self/statm", encoding="ascii") as file:  # noqa: PTH123 - read every 2 s
            return int(file.read().split()[1]) * os.sysconf("SC_PAGE_SIZE")
    except (OSError, ValueError, IndexError):
        return None


def disk() -> tuple[int | None, int | None]:
    """Return free and all bytes of the disk under VAR_DIR on this host."""
    folder = settings.load().var_dir
    while not folder.exists() and folder != folder.parent:
        folder = folder.parent
    try:
        found = shutil.disk_usage(folder)
    except OSError:
        return None, None
    return found.free, found.total
