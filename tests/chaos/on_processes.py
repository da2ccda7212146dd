"""Faults of processes and clocks: killed, stopped, doubled, hours ahead or behind."""

import signal
from random import Random

from tests.chaos import points
from tests.chaos.registry import Fault, Missed, Undo, children, fault, one_of
from tests.chaos.stage import Actor, Stage

#: Stopped for longer than the lease, so that another has the work when it goes on.
STOPPED_SECONDS = (points.LEASE_SECONDS + 0.4, points.LEASE_SECONDS + 1.2)


def _killing(kind: str) -> Fault:
    def strike(stage: Stage, random: Random) -> Undo:
        stage.signal(one_of(stage, random, kind).pid, signal.SIGKILL)
        return None

    return strike


def _stopping(kind: str, least: float, most: float) -> Fault:
    def strike(stage: Stage, random: Random) -> Undo:
        pid = one_of(stage, random, kind).pid
        stage.signal(pid, signal.SIGSTOP)
        return random.uniform(least, most), lambda: stage.signal(pid, signal.SIGCONT)

    return strike


def _skewing(kind: str, hours: float) -> Fault:
    """Start a process of the kind anew with a clock that is wrong by hours."""

    def strike(stage: Stage, random: Random) -> Undo:
        one = one_of(stage, random, kind)
        one.skew = hours * random.choice((0.5, 1, 3))
        stage.signal(one.pid, signal.SIGTERM)
        return None

    return strike


for _kind in ("worker", "relay", "schedule"):
    fault(f"{_kind} killed", "process")(_killing(_kind))
    fault(f"{_kind} clock ahead", "clock")(_skewing(_kind, 4.0))
    fault(f"{_kind} clock behind", "clock")(_skewing(_kind, -4.0))
fault("worker stopped past its lease", "process")(_stopping("worker", *STOPPED_SECONDS))
fault("relay stopped", "process")(_stopping("relay", 0.5, 2.0))
fault("schedule stopped", "process")(_stopping("schedule", 0.5, 2.0))


@fault("worker asked to stop", "process")
def _asked(stage: Stage, random: Random) -> Undo:
    stage.signal(one_of(stage, random, "worker").pid, signal.SIGTERM)
    return None


def _extra(kind: str) -> Fault:
    def strike(stage: Stage, _random: Random) -> Undo:
        if len([one for one in stage.cast if one.extra]) >= 3:
            raise Missed(kind)
        stage.cast.append(Actor(kind, stage.fork(kind), extra=True))
        return None

    return strike


fault("one more relay", "process")(_extra("relay"))
fault("one more schedule", "process")(_extra("schedule"))


@fault("web worker killed", "process")
def _web_worker(stage: Stage, random: Random) -> Undo:
    found = children(one_of(stage, random, "web").pid)
    if not found:
        raise Missed("web")
    stage.signal(random.choice(found), signal.SIGKILL)
    return None


@fault("web killed", "process")
def _web(stage: Stage, random: Random) -> Undo:
    master = one_of(stage, random, "web").pid
    for pid in [master, *children(master)]:
        stage.signal(pid, signal.SIGKILL)
    return None
