"""Each address × each role: it is refused if and only if the table says so."""

import pytest
from flask import Flask
from werkzeug.routing import AnyConverter, BaseConverter, IntegerConverter

from models.rules.words import Role
from web import guard, routes

#: Addresses that belong to nobody's role: pictures, signing in, the doors of keys.
FREE = {routes.ANYBODY, routes.SELF, routes.KEY}


def nobodys(converter: BaseConverter) -> str:
    """A word of the right shape that nobody was ever given; of a few words, the first."""
    if isinstance(converter, AnyConverter):
        return sorted(converter.items)[0]
    return "987654321" if isinstance(converter, IntegerConverter) else "NOBODYS"


def addresses(app: Flask) -> list[tuple[str, str, routes.Route]]:
    """Method, address and line of all that the table speaks of."""
    found = []
    for rule in app.url_map.iter_rules():
        route = guard.stated(app, rule.endpoint)
        if route is None:
            continue
        told = {name: nobodys(one) for name, one in rule._converters.items()}
        with app.test_request_context():
            address = app.url_map.bind("localhost").build(rule.endpoint, told)
        found += [
            (method, address, route)
            for method in ("GET", "POST")
            if method in rule.methods and route.need(method).sign not in FREE
        ]
    return found


@pytest.mark.usefixtures("bare_refusals")
@pytest.mark.parametrize("role", list(Role))
def test_a_role_is_refused_exactly_where_the_table_says_so(app, reader, city, role):
    somebody = reader(role.value)
    token = somebody.token("/me")
    wrong = {}
    for method, address, route in addresses(app):
        answer = somebody.client.open(
            address, method=method, data={"csrf_token": token} if method == "POST" else None
        )
        admitted = role in route.roles(method)
        shut = answer.status_code == 403 or (not admitted and answer.status_code == 404)
        if shut == admitted:
            wrong[f"{method} {address}"] = answer.status_code
    assert wrong == {}
