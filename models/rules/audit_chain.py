"""The chain of the trail: which events were changed, taken out or put in, told by hashes alone."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum

#: What the first event of a chain is bound to.
GENESIS = "0" * 64


class HashMethod(StrEnum):
    """How an event is hashed; a chain may change its method at any event (摘要算法)."""

    SHA256 = "sha256"
    #: GB/T 32905-2016, where commercial cryptography (商用密码) is asked for.
    SM3 = "sm3"


class FaultKind(StrEnum):
    """What is wrong at a place of the chain."""

    #: The event's content is not what its hash was made of.
    CHANGED = "changed"
    #: Something stood between the two events named.
    GAP = "gap"
    #: The events named came in later: those around them know nothing of them.
    INSERTED = "inserted"


@dataclass(frozen=True, slots=True)
class Link:
    """An event as the chain sees it."""

    id: int
    prev_hash: str
    hash: str
    #: Its hash computed anew from its content.
    expected: str


@dataclass(frozen=True, slots=True)
class Fault:
    """One place where the chain does not hold."""

    kind: FaultKind
    #: CHANGED: the event. INSERTED: the first of them. GAP: the event before, 0 for the beginning.
    first_id: int
    #: CHANGED: the event. INSERTED: the last of them. GAP: the event behind.
    last_id: int

    @property
    def at(self) -> int:
        """Return the event to look at first."""
        return self.last_id if self.kind is FaultKind.GAP else self.first_id

    @property
    def sentence(self) -> str:
        """Return what a person reads."""
        if self.kind is FaultKind.CHANGED:
            return f"第 {self.first_id} 号事件的内容被改动。"
        if self.kind is FaultKind.INSERTED:
            return f"第 {self.first_id} 至 {self.last_id} 号事件是后来插入的。"
        since = f"第 {self.first_id} 号" if self.first_id else "起点"
        return f"{since}与第 {self.last_id} 号事件之间有事件被删除。"


def method_of(told: str) -> HashMethod:
    """Return the method of a hash as it is kept: SM3 bears its name, SHA-256 none."""
    return HashMethod.SM3 if told.startswith(f"{HashMethod.SM3}:") else HashMethod.SHA256


@dataclass(slots=True)
class _Stray:
    """Events in a row that hang together but not on what stands before them."""

    first_id: int
    last_id: int
    ends: set[str]


def faults(links: Iterable[Link]) -> Iterator[Fault]:
    """Yield every place where a chain, in the order of its events, does not hold.

    Events that hang on nothing before them were put in when what comes behind passes over them;
    otherwise something before them is gone. Nobody without the hashes behind can tell more: whoever
    writes the whole rest of a chain anew is found by an anchor kept elsewhere.
    """
    ends, last_id = {GENESIS}, 0
    stray: _Stray | None = None
    for link in links:
        own = {link.hash, link.expected}
        is_changed = link.hash != link.expected
        if is_changed:
            yield Fault(FaultKind.CHANGED, link.id, link.id)
        if link.prev_hash in ends or is_changed:
            if stray is not None:
                yield _told(stray, last_id, passed_over=link.prev_hash in ends)
            # What stands behind a changed event may hang on it or pass it over: both are told.
            ends = ends | own if is_changed else own
            stray, last_id = None, link.id
        elif stray is not None and link.prev_hash in stray.ends:
            stray.last_id, stray.ends = link.id, own
        else:
            if stray is not None:
                yield _told(stray, last_id, passed_over=False)
                last_id, ends = stray.last_id, stray.ends
            stray = _Stray(link.id, link.id, own)
    if stray is not None:
        yield _told(stray, last_id, passed_over=False)


def _told(stray: _Stray, last_id: int, *, passed_over: bool) -> Fault:
    if passed_over:
        return Fault(FaultKind.INSERTED, stray.first_id, stray.last_id)
    return Fault(FaultKind.GAP, last_id, stray.first_id)
