"""The chain of what everybody did: each row's hash covers the row before it."""

import hashlib
import json
from collections.abc import Iterable, Mapping

import peewee as pw

from models import clock
from models.records.access import AuditEvent
from models.records.base import sql

#: One writer at a time, so that the chain has no forks; held until the transaction ends.
CHAIN_LOCK = 7_466_001
GENESIS = "0" * 64
EVENTS_AT_ONCE = 1_000


def digest(
    prev_hash: str, happened_at: str, actor: str, action: str, subject: str, facts: str
) -> str:
    """Return the hash of an event from its content and the hash before it."""
    text = "\x1f".join((prev_hash, happened_at, actor, action, subject, facts))
    return hashlib.sha256(text.encode()).hexdigest()


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
    happened_at = clock.now()
    events = []
    for subject, facts in about:
        told = json.loads(canonical(facts))
        head = digest(prev_hash, happened_at.isoformat(), actor, action, subject, canonical(told))
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


def first_break() -> int | None:
    """Return the id of the first event whose hash does not fit, or None when the chain is whole."""
    prev_hash = GENESIS
    for event in AuditEvent.select().order_by(AuditEvent.id).iterator():
        expected = digest(
            prev_hash,
            event.happened_at.isoformat(),
            event.actor,
            event.action,
            event.subject,
            canonical(event.facts),
        )
        if event.prev_hash != prev_hash or event.hash != expected:
            return int(event.id)
        prev_hash = event.hash
    return None
