"""Help: the same link on every page, a word about every screen, and the handbook behind it."""

import re

import pytest

from models.rules.words import Role
from web.help import screens
from web.permissions import Page, may_read

LINK = re.compile(r'<summary aria-label="帮助"><svg')
#: Words for nothing, or figures that a part of the page brings when it is asked for.
TOLD = re.compile(r'class="empty"|data-part=')


def test_every_page_says_what_it_is(app):
    silent = [
        view.endpoint
        for view in app.extensions["zhijie_admin"]._views
        if isinstance(getattr(view, "page", None), Page) and screens.of(view.endpoint) is None
    ]
    assert silent == [], "give these an entry in web/help/"


def test_no_entry_is_of_a_page_that_does_not_exist(app):
    known = {rule.endpoint for rule in app.url_map.iter_rules()}
    known |= {endpoint.partition(".")[0] for endpoint in known}
    assert set(screens.SCREENS) <= known


@pytest.mark.parametrize("name", sorted(screens.SCREENS))
def test_an_entry_is_short_and_names_its_source(name):
    screen = screens.SCREENS[name]
    assert 8 <= len(str(screen.what)) <= 120
    assert str(screen.what).endswith("。")
    assert re.search(r"《[^》]+》|“[^”]+”", screen.source), "the title of a notice or law"


@pytest.mark.parametrize("role", list(Role))
def test_help_stands_at_the_same_place_of_every_page(reader, city, role):
    somebody = reader(role.value)
    for address in ("/", "/jobs/", "/help/", "/help/maker", "/me"):
        page = somebody.get(address)
        assert page.status_code == 200, address
        bar = page.text.split('<div class="bar-end">')[1].split("</header>")[0]
        assert LINK.search(bar), address
        assert bar.index("帮助") < bar.index("退出登录")
        assert 'href="/help/"' in bar


def test_the_help_of_a_page_tells_the_rule_and_leads_to_the_handbook(reader, city):
    bar = reader("maker").get("/overdue/").text.split("<main")[0]
    assert "到期还没有付清的货款" in bar
    assert "《保障中小企业款项支付条例》（国务院令第802号）第九条" in bar
    assert 'href="/help/supervisor#逾期与措施"' in bar


def test_the_handbook_is_found_by_words_and_says_when_it_is_not(reader, city):
    auditor = reader("auditor")
    found = auditor.get("/help/?q=退票 重付").text
    assert "/help/bank#退票与重付" in found
    nothing = auditor.get("/help/?q=<script>没有").text
    assert "手册里没有找到" in nothing
    assert "<script>没有" not in nothing
    assert auditor.get("/help/nothing").status_code == 404
    assert auditor.get("/help/pictures/../maker.md").status_code == 404
    assert auditor.get("/help/pictures/nothing.png").status_code == 404
    with auditor.get("/help/pictures/home.png") as picture:
        assert picture.mimetype == "image/png"


def test_the_own_chapters_stand_first(reader, city):
    page = reader("hospital").get("/help/").text.split("<main")[1]
    assert page.index("/help/hospital") < page.index("/help/maker")


def test_the_handbook_is_for_whoever_signed_in(reader, city):
    assert reader().get("/help/maker").status_code == 302


#: Pages that begin with a question or a form, or have rows from the start (bank formats).
ASKING = {
    "admin", "find", "go", "help", "reports", "interest", "imports", "users", "profiles",
    "problem_report",
}  # fmt: skip


def test_every_list_says_what_to_do_when_there_is_nothing(app, reader, people):
    maker, silent = reader("maker"), []
    for view in app.extensions["zhijie_admin"]._views:
        page = getattr(view, "page", None)
        if not isinstance(page, Page) or not may_read(Role.MAKER, page) or view.endpoint in ASKING:
            continue
        with app.test_request_context("/"):
            address = view.get_url(f"{view.endpoint}.{view._default_view}")
        answer = maker.get(address)
        if answer.status_code == 200 and not TOLD.search(answer.text):
            silent.append(address)
    assert silent == []
