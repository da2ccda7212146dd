"""The board, institutions, due days, ranking and yearly list on the screen, within the rows."""

import csv
import io
import re
from datetime import date
from decimal import Decimal

import pytest

from models import clock
from models.records.base import db as database
from models.records.base import sql
from models.rules.words import Role
from models.services import access
from models.services.access import SYSTEM
from models.services.arrears import figures, publication, ranking
from models.services.views import late_lines
from tests.factories import receipts, sheets, work
from tests.web.conftest import counting_queries
from tests.web.test_security import INLINE
from tests.web.test_work_pages import NAMES, counting_fetches
from web.admin import work_overdue
from web.permissions import Page, may_read

#: Accepted 2 March: due 1 April.
ON = date(2026, 5, 20)


@pytest.fixture
def town(people_of_town):
    made = people_of_town
    work_overdue._kept.clear()
    receipts.scheme()
    receipts.rung(1, 1, name="提醒")
    receipts.rung(2, 15, name="催办")
    receipts.rung(3, 60, name="通报")
    first, second, other = made.hospitals
    small, large = made.enterprises
    receipts.receipt(first, small, 100_00)
    receipts.receipt(first, large, 7_00, accepted_on=date(2026, 4, 10))
    receipts.receipt(second, small, 30_00, accepted_on=date(2026, 1, 5))
    receipts.receipt(other, small, 900_00)
    sheets.sheet(first, small, 50_00, due_on=date(2026, 4, 1))
    return made


@pytest.fixture
def today(monkeypatch):
    """The twentieth of May at the desk."""
    monkeypatch.setattr(clock, "today", lambda: ON)


@pytest.fixture
def large(monkeypatch):
    """So many lines that nothing is judged while a page waits."""
    monkeypatch.setattr(late_lines, "is_large", lambda: True)
    monkeypatch.setattr("models.services.views.late.is_large", lambda: True)


def shown(html: str) -> str:
    return html[html.find("<main") :]


def exported(tmp_path, on=ON, by="maker"):
    return work.exported("overdue", tmp_path, by=by, period=None, on=on)


CONDITIONS = [
    ("", lambda row: True),
    ("lane=direct", lambda row: row["lane"] == "direct"),
    ("lane=self&who=hospital", lambda row: row["lane"] == "self"),
    ("who=agency", lambda row: row["responsible"] == "agency"),
    ("age=3", lambda row: 45 <= int(row["days_late"]) < 60),
    ("tab=line&step=2", lambda row: row["step"] == "2"),
    ("hospital=医院1", lambda row: row["hospital_code"] == sheets.hospital_code(1)),
    ("tab=enterprise&hospital=医院1", lambda row: row["hospital_code"] == sheets.hospital_code(1)),
    ("enterprise=药企2", lambda row: row["enterprise_code"] == sheets.credit_code(2)),
    (f"area={sheets.OTHER_CITY}", lambda row: row["hospital_code"] == sheets.hospital_code(9)),
]


@pytest.mark.parametrize("kept", [False, True])
def test_the_sums_of_the_board_are_those_of_the_export(
    reader, town, today, tmp_path, monkeypatch, kept
):
    if kept:
        monkeypatch.setattr(late_lines, "is_large", lambda: True)
        monkeypatch.setattr("models.services.views.late.is_large", lambda: True)
        with database.atomic():
            figures.refresh(ON)
    rows, somebody = exported(tmp_path), reader("maker")
    for query, condition in CONDITIONS:
        now = "&now=1" if kept else ""
        page = somebody.get(f"/overdue/?on={ON}&{query}{now}").text
        those = [row for row in rows if condition(row)]
        unpaid = sum(Decimal(row["unpaid_yuan"]) for row in those)
        interest = sum(Decimal(row["interest_yuan"]) for row in those)
        assert those, query
        assert f'<b class="num">{len(those)}</b>' in page, query
        assert f"{unpaid:,}" in page, query
        assert f"{interest:,}" in page, query
        assert ("数据时间" in page) == kept


def test_institutions_stand_on_their_highest_step_and_the_next_day_is_told(reader, town, today):
    page = shown(reader("maker").get("/overdue/").text)
    ladder = re.search(r'<ol class="card ladder".*?</ol>', page, re.S)[0]
    counts = re.findall(r'<b class="num">(\d+)</b>', ladder)
    assert counts == ["1", "1", "1"], "without a scheme there is one step"
    assert "05-31" in ladder, "the line due 1 April is 60 days late on 31 May"
    second = shown(reader("maker").get("/overdue/?step=3").text)
    assert "医院2" in second
    assert "医院1<" not in second


