"""What a list costs: statements and bytes, bounded for every list, more rows asking no more."""

import re

import pytest

from tests.factories import imports as world
from tests.factories import work
from tests.web.costs import counting

#: Statements of the frame: session, user, areas, members, menu, office, saved views.
FRAME = 7
LIST, SHEET, HOME = 6 + FRAME, 10 + FRAME, 12 + FRAME
HTML_BYTES = 60_000
#: Every list of the menu and its tabs, whoever opens it.
LISTS = (
    "/sheets/", "/purchases/", "/holds/", "/batches/", "/payments/", "/results/", "/exceptions/",
    "/unconfirmed/", "/returns/", "/confirmations/", "/confirmations/disputes/", "/deliveries/",
    "/offsets/", "/subledgers/", "/shortfalls/", "/turnover/", "/money-requests/",
    "/round-prepayments/", "/hospital-accounts/", "/own-payments/", "/ledger/", "/mails/",
    "/promises/", "/excuses/", "/measures/", "/contacts/", "/mandates/", "/coverage/outside/",
    "/jobs/", "/imports/", "/audit/", "/users/", "/my-payments/", "/saved-views/",
)  # fmt: skip
#: What several small questions make: each is a tab or a figure of its own, none grows with rows.
MORE = {
    "/exceptions/": 4, "/confirmations/": 1, "/deliveries/": 14, "/shortfalls/": 3,
    "/promises/": 6, "/returns/": 2, "/mails/": 2, "/unconfirmed/": 3, "/subledgers/": 2,
    "/purchases/": 1,
}  # fmt: skip


@pytest.mark.parametrize("name", ["maker", "auditor", "clinic", "firm"])
def test_every_list_asks_few_questions_and_is_small(reader, people_of_town, name):
    work.drafts(people_of_town)
    browser = reader(name)
    browser.get("/me")
    found = {}
    for address in LISTS:
        browser.get(address)
        with counting() as asked:
            page = browser.get(address)
        if page.status_code in {403, 404, 302}:
            continue
        assert page.status_code == 200, address
        found[address] = (len(asked), len(page.data))
    over = {
        address: told
        for address, told in found.items()
        if told[0] > LIST + MORE.get(address, 0) or told[1] > HTML_BYTES
    }
    assert len(found) >= 10
    assert over == {}, "statements, bytes"


def test_fifty_rows_ask_no_more_than_one(reader, city):
    browser = reader("maker")
    world.send("purchases", [world.purchase("L1")])
    browser.get("/purchases/")
    with counting() as one:
        browser.get("/purchases/")
    world.send("purchases", [world.purchase(f"N{n:03}") for n in range(60)])
    browser.get("/purchases/")
    with counting() as many:
        page = browser.get("/purchases/").text
    assert page.count('<td class="no num">') == 50
    assert len(many) <= len(one)


def test_pages_are_turned_by_the_key_of_the_last_row(reader, city):
    world.send("purchases", [world.purchase(f"N{n:03}") for n in range(120)])
    browser = reader("maker")
    at, seen = "/purchases/", []
    while at:
        page = browser.get(at).text
        seen += re.findall(r'<td class="no num"><a href="/purchases/(\w+)"', page)
        link = re.search(r'<a class="pg" rel="next" href="([^"]+)"', page)
        at = link[1].replace("&amp;", "&") if link else ""
        assert not at or "after=" in at
    assert len(seen) == len(set(seen)) == 120


def test_a_sheet_and_the_first_page_ask_a_bounded_number_of_questions(reader, people_of_town):
    number = work.number(work.drafts(people_of_town)[0])
    work.held(people_of_town)
    for name in ("maker", "auditor", "clinic", "firm"):
        browser = reader(name)
        for address, most in ((f"/sheets/{number}", SHEET), ("/", HOME)):
            browser.get(address)
            with counting() as asked:
                assert browser.get(address).status_code == 200, (name, address)
            assert len(asked) <= most, (name, address, asked)
