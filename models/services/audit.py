"""The chain of what everybody did: each row's hash covers the row before it."""

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

import peewee as pw
from cryptography.hazmat.primitives import hashes

from models import clock
from models import settings as settings_module
from models.records.access import AuditEvent
from models.records.base import sql
from models.rules import audit_chain
from models.rules.audit_chain import GENESIS, Fault, HashMethod, Link

#: One writer at a time, so that the chain has no forks; held until the transaction ends.
CHAIN_LOCK = 7_466_001
EVENTS_AT_ONCE = 1_000


@dataclass(frozen=True, slots=True)
class Head:
    """The last event: its number and hash, kept elsewhere, tell if anything before changed."""

    id: int
    hash: str
    happened_at: datetime

    @property
    def anchor(self) -> str:
        """Return what is printed or kept elsewhere."""
        return f"{self.id}:{self.hash}"


def digest(
    prev_hash: str,
    happened_at: str,
    actor: str,
    action: str,
    subject: str,
    facts: str,
    *,
    method: HashMethod = HashMethod.SHA256,
) -> str:
    """Return the hash of an event from its content and the hash before it."""
    text = "\x1f".join((prev_hash, happened_at, actor, action, subject, facts)).encode()
    if method is HashMethod.SHA256:
        return hashlib.sha256(text).hexdigest()
    sm3 = hashes.Hash(hashes.SM3())
    sm3.update(text)
    return f"{HashMethod.SM3}:{sm3.finalize().hex()}"


def canonical(facts: Mapping[str, object]) -> str:
    """Return facts as JSON that is the same whenever the facts are."""
    return json.dumps(facts, ensure_ascii=False, sort_keys=True, separators=(",", ":"), default=str)


def wrote(action: str, *, actor: str, subject: str, **facts: object) -> None:
    """Append one event in the caller's transaction."""
    wrote_all(action, actor=actor, about=[(subject, facts)])


def wrote_all(
    action: str, *, actor: str, about: Iterable[tuple[str, Mapping[str, object]]]
) -> None:
    """Append one event for each subject with its facts, in the order given, in one write."""
    sql("SELECT pg_advisory_xact_lock(%s)", (CHAIN_LOCK,))
    last = sql("SELECT hash FROM audit_event ORDER BY id DESC LIMIT 1").fetchone()
    prev_hash = last[0] if last else GENESIS
    happened_at, method = clock.now(), HashMethod(settings_module.load().audit_hash)
    events = []
    for subject, facts in about:
        told = json.loads(canonical(facts))
        head = digest(
            prev_hash,
            happened_at.isoformat(),
            actor,
            action,
            subject,
            canonical(told),
            method=method,
        )
        events.append(
            {
                "happened_at": happened_at,
                "actor": actor,
                "action": action,
                "subject": subject,
                "facts": told,
                "prev_hash": prev_hash,
                "hash": head,
            }
        )
        prev_hash = head
    for rows in pw.chunked(events, EVENTS_AT_ONCE):
        AuditEvent.insert_many(rows).execute()


def faults() -> Iterator[Fault]:
    """Yield every place where an event was changed, taken out or put in, in the chain's order."""
    return audit_chain.faults(_links())


def first_break() -> int | None:
    """Return the id of the first event whose hash does not fit, or None when the chain is whole."""
    found = next(faults(), None)
    return None if found is None else found.at


def head() -> Head | None:
    """Return the last event, or None while there is none."""
    row = sql("SELECT id, hash, happened_at FROM audit_event ORDER BY id DESC LIMIT 1").fetchone()
    return None if row is None else Head(*row)


def holds(event_id: int, kept_hash: str) -> bool:
    """Return whether the chain still passes through an event as it was kept elsewhere.

    With a chain that is whole this proves every event up to that one.
    """
    row = sql("SELECT hash FROM audit_event WHERE id = %s", (event_id,)).fetchone()
    return row is not None and row[0] == kept_hash


def _links() -> Iterator[Link]:
    """Yield all events with their hash computed anew, in flat memory."""
    last_id = 0
    while True:
        events = list(
            AuditEvent.select()
            .where(AuditEvent.id > last_id)
            .order_by(AuditEvent.id)
            .limit(EVENTS_AT_ONCE)
        )
        for event in events:
            yield Link(event.id, event.prev_hash, event.hash, _expected(event))
        if len(events) < EVENTS_AT_ONCE:
            return
        last_id = events[-1].id


def _expected(event: AuditEvent) -> str:
    return digest(
        event.prev_hash,
        event.happened_at.isoformat(),
        event.actor,
        event.action,
        event.subject,
        canonical(event.facts),
        method=audit_chain.method_of(event.hash),
    )
