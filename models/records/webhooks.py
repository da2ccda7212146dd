"""Whom other systems' events go to: webhooks, events written with their moves, deliveries."""

import peewee as pw

from models.records.base import (
    CodeField,
    JsonField,
    Record,
    StateField,
    TextArrayField,
    UtcDateTimeField,
    one_of,
    promise,
)
from models.rules.webhooks import WEBHOOK_ROLES, DeliveryState
from models.rules.words import Role


class Webhook(Record):
    """An address of one institution that is told of events (推送)."""

    id = pw.AutoField()
    label = pw.TextField()
    url = pw.TextField()
    role = StateField(Role)
    #: 'all' or an area code: events of that area and below.
    area_code = CodeField()
    #: hospital_code or credit_code of the seats.
    party_code = CodeField(null=True)
    events = TextArrayField()
    #: Encrypted: every delivery is signed with it.
    sealed_secret = pw.TextField()
    made_by = CodeField()
    made_at = UtcDateTimeField()
    ended_at = UtcDateTimeField(null=True)
    ended_by = CodeField(null=True)

    class Meta:
        """Promises of a webhook."""

        constraints = [
            one_of("role", WEBHOOK_ROLES, name="webhook_role_known"),
            promise(
                "webhook_seat_has_its_party",
                "(role IN ('hospital', 'enterprise')) = (party_code IS NOT NULL)",
            ),
            promise("webhook_has_events", "cardinality(events) > 0"),
            promise("webhook_ended_by_somebody", "(ended_at IS NULL) = (ended_by IS NULL)"),
        ]


class WebhookEvent(Record):
    """One move of a sheet or payment, written in its transaction while any webhook lives."""

    id = pw.BigAutoField()
    #: sheet.<state>, payment.<state> or ping.
    kind = CodeField()
    area_code = CodeField(null=True)
    hospital_code = CodeField(null=True)
    enterprise_code = CodeField(null=True)
    #: sheet_no or reference.
    subject = CodeField()
    facts = JsonField()
    happened_at = UtcDateTimeField(index=True)
    #: Whether its deliveries were made.
    told = pw.BooleanField(default=False, constraints=[pw.SQL("DEFAULT false")])


class WebhookDelivery(Record):
    """The handing of one event to one webhook."""

    id = pw.BigAutoField()
    webhook_id = pw.IntegerField()
    event_id = pw.BigIntegerField(index=True)
    state = StateField(DeliveryState)
    attempts = pw.IntegerField(default=0, constraints=[pw.SQL("DEFAULT 0")])
    next_try_at = UtcDateTimeField()
    #: A worker silent beyond this has lost it.
    claimed_until = UtcDateTimeField(null=True)
    attempted_at = UtcDateTimeField(null=True)
    delivered_at = UtcDateTimeField(null=True)
    #: What was answered last: HTTP status, or none and why.
    last_status = pw.IntegerField(null=True)
    last_answer = pw.TextField(null=True)

    class Meta:
        """Once for a webhook and event."""

        indexes = ((("webhook_id", "event_id"), True),)
        constraints = [
            one_of("state", DeliveryState, name="webhook_delivery_state_known"),
            promise("sending_has_its_claim", "state <> 'sending' OR claimed_until IS NOT NULL"),
            promise("delivered_has_its_time", "state <> 'delivered' OR delivered_at IS NOT NULL"),
        ]
