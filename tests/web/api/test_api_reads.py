"""Lists by cursor: each row once, only one's own rows, and nothing for odd questions."""

import pytest

from models.records.base import sql
from models.rules.words import Role
from tests.factories import payments, work
from tests.factories.sheets import CITY, OTHER_CITY, PERIOD
from tests.web.api.conftest import Caller, make_key

LISTS = {
    "lines": f"?period={PERIOD}", "sheets": "", "payments": "", "holds": f"?period={PERIOD}",
    "overdue": "",
}  # fmt: skip


@pytest.fixture
def town(app, people_of_town, redis_url):
    """Sheets of three hospitals, one city's paid; a held line."""
    work.drafts(people_of_town)
    payments.approve_all()
    payments.pay()
    work.held(people_of_town, "HELD1", "invoice_missing")
    return people_of_town


@pytest.fixture
def system(app, town):
    """system("hospital", 0): the system of the first hospital."""

    def make(role, place=None, **wishes):
        of = {Role.HOSPITAL: town.hospitals, Role.ENTERPRISE: town.enterprises}.get(Role(role))
        told = {"party_code": of[place] if of else None} | wishes
        return Caller(app, make_key(role, **told))

    return make


def all_rows(system, what, query, limit):
    """Follow the pages to the end."""
    rows, address = [], f"/api/v1/{what}{query}{'&' if query else '?'}limit={limit}"
    while address:
        told = system.get(address)
        assert told.status_code == 200, told.json
        assert len(told.json["items"]) <= limit
        rows += told.json["items"]
        address = told.json["next"]
    return rows


@pytest.mark.parametrize("what", LISTS)
def test_pages_show_each_row_once(system, what):
    reader = system("maker")
    whole = all_rows(reader, what, LISTS[what], 1000)
    assert all_rows(reader, what, LISTS[what], 1) == whole
    assert len({str(row) for row in whole}) == len(whole)
    assert whole or what == "overdue"


@pytest.mark.parametrize("what", LISTS)
def test_a_seat_reads_its_own_rows_only(system, town, what):
    everything = all_rows(system("auditor"), what, LISTS[what], 1000)
    for role, column, codes in (
        ("hospital", "hospital_code", town.hospitals),
        ("enterprise", "enterprise_code", town.enterprises),
    ):
        for place, code in enumerate(codes):
            mine = all_rows(system(role, place), what, LISTS[what], 1000)
            if what != "payments" or role == "enterprise":
                assert mine == [row for row in everything if row[column] == code]
            told = system(role, place).get(f"/api/v1/{what}{LISTS[what]}").text
            others = set(codes) - {code}
            assert not [other for other in others if other in told]


def test_an_area_reads_what_lies_below_it(system):
    county = system("maker", area_code=OTHER_CITY)
    assert {row["area_code"] for row in all_rows(county, "sheets", "", 10)} == {OTHER_CITY}
    city = system("auditor", area_code=CITY)
    assert {row["area_code"] for row in all_rows(city, "payments", "", 10)} == {CITY}


def test_a_hospital_reads_its_own_part_of_a_payment(system, town):
    part = all_rows(system("hospital", 0), "payments", "", 10)
    sheets = all_rows(system("hospital", 0), "sheets", "", 10)
    numbers = {sheet["sheet_no"] for sheet in sheets}
    assert {number for row in part for number in row["sheets"]} == numbers
    total = sum(int(row["amount_yuan"].replace(".", "")) for row in part)
    assert total == sum(int(row["payable_yuan"].replace(".", "")) for row in sheets)


def test_single_things_are_hidden_from_others(system, town):
    mine, other = system("hospital", 0), system("hospital", 2)
    number = all_rows(mine, "sheets", "", 10)[0]["sheet_no"]
    assert mine.get(f"/api/v1/sheets/{number}").json["sheet_no"] == number
    assert mine.get(f"/api/v1/sheets/{number}/lines?limit=1").json["items"][0]["line_no"]
    reference = all_rows(mine, "payments", "", 10)[0]["reference"]
    assert mine.get(f"/api/v1/payments/{reference}").json["reference"] == reference
    for address in (f"sheets/{number}", f"sheets/{number}/lines", f"payments/{reference}"):
        hidden = other.get(f"/api/v1/{address}")
        assert (hidden.status_code, hidden.json["code"]) == (404, "http_404")


def test_a_line_tells_where_it_stands(system):
    lines = {row["line_no"]: row for row in all_rows(system("maker"), "lines", LISTS["lines"], 9)}
    assert lines["HELD1"]["holds"] == ["invoice_missing"]
    assert lines["HELD1"]["sheet_no"] is None
    assert all(row["sheet_no"] for number, row in lines.items() if number != "HELD1")


@pytest.mark.parametrize(
    ("address", "code"),
    [
        ("lines", "bad_parameter"),
        ("lines?period=2026-13", "bad_parameter"),
        ("lines?period=2026-03%0A", "bad_parameter"),
        ("sheets?state=nonsense", "bad_parameter"),
        ("sheets?limit=0", "bad_parameter"),
        ("sheets?limit=1001", "bad_parameter"),
        ("sheets?limit=%00", "bad_parameter"),
        ("sheets?colour=red", "bad_parameter"),
        ("sheets?hospital_code='--", "bad_parameter"),
        ("sheets?cursor=nonsense", "bad_cursor"),
        ("sheets?cursor=WyJzaGVldHMiLCJ4Il0", "bad_cursor"),
        ("sheets?cursor=WyJsaW5lcyIsMV0", "bad_cursor"),
        ("lines?period=2026-03&cursor=WyJsaW5lcyIsIngiXQ", "bad_cursor"),
        ("lines?period=2026-03&cursor=WyJsaW5lcyIsWyJ4IiwiYSIsImIiLCJjIl1d", "bad_cursor"),
        ("sheets/%00", "http_404"),
        ("sheets/..", "http_404"),
        ("jobs/99999999999999999999", "http_404"),
    ],
)
def test_an_odd_question_is_a_refusal(system, address, code):
    refused = system("maker").get(f"/api/v1/{address}")
    assert refused.json["code"] == code
    assert refused.mimetype == "application/problem+json"


def test_a_cursor_opens_no_rows_of_others(system, town):
    whole = system("maker").get("/api/v1/sheets?limit=1").json
    told = system("hospital", 2).get(whole["next"]).json
    assert {row["hospital_code"] for row in told["items"]} <= {town.hospitals[2]}


def test_lists_ask_few_questions_whatever_their_length(system):
    from tests.web.conftest import counting_queries

    reader = system("maker")
    reader.get("/api/v1/sheets")
    with counting_queries() as asked:
        reader.get("/api/v1/sheets?limit=1")
    few = len(asked)
    with counting_queries() as asked:
        reader.get("/api/v1/sheets?limit=1000")
    assert len(asked) == few <= 6


def test_no_account_number_leaves(system):
    accounts = [row[0] for row in sql("SELECT DISTINCT payee_account_no FROM payment_instruction")]
    told = system("maker").get("/api/v1/payments").text
    assert accounts
    assert not [number for number in accounts if number in told]
