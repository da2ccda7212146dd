"""One writing request is done once: same Idempotency-Key and content, same first answer."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from models import clock
from models.records.api import ApiRequest
from models.records.base import db, sql
from models.rules.errors.imports import KeyReused
from models.services.access import Actor
from models.services.api import keys
from models.services.imports.rows import take_rows

#: Namespace of the lock that makes two requests with one key wait for one another.
KEY_LOCK = 7_466_004
ANSWERED = 200


@dataclass(frozen=True)
class Answer:
    """What a request was answered with, now or the first time."""

    facts: dict[str, Any]
    status: int
    replayed: bool = False


def lock(actor: Actor, key: str) -> None:
    """Wait, in the caller's transaction, for another request with the same key to end."""
    sql("SELECT pg_advisory_xact_lock(%s, hashtext(%s))", (KEY_LOCK, f"{keys.owner(actor)}:{key}"))


def known(actor: Actor, key: str, payload_sha256: str) -> Answer | None:
    """Return the first answer under a key, or None. Raises KeyReused for another content."""
    found = ApiRequest.get_or_none(ApiRequest.owner == keys.owner(actor), ApiRequest.key == key)
    if found is None:
        return None
    if found.payload_sha256 != payload_sha256:
        raise KeyReused(key=key)
    return Answer(found.answer, found.status, replayed=True)


def keep(actor: Actor, key: str, payload_sha256: str, answer: Answer) -> Answer:
    """Keep the answer in the transaction of the work and return it."""
    ApiRequest.insert(
        owner=keys.owner(actor),
        key=key,
        payload_sha256=payload_sha256,
        answer=answer.facts,
        status=answer.status,
        made_at=clock.now(),
    ).execute()
    return answer


def take(
    kind: str,
    rows: Sequence[Mapping[str, Any]],
    actor: Actor,
    *,
    on: date,
    key: str,
) -> Answer:
    """Take in rows of a table as a file of them would be, once; counts and errors are the answer.

    Raises KeyReused, TooManyRows, NotAllowed, UnknownTable.
    """
    digest = payload_sha256(kind, rows)
    with db.atomic():
        lock(actor, key)
        first = known(actor, key, digest)
        if first is not None:
            return first
        result = take_rows(kind, rows, actor, on=on, name=f"{kind}.ndjson")
        return keep(actor, key, digest, Answer(result, ANSWERED))


def payload_sha256(kind: str, rows: Sequence[Mapping[str, Any]]) -> str:
    """Return the hash of table and content: the same whatever the order of names and the blanks."""
    text = json.dumps(
        [kind, rows], ensure_ascii=True, sort_keys=True, separators=(",", ":"), default=str
    )
    return hashlib.sha256(text.encode()).hexdigest()
