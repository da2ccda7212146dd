"""Events of sheets and payments: written with their moves, told to those who may see them."""

from datetime import timedelta

import pytest

from models import clock
from models.records.access import AuditEvent
from models.records.base import db as handle
from models.records.base import sql
from models.records.webhooks import Webhook, WebhookDelivery, WebhookEvent
from models.rules import webhooks as rules
from models.rules.errors.access import NotAllowed
from models.rules.errors.api import UnknownInstitution
from models.rules.errors.webhooks import (
    BadWebhookAddress,
    BadWebhookEvents,
    DeliveryMoved,
    TooManyWebhooks,
    UnknownWebhook,
    WebhookEnded,
)
from models.services import access
from models.services.webhooks import delivering, subscribing
from tests.factories import payments, sheets, work

pytestmark = pytest.mark.usefixtures("db")

URL = "https://hooks.example/in"


@pytest.fixture
def town(db):
    made = work.town()
    work.drafts(made)
    return made


def webhook(role="maker", by="administrator", **wishes):
    told = {"label": "t", "url": URL, "role": role, "events": rules.events(role)} | wishes
    return subscribing.make(subscribing.Wish(**told), access.load(by)).webhook


def kinds():
    return [event.kind for event in WebhookEvent.select().order_by(WebhookEvent.id)]


def told_to(hook):
    rows = sql(
        "SELECT e.kind, e.hospital_code, e.enterprise_code FROM webhook_delivery d"
        " JOIN webhook_event e ON e.id = d.event_id WHERE d.webhook_id = %s ORDER BY e.id",
        (hook.id,),
    )
    return rows.fetchall()


def test_without_a_webhook_nothing_is_written(town):
    payments.approve_all()
    assert kinds() == []


def test_each_move_is_one_event_in_its_transaction(town):
    webhook()
    payments.approve_all()
    payments.pay()
    assert kinds().count("sheet.in_review") == kinds().count("sheet.approved") == 4
    assert kinds().count("sheet.sent") == 4
    assert set(kinds()) == {"sheet.in_review", "sheet.approved", "sheet.sent", "payment.sent"}
    event = WebhookEvent.get(WebhookEvent.kind == "sheet.sent")
    assert (event.facts["state"], event.facts["was"]) == ("sent", "approved")


def test_a_move_that_is_rolled_back_leaves_no_event(town):
    webhook()
    with handle.atomic() as transaction:
        payments.approve_all()
        assert kinds()
        transaction.rollback()
    assert kinds() == []


def test_everybody_is_told_of_his_own_only(town):
    agency = webhook()
    county = webhook(area_code=sheets.OTHER_CITY)
    clinic = webhook("hospital", by="clinic", party_code=town.hospitals[0])
    firm = webhook("enterprise", by="firm", party_code=town.enterprises[0])
    payments.approve_all()
    payments.pay()
    delivering.tell()
    assert len(told_to(agency)) == WebhookEvent.select().count()
    assert {row[1] for row in told_to(county) if row[1]} == {town.hospitals[2]}
    assert {row[1] for row in told_to(clinic)} == {town.hospitals[0]}
    assert {row[2] for row in told_to(firm)} == {town.enterprises[0]}
    assert "payment.sent" in {row[0] for row in told_to(firm)}
    assert "payment.sent" not in {row[0] for row in told_to(clinic)}
    assert delivering.tell() == 0


def test_only_the_chosen_events_after_the_webhook_was_made_are_told(town):
    first = webhook(events=["sheet.approved"])
    payments.approve_all()
    later = webhook()
    delivering.tell()
    assert {row[0] for row in told_to(first)} == {"sheet.approved"}
    assert told_to(later) == []


def test_a_claim_is_one_worker_s_until_it_runs_out(town, frozen_clock):
    hook = webhook()
    subscribing.ping(hook.id, access.load("administrator"))
    (held,) = delivering.claim()
    assert (held.attempt, delivering.claim()) == (1, [])
    frozen_clock.advance(seconds=delivering.CLAIM_SECONDS + 1)
    (again,) = delivering.claim()
    assert again.attempt == 2
    delivering.delivered(held, 200, "too late")
    assert WebhookDelivery.get().state == "sending"
    delivering.delivered(again, 200, "ok")
    assert WebhookDelivery.get().state == "delivered"
    assert delivering.claim() == []


def test_failures_are_tried_with_pauses_and_end_dead_in_sight(town, frozen_clock):
    hook = webhook()
    subscribing.ping(hook.id, access.load("administrator"))
    became = []
    for pause in (*rules.PAUSES_SECONDS, None):
        (held,) = delivering.claim()
        became.append(delivering.failed(held, 500, "no"))
        assert delivering.claim() == []
        frozen_clock.advance(seconds=pause or 0)
    assert became == ["put_off"] * len(rules.PAUSES_SECONDS) + ["dead"]
    row = WebhookDelivery.get()
    assert (row.state, row.attempts, row.last_status) == ("dead", rules.ATTEMPTS_MAX, 500)
    assert subscribing.repeat(hook.id, access.load("administrator")) == 1
    assert delivering.claim()[0].attempt == 1


