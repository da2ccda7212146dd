"""Roles and rows: who may do what, where."""

import pytest

from models.rules.errors.access import NotAllowed, OutOfScope, UnknownArea, UnknownUser
from models.rules.rights import RIGHTS, ROLES
from models.rules.words import Role
from models.services import access, users
from models.services.access import Actor
from tests.factories.sheets import area

PROVINCE, CITY, COUNTY, OTHER = "520000", "520100", "520101", "520200"


@pytest.fixture
def tree(db):
    area(PROVINCE, level="province")
    area(CITY, PROVINCE)
    area(COUNTY, CITY, "county")
    area(OTHER, PROVINCE)


def at(area_code: str) -> Actor:
    return Actor(name="u", role=Role.MAKER, area_code=area_code)


def test_an_area_means_itself_and_all_below(tree):
    assert access.areas(at("all"), CITY) == [CITY, COUNTY]
    assert access.areas(at("all"), None) == [PROVINCE, CITY, COUNTY, OTHER]


def test_without_a_request_everybody_gets_his_own_rows(tree):
    assert access.areas(at(CITY), None) == [CITY, COUNTY]


def test_rows_of_others_are_refused(tree):
    with pytest.raises(OutOfScope):
        access.areas(at(CITY), OTHER)
    with pytest.raises(OutOfScope):
        access.areas(at(CITY), PROVINCE)
    with pytest.raises(UnknownArea):
        access.areas(at("all"), "999999")


@pytest.mark.parametrize(
    ("role", "may", "may_not"),
    [
        (Role.MAKER, "pay", "approve_1"),
        (Role.CHECKER, "approve_1", "approve_2"),
        (Role.APPROVER, "approve_2", "settle"),
        (Role.AUDITOR, "export", "import"),
        (Role.SUPERVISOR, "check_books", "overdue"),
        (Role.ADMINISTRATOR, "create_user", "pay"),
        ("system", "settle", "accounts_approve"),
    ],
)
def test_each_role_may_what_the_table_says(role, may, may_not):
    actor = Actor(name="u", role=role)
    access.require(actor, may)
    with pytest.raises(NotAllowed):
        access.require(actor, may_not)


@pytest.mark.parametrize(
    ("role", "own", "foreign"),
    [
        (Role.ADMINISTRATOR, "calendar", "purchases"),
        (Role.HOSPITAL, "hospital_payments", "invoices"),
        (Role.ENTERPRISE, "invoices", "hospital_payments"),
    ],
)
def test_each_role_imports_its_own_tables(role, own, foreign):
    actor = Actor(name="u", role=role)
    access.require_import(actor, own)
    with pytest.raises(NotAllowed):
        access.require_import(actor, foreign)


def test_an_inactive_user_acts_no_more(db):
    users.create("gone", Role.MAKER, "all")
    users.change(
        "gone", by="system", full_name="gone", role=Role.MAKER, area_code="all", party_code=None,
        email=None, active=False,
    )  # fmt: skip
    with pytest.raises(UnknownUser):
        access.load("gone")


def test_every_right_has_words_in_both_languages():
    rights = {right for may in access.MAY.values() for right in may}
    assert sorted(rights - set(RIGHTS)) == []
    assert {str(role) for role in access.MAY} == set(ROLES)


def test_who_may_not_is_told_in_words_and_not_by_the_name_of_the_right():
    with pytest.raises(NotAllowed) as refused:
        access.require(Actor("chen", Role.CHECKER), "pay")
    assert refused.value.sentence == (
        "chen（复核）没有“生成付款批次和申请重付”的权限，请由有权限的人员办理。"
    )
    assert "checker) has no right to make payment batches" in refused.value.sentence_en
