"""Saved views: an address under a name, for oneself or a role; it shows nobody else's rows."""

import pytest

from models.records.saved_views import VIEWS_MAX
from models.rules.errors.lists import SavedViewKnown, SavedViewsFull
from models.services import access, saved_views
from tests.factories import imports as world
from tests.web.costs import counting
from web.admin import saved

PERIOD = "2026-03"


@pytest.fixture(autouse=True)
def fresh() -> None:
    saved.forget()


def keep(reader, who: str, address: str, name: str, role: str = ""):
    """Open the list, press 保存查询, give it a name."""
    browser = reader(who)
    page = browser.get(address).text
    assert "/saved-views/new?" in page, "the list offers to save its conditions"
    path, _mark, query = address.partition("?")
    return browser.post("/saved-views/new", screen=path, query=query, name=name, role=role)


def test_a_view_is_saved_beside_the_standard_ones_with_its_count(reader, city):
    world.send("purchases", [world.purchase("L1"), world.purchase("L2")])
    kept = keep(reader, "maker", f"/purchases/?month={PERIOD}&page=3", "本月采购")
    assert kept.status_code == 303
    assert kept.location == f"/purchases/?month={PERIOD}", "turning pages is no condition"
    page = reader("maker").get("/purchases/").text
    assert f'href="/purchases/?month={PERIOD}"' in page
    assert "本月采购" in page
    assert '<span class="num">2</span>' in page


def test_the_list_without_conditions_offers_nothing_to_save(reader, city):
    assert "/saved-views/new?" not in reader("maker").get("/purchases/").text


def test_a_shared_view_shows_each_reader_the_own_rows(reader, city):
    world.send("purchases", [world.purchase("L1"), world.purchase("L2")])
    keep(reader, "maker", f"/purchases/?month={PERIOD}", "共用", role="enterprise")
    keep(reader, "maker", f"/purchases/?month={PERIOD}&lane=self", "给复核", role="checker")
    checker = reader("checker").get("/purchases/").text
    assert "给复核" in checker
    assert "共用" not in checker
    assert "共用" not in reader("enterprise").get("/purchases/").text, "a seat has its own house"


def test_a_shared_view_of_a_county_is_not_offered_above_or_beside_it(city):
    county = access.load("county")
    saved_views.keep(county, "/sheets/", "县里的", "view=all", "checker")
    assert saved_views.offered(access.load("checker"), "/sheets/") == []
    saved_views.keep(access.load("checker"), "/sheets/", "全省的", "view=all", "maker")
    assert [v.name for v in saved_views.offered(county, "/sheets/")] == ["县里的", "全省的"]


def test_a_seat_shares_with_colleagues_of_its_house_only(city):
    hospital = access.load("hospital")
    saved_views.keep(hospital, "/sheets/", "我院的", "view=all", "maker")
    assert saved_views.offered(access.load("maker"), "/sheets/") == []


def test_a_name_is_taken_once_and_there_are_so_many_places(city):
    maker = access.load("maker")
    saved_views.keep(maker, "/sheets/", "一", "view=all")
    with pytest.raises(SavedViewKnown):
        saved_views.keep(maker, "/sheets/", " 一 ", "view=soon")
    for number in range(VIEWS_MAX - 1):
        saved_views.keep(maker, "/sheets/", f"第{number}", "view=all")
    with pytest.raises(SavedViewsFull):
        saved_views.keep(maker, "/sheets/", "再一个", "view=all")
    first = saved_views.offered(maker, "/sheets/")[0]
    assert saved_views.end(maker, first.id)
    assert saved_views.keep(maker, "/sheets/", "再一个", "view=all")


def test_only_its_maker_ends_a_view_and_twice_is_once(reader, city):
    maker = access.load("maker")
    number = saved_views.keep(maker, "/sheets/", "我的", "view=all", "checker")
    assert reader("checker").post(f"/saved-views/{number}/end").status_code == 404
    assert reader("maker").post(f"/saved-views/{number}/end").status_code == 303
    assert reader("maker").post(f"/saved-views/{number}/end").status_code == 404
    assert saved_views.offered(maker) == []


@pytest.mark.parametrize(
    "path", ["/nowhere/", "//evil.example/", "/audit/", "/sheets/JS1", "https://evil.example/"]
)
def test_only_a_list_the_reader_may_open_is_saved(reader, city, path):
    answer = reader("maker").post("/saved-views/new", screen=path, query="a=b", name="x")
    assert answer.status_code == 404


def test_a_view_whose_area_is_not_the_readers_counts_nothing(reader, city):
    saved_views.keep(access.load("maker"), "/sheets/", "别区", "area=999999", "checker")
    page = reader("checker").get("/sheets/?view=all")
    assert page.status_code == 200
    assert "别区" in page.text


def test_all_counts_of_a_page_are_one_statement(reader, city):
    maker = access.load("maker")
    for number in range(5):
        saved_views.keep(maker, "/sheets/", f"第{number}", f"least={number + 1}&view=all")
    browser = reader("maker")
    browser.get("/purchases/")
    with counting() as asked:
        browser.get("/sheets/?view=all")
    assert sum("AS n4" in one for one in asked) <= 1
    before = len(asked)
    with counting() as asked:
        browser.get("/sheets/?view=all")
    assert len(asked) <= before, "kept for half a minute"


def test_both_acts_are_in_the_audit_log(reader, city):
    maker = access.load("maker")
    saved_views.end(maker, saved_views.keep(maker, "/sheets/", "我的", "view=all"))
    actions = [row[0] for row in world.sql("SELECT action FROM audit_event ORDER BY id")]
    assert [one for one in actions if one.startswith("saved_view")] == [
        "saved_view.kept",
        "saved_view.ended",
    ]
