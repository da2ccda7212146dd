"""The list of all faults: each strikes, and tells how it is undone and when."""

import contextlib
from collections.abc import Callable
from pathlib import Path
from random import Random

from tests.chaos.stage import Actor, Stage

#: How long a fault lasts and what ends it; None: it is over at once.
Undo = tuple[float, Callable[[], None]] | None
Fault = Callable[[Stage, Random], Undo]


class Missed(Exception):
    """There was nothing to strike."""


class NotYet(Exception):
    """A fault cannot be undone now, because another one is in the way: it is tried again."""


#: Name → heading of the table, and the fault; filled by @fault.
FAULTS: dict[str, tuple[str, Fault]] = {}


def fault(name: str, group: str) -> Callable[[Fault], Fault]:
    """Register a fault under its name and the heading of the table."""

    def register(function: Fault) -> Fault:
        FAULTS[name] = (group, function)
        return function

    return register


def one_of(stage: Stage, random: Random, kind: str) -> Actor:
    """Return a living process of a kind."""
    living = stage.of(kind)
    if not living:
        raise Missed(kind)
    return random.choice(living)


def children(pid: int) -> list[int]:
    """Return the children of a process."""
    with contextlib.suppress(OSError):
        told = Path(f"/proc/{pid}/task/{pid}/children").read_text()
        return [int(one) for one in told.split()]
    return []
