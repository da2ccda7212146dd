"""Acts that move money ask again who is there, keep what was typed, and then do just that."""

import re
from datetime import timedelta

import pyotp
import pytest
from flask import Flask

from models import clock
from models.records.access import AuditEvent, User
from models.records.entrance import UserSession
from models.rules.words import Role
from tests.web.conftest import PASSWORD, Reader, fields
from web import guard, routes
from web.auth.acts import ACTS, GRAVE, UNASKED, When
from web.auth.stepping import PROOF

FORM = {"full_name": "王复核", "role": "checker", "area_code": "all", "active": "1"}


@pytest.fixture
def stale(app, reader, city, frozen_clock):
    """Sign somebody in whose proof is older than it may be."""

    def signed_in(name: str):
        somebody = reader(name)
        app.config["STEP_UP"] = timedelta(minutes=10)
        frozen_clock.advance(minutes=11)
        return somebody

    return signed_in


def full_name() -> str:
    return User.get_by_id("checker").full_name


def test_an_act_without_a_fresh_proof_changes_nothing_and_asks(stale):
    chief = stale("administrator")
    asked = chief.post("/users/checker", **FORM)
    assert asked.status_code == 403
    assert "请再次验证" in asked.text
    assert full_name() == "checker"


def test_with_the_proof_it_does_exactly_what_was_typed(stale):
    chief = stale("administrator")
    asked = chief.post("/users/checker", **FORM)
    typed = fields(asked.text)
    assert {name: typed[name] for name in FORM} == FORM
    done = chief.client.post("/users/checker", data={**typed, PROOF: PASSWORD})
    assert done.status_code == 303
    assert full_name() == "王复核"
    assert chief.post("/users/checker", **FORM | {"full_name": "王复"}).status_code == 303
    assert full_name() == "王复", "the proof lasts"
    assert AuditEvent.select().where(AuditEvent.action == "session.confirmed").count() == 1


def test_a_wrong_proof_changes_nothing_counts_and_locks(stale):
    chief = stale("administrator")
    for _ in range(5):
        assert chief.post("/users/checker", **FORM, **{PROOF: "no"}).status_code == 401
    locked = chief.post("/users/checker", **FORM, **{PROOF: PASSWORD})
    assert locked.status_code == 423
    assert full_name() == "checker"
    assert AuditEvent.select().where(AuditEvent.action == "user.locked").count() == 1


def test_what_was_typed_comes_back_as_text_and_never_as_markup(stale):
    chief = stale("administrator")
    asked = chief.post("/users/checker", **FORM | {"full_name": '"><script>alert(1)</script>'})
    assert "<script>alert" not in asked.text
    assert fields(asked.text)["full_name"] == '"><script>alert(1)</script>'


def test_looking_and_the_first_request_of_a_check_page_ask_nothing(stale):
    somebody = stale("approver")
    assert somebody.get("/users/checker").status_code in {403, 404}
    assert "请再次验证" not in somebody.post("/sheets/check", action="approve").text
    second = somebody.post("/sheets/check", action="approve", selection_hash="seen")
    assert "请再次验证" in second.text


def test_who_may_not_act_is_not_asked_either(stale):
    answered = stale("supervisor").post("/users/checker", **FORM)
    assert answered.status_code == 403
    assert "请再次验证" not in answered.text


def test_with_a_second_factor_the_password_is_no_proof(stale, app, reader, frozen_clock):
    chief = reader("administrator")
    page = chief.get("/me/second-factor").text
    secret = re.search(r'id="secret">([A-Z2-7 ]+)<', page)[1].replace(" ", "")
    chief.submit("/me/second-factor", code=pyotp.TOTP(secret).at(clock.now()))
    app.config["STEP_UP"] = timedelta(minutes=10)
    frozen_clock.advance(minutes=11)
    assert chief.post("/users/checker", **FORM, **{PROOF: PASSWORD}).status_code == 401
    proof = {PROOF: pyotp.TOTP(secret).at(clock.now())}
    assert chief.post("/users/checker", **FORM, **proof).status_code == 303
    assert full_name() == "王复核"


def test_the_proof_is_of_this_session_alone(stale, reader):
    chief = stale("administrator")
    other = reader("administrator")
    assert other.post("/users/checker", **FORM).status_code == 303
    assert chief.post("/users/checker", **FORM | {"full_name": "x"}).status_code == 403
    assert UserSession.select().count() == 2
    assert full_name() == "王复核"


def test_the_table_of_acts_names_addresses_that_write(app):
    writing = {rule.endpoint for rule in app.url_map.iter_rules() if "POST" in rule.methods}
    assert set(ACTS) <= writing


def test_whatever_a_grave_right_does_asks_or_says_why_not():
    needing = {
        name
        for name, route in routes.STATED.items()
        if GRAVE & set(route.writing.actions) and route.writing.sign != routes.NOBODY
    }
    assert needing - set(ACTS) - set(UNASKED) == set()
    assert set(UNASKED) <= needing - set(ACTS), "these need no such right: take them off"


def test_every_act_that_is_always_one_asks(app, reader, city):
    """Whoever comes through the door of rights is asked; nobody's request goes on."""
    app.config["STEP_UP"] = timedelta(microseconds=1)
    readers: dict[str, Reader] = {}
    for act in (name for name, when in ACTS.items() if when is When.ALWAYS):
        role = str((guard.stated(app, act).roles("POST") or list(Role))[0])
        somebody = readers.setdefault(role, reader(role))
        asked = somebody.post(address_of(app, act))
        assert asked.status_code == 403, act
        assert "请再次验证" in asked.text, act


def address_of(app: Flask, act: str) -> str:
    """An address of an act, with something for each of its numbers and names."""
    rules = [r for r in app.url_map.iter_rules() if r.endpoint == act and "POST" in r.methods]
    named = {"act": "stop"}
    address = re.sub(r"<int:\w+>", "1", rules[0].rule)
    return re.sub(r"<(\w+)>", lambda found: named.get(found[1], "x"), address)
