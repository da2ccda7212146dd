"""The client of the documents works as it stands, against the interface over HTTP."""

import http.client
import importlib.util
import json
import sys
import threading

import pytest
from werkzeug.serving import make_server

from models.services import jobs
from models.services.imports import run_import
from models.settings import ROOT
from tests.factories import imports as world
from tests.web.api.conftest import make_key
from tests.workers.webhooks.receiver import receiving

FILE = ROOT / "docs" / "examples" / "zhijie_client.py"


@pytest.fixture(scope="module")
def example():
    spec = importlib.util.spec_from_file_location("zhijie_client", FILE)
    module = sys.modules[spec.name] = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    yield module
    del sys.modules[spec.name]


@pytest.fixture
def base_url(app, city, redis_url):
    world.send("purchases", [world.purchase()])
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture(params=[False, True], ids=["plain", "signed"])
def client(request, example, base_url):
    made = make_key("hospital", signed=request.param)
    return example.Zhijie(base_url, made.secret, signing_secret=made.signing_secret or "")


def test_rows_are_sent_and_read_back(client):
    verdict = client.send("confirmations", [world.confirmation()], request_id="1")
    assert (verdict.rows, verdict.accepted, verdict.errors) == (1, 1, [])
    again = client.send("confirmations", [world.confirmation()], request_id="1")
    assert again == verdict
    assert [line["line_no"] for line in client.read("lines", period="2026-03", limit="1")] == ["L1"]


def test_many_rows_are_a_job_to_wait_for(client):
    rows = [world.confirmation(), world.confirmation("L9")]
    job = client.send_many("confirmations", rows, request_id="1")
    assert not job.ended
    jobs.run(job.number, run_import)
    ended = client.wait(job)
    assert (ended.state, ended.result["accepted"], ended.result["rejected"]) == ("done", 1, 1)
    assert ended.error_file


def test_a_body_of_unknown_length_is_streamed_in(base_url):
    connection = http.client.HTTPConnection(base_url.removeprefix("http://"))
    lines = (json.dumps(world.purchase(f"S{n}")).encode() + b"\n" for n in range(2_000))
    headers = {
        "Authorization": f"Bearer {make_key('maker').secret}",
        "Content-Type": "application/x-ndjson",
        "Idempotency-Key": "1",
    }
    connection.request("POST", "/api/v1/purchases", lines, headers, encode_chunked=True)
    answer = connection.getresponse()
    assert (answer.status, json.load(answer)["rows"]) == (202, 2_000)
    connection.close()


def test_a_refusal_has_its_code(client, example):
    with pytest.raises(example.Refused) as refused:
        client.send("invoices", [world.invoice()], request_id="1")
    assert (refused.value.status, refused.value.code) == (403, "not_allowed")


def test_what_may_heal_is_sent_again(example, base_url, monkeypatch):
    made = make_key("hospital")
    monkeypatch.setattr(example, "PAUSES_SECONDS", (0.0,))
    tried = []
    once = example.Zhijie._once

    def flaky(self, *args):
        tried.append(args)
        if len(tried) == 1:
            raise ConnectionResetError
        return once(self, *args)

    monkeypatch.setattr(example.Zhijie, "_once", flaky)
    client = example.Zhijie(base_url, made.secret)
    assert client.send("confirmations", [world.confirmation()], request_id="1").accepted == 1
    assert len(tried) == 2


def test_the_receiver_s_check_agrees_with_what_is_sent(example, db, settings):
    from dataclasses import replace

    from models.services import access
    from models.services.webhooks import subscribing
    from tests.factories import work
    from workers.webhooks.run import deliver

    work.town()
    with receiving() as receiver:
        wish = subscribing.Wish("t", receiver.url, "maker", ["sheet.paid"])
        hook = subscribing.make(wish, access.load("administrator"))
        subscribing.ping(hook.webhook.id, access.load("administrator"))
        deliver(replace(settings, webhook_private_networks=("127.0.0.0/8",)))
    headers, body = receiver.got[0]
    assert example.is_from_zhijie(hook.secret, headers, body)
    assert not example.is_from_zhijie(hook.secret, headers, body + b" ")
    assert not example.is_from_zhijie(hook.secret, headers, body, seconds_max=-1)
    assert json.loads(body)["type"] == "ping"
