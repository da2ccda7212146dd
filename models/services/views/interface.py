"""Keys and webhooks as the pages show them: those of the reader's institutions, and deliveries."""

from typing import Any

from models.rules.api_keys import ENDING_DAYS
from models.rules.webhooks import DeliveryState
from models.rules.words import Role
from models.services import access
from models.services.access import ALL_AREAS, Actor
from models.services.views.reading import PAGE_ROWS, Where, fetch, one

_SEATS = (Role.HOSPITAL, Role.ENTERPRISE)

_PARTY = """
  LEFT JOIN hospital h ON k.role = 'hospital' AND h.hospital_code = k.party_code
  LEFT JOIN enterprise e ON k.role = 'enterprise' AND e.credit_code = k.party_code
  LEFT JOIN area a ON k.party_code IS NULL AND a.area_code = k.area_code
"""
_NAME = "coalesce(h.name, e.name, a.name) AS party_name"
_KEYS = f"""
SELECT k.*, {_NAME}, k.ended_at IS NULL AND k.expires_on >= %(today)s AS live
  FROM api_key k {_PARTY} WHERE {{where}}
 ORDER BY k.ended_at IS NOT NULL, k.expires_on < %(today)s, k.id DESC
 LIMIT %(rows)s OFFSET %(skip)s
"""
_HOOKS = f"""
SELECT k.*, {_NAME},
       (SELECT count(*) FROM webhook_delivery d WHERE d.webhook_id = k.id AND d.state = 'dead')
           AS dead,
       (SELECT count(*) FROM webhook_delivery d WHERE d.webhook_id = k.id
           AND d.state IN ('waiting', 'sending')) AS waiting,
       (SELECT max(d.delivered_at) FROM webhook_delivery d WHERE d.webhook_id = k.id)
           AS last_delivered_at
  FROM webhook k {_PARTY} WHERE {{where}}
 ORDER BY k.ended_at IS NOT NULL, k.id DESC LIMIT %(rows)s OFFSET %(skip)s
"""
_DELIVERIES = """
SELECT d.id, d.state, d.attempts, d.next_try_at, d.attempted_at, d.delivered_at, d.last_status,
       d.last_answer, e.id AS event_id, e.kind, e.subject, e.happened_at
  FROM webhook_delivery d JOIN webhook_event e ON e.id = d.event_id
 WHERE {where} ORDER BY d.id DESC LIMIT %(rows)s
"""


def _of(actor: Actor) -> Where:
    """Return the condition over keys or webhooks k that binds a reader to his institutions."""
    if actor.role in _SEATS:
        return Where().add(
            "k.role = %(role)s AND k.party_code = %(party)s",
            role=str(actor.role),
            party=actor.party_code,
        )
    if actor.area_code == ALL_AREAS:
        return Where(["true"])
    return Where().add("k.area_code = ANY (%(mine)s)", mine=access.areas_below(actor.area_code))


def _paged(found: Where, number: int) -> dict[str, Any]:
    return {**found.told, "rows": PAGE_ROWS + 1, "skip": number * PAGE_ROWS}


#: View → the condition over keys or webhooks k: what the first page counts.
KEYS = {"ending": f"k.ended_at IS NULL AND k.expires_on - %(today)s BETWEEN 0 AND {ENDING_DAYS}"}
HOOKS = {
    "dead": "k.ended_at IS NULL AND EXISTS (SELECT FROM webhook_delivery x"
    " WHERE x.webhook_id = k.id AND x.state = 'dead')"
}


def ending(actor: Actor, today: object) -> int:
    """Return how many keys end within ENDING_DAYS."""
    found = _of(actor).add(KEYS["ending"], today=today)
    text = f"SELECT count(*) AS n FROM api_key k WHERE {found.text}"
    return int(one(text, found.told).n)


def failing(actor: Actor) -> int:
    """Return how many webhooks have deliveries that nobody took."""
    found = _of(actor).add(HOOKS["dead"])
    return int(one(f"SELECT count(*) AS n FROM webhook k WHERE {found.text}", found.told).n)


def keys(actor: Actor, today: object, *, view: str = "", number: int = 0) -> list[Any]:
    """Return a page of keys and one more, live ones first."""
    found = _of(actor)
    if view in KEYS:
        found.add(KEYS[view])
    return fetch(_KEYS.format(where=found.text), {**_paged(found, number), "today": today})


def key(actor: Actor, key_id: int, today: object) -> Any:  # noqa: ANN401 - a row by name
    """Return a key of the reader's institutions, or None."""
    found = _of(actor).add("k.id = %(id)s", id=key_id)
    return one(_KEYS.format(where=found.text), {**_paged(found, 0), "today": today})


def webhooks(actor: Actor, *, view: str = "", number: int = 0) -> list[Any]:
    """Return a page of webhooks and one more, live ones first."""
    found = _of(actor)
    if view in HOOKS:
        found.add(HOOKS[view])
    return fetch(_HOOKS.format(where=found.text), _paged(found, number))


def webhook(actor: Actor, webhook_id: int) -> Any:  # noqa: ANN401 - a row by name
    """Return a webhook of the reader's institutions, or None."""
    found = _of(actor).add("k.id = %(id)s", id=webhook_id)
    return one(_HOOKS.format(where=found.text), _paged(found, 0))


def deliveries(webhook_id: int, state: str = "", before: int | None = None) -> list[Any]:
    """Return deliveries of a webhook the reader has, the latest first, and one more."""
    found = Where().add("d.webhook_id = %(webhook)s", webhook=webhook_id)
    found.add_if(state if state in set(DeliveryState) else "", "d.state = %(state)s", "state")
    found.add_if(before, "d.id < %(before)s", "before")
    return fetch(_DELIVERIES.format(where=found.text), {**found.told, "rows": PAGE_ROWS + 1})
