"""How fast the pages answer: counted in each web process, added up over those of one host.

Each process writes its counts to a small file of its own every few seconds; whichever answers
/metrics adds them up. A file cannot be written when the disk is full: then figures stand still and
pages go on (memory-mapped files would end the process there).
"""

import contextlib
import json
import os
import threading
from bisect import bisect_left
from collections.abc import Iterator
from pathlib import Path
from typing import Any

#: Upper bounds of the classes, in seconds; one more holds the rest.
BOUNDS = (0.01, 0.025, 0.05, 0.1, 0.2, 0.3, 0.5, 1.0, 2.5, 5.0, 10.0, 60.0)
SUFFIX = ".served.json"


class Counts:
    """Answers by page and method in classes of time, and by status."""

    def __init__(self) -> None:
        #: page|method → how many in each class, then the sum of seconds.
        self.times: dict[str, list[float]] = {}
        self.statuses: dict[str, int] = {}

    def add(self, page: str, method: str, status: int, seconds: float) -> None:
        """Count one answer."""
        row = self.times.setdefault(f"{page}|{method}", [0.0] * (len(BOUNDS) + 2))
        row[bisect_left(BOUNDS, seconds)] += 1
        row[-1] += seconds
        kind = str(status)
        self.statuses[kind] = self.statuses.get(kind, 0) + 1

    def merge(self, told: dict[str, Any]) -> None:
        """Add what another process counted."""
        for name, row in told.get("times", {}).items():
            mine = self.times.setdefault(name, [0.0] * (len(BOUNDS) + 2))
            self.times[name] = [a + b for a, b in zip(mine, row, strict=True)]
        for kind, answers in told.get("statuses", {}).items():
            self.statuses[kind] = self.statuses.get(kind, 0) + int(answers)

    def told(self) -> dict[str, Any]:
        """Return the counts for a file."""
        return {"times": self.times, "statuses": self.statuses}


_mine = Counts()
_lock = threading.Lock()


def count(endpoint: str, method: str, status: int, seconds: float) -> None:
    """Count one answer; pages are counted by their view, so that names stay few."""
    page = endpoint.partition(".")[0] or "none"
    with _lock:
        _mine.add(page, method if method in {"GET", "POST"} else "other", status, seconds)


def keep(folder: Path) -> None:
    """Write this process's counts where its neighbours find them; a full disk costs nothing."""
    with _lock:
        text = json.dumps(_mine.told())
    path = folder / f"{os.getpid()}{SUFFIX}"
    part = path.with_suffix(".part")
    with contextlib.suppress(OSError):
        folder.mkdir(parents=True, exist_ok=True)
        part.write_text(text, encoding="ascii")
        part.replace(path)


def begin(folder: Path) -> None:
    """Forget the counts of the last run; called once, before the web processes start."""
    for path in _files(folder):
        with contextlib.suppress(OSError):
            path.unlink()


def together(folder: Path) -> Counts:
    """Return the counts of all web processes of this host, those that ended included."""
    found = Counts()
    with _lock:
        found.merge(_mine.told())
    for path in _files(folder):
        if path.name != f"{os.getpid()}{SUFFIX}":
            with contextlib.suppress(OSError, ValueError):
                found.merge(json.loads(path.read_text(encoding="ascii")))
    return found


def _files(folder: Path) -> Iterator[Path]:
    with contextlib.suppress(OSError):
        yield from sorted(folder.glob(f"*{SUFFIX}"))
