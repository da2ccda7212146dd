"""All work screens: who may open them, no inline code, small, few statements, never a dead end."""

import re

import pytest

from models.rules.words import Role
from tests.factories import payments, sheets, work
from tests.factories.sheets import PERIOD
from tests.web import menus
from tests.web.conftest import counting_queries
from tests.web.test_security import INLINE
from web.permissions import Page, may_read

PAGES = {
    "/purchases/": Page.PURCHASES,
    "/holds/": Page.HOLDS,
    "/sheets/": Page.SHEETS,
    "/offsets/": Page.OFFSETS,
    "/shortfalls/": Page.SHORTFALLS,
    "/shortfalls/?tab=debits": Page.SHORTFALLS,
    "/turnover/": Page.TURNOVER,
    "/batches/": Page.BATCHES,
    "/results/": Page.RESULTS,
    "/statements/": Page.RESULTS,
    "/decisions/?all=1": Page.EXCEPTIONS,
    "/payments/": Page.PAYMENTS,
    "/unconfirmed/": Page.UNCONFIRMED,
    "/returns/": Page.RETURNS,
    "/returns/?tab=again": Page.RETURNS,
    "/exceptions/": Page.EXCEPTIONS,
    "/exceptions/?closed=1": Page.EXCEPTIONS,
    "/my-payments/": Page.MY_PAYMENTS,
    "/own-payments/": Page.OWN_PAYMENTS,
    "/overdue/": Page.OVERDUE,
    "/interest/": Page.OVERDUE,
    "/mails/": Page.MAILS,
    "/reports/": Page.REPORTS,
    "/ledger/": Page.LEDGER,
    "/identity/": Page.IDENTITY,
    "/close/": Page.CLOSE,
    "/deliveries/": Page.DELIVERIES,
    "/deliveries/?view=all": Page.DELIVERIES,
    "/statistics/": Page.STATISTICS,
    "/statistics/?by=category": Page.STATISTICS,
    "/hospital-accounts/": Page.HOSPITAL_ACCOUNTS,
    "/hospital-accounts/registered": Page.HOSPITAL_ACCOUNTS,
}
NAMES = {
    Role.MAKER: "maker", Role.CHECKER: "checker1", Role.APPROVER: "checker2",
    Role.SUPERVISOR: "supervisor", Role.AUDITOR: "auditor", Role.HOSPITAL: "clinic",
    Role.ENTERPRISE: "firm", Role.ADMINISTRATOR: "administrator",
}  # fmt: skip
#: Statements of a page beside its frame (reader, rows, menu, office): the budget of lists.
FRAME = 6


@pytest.fixture
def town(people_of_town):
    return people_of_town


@pytest.fixture
def busy(town):
    work.drafts(town)
    payments.approve_all()
    payments.pay()
    sheets.sheet(town.hospitals[0], town.enterprises[0], 3_00, period="2026-04")
    work.held(town, "HELD1", "disputed", "invoice_missing")
    return town


@pytest.mark.parametrize("role", list(Role))
def test_every_work_screen_opens_for_the_roles_of_the_table_and_no_other(reader, busy, role):
    somebody = reader(NAMES[role])
    told = {address: somebody.get(address).status_code for address in PAGES}
    assert told == {a: 200 if may_read(role, page) else 403 for a, page in PAGES.items()}


@pytest.mark.parametrize("role", list(Role))
def test_the_menu_leads_to_the_work_screens_that_open(app, busy, role):
    reached = menus.addresses(app, NAMES[role])
    for address, page in PAGES.items():
        # An enterprise finds its payments under 到账查询.
        is_shown = may_read(role, page) and (role, page) != (Role.ENTERPRISE, Page.PAYMENTS)
        if "?" not in address and address.endswith("/"):
            assert (address in reached) == is_shown, address


@pytest.mark.parametrize("role", list(Role))
def test_nobody_meets_a_dead_end_on_an_empty_system(reader, town, role):
    somebody = reader(NAMES[role])
    for address, page in PAGES.items():
        if may_read(role, page):
            assert somebody.get(address).status_code == 200, address