def test_what_was_not_tried_is_not_counted(town):
    hook = webhook()
    subscribing.ping(hook.id, access.load("administrator"))
    (held,) = delivering.claim()
    delivering.put_back(held, "")
    assert (WebhookDelivery.get().attempts, WebhookDelivery.get().state) == (0, "waiting")


def test_only_what_is_done_is_repeated(town):
    hook, by = webhook(), access.load("administrator")
    one = subscribing.ping(hook.id, by)
    for which in (None, one.id, one.id + 1):
        with pytest.raises(DeliveryMoved):
            subscribing.repeat(hook.id, by, delivery_id=which)
    (held,) = delivering.claim()
    delivering.delivered(held, 204, "")
    assert subscribing.repeat(hook.id, by, delivery_id=one.id) == 1


def test_an_ended_webhook_gets_nothing_more(town):
    hook, by = webhook(), access.load("administrator")
    subscribing.ping(hook.id, by)
    subscribing.end(hook.id, by)
    subscribing.end(hook.id, by)
    assert WebhookDelivery.get().state == "dropped"
    assert delivering.claim() == []
    for act in (subscribing.ping, subscribing.repeat):
        with pytest.raises(WebhookEnded):
            act(hook.id, by)
    with pytest.raises(Exception, match="ended for ever"):
        Webhook.update(ended_at=None, ended_by=None).execute()
    told = [e.action for e in AuditEvent.select().where(AuditEvent.subject == f"webhook:{hook.id}")]
    assert told == ["webhook.made", "webhook.pinged", "webhook.ended"]


def test_others_neither_see_nor_end_a_webhook(town):
    hook = webhook("hospital", by="clinic", party_code=town.hospitals[0])
    with pytest.raises(UnknownWebhook):
        subscribing.end(hook.id, access.load("firm"))
    with pytest.raises(NotAllowed):
        subscribing.end(hook.id, access.load("maker"))
    with pytest.raises(UnknownInstitution):
        webhook("hospital", by="clinic", party_code=town.hospitals[1])


@pytest.mark.parametrize(
    ("wrong", "refusal"),
    [
        ({"url": "ftp://x"}, BadWebhookAddress),
        ({"url": "https://user:pass@x/"}, BadWebhookAddress),
        ({"url": "https:///x"}, BadWebhookAddress),
        ({"url": "https://x/ y"}, BadWebhookAddress),
        ({"url": "https://x:99999/"}, BadWebhookAddress),
        ({"url": "https://[::1"}, BadWebhookAddress),
        ({"url": "https://x/" + "a" * 500}, BadWebhookAddress),
        ({"events": []}, BadWebhookEvents),
        ({"events": ["ping"]}, BadWebhookEvents),
        ({"events": ["sheet.nonsense"]}, BadWebhookEvents),
        ({"role": "hospital", "events": ["payment.sent"]}, BadWebhookEvents),
    ],
)
def test_what_cannot_be_a_webhook_is_refused(town, wrong, refusal):
    place = {"party_code": town.hospitals[0]} if wrong.get("role") else {}
    with pytest.raises(refusal):
        webhook(**(place | wrong))


def test_an_institution_has_so_many_at_most(town):
    for _ in range(subscribing.WEBHOOKS_MAX):
        webhook()
    with pytest.raises(TooManyWebhooks):
        webhook()


def test_secrets_lie_encrypted_and_the_audit_names_none(town):
    made = subscribing.make(
        subscribing.Wish("t", URL, "maker", ["sheet.paid"]), access.load("administrator")
    )
    kept = sql("SELECT row_to_json(w)::text FROM webhook w").fetchone()[0]
    audit = sql("SELECT string_agg(facts::text, '') FROM audit_event").fetchone()[0]
    assert made.secret not in kept + audit
    assert delivering.Handing(1, 1, 1, URL, "e", b"", made.webhook.sealed_secret).secret() == (
        made.secret
    )


def test_old_events_go_and_waiting_ones_stay(town, frozen_clock):
    hook, by = webhook(), access.load("administrator")
    for _ in range(2):
        subscribing.ping(hook.id, by)
    first, _second = delivering.claim()
    delivering.delivered(first, 200, "")
    frozen_clock.at(clock.now() + timedelta(days=delivering.KEPT_DAYS + 1))
    assert delivering.tidy(100) == 1
    assert WebhookEvent.select().count() == WebhookDelivery.select().count() == 1
