"""Decisions of hospitals and enterprises sent by their own systems, each request taken once."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from models import clock
from models.records.access import IdempotencyKey
from models.records.base import db, sql
from models.rules.errors.imports import KeyReused
from models.services.access import Actor
from models.services.imports.rows import take_rows

#: Namespace of the lock that makes two requests with one key wait for one another.
KEY_LOCK = 7_466_004
_ANSWERED = 200


def take(
    rows: Sequence[Mapping[str, Any]], actor: Actor, *, on: date, key: str | None = None
) -> dict[str, Any]:
    """Take in confirmations (columns of the table `confirmations`) and return counts and errors.

    With an idempotency key the same content gets the first answer again and nothing is written;
    another content under the key raises KeyReused. Raises TooManyRows, NotAllowed.
    """
    with db.atomic():
        if key is None:
            return take_rows("confirmations", rows, actor, on=on, name="confirmations.ndjson")
        sql("SELECT pg_advisory_xact_lock(%s, hashtext(%s))", (KEY_LOCK, f"{actor.name}:{key}"))
        digest = payload_sha256(rows)
        known = IdempotencyKey.get_or_none(
            IdempotencyKey.user_name == actor.name, IdempotencyKey.key == key
        )
        if known is not None:
            if known.payload_sha256 != digest:
                raise KeyReused(key=key)
            answer: dict[str, Any] = known.answer
            return answer
        result = take_rows("confirmations", rows, actor, on=on, name="confirmations.ndjson")
        IdempotencyKey.insert(
            user_name=actor.name,
            key=key,
            payload_sha256=digest,
            answer=result,
            status=_ANSWERED,
            made_at=clock.now(),
        ).execute()
    return result


def payload_sha256(rows: Sequence[Mapping[str, Any]]) -> str:
    """Return the hash of the content: the same whatever the order of names and the blanks."""
    text = json.dumps(rows, ensure_ascii=True, sort_keys=True, separators=(",", ":"), default=str)
    return hashlib.sha256(text.encode()).hexdigest()
