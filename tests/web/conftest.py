"""A small world behind the pages, and a browser's manners for the test client."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from html import unescape

import pytest
from argon2 import PasswordHasher
from flask import Flask
from flask.testing import FlaskClient
from jinja2 import FileSystemBytecodeCache
from werkzeug.test import TestResponse

from models import settings as settings_module
from models.records.access import User
from models.records.base import db as handle
from models.rules.words import Role
from models.services import access, accounts, users
from models.services.users import passwords
from models.settings import Settings
from tests.factories import imports as world
from tests.factories import work
from tests.processes import ROOT
from web import counts, errors
from web.api import rates
from web.app import create_app

PASSWORD = "Test-1234"
COUNTY = "529901"
#: Templates as Python reads them: of every process of every run, none is compiled twice.
TEMPLATES = ROOT / "test-output" / "templates"


class Reader:
    """A person at a browser: signs in, opens pages, fills in the forms that are on them."""

    def __init__(self, app: Flask, name: str | None) -> None:
        self.client: FlaskClient = app.test_client()
        if name:
            entered = self.submit("/sign-in", name=name, password=PASSWORD)
            assert entered.status_code == 302, entered.text

    def get(self, address: str, **kwargs: object) -> TestResponse:
        return self.client.get(address, **kwargs)

    def token(self, address: str = "/sign-in") -> str:
        return fields(self.client.get(address).text)["csrf_token"]

    def post(self, address: str, *, token_from: str = "/me", **data: object) -> TestResponse:  # noqa: S107
        """Post with a good token, whatever stands on the page."""
        return self.client.post(address, data={"csrf_token": self.token(token_from), **data})

    def submit(self, address: str, **typed: object) -> TestResponse:
        """Open a page, type into its form and send the whole of it."""
        return self.client.post(address, data=fields(self.client.get(address).text) | typed)


def fields(html: str) -> dict[str, str]:
    """The names and values of the forms in main, as a browser without script would send them."""
    main = html[html.find("<main") :]
    found: dict[str, str] = {}
    for tag in re.findall(r"<input[^>]*>", main):
        told = dict(re.findall(r'([\w-]+)="([^"]*)"', tag))
        if "name" in told and (told.get("type") != "checkbox" or " checked" in tag):
            found.setdefault(told["name"], unescape(told.get("value", "")))
    for name, options in re.findall(r'<select[^>]*name="([^"]+)"[^>]*>(.*?)</select>', main, re.S):
        chosen = [o for o in re.findall(r"<option[^>]*>", options) if " selected" in o]
        found[name] = re.search(r'value="([^"]*)"', chosen[0])[1] if chosen else ""
    found.pop("language", None)
    return found


@contextmanager
def counting_queries() -> Iterator[list[str]]:
    """Collect the statements that run inside."""
    statements: list[str] = []
    execute = handle.execute_sql

    def counted(sql: str, *args: object, **kwargs: object) -> object:
        if not sql.startswith(("SAVEPOINT", "RELEASE", "BEGIN")):
            statements.append(sql)
        return execute(sql, *args, **kwargs)

    handle.execute_sql = counted
    try:
        yield statements
    finally:
        del handle.execute_sql


def make_app(settings: Settings) -> Flask:
    """An application of one's own, for tests that build it otherwise or change it for good."""
    made = create_app(settings)
    TEMPLATES.mkdir(parents=True, exist_ok=True)
    made.jinja_env.bytecode_cache = FileSystemBytecodeCache(str(TEMPLATES))
    made.config["TESTING"] = True
    # Who is signed in proved it just now, unless a test says otherwise.
    made.config["STEP_UP"] = timedelta(days=3650)
    return made


@pytest.fixture(scope="session")
def built_app(_environment) -> tuple[Flask, Settings]:
    """The application, built once as a server builds it: its hundreds of pages take half a second.

    Whoever uses it takes it through `app`, which gives every test its state of the beginning.
    """
    current = settings_module.load()
    return make_app(current), current


@pytest.fixture
def app(built_app, db, settings) -> Iterator[Flask]:
    counts.forget()
    made, current = built_app
    if settings != current:
        yield make_app(settings)
        return
    config, extensions = dict(made.config), dict(made.extensions)
    rates.install(made, settings)
    yield made
    for kept, told in ((made.config, config), (made.extensions, extensions)):
        kept.clear()
        kept.update(told)


@pytest.fixture
def bare_refusals(monkeypatch) -> None:
    """Refusals say what they say without the frame around them, for who meets thousands."""
    monkeypatch.setattr(
        errors, "render_template", lambda _page, **told: "\n".join(map(str, told.values()))
    )


@pytest.fixture(scope="session")
def password_hash() -> Iterator[str]:
    """PASSWORD hashed once, and cheaply: what makes argon2 slow on purpose is not tested here."""
    with pytest.MonkeyPatch.context() as patch:
        cheap = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
        patch.setattr(passwords, "_hasher", cheap)
        yield cheap.hash(PASSWORD)


@pytest.fixture
def people(app, password_hash) -> None:
    """One user of each role; a second maker who sees one county only."""
    for role in Role:
        party = {Role.HOSPITAL: world.HOSPITAL, Role.ENTERPRISE: world.ENTERPRISE}.get(role)
        users.create(role.value, role, access.ALL_AREAS, party_code=party)
    users.create("county", Role.MAKER, COUNTY)
    User.update(password_hash=password_hash).execute()


@pytest.fixture
def city(people) -> None:
    """Master data of the small world, its accounts approved."""
    world.world()
    accounts.approve(access.load("checker"))


@pytest.fixture
def people_of_town(app, password_hash):
    """The town of the work screens and its people, instead of `city`."""
    made = work.town()
    User.update(password_hash=password_hash).execute()
    return made


@pytest.fixture
def reader(request, app):
    """Sign somebody in: reader("maker")."""
    if "people_of_town" not in request.fixturenames:
        request.getfixturevalue("people")
    return lambda name=None: Reader(app, name)
