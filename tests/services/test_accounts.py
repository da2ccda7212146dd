"""A new or changed account is paid only after a second person approved it."""

import pytest

from models.records.base import sql
from models.rules.errors.access import NotAllowed, SecondPersonNeeded
from models.rules.words import Role
from models.services import accounts
from models.services.access import Actor
from tests.factories.imports import send

CHECKER = Actor(name="checker", role=Role.CHECKER)
ROW = {
    "credit_code": "91520100200000355Y", "name": "青禾医药", "role": "both", "size": "small",
    "account_no": "62001", "account_name": "青禾医药", "bank_name": "望江银行",
    "cnaps_code": "313701500058", "email": "e@example.org", "suspended_on": "",
}  # fmt: skip


def verified() -> bool:
    return bool(sql("SELECT account_verified FROM enterprise").fetchone()[0])


def open_change() -> int:
    return int(sql("SELECT id FROM account_change WHERE decided_by IS NULL").fetchone()[0])


def test_a_second_person_verifies_a_new_account(db):
    send("enterprises", [ROW])
    assert not verified()
    assert accounts.approve(CHECKER) == {"approved": 1, "waiting": 0}
    assert verified()
    assert accounts.approve(CHECKER) == {"approved": 0, "waiting": 0}


def test_another_account_must_be_verified_anew_and_another_name_of_the_firm_not(db):
    send("enterprises", [ROW])
    accounts.approve(CHECKER)
    send("enterprises", [ROW | {"email": "new@example.org"}])
    assert verified()
    send("enterprises", [ROW | {"account_no": "62002"}])
    assert not verified()


def test_who_asked_may_not_approve(db):
    send("enterprises", [ROW])
    asker = Actor(
        name=str(sql("SELECT requested_by FROM account_change").fetchone()[0]), role=Role.CHECKER
    )
    assert accounts.approve(asker) == {"approved": 0, "waiting": 1}
    with pytest.raises(SecondPersonNeeded):
        accounts.approve(asker, [open_change()])
    with pytest.raises(NotAllowed):
        accounts.approve(Actor(name="maker", role=Role.MAKER))
    assert not verified()


def test_a_refused_account_stays_unverified(db):
    send("enterprises", [ROW])
    accounts.reject(CHECKER, open_change(), "户名与登记名称不符")
    assert not verified()
    assert accounts.approve(CHECKER) == {"approved": 0, "waiting": 0}
