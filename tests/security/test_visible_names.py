"""A name that would read as another one is shown as what it is, before money moves."""

import pytest
from markupsafe import Markup

from tests.factories import imports as world
from web import visible
from web.app import create_app

#: Reads as 望江药业（集团）有限公司 turned around, and with nothing between two characters.
TURNED = "望江药业\u202e司公限有\u202c"
HIDDEN = "望江\u200b药业"


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        (TURNED, "望江药业⟨U+202E⟩司公限有⟨U+202C⟩"),
        (HIDDEN, "望江⟨U+200B⟩药业"),
        ("a\u2066b\u2069\ufeff\u00ad", "a⟨U+2066⟩b⟨U+2069⟩⟨U+FEFF⟩⟨U+00AD⟩"),
        ("望江药业（集团）有限公司 · 𠮷 \ufe00", "望江药业（集团）有限公司 · 𠮷 \ufe00"),
    ],
)
def test_what_nobody_sees_is_shown_with_a_sign(text, shown):
    assert visible.shown(text) == shown


def test_markup_stays_markup_and_numbers_numbers():
    told = visible.shown(Markup("<b>a\u202e</b>"))
    assert isinstance(told, Markup)
    assert told == "<b>a⟨U+202E⟩</b>"
    assert (visible.shown(7), visible.shown(None)) == (7, None)


def test_an_enterprise_whose_name_turns_around_is_seen_through_on_every_page(
    settings, app, reader, city
):
    made = create_app(settings)
    made.config.update(TESTING=True)
    name = "望江\u202e业药"
    world.send("enterprises", [world.ENTERPRISE_ROW | {"name": name, "account_name": name}])
    checker = reader("checker")
    checker.client.application = made
    for address in ("/accounts/", "/enterprises/"):
        page = checker.get(address).text
        assert "\u202e" not in page, address
        assert "⟨U+202E⟩" in page, address
