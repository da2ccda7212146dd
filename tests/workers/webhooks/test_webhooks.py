"""Deliveries on the wire: signed, within their time, again after a failure, never elsewhere."""

import json
import os
import signal
import time
from dataclasses import replace
from datetime import timedelta

import pytest

from models.records.base import sql
from models.records.webhooks import WebhookDelivery
from models.rules.job_names import JobName
from models.services import access, jobs
from models.services.webhooks import subscribing
from tests.factories import payments, work
from tests.workers.webhooks.receiver import is_signed, receiving
from workers import schedule, timetable
from workers.webhooks import post
from workers.webhooks.run import deliver

LOCAL = "127.0.0.0/8"


@pytest.fixture
def receiver(db):
    with receiving() as made:
        yield made


@pytest.fixture
def mine(settings):
    """The settings of an installation that may call this machine."""
    return replace(settings, webhook_private_networks=(LOCAL,))


@pytest.fixture
def hook(receiver):
    made = work.town()
    work.drafts(made)
    wish = subscribing.Wish("t", receiver.url, "maker", ["sheet.approved", "payment.sent"])
    return subscribing.make(wish, access.load("administrator"))


def ping(hook):
    return subscribing.ping(hook.webhook.id, access.load("administrator"))


def state():
    row = WebhookDelivery.get()
    return row.state, row.last_status, row.last_answer


def test_events_arrive_signed_with_a_thin_body(hook, receiver, mine):
    payments.approve_all()
    payments.pay()
    counts = deliver(mine)
    assert counts["delivered"] == len(receiver.got) == WebhookDelivery.select().count() > 4
    assert all(is_signed(hook.secret, *one) for one in receiver.got)
    told = [json.loads(body) for _, body in receiver.got]
    assert {one["type"] for one in told} == {"sheet.approved", "payment.sent"}
    sheet = next(one for one in told if one["type"] == "sheet.approved")
    assert sheet["link"] == f"/api/v1/sheets/{sheet['data']['sheet_no']}"
    assert not [key for one in told for key in one["data"] if "yuan" in key or "account" in key]
    assert deliver(mine)["delivered"] == 0


@pytest.mark.parametrize("status", [302, 400, 404, 410, 500, 503])
def test_any_other_answer_is_tried_again_and_no_redirect_followed(hook, receiver, mine, status):
    receiver.status, receiver.headers = status, {"Location": receiver.url}
    receiver.answer = "坏\x00了".encode() + b"\xff" * 500
    ping(hook)
    assert deliver(mine)["put_off"] == 1
    assert state()[:2] == ("waiting", status)
    assert "\x00" not in state()[2]
    assert len(receiver.got) == 1


def test_a_receiver_that_is_down_gets_one_call_a_round(hook, receiver, mine):
    sql("ALTER TABLE webhook DISABLE TRIGGER webhook_as_said")
    sql("UPDATE webhook SET url = 'http://127.0.0.1:9/'")
    sql("ALTER TABLE webhook ENABLE TRIGGER webhook_as_said")
    for _ in range(3):
        ping(hook)
    counts = deliver(mine)
    assert (counts["put_off"], counts["put_back"]) == (1, 2)
    attempts = [row.attempts for row in WebhookDelivery.select().order_by(WebhookDelivery.id)]
    assert attempts == [1, 0, 0]


def test_a_receiver_that_drips_is_hung_up_on(hook, receiver, mine, monkeypatch):
    monkeypatch.setattr(post, "TOTAL_SECONDS", 0.5)
    receiver.drip_seconds = 0.1
    ping(hook)
    begun = time.monotonic()
    assert deliver(mine)["put_off"] == 1
    assert time.monotonic() - begun < 5


def test_an_address_inside_is_dead_at_once_and_never_called(hook, receiver, settings):
    ping(hook)
    assert deliver(settings)["dead"] == 1
    assert receiver.got == []
    assert "内部" in state()[2]


def test_a_slow_receiver_holds_up_nobody_else(hook, receiver, mine, monkeypatch):
    monkeypatch.setattr(post, "TOTAL_SECONDS", 3)
    with receiving() as other:
        wish = subscribing.Wish("o", other.url, "maker", ["sheet.approved"])
        second = subscribing.make(wish, access.load("administrator"))
        receiver.drip_seconds = 0.5
        ping(hook)
        subscribing.ping(second.webhook.id, access.load("administrator"))
        counts = deliver(mine)
    assert (counts["delivered"], counts["put_off"], len(other.got)) == (1, 1, 1)


def test_the_timetable_queues_a_run_only_when_something_is_due(hook, mine):
    task = next(one for one in timetable.TIMETABLE if one.job is JobName.WEBHOOKS)
    now = schedule.agreed_now()
    schedule.look(now, [task])
    assert schedule.look(now + timedelta(seconds=30), [task]) == []
    ping(hook)
    assert schedule.look(now + timedelta(seconds=60), [task]) == ["webhooks"]


def test_a_job_reports_what_it_did(hook, receiver, monkeypatch):
    monkeypatch.setenv("WEBHOOK_PRIVATE_NETWORKS", LOCAL)
    from models.services.jobs import running
    from workers.actors.registry import service

    ping(hook)
    job = jobs.enqueue(JobName.WEBHOOKS, {"on": "2026-07-01"}, by="system")
    running.run(job.id, service(JobName.WEBHOOKS))
    assert jobs.get(job.id).result["delivered"] == 1


def test_a_worker_killed_before_it_noted_the_answer_sends_the_same_once_more(hook, receiver, mine):
    ping(hook)
    child = os.fork()
    if not child:
        from models.records import base
        from models.services.webhooks import delivering

        base.db._state.reset()
        delivering.delivered = lambda *_: os.kill(os.getpid(), signal.SIGKILL)
        try:
            deliver(mine)
        finally:
            os._exit(1)
    os.waitpid(child, 0)
    assert (len(receiver.got), state()[0]) == (1, "sending")
    sql("UPDATE webhook_delivery SET claimed_until = now() - interval '1 second'")
    assert deliver(mine)["delivered"] == 1
    first, second = receiver.got
    assert first[0]["webhook-id"] == second[0]["webhook-id"]
    assert first[1] == second[1]
