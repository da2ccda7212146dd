"""Whoever runs the machine lets a user in again, and the trail tells."""

import io
import json

import pytest

from models.records.access import AuditEvent, User
from models.records.entrance import UserSession
from models.rules.words import Role
from models.services import users
from models.services.users import Visitor, second_factors, sessions
from scripts import let_in
from tests.web.test_second_factor import code_of


@pytest.fixture
def locked_out(db):
    users.create("zhou", Role.ADMINISTRATOR, "all", password="Own-Words-88")
    second_factors.switch_on("zhou", code_of(second_factors.begin("zhou")))
    sessions.begin("zhou", Visitor(), second_factor=True)
    for _ in range(5):
        with pytest.raises(Exception, match="wrong"):
            users.check_password("zhou", "no")


def test_a_lost_telephone_and_password_are_mended_on_the_machine(
    locked_out, environ, monkeypatch, capsys
):
    monkeypatch.setattr("sys.stdin", io.StringIO("Other-Words-99\n"))
    assert let_in.main(["zhou", "--second-factor", "--password-stdin", "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert told == {"name": "zhou", "password_set": True, "second_factor": "off"}
    assert users.check_password("zhou", "Other-Words-99").password_by_other
    assert UserSession.get().ended_at is not None
    trail = {event.action for event in AuditEvent.select()}
    assert {"second_factor.off", "user.password_set"} <= trail
    assert User.get_by_id("zhou").locked_until is None


def test_an_unknown_user_is_refused(db, environ, capsys):
    assert let_in.main(["nobody", "--json"]) == 1
    assert json.loads(capsys.readouterr().out)["code"] == "unknown_user"
