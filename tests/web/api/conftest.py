"""Another system: a key of an institution and a client that calls with it."""

import json
from datetime import timedelta

import pytest

from models import clock
from models.rules.words import Role
from models.services import access
from models.services.api import keys
from tests.factories import imports as world
from web.api import bodies

PARTY = {Role.HOSPITAL: world.HOSPITAL, Role.ENTERPRISE: world.ENTERPRISE}


def make_key(role=Role.HOSPITAL, **wishes):
    """A key that may do everything its role may."""
    role = Role(role)
    told = {
        "label": "test",
        "role": role.value,
        "permissions": keys.permissions(role.value),
        "expires_on": clock.today() + timedelta(days=30),
        "party_code": PARTY.get(role),
    } | wishes
    return keys.make(keys.Wish(**told), access.load("administrator"))


class Caller:
    """A system with its key."""

    def __init__(self, app, made):
        self.client = app.test_client()
        self.made = made
        self.secret = made.secret

    def headers(self, **more):
        return {"Authorization": f"Bearer {self.secret}"} | more

    def get(self, address, **more):
        return self.client.get(address, headers=self.headers(**more))

    def send(self, table, body, *, key="k1", kind=bodies.JSON, **more):
        headers = self.headers(**more)
        if key:
            headers["Idempotency-Key"] = key
        data = body if isinstance(body, bytes) else json.dumps(body).encode()
        return self.client.post(f"/api/v1/{table}", data=data, headers=headers, content_type=kind)


@pytest.fixture
def system(app, city, redis_url):
    """Make another system: system("hospital", permissions=…)."""
    return lambda role=Role.HOSPITAL, **wishes: Caller(app, make_key(role, **wishes))


@pytest.fixture
def hospital(system):
    world.send("purchases", [world.purchase()])
    return system()
