"""Every address states who may read, who may write and whose rows; what states nothing is shut."""

import pytest
from flask import Flask

from models.rules.words import Role
from models.services import access
from tests.web.conftest import Reader, make_app
from web import guard, routes

SIGNS = {
    routes.NOBODY,
    routes.ANYBODY,
    routes.SELF,
    routes.READ,
    routes.ACT,
    routes.KEY,
}
ROWS = set(routes.AREA + routes.HOSPITAL + routes.ENTERPRISE + routes.OWN)
ROWS |= set(routes.COLLEAGUES + routes.SHARED + routes.INSIDE + routes.NONE)
#: Methods by endpoint, of all its addresses.
READS, WRITES = "reads", "writes"


def served(app: Flask) -> dict[str, set[str]]:
    found: dict[str, set[str]] = {}
    for rule in app.url_map.iter_rules():
        kinds = {READS if m in routes.SAFE else WRITES for m in rule.methods - {"OPTIONS"}}
        found.setdefault(rule.endpoint, set()).update(kinds)
    return found


def test_every_address_states_its_right(app):
    silent = [name for name in served(app) if guard.stated(app, name) is None]
    assert silent == [], "give these a line in web/routes/ (docs/admin.md §2)"


def test_what_is_stated_is_served_and_what_is_served_is_stated(app):
    methods = served(app)
    assert set(routes.STATED) <= set(methods), "a line of no address"
    wrong = {}
    for name, kinds in methods.items():
        if name.rpartition(".")[2] in routes.OF_LISTS and name not in routes.STATED:
            continue
        route = guard.stated(app, name)
        told = {
            kind
            for kind, need in ((READS, route.reading), (WRITES, route.writing))
            if need.sign != routes.NOBODY
        }
        if told != kinds:
            wrong[name] = (told, kinds)
    assert wrong == {}


def test_the_page_of_a_line_is_the_page_of_its_view(app):
    views = {view.endpoint: view for view in app.extensions["zhijie_admin"]._views}
    for name, route in routes.STATED.items():
        view = views.get(name.rpartition(".")[0])
        # What is about oneself alone stands under no page, whatever its view shares.
        about_oneself = {route.reading.sign, route.writing.sign} <= {
            "·",
            routes.SELF,
            routes.ANYBODY,
        }
        if view is not None and not about_oneself:
            assert route.page is view.page, name


def test_the_doors_of_the_framework_are_shut_on_every_list(app):
    lists = [name for name in served(app) if name.endswith(".delete_view")]
    assert len(lists) > 20
    for name in lists:
        view = name.rpartition(".")[0]
        for what in ("delete_view", "action_view", "ajax_update"):
            route = guard.stated(app, f"{view}.{what}")
            assert {route.reading.sign, route.writing.sign} == {routes.NOBODY}
    assert guard.stated(app, "scheme_rows.edit_view").writing.sign == routes.NOBODY


def test_signs_and_actions_are_known_ones():
    known = set().union(*access.MAY.values())
    for route in [*routes.STATED.values(), *routes.OF_LISTS.values()]:
        for need in (route.reading, route.writing):
            assert need.sign in SIGNS, route
            assert set(need.actions) <= known, route
        assert set(route.rows) <= ROWS, route
        assert route.rows, route


def test_writing_never_needs_less_than_reading():
    for route in routes.STATED.values():
        if routes.NOBODY in {route.reading.sign, route.writing.sign}:
            continue
        assert set(route.roles("POST")) <= set(route.roles("GET")), route


def test_somebody_may_do_what_an_address_does():
    for route in routes.STATED.values():
        for method in ("GET", "POST"):
            if route.need(method).sign in {routes.READ, routes.ACT}:
                assert route.roles(method), route


def test_rows_name_a_seat_only_where_the_page_lets_it_in():
    signs = {Role.HOSPITAL: routes.HOSPITAL, Role.ENTERPRISE: routes.ENTERPRISE}
    for route in routes.STATED.values():
        for role, sign in signs.items():
            if route.page is not None and sign in route.rows:
                assert role in {*route.roles("GET"), *route.roles("POST")}, route


def test_an_address_without_a_line_is_served_to_nobody(settings, city):
    app = make_app(settings)
    app.add_url_rule("/unstated", "unstated", lambda: "all secrets")
    somebody = Reader(app, "maker")
    with pytest.raises(guard.Unstated):
        somebody.get("/unstated")
    app.config["TESTING"] = False
    assert somebody.get("/unstated").status_code == 404
