"""Signed requests: only this body, at this time, once."""

import hashlib
import json

import pytest

from models import clock
from models.records.intake import Confirmation
from models.rules import api_keys
from tests.factories import imports as world
from web.api import bodies

PATH = "/api/v1/confirmations"


class Signer:
    """A system that signs, and mistakes it can make."""

    def __init__(self, system):
        self.system = system
        self.count = 0

    def headers(self, method, target, body, **wrong):
        self.count += 1
        told = {
            "Time": str(int(clock.now().timestamp())),
            "Nonce": f"nonce-{self.count:04}",
            "Content-SHA256": hashlib.sha256(body).hexdigest(),
        } | {name: value for name, value in wrong.items() if name in {"Time", "Nonce"}}
        text = api_keys.to_sign(method, target, told["Time"], told["Nonce"], told["Content-SHA256"])
        secret = wrong.get("secret", self.system.made.signing_secret)
        told["Signature"] = wrong.get("Signature", api_keys.signature(secret, text))
        return self.system.headers(**{f"X-Zhijie-{name}": value for name, value in told.items()})

    def get(self, target, **wrong):
        return self.system.client.get(target, headers=self.headers("GET", target, b"", **wrong))

    def post(self, body, *, sent=None, kind=bodies.JSON, **wrong):
        headers = self.headers("POST", PATH, body, **wrong) | {"Idempotency-Key": "k1"}
        return self.system.client.post(PATH, data=sent or body, headers=headers, content_type=kind)


@pytest.fixture
def signer(system):
    world.send("purchases", [world.purchase()])
    return Signer(system(signed=True))


def test_a_signed_request_is_taken(signer):
    assert signer.get("/api/v1/lines?period=2026-03&limit=5").status_code == 200
    assert signer.post(json.dumps([world.confirmation()]).encode()).json["accepted"] == 1


def test_an_unsigned_request_is_not(signer):
    refused = signer.system.get("/api/v1/jobs")
    assert (refused.status_code, refused.json["code"]) == (401, "signature_refused")


@pytest.mark.parametrize(
    "wrong",
    [
        {"Time": "1"},
        {"Time": "nonsense"},
        {"Time": "9" * 13},
        {"Nonce": "short"},
        {"Nonce": "no blanks here"},
        {"Signature": "v1=" + "0" * 64},
        {"Signature": "v2"},
        {"secret": "zs_other"},
    ],
    ids=str,
)
def test_a_wrong_signature_opens_nothing(signer, wrong):
    assert signer.get("/api/v1/jobs", **wrong).json["code"] == "signature_refused"


def test_the_same_request_again_is_refused(signer):
    headers = signer.headers("GET", "/api/v1/jobs", b"")
    assert signer.system.client.get("/api/v1/jobs", headers=headers).status_code == 200
    assert signer.system.client.get("/api/v1/jobs", headers=headers).status_code == 401
    assert signer.get("/api/v1/jobs", Nonce="nonce-0001").status_code == 401


def test_a_signature_holds_for_its_own_address_only(signer):
    headers = signer.headers("GET", "/api/v1/jobs?limit=1", b"")
    assert signer.system.client.get("/api/v1/jobs?limit=2", headers=headers).status_code == 401


@pytest.mark.parametrize("kind", [bodies.JSON, bodies.NDJSON])
def test_another_body_takes_nothing_in(signer, kind):
    signed = json.dumps(world.confirmation()).encode()
    sent = signed.replace(b"123.45", b"123.46")
    assert signer.post(signed, sent=sent, kind=kind).json["code"] == "signature_refused"
    assert (Confirmation.select().count(), world.sql("SELECT count(*) FROM job").fetchone()) == (
        0,
        (0,),
    )
