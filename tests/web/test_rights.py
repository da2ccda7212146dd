"""Each role × each page: the menu, the page and its buttons tell the same story."""

import pytest

from models.rules.words import Role
from models.services import access
from tests.web import menus
from web.permissions import RIGHTS, TABLE, Page, Right, may_act, may_read

#: page → the address of its list, for the pages of this module.
MASTER = ["areas", "agencies", "hospitals", "enterprises", "products", "rounds", "awards",
          "contracts", "orders", "delivery_notes"]  # fmt: skip
RULES = ["calendar", "ladder", "lpr", "retention_tiers", "scheme_products", "scheme_rounds"]
ADDRESSES = (
    [(Page.TODAY, "/")]
    + [(Page.MASTER, f"/{name}/") for name in MASTER]
    + [(Page.SCHEMES, "/schemes/")]
    + [(Page.RULES, f"/{name}/") for name in RULES]
    + [
        (Page.ACCOUNTS, "/accounts/"),
        (Page.COVERAGE, "/coverage/"),
        (Page.MANDATES, "/mandates/"),
        (Page.IMPORTS, "/imports/"),
        (Page.JOBS, "/jobs/"),
        (Page.AUDIT, "/audit/"),
        (Page.USERS, "/users/"),
    ]
)
#: Of the master data an enterprise sees only the lists that have rows of its own.
OF_ENTERPRISES = {"/enterprises/", "/contracts/", "/orders/", "/delivery_notes/"}


def is_open(role: Role, page: Page, address: str) -> bool:
    if page is Page.MASTER and role is Role.ENTERPRISE:
        return address in OF_ENTERPRISES
    return may_read(role, page)


@pytest.mark.parametrize("role", list(Role))
def test_every_page_opens_for_the_roles_of_the_table_and_no_other(reader, city, role):
    somebody = reader(role.value)
    told = {address: somebody.get(address).status_code for _, address in ADDRESSES}
    assert told == {
        address: 200 if is_open(role, page, address) else 403 for page, address in ADDRESSES
    }


@pytest.mark.parametrize("role", list(Role))
def test_the_menu_leads_to_what_opens(app, city, role):
    reached = menus.addresses(app, role.value)
    for page, address in ADDRESSES:
        assert (address in reached) == is_open(role, page, address), address


@pytest.mark.parametrize("role", list(Role))
def test_who_may_only_look_gets_neither_buttons_nor_forms(reader, city, role):
    somebody = reader(role.value)
    for page, address in ((Page.MASTER, "/products/"), (Page.RULES, "/lpr/")):
        expected = 200 if may_act(role, page) else 403
        assert somebody.get(f"{address}new/").status_code == expected
        assert somebody.post(f"{address}new/").status_code == expected


def test_whoever_grants_rights_moves_no_money():
    acting = {page for page in Page if may_act(Role.ADMINISTRATOR, page)}
    granting = {Page.USERS, Page.API_KEYS}
    assert acting == {Page.SCHEMES, Page.RULES, Page.PROFILES, Page.IMPORTS, Page.JOBS} | granting
    assert "profile_activate" not in access.MAY[Role.ADMINISTRATOR], "he only proposes a format"


def test_the_table_says_something_about_every_role_and_page():
    assert len(RIGHTS) == len(Role) * len(Page)
    assert TABLE.count("\n") == len(Page) + 1
    assert may_read("nobody", Page.TODAY) is False
    assert RIGHTS[Role.AUDITOR, Page.AUDIT] == Right(read=True)