PAGES = {
    "/overdue/?tab=enterprise": Page.OVERDUE,
    "/overdue/?tab=line": Page.OVERDUE,
    "/overdue/calendar": Page.OVERDUE,
    "/overdue/ranking/?now=1": Page.RANKING,
    "/overdue/ranking/?window=month&by=ratio": Page.RANKING,
    "/overdue/publication/?year=2026": Page.PUBLICATION,
}


@pytest.mark.parametrize("role", list(Role))
def test_the_pages_open_for_the_roles_of_the_table_and_run_no_code(reader, town, today, role):
    somebody = reader(NAMES[role])
    for address, page in PAGES.items():
        answer = somebody.get(f"{address}&lang=en" if "?" in address else address)
        assert answer.status_code == (200 if may_read(role, page) else 403), address
        assert INLINE.findall(answer.text) == []


def test_odd_addresses_ask_nothing(reader, town, today):
    somebody = reader("maker")
    for query in (
        "?tab=x&sort=x&age=99&step=x&who=x&lane=x&page=-1&on=x&hospital=%25&enterprise='",
        "calendar?period=2026-99&day=x",
        "calendar?period=2026-06&day=2026-07-01",
        "ranking/?on=x&since=x&window=x&by=x",
        "publication/?year=x&list=x",
    ):
        assert somebody.get(f"/overdue/{query}").status_code == 200, query
    assert somebody.get("/overdue/?area=nowhere").status_code == 404
    assert reader("county").get(f"/overdue/?area={sheets.CITY}").status_code == 404
    assert somebody.get("/overdue/preview?party=hospital:NOBODY").status_code == 200
    assert reader("clinic").get("/overdue/preview").status_code == 404


def test_the_mail_beside_the_board_is_the_one_that_would_be_sent(reader, town, today):
    first = town.hospitals[0]
    page = reader("maker").get(f"/overdue/preview?party=hospital:{first}").text
    assert "医院1" in page
    assert "107.00" in page, "what it answers for itself; the agency owes the sheet"
    assert sql("SELECT count(*) FROM mail").fetchone() == (0,)


#: Statements run by name beside those of the models: page → at most.
BUDGET = {
    "/overdue/": 6,
    "/overdue/?tab=line": 7,
    f"/overdue/hospital/{sheets.hospital_code(1)}": 12,
    f"/overdue/agency/A{sheets.PROVINCE}": 12,
    "/overdue/calendar?day=2026-05-31": 5,
    "/overdue/ranking/": 3,
}


@pytest.mark.parametrize("address", BUDGET)
def test_a_page_asks_few_statements_however_many_institutions(reader, town, today, large, address):
    with database.atomic():
        figures.refresh(ON)
    recorded()
    somebody = reader("maker")
    somebody.get(address)
    with counting_queries() as plain, counting_fetches() as named:
        page = somebody.get(address)
    assert page.status_code == 200
    # The reader's saved views are one statement of the frame.
    assert len(named) <= BUDGET[address] + 1
    assert len(plain) <= 12, plain
    assert len(page.data) <= 60_000
    assert INLINE.findall(page.text) == []


def test_without_kept_figures_a_large_board_comes_after_its_page(reader, town, today, large):
    somebody = reader("maker")
    assert 'data-part="/overdue/?part=board"' in somebody.get("/overdue/").text
    assert "987.00" not in somebody.get("/overdue/").text
    assert "1,087.00" in somebody.get("/overdue/?part=board").text


def test_a_change_after_the_figures_offers_them_anew(reader, town, today, large):
    with database.atomic():
        figures.refresh(ON)
    somebody = reader("maker")
    assert "重新汇总" not in somebody.get("/overdue/").text
    receipts.receipt(town.hospitals[0], town.enterprises[0], 1_00)
    assert "重新汇总" in somebody.get("/overdue/").text
    assert somebody.post("/overdue/refresh").status_code == 303
    assert len(work.jobs_asked("overdue_figures")) == 1
    assert reader("supervisor").post("/overdue/refresh").status_code == 403


def test_seats_see_their_own_rows_alone(reader, town, today):
    clinic = reader("clinic")
    board = shown(clinic.get("/overdue/").text)
    assert "157.00" in board
    assert "医院2" not in board
    firm = shown(reader("firm").get("/overdue/").text)
    assert "1,080.00" in firm
    assert "药企2" not in firm
    county = shown(reader("county").get("/overdue/").text)
    assert "900.00" in county
    assert "医院1" not in county


