"""Which faults strike when: drawn from a seed, around each job and each press of a button."""

import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from random import Random

import psycopg

from models.rules.job_states import ENDED
from tests.chaos.faults import ARMING, FAULTS, OF_PRESSES, POINT_OF
from tests.chaos.registry import Missed, NotYet
from tests.chaos.stage import Stage

#: Faults around one piece of work, each number with its weight.
AT_ONCE = ((0, 2), (1, 6), (2, 6), (3, 3), (4, 1))
#: A fault begins within this time after the work was asked for.
DELAY_SECONDS_MAX = 0.25
#: After the last fault ended the work must be done within this.
RECOVERY_SECONDS_MAX = 60
#: Costly faults are drawn more seldom, so that a round stays short.
SELDOM = {
    "PostgreSQL restarted": 2, "PostgreSQL stopped at once": 2,
    "a server process of PostgreSQL crashes": 2, "disk full under PostgreSQL": 2,
    "worker stopped past its lease": 2, "poison job: loop": 1, "poison job: memory": 1,
    "poison job: segfault": 1, "broker killed and its file lost": 2, "web killed": 2,
}  # fmt: skip
OFTEN = 4
#: How often a press or the sending of mails meets a fault of its own kind.
RARE_SHARE = 0.7
UNDO_PAUSE_SECONDS = 0.3
#: How often is looked whether the work is done.
LOOK_SECONDS = 0.03
#: What takes longer than this after its faults is told.
LONG_SECONDS = 12


class NotRecovered(AssertionError):
    """The faults are over and the work is not done."""


@dataclass
class Storm:
    """The faults of one round."""

    stage: Stage
    random: Random
    faults_max: int
    #: The faults that are drawn; empty: all.
    only: tuple[str, ...] = ()
    struck: Counter[str] = field(default_factory=Counter)
    recovered: list[float] = field(default_factory=list)
    #: The pieces of work that took long after their faults, and those.
    long: list[str] = field(default_factory=list)
    #: Jobs that died of their faults, and were run again by a person who saw them.
    run_again: int = 0
    _undo: list[tuple[float, Callable[[], None]]] = field(default_factory=list)
    _armed: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        """Give each fault its weight."""
        self._names = list(self.only or FAULTS)
        self._weights = [SELDOM.get(name, OFTEN) for name in self._names]

    @property
    def count(self) -> int:
        """How many faults struck."""
        return self.struck.total()

    def draw(self, *, press: bool, mail: bool) -> list[str]:
        """Draw the faults around a piece of work."""
        numbers, weights = zip(*AT_ONCE, strict=True)
        wanted = self.random.choices(numbers, weights)[0]
        found = self._fitting(press=press, mail=mail)
        while len(found) < wanted:
            name = self.random.choices(self._names, self._weights)[0]
            group = FAULTS[name][0]
            if (name in OF_PRESSES and not press) or (group == "mail" and not mail):
                continue
            found.append(name)
        # Mails are sent last: they have faults even when all others are used up.
        if self.count + len(self._armed) >= self.faults_max and not mail:
            return []
        return found

    def _fitting(self, *, press: bool, mail: bool) -> list[str]:
        """Return a fault that only this rare kind of work can meet, more often than not."""
        rare = [
            name
            for name in self._names
            if (press and name in OF_PRESSES) or (mail and FAULTS[name][0] == "mail")
        ]
        return [self.random.choice(rare)] if rare and self.random.random() < RARE_SHARE else []

    @contextmanager
    def around(self, *, press: bool = False, mail: bool = False) -> Iterator["Window"]:
        """Draw what strikes around a piece of work; what waits at a point is armed before it."""
        drawn = self.draw(press=press, mail=mail)
        for name in drawn:
            if name in ARMING:
                self._strike(name)
        timed = [name for name in drawn if name not in ARMING]
        yield Window(
            self,
            [(self.random.random() * DELAY_SECONDS_MAX, name) for name in timed],
            [name for name in drawn if name in ARMING],
        )

    def _strike(self, name: str) -> None:
        try:
            undo = FAULTS[name][1](self.stage, self.random)
        except Missed:
            return
        if name in ARMING:
            self._armed.append(name)
            return
        self.struck[name] += 1
        if undo is not None:
            self._undo.append((time.monotonic() + undo[0], undo[1]))

    def tick(self) -> bool:
        """End what is over, start again what died; return whether no fault lasts."""
        now = time.monotonic()
        due = [one for one in self._undo if one[0] <= now]
        self._undo = [one for one in self._undo if one[0] > now]
        for _, undo in due:
            self._end(undo)
        self.stage.tend()
        return not self._undo

    def _end(self, undo: Callable[[], None]) -> None:
        """Undo a fault, or try again soon: what is not lifted would last for ever."""
        try:
            undo()
        except NotYet:
            self._undo.append((time.monotonic() + UNDO_PAUSE_SECONDS, undo))

    def calm(self) -> None:
        """End every fault, and count those armed ones that somebody met."""
        self._undo = [(0.0, undo) for _, undo in self._undo]
        until = time.monotonic() + RECOVERY_SECONDS_MAX
        while not self.tick() and time.monotonic() < until:
            time.sleep(LOOK_SECONDS)
        self.stage.post.up()
        left = [path.name.split("-")[0] for path in self.stage.armed.iterdir()]
        for path in self.stage.armed.iterdir():
            path.unlink(missing_ok=True)
        for name in self._armed:
            if POINT_OF[name] in left:
                left.remove(POINT_OF[name])
            else:
                self.struck[name] += 1
        self._armed.clear()


@dataclass
class Window:
    """The time around one piece of work."""

    storm: Storm
    timed: list[tuple[float, str]]
    #: What strikes in it.
    struck: list[str] = field(default_factory=list)
    began: float = field(default_factory=time.monotonic)

    def until(self, done: Callable[[], bool], what: str) -> None:
        """Let the faults strike until the work is done; measure how long it takes after them."""
        storm, over = self.storm, time.monotonic()
        while True:
            now = time.monotonic()
            for one in [one for one in self.timed if now - self.began >= one[0]]:
                self.timed.remove(one)
                storm._strike(one[1])
                self.struck.append(one[1])
            calm = storm.tick()
            if not calm or self.timed:
                over = time.monotonic()
            if not self.timed and done():
                took = time.monotonic() - over
                storm.recovered.append(took)
                if took > LONG_SECONDS:
                    storm.long.append(f"{what} {took:.1f} s after {self.struck}")
                return
            if time.monotonic() - over > RECOVERY_SECONDS_MAX:
                raise NotRecovered(f"{what} is not done {RECOVERY_SECONDS_MAX} s after the faults")
            time.sleep(LOOK_SECONDS)


def ended(stage: Stage, job_id: int) -> str | None:
    """Return the state of a job that has ended; None while it has not or nobody can say."""
    try:
        rows = stage.ask("SELECT state FROM job WHERE id = %s", (job_id,))
    except psycopg.Error:
        return None
    assert rows, f"job {job_id} is gone"
    return str(rows[0][0]) if rows[0][0] in ENDED else None
