"""Webhooks: made for an institution with a secret shown once, tried with a ping, ended for ever."""

import base64
import secrets
from collections.abc import Sequence
from dataclasses import dataclass

from models import clock
from models.records.base import db, sql
from models.records.webhooks import Webhook, WebhookDelivery, WebhookEvent
from models.rules import webhooks
from models.rules.errors.api import KeyLabel
from models.rules.errors.webhooks import (
    DeliveryMoved,
    TooManyWebhooks,
    UnknownWebhook,
    WebhookEnded,
)
from models.rules.webhooks import DeliveryMove, DeliveryState
from models.rules.words import Role
from models.services import access, audit, sealing
from models.services.access import Actor
from models.services.api import institutions

SEALED = "webhook"
SECRET_BYTES = 32
LABEL_CHARS_MAX = 100
#: Live webhooks of one institution.
WEBHOOKS_MAX = 10


@dataclass(frozen=True)
class Wish:
    """What a webhook shall be."""

    label: str
    url: str
    role: str
    events: Sequence[str]
    area_code: str = access.ALL_AREAS
    party_code: str | None = None


@dataclass(frozen=True)
class Made:
    """A new webhook: its secret is told once."""

    webhook: Webhook
    secret: str


def make(wish: Wish, actor: Actor) -> Made:
    """Make a webhook for an institution within the actor's rows.

    Raises NotAllowed, UnknownInstitution, BadWebhookAddress, BadWebhookEvents, KeyLabel,
    TooManyWebhooks, SecretUnreadable.
    """
    access.require(actor, "api_keys")
    place = institutions.place(wish.role, wish.area_code, wish.party_code, actor)
    label = wish.label.strip()
    if not 0 < len(label) <= LABEL_CHARS_MAX:
        raise KeyLabel
    url = webhooks.check_url(wish.url.strip())
    chosen = webhooks.check_events(wish.events, wish.role)
    secret = webhooks.SECRET_PREFIX + base64.b64encode(secrets.token_bytes(SECRET_BYTES)).decode()
    with db.atomic():
        _leave_room(place)
        made = Webhook.create(
            label=label,
            url=url,
            role=Role(wish.role),
            area_code=place.area_code,
            party_code=place.party_code,
            events=chosen,
            sealed_secret=sealing.seal(secret, SEALED),
            made_by=actor.name,
            made_at=clock.now(),
        )
        audit.wrote(
            "webhook.made",
            actor=actor.name,
            subject=f"webhook:{made.id}",
            label=label,
            url=url,
            role=wish.role,
            area_code=place.area_code,
            party_code=place.party_code,
            events=chosen,
        )
    return Made(made, secret)


def _leave_room(place: institutions.Place) -> None:
    count = (
        Webhook.select()
        .where(
            Webhook.ended_at.is_null(),
            Webhook.role == place.role,
            Webhook.party_code.is_null()
            if place.party_code is None
            else Webhook.party_code == place.party_code,
        )
        .count()
    )
    if count >= WEBHOOKS_MAX:
        raise TooManyWebhooks(count=count)


def of_actor(webhook_id: int, actor: Actor) -> Webhook:
    """Return a webhook the actor may see; raises UnknownWebhook."""
    found: Webhook | None = Webhook.get_or_none(Webhook.id == webhook_id)
    if found is None or not institutions.is_within(found, actor):
        raise UnknownWebhook
    return found


_DROP = """
UPDATE webhook_delivery SET state = 'dropped' WHERE webhook_id = %s AND state = ANY (%s)
"""


def end(webhook_id: int, actor: Actor) -> None:
    """End a webhook; what still waits for it is dropped. A second time changes nothing."""
    access.require(actor, "api_keys")
    with db.atomic():
        found = of_actor(webhook_id, actor)
        ended = (
            Webhook.update(ended_at=clock.now(), ended_by=actor.name)
            .where(Webhook.id == webhook_id, Webhook.ended_at.is_null())
            .execute()
        )
        if ended:
            sql(_DROP, (webhook_id, webhooks.sources(DeliveryMove.DROP)))
            audit.wrote(
                "webhook.ended",
                actor=actor.name,
                subject=f"webhook:{webhook_id}",
                label=found.label,
            )


def ping(webhook_id: int, actor: Actor) -> WebhookDelivery:
    """Queue a test event for one webhook and return its delivery. Raises WebhookEnded."""
    access.require(actor, "api_keys")
    with db.atomic():
        found = of_actor(webhook_id, actor)
        if found.ended_at is not None:
            raise WebhookEnded
        now = clock.now()
        event = WebhookEvent.create(
            kind=webhooks.PING,
            subject=f"webhook:{webhook_id}",
            facts={"webhook": webhook_id},
            happened_at=now,
            told=True,
        )
        made: WebhookDelivery = WebhookDelivery.create(
            webhook_id=webhook_id,
            event_id=event.id,
            state=DeliveryState.WAITING,
            next_try_at=now,
        )
        audit.wrote("webhook.pinged", actor=actor.name, subject=f"webhook:{webhook_id}")
    return made


_REPEAT = """
UPDATE webhook_delivery SET state = 'waiting', attempts = 0, next_try_at = %(now)s,
       claimed_until = NULL
 WHERE webhook_id = %(webhook)s AND state = ANY (%(from)s)
   AND (%(one)s::bigint IS NULL AND state = 'dead' OR id = %(one)s)
"""


def repeat(webhook_id: int, actor: Actor, *, delivery_id: int | None = None) -> int:
    """Send one delivery again, or all dead ones; return how many.

    Raises WebhookEnded, and DeliveryMoved when there was nothing to repeat.
    """
    access.require(actor, "api_keys")
    with db.atomic():
        found = of_actor(webhook_id, actor)
        if found.ended_at is not None:
            raise WebhookEnded
        told = {
            "webhook": webhook_id,
            "one": delivery_id,
            "now": clock.now(),
            "from": webhooks.sources(DeliveryMove.REPEAT),
        }
        count = int(sql(_REPEAT, told).rowcount)
        if not count:
            raise DeliveryMoved
        audit.wrote(
            "webhook.repeated",
            actor=actor.name,
            subject=f"webhook:{webhook_id}",
            count=count,
            delivery_id=delivery_id,
        )
    return count