def statuses(somebody, town):
    first, second, other = town.hospitals
    return [
        somebody.get(f"/overdue/{path}").status_code
        for path in (
            f"hospital/{first}", f"hospital/{second}", f"hospital/{other}",
            f"enterprise/{town.enterprises[0]}", f"enterprise/{town.enterprises[1]}",
            f"agency/A{sheets.PROVINCE}", "hospital/NOBODY",
        )
    ]  # fmt: skip


def test_each_institution_has_a_page_for_who_may_see_it_and_404_for_others(reader, town, today):
    assert statuses(reader("maker"), town) == [200, 200, 200, 200, 200, 200, 404]
    assert statuses(reader("clinic"), town) == [200, 404, 404, 404, 404, 404, 404]
    assert statuses(reader("firm"), town) == [404, 404, 404, 200, 404, 404, 404]
    assert statuses(reader("county"), town) == [404, 404, 200, 200, 200, 404, 404]
    assert reader("administrator").get(f"/overdue/hospital/{town.hospitals[0]}").status_code == 403


def test_an_institution_shows_what_it_owes_with_whom_and_how_it_came_about(reader, town, today):
    first = town.hospitals[0]
    paid = receipts.receipt(first, town.enterprises[0], 60_00)
    receipts.own_payment(paid, date(2026, 5, 2), 60_00)
    page = shown(reader("maker").get(f"/overdue/hospital/{first}").text)
    assert "157.00" in page
    assert "150.00" in page, "what it owes the first enterprise"
    assert "按期付款" in page
    table = re.search(r"<caption[^>]*>各月 1 日的逾期金额.*?</table>", page, re.S)[0]
    told = dict(
        re.findall(r'<td class="num">([\d-]+)</td>.*?([\d,.]+)(?:</span>)?</td></tr>', table)
    )
    assert told["2026-05-01"] == "210.00"
    assert told["2026-05-20"] == "157.00"
    due = re.search(r"<caption[^>]*>按到期月的付款情况.*?</table>", page, re.S)[0]
    assert "60.00" in due


def test_the_page_of_an_agency_adds_up_what_it_must_pay(reader, town, today):
    page = shown(reader("maker").get(f"/overdue/agency/A{sheets.PROVINCE}").text)
    assert "50.00" in page
    assert "900.00" not in page


def test_the_calendar_shows_what_falls_due_and_what_a_line_lacks(reader, town, today):
    receipts.receipt(town.hospitals[0], town.enterprises[0], 77_00, platform="online",
                     accepted_on=date(2026, 5, 5))  # fmt: skip
    somebody = reader("maker")
    page = shown(somebody.get("/overdue/calendar?period=2026-06&day=2026-06-04").text)
    assert "77.00" in page
    assert "医院未确认" in page
    assert "77.00" not in shown(somebody.get("/overdue/calendar?lane=self&day=2026-06-04").text)
    assert "77.00" not in shown(reader("county").get("/overdue/calendar?day=2026-06-04").text)
    april = shown(somebody.get("/overdue/calendar?period=2026-04").text)
    assert "1,050.00" in april, "what fell due in April is still open"


def recorded(on=date(2026, 5, 1)):
    with database.atomic():
        ranking.record(SYSTEM, on)


def test_a_recorded_ranking_is_shown_again_unchanged(reader, town, today):
    recorded()
    sql("UPDATE hospital SET name = '改名医院' WHERE hospital_code = %s", (town.hospitals[0],))
    somebody = reader("maker")
    page = shown(somebody.get("/overdue/ranking/").text)
    assert "已登记" in page
    assert "医院1" in page
    now = shown(somebody.get(f"/overdue/ranking/?on={ON}").text)
    assert "改名医院" in now


def test_the_ranking_orders_by_amount_and_by_ratio_and_its_file_says_the_same(reader, town, today):
    recorded()
    somebody = reader("maker")
    told = csv.reader(io.StringIO(somebody.get("/overdue/ranking/file.csv").text.lstrip("\ufeff")))
    rows = list(told)
    assert [row[3] for row in rows[1:]] == ["医院9", "医院1", "医院2"]
    by_ratio = somebody.get("/overdue/ranking/file.csv?by=ratio").text.splitlines()
    assert [line.split(",")[1] for line in by_ratio[1:]] == ["1", "2", "3"]
    assert somebody.get("/overdue/ranking/file.xlsx?window=month").data[:2] == b"PK"
    assert "排行" in somebody.get("/overdue/ranking/?print=1").text


