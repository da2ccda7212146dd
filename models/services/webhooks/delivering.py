"""Deliveries: made for each new event, claimed by a worker, and answered for one by one.

Between the receiver's 2xx and our commit a worker may die. The delivery is then made once more when
its claim has run out: at least once, with the same webhook-id, by which the receiver knows it.
"""

import json
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from models import clock
from models.records.base import db, sql
from models.rules import webhooks
from models.rules.webhooks import DeliveryMove
from models.services import sealing
from models.services.views.reading import fetch
from models.services.webhooks.subscribing import SEALED

#: Events turned into deliveries in one statement.
EVENTS_MAX = 5_000
#: Deliveries of one webhook in one round: a slow receiver holds up nobody else.
EACH_MAX = 25
WEBHOOKS_MAX = 40
#: Longer than a round can take.
CLAIM_SECONDS = 300
ANSWER_CHARS_MAX = 300
KEPT_DAYS = 90

_TELL = """
WITH fresh AS MATERIALIZED (
    SELECT * FROM webhook_event WHERE NOT told ORDER BY id LIMIT %(most)s FOR UPDATE SKIP LOCKED
), chain AS MATERIALIZED (
    SELECT area_code, above_code FROM area_chain
), made AS (
    INSERT INTO webhook_delivery (webhook_id, event_id, state, next_try_at)
    SELECT w.id, e.id, 'waiting', %(now)s FROM fresh e JOIN webhook w
        ON w.ended_at IS NULL AND e.kind = ANY (w.events) AND w.made_at <= e.happened_at
       AND CASE w.role WHEN 'hospital' THEN e.hospital_code = w.party_code
                       WHEN 'enterprise' THEN e.enterprise_code = w.party_code
                       ELSE w.area_code = 'all' OR (e.area_code, w.area_code) IN
                            (SELECT area_code, above_code FROM chain) END
    ON CONFLICT DO NOTHING
)
UPDATE webhook_event e SET told = true FROM fresh f WHERE e.id = f.id
"""


def tell() -> int:
    """Make the deliveries of new events; return how many events were taken."""
    with db.atomic():
        return int(sql(_TELL, {"most": EVENTS_MAX, "now": clock.now()}).rowcount)


_DUE = """
SELECT EXISTS (SELECT FROM webhook_event WHERE NOT told)
    OR EXISTS (SELECT FROM webhook_delivery WHERE state = 'waiting' AND next_try_at <= %(now)s)
    OR EXISTS (SELECT FROM webhook_delivery WHERE state = 'sending' AND claimed_until < %(now)s)
"""


def is_anything_due() -> bool:
    """Return whether a run would find work."""
    return bool(sql(_DUE, {"now": clock.now()}).fetchone()[0])


@dataclass(frozen=True)
class Handing:
    """One claimed delivery with all that is sent."""

    delivery_id: int
    webhook_id: int
    #: 1 for the first; also the token of the claim.
    attempt: int
    url: str
    event_id: str
    body: bytes
    sealed_secret: str

    def secret(self) -> str:
        """Return what the delivery is signed with; raises SecretUnreadable."""
        return sealing.unseal(self.sealed_secret, SEALED)


_CLAIM = """
WITH due AS MATERIALIZED (
    SELECT q.id FROM (SELECT id FROM webhook WHERE ended_at IS NULL) w
     CROSS JOIN LATERAL (
        SELECT d.id, d.next_try_at FROM webhook_delivery d
         WHERE d.webhook_id = w.id
           AND (d.state = 'waiting' AND d.next_try_at <= %(now)s
                OR d.state = 'sending' AND d.claimed_until < %(now)s)
         ORDER BY d.next_try_at, d.id LIMIT %(each)s) q
     ORDER BY q.next_try_at LIMIT %(most)s
), held AS MATERIALIZED (
    SELECT d.id FROM webhook_delivery d JOIN due USING (id)
     WHERE d.state = 'waiting' OR d.state = 'sending' AND d.claimed_until < %(now)s
       FOR UPDATE OF d SKIP LOCKED
)
UPDATE webhook_delivery d
   SET state = 'sending', attempts = d.attempts + 1, attempted_at = %(now)s,
       claimed_until = %(until)s
  FROM held h WHERE d.id = h.id
RETURNING d.id
"""
_CLAIMED = """
SELECT d.id, d.webhook_id, d.attempts, w.url, w.sealed_secret, e.id AS event_id, e.kind, e.subject,
       e.facts, e.happened_at
  FROM webhook_delivery d JOIN webhook w ON w.id = d.webhook_id
  JOIN webhook_event e ON e.id = d.event_id
 WHERE d.id = ANY (%(ids)s) ORDER BY d.webhook_id, e.id
"""