DETAILS = ["/sheets/{sheet}", "/sheets/{sheet}?tab=invoices", "/sheets/{sheet}?tab=books",
           "/sheets/{sheet}?tab=changes", "/sheets/{sheet}?print=1", "/sheets/print?view=all",
           "/sheets/calculate", "/batches/{batch}", "/batches/{batch}?print=1", "/batches/new",
           "/purchases/HELD1", "/offsets/calculate", "/overdue/send"]  # fmt: skip


@pytest.mark.parametrize("address", [*PAGES, *DETAILS])
def test_no_work_screen_has_inline_code_or_an_outside_address(reader, busy, address):
    name = "firm" if address == "/my-payments/" else "maker"
    filled = address.format(sheet=work.number(1), batch=work.batch_no())
    page = reader(name).get(filled)
    assert page.status_code == 200
    assert INLINE.findall(page.text) == []
    assert len(page.data) <= 60_000
    assert "Content-Security-Policy" in page.headers


@pytest.mark.parametrize(
    ("address", "most"),
    [("/sheets/?view=all", 6), ("/purchases/", 6), ("/holds/", 6), ("/batches/", 6),
     ("/unconfirmed/", 6), ("/results/", 6), ("/exceptions/", 9), ("/offsets/", 6),
     ("/ledger/", 6), ("/sheets/{sheet}", 10), ("/batches/{batch}", 10)],
)  # fmt: skip
def test_a_page_asks_few_statements_however_many_rows(reader, busy, address, most):
    somebody = reader("maker")
    filled = address.format(sheet=work.number(1), batch=work.batch_no())
    somebody.get(filled)
    with counting_queries() as plain, counting_fetches() as named:
        assert somebody.get(filled).status_code == 200
    assert len(plain) + len(named) <= most + FRAME, [*plain, *named]


@pytest.mark.parametrize("address", [*PAGES, "/sheets/{sheet}", "/batches/{batch}"])
def test_english_pages_render(reader, busy, address):
    name = "firm" if address == "/my-payments/" else "maker"
    filled = address.format(sheet=work.number(1), batch=work.batch_no())
    joined = f"{filled}{'&' if '?' in filled else '?'}lang=en"
    page = reader(name).get(joined)
    assert page.status_code == 200
    assert '<html lang="en">' in page.text


@pytest.mark.parametrize(
    "address",
    ["/sheets/check", "/sheets/calculate", "/sheets/{sheet}/account", "/batches/new",
     "/batches/{batch}/file", "/results/", "/offsets/calculate", "/ledger/check", "/overdue/send",
     "/reports/"],
)  # fmt: skip
def test_a_post_without_its_token_does_nothing(reader, busy, address):
    somebody = reader("maker")
    filled = address.format(sheet=work.number(1), batch=work.batch_no())
    assert somebody.client.post(filled, data={"selection_hash": "x"}).status_code == 400


@pytest.mark.parametrize(
    "address",
    ["/sheets/?page=-3&sort=;drop&least=x&state=nothing", "/purchases/?month=99&after=x|y",
     "/holds/?reason=nothing&after='", "/batches/?state=x&page=99999", "/ledger/?since=x&before=x",
     "/overdue/?on=x&step=x&who=x", "/unconfirmed/?age=99", "/mails/?state=x",
     "/exceptions/?kind=x", "/offsets/?period=x", f"/holds/?period={PERIOD}&hospital=%25"],
)  # fmt: skip
def test_odd_addresses_ask_nothing_and_break_nothing(reader, busy, address):
    assert reader("maker").get(address).status_code == 200


def test_every_form_that_posts_carries_its_token(reader, busy):
    somebody = reader("maker")
    for address in [*PAGES, "/sheets/{sheet}", "/batches/{batch}", "/sheets/calculate"]:
        if address == "/my-payments/":
            continue
        page = somebody.get(address.format(sheet=work.number(1), batch=work.batch_no())).text
        for form in re.findall(r'<form[^>]*method="post".*?</form>', page, re.S):
            assert 'name="csrf_token"' in form


def counting_fetches():
    """Collect the statements that read models run with rows by name."""
    from contextlib import contextmanager

    from models.services.views import reading

    @contextmanager
    def counted():
        found: list[str] = []
        cursor = reading.namedtuple_row

        def remembering(one):
            found.append(one.name if hasattr(one, "name") else "fetch")
            return cursor(one)

        reading.namedtuple_row = remembering
        try:
            yield found
        finally:
            reading.namedtuple_row = cursor

    return counted()
