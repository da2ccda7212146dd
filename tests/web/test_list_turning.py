"""Long lists turn their pages by keys: forth, back and to the end, while rows come and go."""

import re
from html import unescape

import pytest

from models.records.base import db as handle
from models.records.base import sql
from models.services.views.reading import PAGE_ROWS
from tests.factories import imports as world
from tests.factories import payments, sheets, work
from tests.web.test_mails import a_mail

#: Rows of every list here: two full pages and a part of a third.
ROWS = 2 * PAGE_ROWS + 23
#: What tells the copies of a row apart.
SHEETS = {
    "id": "id + n * 100", "sheet_no": "sheet_no || 'N' || n",
    "period": "to_char(date '2010-01-01' + make_interval(months => n), 'YYYY-MM')",
    "due_on": "CASE WHEN n % 4 > 0 THEN date '2026-04-01' + n % 7 END",
}  # fmt: skip
PAYMENTS = {
    "id": "id + n * 100", "reference": "reference || 'N' || n", "uetr": "gen_random_uuid()::text",
}  # fmt: skip
MAILS = {"id": "id + n * 100", "dedupe_key": "dedupe_key || n", "message_id": "message_id || n"}


def copied(table, changed):
    """Make a list long: what a row promises to others is not asked of its copies."""
    names = [
        row[0]
        for row in sql(
            "SELECT column_name FROM information_schema.columns WHERE table_name = %s"
            " AND table_schema = 'public' AND is_generated = 'NEVER'",
            (table,),
        )
    ]
    values = ", ".join(changed.get(name, f'"{name}"') for name in names)
    listed = ", ".join(f'"{name}"' for name in names)
    with handle.atomic():
        sql("SET LOCAL session_replication_role = replica")
        sql(f"DELETE FROM {table} WHERE id <> (SELECT min(id) FROM {table})")
        sql(
            f"INSERT INTO {table} ({listed}) SELECT {values} FROM {table},"
            f" generate_series(1, {ROWS - 1}) AS n"
        )


def rows_of(page):
    return re.findall(r'<td class="no(?: num)?"><a href="([^"?]+)', page)


def turn(page, way):
    """The address of the page before or after."""
    found = re.search(rf'<a class="pg" rel="{way}" href="([^"]+)"', page)
    return unescape(found[1]) if found else ""


def walked(browser, address):
    """The rows of every page from the first to the last, and the last one's address."""
    pages, at = [], address
    while at:
        page = browser.get(at).text
        pages.append(rows_of(page))
        address, at = at, turn(page, "next")
    return pages, address


@pytest.mark.parametrize(
    "address", ["/sheets/?view=all&state=draft", "/sheets/?view=all&state=draft&sort=-due",
                "/sheets/?view=all&state=draft&sort=-payable", "/payments/", "/mails/"],
)  # fmt: skip
def test_a_long_list_is_turned_forth_and_back_and_to_its_end(reader, people_of_town, address):
    if "mails" in address:
        a_mail(people_of_town.hospitals[0])
        copied("mail", MAILS)
    elif "payments" in address:
        sheets.sheet(people_of_town.hospitals[0], people_of_town.enterprises[0], 5_00)
        payments.approve_all()
        payments.pay()
        copied("payment_instruction", PAYMENTS)
    else:
        work.drafts(people_of_town)
        copied("settlement_sheet", SHEETS)
    browser = reader("maker")
    pages, at = walked(browser, address)
    seen = [one for page in pages for one in page]
    assert [len(page) for page in pages] == [PAGE_ROWS, PAGE_ROWS, 23]
    assert len(set(seen)) == ROWS
    page = browser.get(at).text
    for expected in pages[1::-1]:
        page = browser.get(turn(page, "prev")).text
        assert rows_of(page) == expected
    assert not turn(page, "prev")
    end = unescape(re.search(r'href="([^"]*before=end[^"]*)"', page)[1])
    page = browser.get(end).text
    assert rows_of(page) == pages[2]
    assert 'aria-current="page">3</a>' in page
    assert rows_of(browser.get(turn(page, "prev")).text) == pages[1]


def test_lines_of_purchases_are_turned_back_too(reader, city):
    world.send("purchases", [world.purchase(f"N{n:03}") for n in range(ROWS)])
    browser = reader("maker")
    pages, at = walked(browser, "/purchases/")
    assert [len(page) for page in pages] == [PAGE_ROWS, PAGE_ROWS, 23]
    page = browser.get(at).text
    for expected in pages[1::-1]:
        page = browser.get(turn(page, "prev")).text
        assert rows_of(page) == expected


def test_where_rows_went_meanwhile_the_nearest_page_is_shown(reader, people_of_town):
    work.drafts(people_of_town)
    copied("settlement_sheet", SHEETS)
    browser, address = reader("maker"), "/sheets/?view=all&state=draft"
    pages, at = walked(browser, address)
    with handle.atomic():
        sql("SET LOCAL session_replication_role = replica")
        gone = [link.rpartition("/")[2] for link in pages[2]]
        sql("UPDATE settlement_sheet SET state = 'paid' WHERE sheet_no = ANY (%s)", (gone,))
    assert rows_of(browser.get(at).text) == pages[1], "the last page there is"
    with handle.atomic():
        sql("SET LOCAL session_replication_role = replica")
        gone = [link.rpartition("/")[2] for link in pages[0][1:]]
        sql("UPDATE settlement_sheet SET state = 'paid' WHERE sheet_no = ANY (%s)", (gone,))
    before = turn(browser.get(at).text, "prev")
    assert len(rows_of(browser.get(before or at).text)) >= PAGE_ROWS, "a page is never cut short"


def test_an_odd_place_in_the_address_is_the_first_page(reader, people_of_town):
    work.drafts(people_of_town)
    copied("settlement_sheet", SHEETS)
    browser, address = reader("maker"), "/sheets/?view=all&state=draft"
    first = rows_of(browser.get(address).text)
    for odd in ("after=x", "after=2026-04-01", "after=2026-04-01|x", "before=|", "page=7",
                "after=2026-04-01|99999999999999999999"):  # fmt: skip
        assert rows_of(browser.get(f"{address}&{odd}").text) == first, odd