def test_a_hospital_sees_its_own_place_and_an_enterprise_nothing(reader, town, today):
    recorded()
    own = shown(reader("clinic").get("/overdue/ranking/").text)
    assert "医院1" in own
    assert "医院9" not in own
    assert ">2<" in own, "its place among all"
    assert reader("firm").get("/overdue/ranking/").status_code == 403


def test_the_export_of_the_ranking_has_the_places_of_the_page(reader, town, today, tmp_path):
    recorded()
    rows = work.exported("arrears_ranking", tmp_path, period=None, on=ON)
    assert [(row["hospital_code"], row["amount_place"]) for row in rows] == [
        (town.hospitals[2], "1"), (town.hospitals[0], "2"), (town.hospitals[1], "3"),
    ]  # fmt: skip
    own = work.exported("arrears_ranking", tmp_path, by="clinic", period=None, on=ON)
    assert [row["hospital_code"] for row in own] == [town.hospitals[0]]


# The yearly list


@pytest.fixture
def in_march(monkeypatch):
    monkeypatch.setattr(clock, "today", lambda: date(2027, 3, 2))


def draft():
    with database.atomic():
        return publication.draft(SYSTEM, 2026, None, on=date(2027, 3, 2))["publication"]


def test_the_list_is_drafted_reviewed_and_published_by_its_people(reader, town, in_march):
    maker, checker = reader("maker"), reader("checker1")
    assert "起草上一年度逾期公示表" in maker.get("/").text
    assert maker.post("/overdue/publication/draft", year="2026").status_code == 303
    assert [job["year"] for job in work.jobs_asked("overdue_publication")] == [2026]
    number = draft()
    assert maker.get(f"/overdue/publication/{number}/review").status_code in (200, 403)
    assert "复核上一年度逾期公示表" in checker.get("/").text
    assert checker.submit(f"/overdue/publication/{number}/review").status_code == 303
    assert checker.submit(f"/overdue/publication/{number}/return").status_code == 422
    given_back = checker.submit(f"/overdue/publication/{number}/return", reason="金额待核")
    assert given_back.status_code == 303
    assert "金额待核" in maker.get("/overdue/publication/?year=2026").text
    assert checker.submit(f"/overdue/publication/{number}/review").status_code == 303
    assert maker.get(f"/overdue/publication/file/{number}.xlsx").data[:2] == b"PK"
    assert "公示上一年度逾期公示表" in maker.get("/").text
    assert maker.submit(f"/overdue/publication/{number}/publish").status_code == 303
    page = maker.get("/overdue/publication/?year=2026").text
    assert "GS2026-ALL-1" in page
    assert "公示上一年度逾期公示表" not in maker.get("/").text
    assert "GS2026-ALL-1" in maker.get("/overdue/publication/?year=2026&print=1").text


def test_a_list_that_changed_meanwhile_is_not_reviewed(reader, town, in_march):
    number = draft()
    checker = reader("checker1")
    seen = checker.get(f"/overdue/publication/{number}/review").text
    seal = re.search(r'name="selection_hash" value="(\w+)"', seen)[1]
    receipts.receipt(town.hospitals[0], town.enterprises[0], 5_00)
    draft()
    answer = checker.post(f"/overdue/publication/{number}/review", selection_hash=seal)
    assert answer.status_code == 422
    assert sql("SELECT state FROM overdue_publication").fetchone() == ("draft",)


def test_seats_see_published_rows_of_their_own(reader, town, in_march, tmp_path):
    number = draft()
    clinic = reader("clinic")
    assert "医院1" not in shown(clinic.get("/overdue/publication/?year=2026").text)
    sql("UPDATE overdue_publication SET state = 'reviewed', reviewed_by = 'x', reviewed_at = now()")
    publication.publish(
        SYSTEM, number, sql("SELECT content_hash FROM overdue_publication").fetchone()[0],
        on=date(2027, 3, 3),
    )  # fmt: skip
    own = shown(clinic.get("/overdue/publication/?year=2026").text)
    assert "医院1" in own
    assert "医院2" not in own
    assert reader("firm").get("/overdue/publication/").status_code == 403
    rows = work.exported(
        "overdue_publication", tmp_path, by="clinic", period=None, on=date(2027, 4, 1)
    )
    assert [row["debtor_code"] for row in rows] == [town.hospitals[0]]
    assert reader("county").get(f"/overdue/publication/file/{number}.csv").status_code == 404


def test_a_county_keeps_its_own_list(reader, town, in_march):
    county = reader("county")
    with database.atomic():
        publication.draft(access.load("county"), 2026, None, on=date(2027, 3, 2))
    page = shown(county.get("/overdue/publication/?year=2026").text)
    assert "900.00" in page
    assert "30.00" not in page
