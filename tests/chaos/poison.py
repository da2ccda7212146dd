"""Jobs that no process survives: they crash it, eat its memory, or never end."""

import ctypes
import resource
import time
from typing import Any

from models.services import jobs
from workers import tidying

#: What a poisoned job may still take before the kernel says no.
ROOM_BYTES = 64 << 20


def tidy(claim: jobs.Claim) -> dict[str, Any]:
    """Do the harmless job, unless somebody put poison into it."""
    kind, _, poison = claim.requested_by.partition(":")
    if kind == "poison":
        {"segfault": _segfault, "memory": _memory, "loop": _loop}[poison]()
    return tidying.run(claim)


def _segfault() -> None:
    ctypes.string_at(0)


def _memory() -> None:
    """Take memory until there is none, and the process with it."""
    taken = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024 + (4 << 30)
    resource.setrlimit(resource.RLIMIT_AS, (taken, taken))
    held = []
    while True:
        held.append(bytes(ROOM_BYTES))


def _loop() -> None:
    """Never end, and say nothing."""
    while True:
        time.sleep(0.05)
