"""Lines, holds, overdue lines, mails, exports and /go on the screen."""

import re
from datetime import date
from decimal import Decimal

import pytest

from models.records.base import sql
from tests.factories import sheets, work
from tests.factories.sheets import PERIOD


@pytest.fixture
def town(people_of_town):
    return people_of_town


def test_the_list_says_where_each_line_stands(reader, town):
    work.drafts(town)
    work.held(town, "HELD1", "invoice_missing", "disputed")
    page = reader("maker").get(f"/purchases/?month={PERIOD}").text
    assert "HELD1" in page
    assert "缺发票" in page
    assert "待复核" in page
    only = reader("maker").get(f"/purchases/?month={PERIOD}&stands=held").text
    assert re.findall(r'/purchases/([^"?]+)"', only.split("<tbody")[1]) == ["HELD1"]


def test_the_totals_come_in_a_second_request_and_are_exact(reader, town):
    work.drafts(town)
    lines = sql("SELECT count(*), sum(amount_fen) FROM purchase_line").fetchone()
    told = reader("maker").get(f"/purchases/?month={PERIOD}&part=totals").text
    assert f"共 {lines[0]} 行" in told
    assert f"{lines[1] / 100:,.2f}" in told


def test_pages_follow_one_another_without_a_gap(reader, town):
    for n in range(55):
        work.held(town, f"N{n:03d}")
    somebody = reader("maker")
    seen, address = [], f"/purchases/?month={PERIOD}"
    while address:
        page = somebody.get(address).text
        seen += re.findall(r'<td class="no num"><a href="/purchases/(N\d+)"', page)
        more = re.search(r'rel="next" href="([^"]+)"', page)
        address = more[1].replace("&amp;", "&") if more else ""
    assert sorted(seen) == [f"N{n:03d}" for n in range(55)]


def test_a_line_shows_why_it_waits_what_to_do_and_its_due_day(reader, town):
    work.held(town, "HELD1")
    page = reader("firm").get("/purchases/HELD1").text
    assert "没有结算方案：验收后 30 天，不顺延" in page
    assert "双方都还没有确认" in page
    assert "2026-04-10" in page


def test_lines_of_others_are_not_found(reader, town):
    work.drafts(town)
    other = sql(
        "SELECT line_no FROM purchase_line WHERE hospital_code = %s", (town.hospitals[2],)
    ).fetchone()[0]
    assert reader("clinic").get(f"/purchases/{other}").status_code == 404
    assert reader("firm").get(f"/purchases/{other}").status_code == 404
    assert reader("county").get(f"/purchases/{other}").status_code == 200
    assert reader("maker").get("/purchases/NOBODY").status_code == 404


def test_the_matrix_counts_a_reason_wherever_it_stands_and_a_line_once(reader, town, tmp_path):
    work.held(town, "H1", "invoice_missing", "disputed", amount_fen=100_00)
    work.held(town, "H2", "invoice_missing", amount_fen=7_00)
    page = reader("maker").get(f"/holds/?period={PERIOD}").text
    assert len(work.exported("holds", tmp_path)) == 2
    assert 'class="num muted">2<' in page
    assert "107.00" in page
    narrowed = reader("maker").get(f"/holds/?period={PERIOD}&reason=disputed").text
    assert ">H1<" in narrowed
    assert ">H2<" not in narrowed


def test_the_board_shows_what_the_export_lists(reader, town, tmp_path):
    work.drafts(town)
    work.held(town, "H1", amount_fen=100_00)
    on = date(2026, 7, 1)
    rows = work.exported("overdue", tmp_path, period=None, on=on)
    total = sum(Decimal(row["unpaid_yuan"]) for row in rows)
    page = reader("supervisor").get(f"/overdue/?on={on}").text
    assert f'class="num">{len(rows)}</b>' in page
    assert f"{total:,}" in page
    mine = reader("clinic").get(f"/overdue/?on={on}").text
    assert town.hospitals[1] not in mine
    assert "5,000.00" in mine


def test_reminders_ask_first_and_only_makers_send(reader, town, frozen_clock):
    work.drafts(town)
    somebody = reader("maker")
    page = somebody.get("/overdue/send").text
    assert "发送 1 封提醒" in page
    assert work.jobs_asked("overdue") == []
    assert somebody.submit("/overdue/send").status_code == 303
    assert [job["send"] for job in work.jobs_asked("overdue")] == [True]
    assert reader("supervisor").get("/overdue/send").status_code == 403


def a_mail(town, state: str = "failed", party: str | None = None) -> int:
    return int(
        sql(
            "INSERT INTO mail (kind, party_kind, party_code, to_address, subject, body_text,"
            " body_html, business_on, state, created_at, dedupe_key)"
            " VALUES ('overdue', 'hospital', %s, 'h@x.cn', '催办', %s, '<b>x</b>', '2026-07-01',"
            " %s, now(), %s) RETURNING id",
            (
                party or town.hospitals[0],
                "<script>alert(1)</script>",
                state,
                f"{state}{party}",
            ),
        ).fetchone()[0]
    )


def test_a_mail_is_shown_as_text_and_never_as_code(reader, town):
    one = a_mail(town)
    page = reader("maker").get(f"/mails/{one}").text
    assert "&lt;script&gt;" in page
    assert "<script>alert" not in page


def test_a_failed_mail_goes_again_and_a_waiting_one_may_be_withdrawn(reader, town):
    failed, waiting = a_mail(town), a_mail(town, "waiting")
    somebody = reader("maker")
    somebody.post(f"/mails/{failed}/again")
    somebody.post(f"/mails/{waiting}/cancel")
    states = dict(sql("SELECT id, state FROM mail").fetchall())
    assert states == {failed: "waiting", waiting: "cancelled"}
    assert reader("supervisor").post(f"/mails/{failed}/cancel").status_code == 403


def test_mails_of_others_are_not_found(reader, town):
    one = a_mail(town, party=town.hospitals[1])
    assert reader("clinic").get(f"/mails/{one}").status_code == 404
    assert reader("county").get(f"/mails/{one}").status_code == 404
    assert reader("maker").get(f"/mails/{one}").status_code == 200


def test_an_export_is_a_job_with_the_conditions_of_the_page(reader, town):
    somebody = reader("clinic")
    sent = somebody.post("/reports/", what="sheets", period=PERIOD, format="xlsx")
    assert sent.status_code == 303
    assert work.jobs_asked("export")[0] | {"on": ""} == {
        "what": "sheets", "period": PERIOD, "area": None, "format": "xlsx", "on": "",
    }  # fmt: skip


def test_an_export_of_foreign_areas_is_refused(reader, town):
    sent = reader("county").post("/reports/", what="sheets", area=sheets.CITY, format="csv")
    assert sent.status_code in {404, 422}
    assert work.jobs_asked("export") == []


def test_go_leads_to_the_page_of_a_number(reader, town):
    one = work.number(work.drafts(town)[0])
    somebody = reader("maker")
    assert somebody.get(f"/go/{one}").location == f"/sheets/{one}"
    work.held(town, "HELD1")
    assert somebody.get("/go/HELD1").location == "/purchases/HELD1"
    assert somebody.get("/go/4711").location == "/jobs/4711"
    assert somebody.get("/go/NOTHING").status_code == 404
