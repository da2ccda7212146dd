"""Every list and page is asked with words that would break a query or a page: none does."""

import os
import re
from urllib.parse import urlencode

from models.records.base import sql
from models.rules.words import Role
from tests.web.test_routes_by_role import addresses

#: Ends a string, begins a comment, formats, is markup, is a number and a page far out.
HOSTILE = "'\");--%s{0}{{7*7}}<script>alert(1)</script>\\"
WORDS = [HOSTILE, "9" * 30, "-1"]
#: Every name gets one of them; EVERY_WORD=1 gives each name each word, in some minutes.
ROUNDS = range(len(WORDS) if os.environ.get("EVERY_WORD") else 1)


def asked_for(page: str) -> list[str]:
    """The names of all fields a page asks by."""
    found = set(re.findall(r'<(?:input|select|textarea)[^>]*\bname="([^"]+)"', page))
    found |= set(re.findall(r"[?&]([a-z_]+)=", page))
    return sorted(found - {"csrf_token", "lang", "next"})


def pages_once(app) -> list[tuple[Role, str]]:
    """Each address that takes no number, with one role that may open it."""
    found = {}
    for role in (Role.SUPERVISOR, Role.MAKER, Role.ADMINISTRATOR, Role.HOSPITAL, Role.ENTERPRISE):
        for method, address, route in addresses(app):
            if method == "GET" and role in route.roles("GET") and "NOBODYS" not in address:
                found.setdefault(address, role)
    return [(role, address) for address, role in found.items()]


def test_no_page_breaks_or_repeats_what_was_asked_as_markup(app, reader, city):
    app.config["PROPAGATE_EXCEPTIONS"] = False
    app.testing = False
    people = {}
    broken, asked = {}, 0
    for role, address in pages_once(app):
        somebody = people.get(role) or people.setdefault(role, reader(role.value))
        page = somebody.get(address)
        names = asked_for(page.text) if page.mimetype == "text/html" else []
        for round_no in ROUNDS if names else ():
            asked += 1
            turn = {name: WORDS[(at + round_no) % len(WORDS)] for at, name in enumerate(names)}
            answer = somebody.get(f"{address}?{urlencode(turn)}")
            if answer.status_code >= 500 or HOSTILE in answer.text:
                broken[f"{role} {address} {round_no}"] = answer.status_code
    assert broken == {}
    assert asked > 50
    assert sql("SELECT count(*) FROM app_user").fetchone()[0] > 1


def test_a_nul_is_refused_at_the_door_wherever_it_stands(reader, city):
    somebody = reader("maker")
    for address in ("/purchases/?q=%00", "/purchases/%00", "/orders/?page=1&hospital=a%00b"):
        assert somebody.get(address).status_code == 400, address
    assert somebody.post("/me", old="a\x00b", new="x").status_code == 400
    assert somebody.post("/me", **{"a\x00": "x"}).status_code == 400
