"""Rates: too many calls wait, and without the broker everybody may go on."""

import logging
from dataclasses import replace

import pytest

from models import settings as settings_module
from tests.factories import imports as world
from tests.web.api.conftest import Caller, make_key
from web.app import create_app

ME = "/api/v1/jobs"


@pytest.fixture
def limited(city, settings, redis_url):
    """An application that allows three calls and one writing call a minute."""

    def make(**changes):
        app = create_app(replace(settings, **({"api_rate": 3, "api_write_rate": 1} | changes)))
        app.config["TESTING"] = True
        return app

    return make


def test_calls_beyond_the_rate_are_told_when_to_come_again(limited):
    app = limited()
    one, other = Caller(app, make_key()), Caller(app, make_key())
    left = [one.get(ME).headers["RateLimit-Remaining"] for _ in range(3)]
    assert left == ["2", "1", "0"]
    refused = one.get(ME)
    assert (refused.status_code, refused.json["code"]) == (429, "too_many_requests")
    assert 0 < int(refused.headers["Retry-After"]) <= 60
    assert other.get(ME).status_code == 200


def test_writing_calls_have_a_rate_of_their_own(limited):
    world.send("purchases", [world.purchase()])
    one = Caller(limited(), make_key())
    assert one.send("confirmations", [world.confirmation()]).status_code == 200
    assert one.send("confirmations", [world.confirmation()]).status_code == 429
    assert one.get(ME).status_code == 200


def test_an_address_that_guesses_keys_is_stopped(limited):
    app = limited(api_rate=0)
    client = app.test_client()
    tried = [
        client.get(ME, headers={"Authorization": f"Bearer zj_{n}"}).status_code for n in range(31)
    ]
    assert (tried[0], tried[29], tried[30]) == (401, 401, 429)


def test_without_the_broker_the_interface_goes_on_and_says_so(limited, caplog):
    app = limited(redis_url="unix:///nonexistent/redis.sock")
    one = Caller(app, make_key())
    with caplog.at_level(logging.WARNING, "zhijie.api"):
        assert {one.get(ME).status_code for _ in range(5)} == {200}
    assert [record.message for record in caplog.records if "api.unlimited" in record.message]


def test_rates_are_settings():
    told = settings_module.load({"API_RATE": "7", "API_WRITE_RATE": "0", "VAR_DIR": "/nonexistent"})
    assert (told.api_rate, told.api_write_rate) == (7, 0)
    with pytest.raises(ValueError, match="nonsense"):
        settings_module.load({"WEBHOOK_PRIVATE_NETWORKS": "nonsense"})
