"""A production system starts with nothing of the demo, and is stricter where nothing is said."""

from dataclasses import replace

import pytest

from models import settings as settings_module
from models.records.access import User
from models.rules.passwords import DEMO_PASSWORD
from models.rules.words import Role
from models.services import users
from tests.web.conftest import PASSWORD, Reader
from web.app import create_app
from web.auth import starting

LONG = "k3J8s-0qLw9Xz2Vb7Nm4Rt6Yp1Hd5Fg8Ca"


@pytest.fixture
def production(settings):
    return replace(
        settings,
        environment="production",
        secret_key=LONG,
        public_url="https://zhijie.example",
        proxies=1,
        database_url=settings.database_url,
    )


@pytest.fixture
def strict(people, production):
    made = create_app(production)
    made.config["TESTING"] = True
    return made


def test_a_good_installation_starts(people, production):
    assert starting.problems(production) == []


@pytest.mark.parametrize("secret", ["only-for-tests", "change-me", "a" * 64, "secret" * 8])
def test_a_secret_that_was_typed_refuses_the_start(people, production, secret):
    assert "SECRET_KEY" in starting.problems(replace(production, secret_key=secret))[0]


def test_a_short_token_for_the_figures_refuses_the_start(people, production):
    assert "METRICS_TOKEN" in starting.problems(replace(production, metrics_token="short"))[0]
    assert starting.problems(replace(production, metrics_token=LONG)) == []


def test_without_https_it_does_not_start_but_on_this_machine(people, production):
    assert "https" in starting.problems(replace(production, public_url="http://zhijie.example"))[0]
    assert starting.problems(replace(production, public_url="http://127.0.0.1:8000")) == []


def test_https_without_a_proxy_to_speak_it_does_not_start(people, production):
    assert "PROXIES" in starting.problems(replace(production, proxies=0))[0]


def test_a_user_with_the_password_of_the_demo_refuses_the_start(people, production):
    users.set_password("maker", DEMO_PASSWORD, by="maker")
    assert "maker" in starting.problems(production)[0]
    User.update(active=False).where(User.name == "maker").execute()
    assert starting.problems(production) == []


def test_the_demo_starts_with_all_of_it(people, settings):
    assert starting.problems(replace(settings, secret_key="short")) == []


def test_production_is_stricter_where_nothing_is_said():
    told = settings_module.load({"ZHIJIE_ENVIRONMENT": "production"})
    assert told.second_factor == "required"
    assert (told.password_days_max, told.session_idle_minutes) == (90, 30)
    said = settings_module.load({"ZHIJIE_ENVIRONMENT": "production", "PASSWORD_DAYS_MAX": "0"})
    assert said.password_days_max == 0
    demo = settings_module.load({})
    assert (demo.second_factor, demo.password_days_max) == ("offered", 0)
    with pytest.raises(ValueError, match="SECOND_FACTOR"):
        settings_module.load({"SECOND_FACTOR": "perhaps"})


def test_the_password_of_the_demo_opens_nothing_in_production(people, monkeypatch):
    users.set_password("maker", DEMO_PASSWORD, by="maker")
    monkeypatch.setenv("ZHIJIE_ENVIRONMENT", "production")
    from models.rules.errors.signin import DemoPassword, PasswordTooCommon

    with pytest.raises(DemoPassword):
        users.check_password("maker", DEMO_PASSWORD)
    with pytest.raises(PasswordTooCommon):
        users.create("zhou", Role.MAKER, "all", password=DEMO_PASSWORD)


def test_the_cookie_is_for_this_host_over_https_and_not_for_scripts(strict):
    answer = strict.test_client().get("/sign-in", base_url="https://zhijie.example")
    cookie = answer.headers["Set-Cookie"]
    assert cookie.startswith("__Host-zhijie=")
    for flag in ("Secure", "HttpOnly", "SameSite=Lax", "Path=/"):
        assert flag in cookie
    assert "Domain" not in cookie
    assert "max-age" in answer.headers["Strict-Transport-Security"]


@pytest.mark.parametrize("host", ["evil.example", "zhijie.example.evil.example", "127.0.0.1"])
def test_a_foreign_host_name_is_refused(strict, host):
    client = strict.test_client()
    assert client.get("/sign-in", base_url=f"https://{host}").status_code == 400
    assert client.get("/health", base_url=f"https://{host}").status_code == 200
    assert client.get("/sign-in", base_url="https://zhijie.example").status_code == 200


def test_a_link_in_a_mail_never_follows_the_host_of_the_request(app, people):
    from models.records.alerts import Mail

    User.update(email="li@agency.test").where(User.name == "maker").execute()
    visitor = Reader(app, None)
    visitor.client.post(
        "/forgotten",
        data={"csrf_token": visitor.token("/forgotten"), "name": "maker"},
        headers={"X-Forwarded-Host": "evil.example"},
    )
    assert "evil.example" not in Mail.get().body_text + Mail.get().body_html


def test_only_named_proxies_are_believed_about_the_address(settings, people):
    from models.records.entrance import SignInAttempt

    for proxies, told in ((0, "127.0.0.1"), (1, "192.0.2.44")):
        made = create_app(replace(settings, proxies=proxies))
        made.config["TESTING"] = True
        visitor = Reader(made, None)
        token = visitor.token()
        visitor.client.post(
            "/sign-in",
            data={"csrf_token": token, "name": "maker", "password": "no"},
            headers={"X-Forwarded-For": "198.51.100.9, 192.0.2.44"},
        )
        last = SignInAttempt.select().order_by(SignInAttempt.id.desc()).first()
        assert last.address == told


def test_an_old_password_is_renewed_before_anything_else(app, reader, settings, frozen_clock):
    app.config["SETTINGS"] = replace(settings, password_days_max=90)
    reader("maker")
    users.set_password("maker", "Own-Words-88", by="maker")
    frozen_clock.advance(days=91)
    somebody = Reader(app, None)
    somebody.submit("/sign-in", name="maker", password="Own-Words-88")
    assert somebody.get("/").headers["Location"] == "/me"
    changed = somebody.submit("/me", old="Own-Words-88", new=PASSWORD)
    assert changed.status_code == 422, "one of the last five"
    somebody.submit("/me", old="Own-Words-88", new="Other-Words-99")
    assert somebody.get("/").status_code == 200