def claim() -> list[Handing]:
    """Claim what is due, a few of each webhook, and return it by webhook in the order of events."""
    now = clock.now()
    told = {
        "now": now,
        "until": now + timedelta(seconds=CLAIM_SECONDS),
        "each": EACH_MAX,
        "most": EACH_MAX * WEBHOOKS_MAX,
    }
    with db.atomic():
        ids = [row[0] for row in sql(_CLAIM, told)]
        rows = fetch(_CLAIMED, {"ids": ids})
    return [
        Handing(
            delivery_id=row.id,
            webhook_id=row.webhook_id,
            attempt=row.attempts,
            url=row.url,
            event_id=f"evt_{row.event_id}",
            body=_body(row),
            sealed_secret=row.sealed_secret,
        )
        for row in rows
    ]


_LINKS = {"sheet": "/api/v1/sheets/", "payment": "/api/v1/payments/"}


def _body(row: Any) -> bytes:  # noqa: ANN401 - a row by name
    """Return what is sent: thin, and the same at every attempt."""
    link = _LINKS.get(row.kind.partition(".")[0])
    told = {
        "id": f"evt_{row.event_id}",
        "type": row.kind,
        "happened_at": row.happened_at.isoformat(),
        "data": row.facts,
        "link": f"{link}{row.subject}" if link else None,
    }
    return json.dumps(told, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


_ANSWERED = """
UPDATE webhook_delivery
   SET state = %(state)s, last_status = %(status)s, last_answer = %(answer)s, claimed_until = NULL,
       delivered_at = CASE WHEN %(state)s = 'delivered' THEN %(now)s ELSE delivered_at END,
       next_try_at = coalesce(%(next)s, next_try_at), attempts = attempts - %(uncounted)s
 WHERE id = %(id)s AND attempts = %(attempt)s AND state = ANY (%(from)s)
"""


def _answer(
    handing: Handing,
    move: DeliveryMove,
    status: int | None,
    answer: str,
    *,
    seconds: int | None = None,
    uncounted: int = 0,
) -> bool:
    """Write what became of an attempt; False when it is no longer ours."""
    states = {webhooks.DELIVERY[start, of] for start, of in webhooks.DELIVERY if of is move}
    now = clock.now()
    with db.atomic():
        return bool(
            sql(
                _ANSWERED,
                {
                    "state": states.pop().value,
                    "status": status,
                    "answer": answer[:ANSWER_CHARS_MAX],
                    "now": now,
                    "next": None if seconds is None else now + timedelta(seconds=seconds),
                    "id": handing.delivery_id,
                    "attempt": handing.attempt,
                    "from": webhooks.sources(move),
                    "uncounted": uncounted,
                },
            ).rowcount
        )


def delivered(handing: Handing, status: int, answer: str) -> None:
    """Note that the receiver took it."""
    _answer(handing, DeliveryMove.DELIVER, status, answer)


def failed(handing: Handing, status: int | None, answer: str, *, for_good: bool = False) -> str:
    """Note a failed attempt: again after a pause, or dead; return which."""
    pause = None if for_good else webhooks.pause_seconds(handing.attempt)
    if pause is None:
        _answer(handing, DeliveryMove.GIVE_UP, status, answer)
        return "dead"
    _answer(handing, DeliveryMove.PUT_OFF, status, answer, seconds=pause)
    return "put_off"


def put_back(handing: Handing, answer: str) -> None:
    """Give back what was claimed and not tried; that does not count against it."""
    seconds = webhooks.PAUSES_SECONDS[0]
    _answer(handing, DeliveryMove.PUT_OFF, None, answer, seconds=seconds, uncounted=1)


def tidy(rows_max: int) -> int:
    """Remove old events with their deliveries where none of them waits; return how many events."""
    gone = [
        row[0]
        for row in sql(
            "SELECT e.id FROM webhook_event e WHERE e.happened_at < %s AND e.told AND NOT EXISTS"
            " (SELECT FROM webhook_delivery d WHERE d.event_id = e.id"
            " AND d.state IN ('waiting', 'sending')) ORDER BY e.id LIMIT %s",
            (clock.now() - timedelta(days=KEPT_DAYS), rows_max),
        )
    ]
    sql("DELETE FROM webhook_delivery WHERE event_id = ANY (%s)", (gone,))
    return int(sql("DELETE FROM webhook_event WHERE id = ANY (%s)", (gone,)).rowcount)
