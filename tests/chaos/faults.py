"""All faults, and those among them that wait at a named point inside a process."""

from random import Random

from tests.chaos import on_broker, on_database, on_edges, on_processes
from tests.chaos.registry import FAULTS, Fault, Undo, fault
from tests.chaos.stage import Stage

__all__ = ["ARMING", "FAULTS", "OF_PRESSES", "POINT_OF"]

#: Read here so that their faults are registered.
SOURCES = (on_processes, on_broker, on_database, on_edges)

#: Point → (name in the table, highest number of the statement before which it strikes, else 0).
POINTS: dict[str, tuple[str, int]] = {
    "after_claim": ("worker killed after its claim", 0),
    "before_commit": ("worker killed before its commit", 0),
    "before_acknowledgement": ("worker killed before its acknowledgement", 0),
    "work_killed": ("worker killed before a statement", 60),
    "work_segfault": ("worker crashes before a statement", 60),
    "work_stopped": ("worker stopped in its work past the lease", 60),
    "work_frozen": ("work frozen past the lease", 60),
    "work_cut": ("connection cut before a statement", 60),
    "work_memory": ("no memory in the work", 60),
    "work_disk": ("disk full in the work", 60),
    "before_send": ("relay killed before a send", 0),
    "after_send": ("relay killed between send and commit", 0),
    "after_relay_commit": ("relay killed after its commit", 0),
    "schedule_looks": ("schedule killed at its look", 0),
    "web_killed": ("web killed before a statement", 25),
    "web_cut": ("web's connection cut before a statement", 25),
    "before_answer": ("web killed before its answer", 0),
}


def _arming(point: str, most: int) -> Fault:
    def strike(stage: Stage, random: Random) -> Undo:
        # Early statements are met by every work, late ones by the long works only.
        number = int(most ** random.random()) if most else 0
        (stage.armed / f"{point}-{number}-{random.getrandbits(40):x}").touch()
        return None

    return strike


for _point, (_name, _most) in POINTS.items():
    fault(_name, "named point")(_arming(_point, _most))
#: Those that meet a press of a button only.
OF_PRESSES = frozenset(name for point, (name, _) in POINTS.items()
                       if point in {"web_killed", "web_cut", "before_answer"})  # fmt: skip
ARMING = frozenset(name for name, _ in POINTS.values())
POINT_OF = {name: point for point, (name, _) in POINTS.items()}
