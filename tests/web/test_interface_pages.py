"""Keys and webhooks on the pages: made once, seen by their institution, ended for ever."""

import json
import re
from datetime import timedelta

import pytest

from models import clock
from models.records.api import ApiKey
from models.records.webhooks import Webhook, WebhookDelivery
from models.rules.webhooks import events
from models.services.webhooks import delivering
from tests.factories import imports as world

KEY = {"label": "HIS", "permissions": ["read:lines", "send:confirmations"]}
HOOK = {"label": "财务", "url": "https://hooks.example/in", "events": list(events("hospital"))}


def made(reader, address, wish):
    """Open a form, fill it in and send it; return what is shown once."""
    from tests.web.conftest import fields

    typed = fields(reader.get(address).text) | wish
    return reader.client.post(address, data=typed)


def test_a_hospital_makes_a_key_and_sees_it_once(reader, city):
    somebody = reader("hospital")
    shown = made(somebody, "/api-keys/new", KEY)
    secret = re.search(r"zj_[\w-]{40,}", shown.text)[0]
    key = ApiKey.get()
    assert (key.party_code, sorted(key.permissions)) == (world.HOSPITAL, sorted(KEY["permissions"]))
    for address in ("/api-keys/", f"/api-keys/{key.id}"):
        page = somebody.get(address)
        assert (page.status_code, secret in page.text, key.hint in page.text) == (200, False, True)
    told = somebody.client.get(
        "/api/v1/lines?period=2026-03", headers={"Authorization": f"Bearer {secret}"}
    )
    assert told.status_code == 200


def test_a_key_is_ended_on_its_page(reader, city):
    somebody = reader("hospital")
    made(somebody, "/api-keys/new", KEY)
    assert somebody.post("/api-keys/1/end").status_code == 303
    assert ApiKey.get().ended_by == "hospital"
    assert "已停用" in somebody.get("/api-keys/1").text


def test_a_signed_key_shows_both_secrets(reader, city):
    shown = made(reader("hospital"), "/api-keys/new", KEY | {"signed": "on"})
    assert re.search(r"zs_[\w-]{40,}", shown.text)


def test_the_administrator_says_whose_key_it_is(reader, city):
    somebody = reader("administrator")
    assert "哪类系统" in somebody.get("/api-keys/new").text
    address = f"/api-keys/new?role=enterprise&code={world.ENTERPRISE}"
    assert (
        made(somebody, address, {"label": "ERP", "permissions": ["send:invoices"]}).status_code
        == 200
    )
    assert ApiKey.get().party_code == world.ENTERPRISE
    refused = made(somebody, "/api-keys/new?role=hospital&code=H00000000000", KEY)
    assert (refused.status_code, "找不到单位" in refused.text) == (422, True)


@pytest.mark.parametrize(
    ("wish", "sentence"),
    [
        ({"permissions": []}, "至少选择一项权限"),
        ({"permissions": ["send:schemes"]}, "不超出角色"),
        ({"label": " "}, "用途"),
        ({"expires_on": "2020-01-01"}, "最后一天"),
        ({"expires_on": "nonsense"}, "最后一天"),
        ({"addresses": "nonsense"}, "来源地址"),
        ({"certificate": "nonsense"}, "指纹"),
    ],
)
def test_a_wrong_wish_is_told_and_kept(reader, city, wish, sentence):
    refused = made(reader("hospital"), "/api-keys/new", KEY | wish)
    assert (refused.status_code, sentence in refused.text) == (422, True)
    assert ApiKey.select().count() == 0


def test_a_forged_institution_changes_nothing(reader, city):
    address = f"/api-keys/new?role=maker&code={world.OTHER_HOSPITAL}"
    made(reader("hospital"), address, KEY | {"role": "maker", "party_code": world.OTHER_HOSPITAL})
    assert (ApiKey.get().role, ApiKey.get().party_code) == ("hospital", world.HOSPITAL)


