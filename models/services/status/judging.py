"""What the figures mean: one sign for each thing that is watched, good, to be looked at, or bad.

The same bounds stand in the alert rules (deploy/prometheus); a test compares them.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from models.services.status.figures import Figures, Seen, failed


class Level(StrEnum):
    """How much a sign matters."""

    GOOD = "good"
    #: Somebody should look today.
    LOOK = "look"
    #: Somebody should act now.
    BAD = "bad"


@dataclass(frozen=True)
class Sign:
    """One thing that is watched."""

    key: str
    level: Level
    facts: dict[str, Any] = field(default_factory=dict)


#: The relay carries within a second; beyond these it is slow, or stands.
RELAY_LAG_LOOK, RELAY_LAG_BAD = 10, 60
#: A job that is due and not begun: long work before it, or nobody works.
QUEUE_LOOK, QUEUE_BAD = 600, 3_600
UNKNOWN_BAD_SECONDS = 3 * 86_400
MAIL_LOOK_SECONDS = 1_800
#: Statements come every banking day; Spring Festival is the longest rest.
STATEMENT_LOOK_DAYS = 10
BOOKS_LOOK_SECONDS = 26 * 3_600
DISK_LOOK_BP, DISK_BAD_BP = 1_500, 500
CONNECTIONS_LOOK_BP = 8_000
WHOLE_BP = 10_000


def signs(figures: Figures) -> list[Sign]:
    """Return all signs, the bad ones first, otherwise in a fixed order."""
    found = [
        _database(figures), *_processes(figures), _relay(figures), *_queues(figures),
        _jobs(figures), *_money(figures), *_outward(figures), *_disks(figures),
        _versions(figures),
    ]  # fmt: skip
    order = (Level.BAD, Level.LOOK, Level.GOOD)
    return sorted(found, key=lambda sign: order.index(sign.level))


def _level(value: float, look: float, bad: float) -> Level:
    return Level.BAD if value > bad else Level.LOOK if value > look else Level.GOOD


def _database(figures: Figures) -> Sign:
    share = WHOLE_BP * figures.connections // max(1, figures.connections_max)
    level = Level.LOOK if share > CONNECTIONS_LOOK_BP else Level.GOOD
    told = {"connections": figures.connections, "most": figures.connections_max}
    return Sign("database", level, told)


def living(figures: Figures, kind: str) -> list[Seen]:
    """Return the living processes of a kind."""
    return [one for one in figures.processes if one.kind == kind and one.alive]


def _processes(figures: Figures) -> Iterator[Sign]:
    for kind in ("relay", "schedule"):
        count = len(living(figures, kind))
        yield Sign(kind, Level.GOOD if count else Level.BAD, {"count": count})
    workers = living(figures, "worker")
    served = {queue for one in workers for queue in one.queues.split(",")}
    idle = [one.queue for one in figures.queues if one.queue not in served]
    yield Sign(
        "workers", Level.BAD if idle else Level.GOOD, {"count": len(workers), "unserved": idle}
    )
    lost = [one.process for one in figures.processes if not one.alive]
    yield Sign("lost", Level.LOOK if lost else Level.GOOD, {"processes": lost})


def _relay(figures: Figures) -> Sign:
    lag = figures.relay_lag_seconds
    return Sign("lag", _level(lag, RELAY_LAG_LOOK, RELAY_LAG_BAD), {"seconds": round(lag, 1)})


def _queues(figures: Figures) -> Iterator[Sign]:
    slowest = max(figures.queues, key=lambda one: one.oldest_seconds)
    told = {"queue": slowest.queue, "seconds": round(slowest.oldest_seconds)}
    yield Sign("queues", _level(slowest.oldest_seconds, QUEUE_LOOK, QUEUE_BAD), told)


def _jobs(figures: Figures) -> Sign:
    count = failed(figures)
    return Sign("failed", Level.LOOK if count else Level.GOOD, {"count": count})


def _money(figures: Figures) -> Iterator[Sign]:
    age = figures.unknown_oldest_seconds
    level = Level.LOOK if figures.unknown_payments else Level.GOOD
    told = {"count": figures.unknown_payments, "hours": round(age / 3_600)}
    yield Sign("unknown", Level.BAD if age > UNKNOWN_BAD_SECONDS else level, told)
    if figures.statement_on is not None:
        days = (figures.at.date() - figures.statement_on).days
        level = Level.LOOK if days > STATEMENT_LOOK_DAYS else Level.GOOD
        yield Sign("statement", level, {"day": figures.statement_on, "days": days})
    yield _books(figures)


def _books(figures: Figures) -> Sign:
    if figures.books_checked_at is None:
        return Sign("books_never", Level.LOOK)
    if figures.books_broken:
        return Sign("books_broken", Level.BAD, {"count": figures.books_broken})
    age = (figures.at - figures.books_checked_at).total_seconds()
    level = Level.LOOK if age > BOOKS_LOOK_SECONDS else Level.GOOD
    return Sign("books", level, {"at": figures.books_checked_at})


def _outward(figures: Figures) -> Iterator[Sign]:
    refused, age = figures.mails["failed"], figures.mail_oldest_seconds
    level = Level.LOOK if refused or age > MAIL_LOOK_SECONDS else Level.GOOD
    told = {"waiting": figures.mails["waiting"], "failed": refused, "seconds": round(age)}
    yield Sign("mails", level, told)
    count = figures.dead_deliveries
    yield Sign("deliveries", Level.LOOK if count else Level.GOOD, {"count": count})


def _disks(figures: Figures) -> Iterator[Sign]:
    """Yield a sign for each host; one that tells nothing has none."""
    hosts: dict[str, tuple[int, int]] = {}
    for one in figures.processes:
        free, whole = one.facts.get("disk_free_bytes"), one.facts.get("disk_bytes")
        if one.alive and free is not None and whole:
            hosts[str(one.facts["host"])] = (free, whole)
    for host, (free, whole) in sorted(hosts.items()):
        share = WHOLE_BP * free // whole
        level = Level.GOOD if share >= DISK_LOOK_BP else Level.LOOK
        told = {"host": host, "free": free, "whole": whole}
        yield Sign("disk", Level.BAD if share < DISK_BAD_BP else level, told)


def _versions(figures: Figures) -> Sign:
    found = sorted({str(one.facts["version"]) for one in figures.processes
                    if one.alive and one.facts.get("version")})  # fmt: skip
    return Sign("versions", Level.LOOK if len(found) > 1 else Level.GOOD, {"versions": found})
