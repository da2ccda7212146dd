"""Keys of institutions: who they are, from where they come, and when they end."""

from datetime import timedelta

import pytest

from models import clock
from models.records.access import AuditEvent
from models.records.api import ApiKey
from models.rules.errors.api import NoPermission, UnknownInstitution
from models.services import access
from models.services.api import keys
from tests.factories import imports as world
from tests.web.api.conftest import make_key

ME = "/api/v1/jobs"


def test_a_call_without_a_live_key_is_turned_away(system):
    somebody = system()
    assert somebody.get(ME).status_code == 200
    for header in ("", "Bearer", "Bearer zj_nonsense", "Basic x", f"Bearer {somebody.secret}x"):
        refused = somebody.client.get(ME, headers={"Authorization": header})
        assert (refused.status_code, refused.json["code"]) == (401, "token_needed")
        assert refused.headers["WWW-Authenticate"] == "Bearer"
        assert refused.mimetype == "application/problem+json"


def test_an_ended_key_opens_nothing_and_stays_ended(system):
    somebody = system()
    keys.end(somebody.made.key.id, access.load("administrator"))
    keys.end(somebody.made.key.id, access.load("administrator"))
    assert somebody.get(ME).status_code == 401
    told = [event.action for event in AuditEvent.select().where(AuditEvent.subject == "api_key:1")]
    assert told == ["api_key.made", "api_key.ended"]
    with pytest.raises(Exception, match="was ended for ever"):
        ApiKey.update(ended_at=None, ended_by=None).execute()


def test_a_key_ends_after_its_last_day(system, monkeypatch):
    somebody = system(expires_on=clock.today())
    assert somebody.get(ME).status_code == 200
    later = clock.today() + timedelta(days=1)
    monkeypatch.setattr(clock, "today", lambda: later)
    assert somebody.get(ME).status_code == 401


def test_a_key_works_from_its_addresses_only(system):
    near = system(addresses="127.0.0.0/8, ::1")
    far = system(addresses="10.1.0.0/16")
    assert near.get(ME).status_code == 200
    refused = far.get(ME)
    assert (refused.status_code, refused.json["code"]) == (401, "key_refused")
    assert far.client.get(
        ME, headers=far.headers(**{"X-Forwarded-For": "10.1.2.3"})
    ).status_code == 401  # fmt: skip


def test_a_certificate_is_believed_from_the_proxy_only(app, system):
    print_ = "ab" * 32
    somebody = system(certificate=":".join(["AB"] * 32))
    with_header = {"headers": somebody.headers(**{"X-Cert": print_})}
    assert somebody.client.get(ME, **with_header).status_code == 401
    settings = app.config["SETTINGS"]
    object.__setattr__(settings, "client_cert_header", "X-Cert")
    assert somebody.client.get(ME, **with_header).status_code == 200
    assert somebody.get(ME).json["code"] == "key_refused"


def test_what_a_key_may_do_never_changes(system):
    system()
    for change in ({"permissions": ["send:areas"]}, {"role": "maker"}, {"party_code": "x"}):
        with pytest.raises(Exception, match=r"api_key|change"):
            ApiKey.update(**change).execute()


def test_a_use_is_noted_with_its_address(system):
    somebody = system()
    somebody.get(ME)
    key = ApiKey.get()
    assert (key.last_used_from, key.last_used_at is not None) == ("127.0.0.1", True)


def test_a_seat_makes_keys_for_itself_only(system):
    seat = access.load("hospital")
    wish = keys.Wish("own", "hospital", ["read:lines"], clock.today(), party_code=world.HOSPITAL)
    assert keys.make(wish, seat).key.party_code == world.HOSPITAL
    for role, party, area in (
        ("hospital", world.OTHER_HOSPITAL, "all"),
        ("enterprise", world.ENTERPRISE, "all"),
        ("maker", None, "all"),
        ("auditor", None, "all"),
    ):
        other = keys.Wish(
            "other", role, ["read:lines"], clock.today(), area_code=area, party_code=party
        )
        with pytest.raises(UnknownInstitution):
            keys.make(other, seat)


@pytest.mark.parametrize("role", ["checker", "approver", "supervisor", "administrator", "nobody"])
def test_no_key_may_review_or_decide(system, role):
    with pytest.raises(UnknownInstitution):
        keys.make(keys.Wish("x", role, ["read:lines"], clock.today()), access.load("administrator"))


@pytest.mark.parametrize("wanted", [[], ["send:schemes"], ["read:audit"], ["pay"]])
def test_a_key_may_never_do_more_than_its_role(system, wanted):
    with pytest.raises(NoPermission):
        make_key("hospital", permissions=wanted)


def test_a_user_cannot_take_the_name_of_a_key(system):
    made = make_key()
    assert access.load("api:1").party_code == made.key.party_code
    with pytest.raises(Exception, match="user_is_no_key"):
        world.sql(
            "INSERT INTO app_user (name, full_name, role, area_code, created_at)"
            " VALUES ('api:1', 'x', 'maker', 'all', now())"
        )
