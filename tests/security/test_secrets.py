"""Secrets: kept sealed, told to nobody, and in no line of any log."""

import io
import logging
import re

import pytest

from models import logs, settings
from models.records.base import sql
from models.rules.errors.api import SecretUnreadable
from models.services import sealing
from models.services.users import links
from scripts import seal
from tests.factories import imports as world
from tests.services.test_imports_files import xlsx
from tests.web.api.conftest import Caller, make_key
from tests.web.conftest import PASSWORD
from web import errors

ACCOUNT = world.ACCOUNT["account_no"]
CODE = "81234567890123456789"
SECRETS = {
    "database_url": "postgresql://zhijie:Db-Pass-77@db.example:5432/z",
    "secret_key": "k" * 40,
    "smtp_password": "Smtp-Pass-77",
}


@pytest.fixture
def told():
    """Everything that any logger says, as it would stand in the file."""
    out = io.StringIO()
    handler = logging.StreamHandler(out)
    handler.setFormatter(logs.formatter(as_json=True))
    root = logging.getLogger()
    level = root.level
    root.setLevel(logging.DEBUG)
    root.addHandler(handler)
    yield out
    root.removeHandler(handler)
    root.setLevel(level)


def test_no_log_line_holds_a_secret_or_an_account_number(app, reader, city, told, monkeypatch):
    somebody = reader("maker")
    somebody.submit("/sign-in", name="maker", password="Wrong-Pass-99")
    somebody.post("/users/new", name="x")  # refused
    somebody.client.post("/me", data={"old": PASSWORD})  # no token
    made = make_key()
    caller = Caller(app, made)
    caller.send("confirmations", b'{"line_no": ', key="k1")
    caller.secret = "zk_wrong_" + "s" * 30
    caller.get("/api/v1/sheets")
    world.send("enterprises", [world.ENTERPRISE_ROW | {"account_no": ACCOUNT + "x" * 200}])
    world.send("purchases", [world.purchase(trace_codes=CODE, amount_yuan="no")])
    world.send("purchases", xlsx([list(world.purchase()), ["x"]]), name="a.xlsx")
    # What breaks tells its exception, whatever that quotes.
    app.config["PROPAGATE_EXCEPTIONS"] = False
    app.testing = False
    monkeypatch.setattr(errors, "_page", lambda code, *_told: ("", code))
    with app.test_request_context("/welcome/abcdefgh0123456789abcdefgh"):
        errors._broken(
            ValueError(f"{ACCOUNT} {CODE} {SECRETS['database_url']} Bearer {made.secret}")
        )
    lines = told.getvalue()
    assert '"access.refused"' in lines
    assert '"request.without_token"' in lines
    assert '"page.failed"' in lines
    for secret in (
        "Wrong-Pass-99", PASSWORD, made.secret, caller.secret, ACCOUNT, CODE, "Db-Pass-77",
        "abcdefgh0123456789", "csrf_token",
    ):  # fmt: skip
        assert secret not in lines, secret


def test_settings_tell_no_secret_when_somebody_prints_them():
    environ = {name.upper(): value for name, value in SECRETS.items()}
    shown = repr(settings.load(environ | {"VAR_DIR": "none"}))
    assert [one for one in SECRETS.values() if one in shown] == []


def test_a_sealed_mail_password_is_opened_by_its_key_alone(monkeypatch, capsys, settings):
    monkeypatch.setattr("sys.stdin", io.StringIO("Smtp-Pass-77\n"))
    assert seal.main() == 0
    sealed = capsys.readouterr().out.strip()
    assert "Smtp-Pass" not in sealed
    assert sealing.opened(sealed, sealing.SMTP) == "Smtp-Pass-77"
    assert sealing.opened("plain", sealing.SMTP) == "plain"
    monkeypatch.setenv("SECRET_KEY", "another" * 9)
    with pytest.raises(SecretUnreadable):
        sealing.opened(sealed, sealing.SMTP)
    monkeypatch.setattr("sys.stdin", io.StringIO(""))
    assert seal.main() == 2


def test_what_opens_a_door_is_kept_as_a_hash_or_sealed(app, people, city, reader):
    """Numbers of sessions, links, keys and codes: none can be read out of the database."""
    somebody, made = reader("maker"), make_key()
    link = links.number_of(links.open_link("maker")) if links.open_link("maker") else "none"
    with somebody.client.session_transaction() as cookie:
        number = cookie["_user_id"]
    dump = "".join(
        str(row)
        for table in ("user_session", "api_key", "password_link", "app_user", "recovery_code")
        for row in sql(f"SELECT * FROM {table}")
    )
    for secret in (number, made.secret, PASSWORD, link):
        assert secret not in dump or secret == "none"
    assert re.search(r"\$argon2id\$v=19\$", dump)


def test_what_is_compared_with_a_secret_takes_as_long_whatever_is_wrong():
    """Keys, sessions and recovery codes are looked up by their hash; the rest is compared so."""
    for module in (
        "web/first_run.py", "web/auth/entering.py", "web/metrics/door.py", "web/api/signatures.py",
        "models/services/users/second_factors.py", "models/services/link_numbers.py",
    ):  # fmt: skip
        assert "hmac.compare_digest(" in (settings.ROOT / module).read_text(encoding="utf-8")
    for module, column in (
        ("models/services/users/sessions.py", "number_hash =="),
        ("models/services/api/keys.py", "key_hash =="),
        ("models/services/users/second_factors.py", "code_hash =="),
    ):
        assert column in (settings.ROOT / module).read_text(encoding="utf-8")


def test_administrators_see_neither_account_numbers_nor_trace_codes(reader, city):
    world.send("purchases", [world.purchase(trace_codes=CODE)])
    for role in ("administrator", "supervisor", "hospital"):
        page = reader(role).get("/enterprises/").text
        assert ACCOUNT not in page, role
    for address in ("/purchases/", "/purchases/L1", f"/trace-codes/?code={CODE}"):
        answer = reader("administrator").get(address)
        assert answer.status_code in {403, 404}, address
        assert CODE not in answer.text or "code=" in address
