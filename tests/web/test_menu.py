"""The side menu: few items in the order of work, tabs under them, a number beside what waits."""

import re

import pytest

from models.rules.words import Role
from tests.factories import imports as world
from tests.web import menus
from web.menu_order import GROUPS, PLACED
from web.permissions import Page

ITEMS_MAX = 25


def test_every_page_of_the_menu_has_one_place(app):
    placed = [page for group in GROUPS for item in group.items for page in item.pages]
    assert len(placed) == len(set(placed))
    listed = {
        view.endpoint
        for view in app.extensions["zhijie_admin"]._views
        if isinstance(getattr(view, "page", None), Page)
        and type(view).__dict__.get("in_menu", True)
    }
    assert listed <= PLACED, "a page of the menu has no place in web/menu_order.py"


@pytest.mark.parametrize("role", list(Role))
def test_no_menu_is_long_and_every_entry_opens(app, reader, city, role):
    items = [item for group in menus.groups(app, role.value) for item in group.items]
    assert 0 < len(items) <= ITEMS_MAX, [item.name for item in items]
    somebody = reader(role.value)
    assert {item.url: somebody.get(item.url).status_code for item in items} == {
        item.url: 200 for item in items
    }


def test_an_item_is_called_after_the_page_it_leads_to_where_its_first_is_closed(app, city):
    def names(role: Role) -> list[str]:
        return [item.name for group in menus.groups(app, role.value) for item in group.items]

    assert "医院与企业" in names(Role.MAKER)
    assert "医院与企业" not in names(Role.HOSPITAL)
    assert "联系人" in names(Role.HOSPITAL)
    assert "付款明细" in names(Role.HOSPITAL)


def test_the_first_two_items_are_the_day_and_the_purchases(app, city):
    groups = menus.groups(app, "maker")
    assert [group.items[0].name for group in groups[:2]] == ["今日待办", "采购明细"]
    assert [group.title for group in groups if group.folded] == ["基础数据", "系统与审计"]


def test_related_pages_are_tabs_above_the_list_and_not_above_a_form(reader, city):
    maker = reader("maker")
    page = maker.get("/subledgers/").text
    tabs = re.search(r'<nav class="views" aria-label="相关页面">(.*?)</nav>', page)[1]
    assert re.findall(r'href="([^"]+)"', tabs)[:3] == ["/offsets/", "/shortfalls/", "/subledgers/"]
    assert '<a href="/subledgers/" aria-current="page">' in tabs
    assert '<a href="/offsets/" aria-current="page">抵扣与分簿' in page.split("<main")[0]
    for address in ("/subledgers/?print=1", "/batches/new", "/unconfirmed/"):
        assert 'aria-label="相关页面"' not in maker.get(address).text


def test_the_number_beside_an_item_is_what_waits_on_all_its_pages(app, reader, city):
    world.send("purchases", [world.purchase("L1")])
    world.put_on_sheet("L1", state="draft")
    world.db.connection().commit()
    items = {item.url: item for group in menus.groups(app, "checker") for item in group.items}
    assert (items["/sheets/"].waiting, items["/sheets/"].hot) == (1, False)
    assert (items["/exceptions/"].waiting, items["/exceptions/"].hot) == (0, True)
    accounts = reader("checker").get("/accounts/").text
    assert 'aria-label="相关页面"' in accounts