def test_others_find_neither_key_nor_webhook(reader, city):
    made(reader("hospital"), "/api-keys/new", KEY)
    made(reader("hospital"), "/webhooks/new", HOOK)
    other = reader("enterprise")
    assert "HIS" not in other.get("/api-keys/").text
    for address in ("/api-keys/1", "/webhooks/1"):
        assert other.get(address).status_code == 404
    for address in ("/api-keys/1/end", "/webhooks/1/end", "/webhooks/1/ping", "/webhooks/1/repeat"):
        assert other.post(address).status_code == 404
    for role in ("supervisor", "auditor"):
        assert "HIS" in reader(role).get("/api-keys/").text
        assert reader(role).post("/api-keys/1/end").status_code == 403
    assert reader("maker").get("/api-keys/").status_code == 403
    assert (ApiKey.get().ended_at, Webhook.get().ended_at) == (None, None)


def test_keys_that_end_soon_are_a_list_of_their_own(reader, city):
    somebody = reader("hospital")
    assert "没有快要到期的密钥" in somebody.get("/api-keys/?view=ending").text
    last = (clock.today() + timedelta(days=14)).isoformat()
    made(somebody, "/api-keys/new", KEY | {"expires_on": last})
    page = somebody.get("/api-keys/?view=ending").text
    assert '<td class="no"><a href="/api-keys/1">' in page
    assert '/api-keys/?view=ending">14 天内到期<span class="num">1</span>' in page.replace(
        ' aria-current="page"', ""
    )
    assert "/api-keys/?view=ending" in somebody.get("/").text


def test_a_webhook_is_tried_repeated_and_ended(reader, city):
    somebody = reader("hospital")
    assert "whsec_" in made(somebody, "/webhooks/new", HOOK).text
    assert somebody.post("/webhooks/1/ping").status_code == 303
    (held,) = delivering.claim()
    delivering.failed(held, 500, "<b>no</b>", for_good=True)
    page = somebody.get("/webhooks/1").text
    assert "投递失败" in page
    assert "&lt;b&gt;no" in page
    assert "有失败" in somebody.get("/webhooks/").text
    assert 'href="/webhooks/1"' in somebody.get("/webhooks/?view=dead").text
    assert somebody.post("/webhooks/1/repeat", delivery="1").status_code == 303
    assert WebhookDelivery.get().state == "waiting"
    assert "没有投递失败的推送" in somebody.get("/webhooks/?view=dead").text
    assert "没有符合条件" in somebody.get("/webhooks/1?state=dead").text
    somebody.post("/webhooks/1/end")
    assert WebhookDelivery.get().state == "dropped"


def test_a_wrong_webhook_is_told(reader, city):
    refused = made(reader("hospital"), "/webhooks/new", HOOK | {"url": "file:///etc/passwd"})
    assert (refused.status_code, "推送地址不能使用" in refused.text) == (422, True)


def test_the_guide_and_the_client_are_there_for_developers(reader, city):
    somebody = reader("hospital")
    assert "Idempotency-Key" in somebody.get("/api-keys/guide").text
    assert b"class Zhijie" in somebody.get("/api-keys/client").data


def test_a_seat_and_its_agency_follow_what_the_institution_s_system_sent(reader, city):
    world.send("purchases", [world.purchase()])
    shown = made(reader("hospital"), "/api-keys/new", KEY).text
    secret = re.search(r"zj_[\w-]{40,}", shown)[0]
    told = (
        reader("hospital")
        .client.post(
            "/api/v1/confirmations",
            data=json.dumps(world.confirmation()),
            headers={"Authorization": f"Bearer {secret}", "Idempotency-Key": "1"},
            content_type="application/x-ndjson",
        )
        .json
    )
    for role in ("hospital", "maker", "administrator"):
        page = reader(role).get(f"/jobs/{told['job']}")
        assert (page.status_code, "HIS" in page.text) == (200, True), role
    assert reader("hospital").get("/imports/").status_code == 200
    assert reader("county").get("/jobs/").status_code == 200
    for role in ("enterprise", "county"):
        assert reader(role).get(f"/jobs/{told['job']}").status_code == 404
