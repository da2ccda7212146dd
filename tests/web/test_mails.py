"""The outbox on the screen: filters, one mail, many at once, bounces, and what would be sent."""

import io
import re
from datetime import date

import pytest

from models.records.base import sql
from models.services.notifications import Notice, Rendered, record
from tests.factories import receipts, work
from tests.workers import reports

ON = date(2026, 7, 1)


@pytest.fixture
def town(people_of_town):
    return people_of_town


def a_mail(party, *, state="waiting", to="h@x.cn", kind="overdue", on=ON, wait=False, n=1):
    """A mail with the look of a stranger's hand."""
    number = record(
        Notice(kind, "hospital", party, to, on, f"{kind}:{party}:{on}:{state}:{to}:{n}", {}),
        lambda *_: Rendered(
            f"催办 {n}", "<script>alert(1)</script>", "<b>粗</b><script>x</script>"
        ),
        by="system",
    )
    sql("UPDATE mail SET state = %s WHERE id = %s", (state, number))
    if wait:
        sql(
            "UPDATE mail SET not_before = now() + interval '1 day',"
            " next_try_at = now() + interval '1 day' WHERE id = %s",
            (number,),
        )
    return number


def state_of(number):
    return sql("SELECT state FROM mail WHERE id = %s", (number,)).fetchone()[0]


def listed(page):
    return {int(n) for n in re.findall(r'<td class="no"><a href="/mails/(\d+)', page)}


def test_the_look_of_a_mail_is_shown_in_a_frame_that_runs_nothing(reader, town):
    one = a_mail(town.hospitals[0])
    somebody = reader("maker")
    page = somebody.get(f"/mails/{one}")
    assert f'sandbox src="/mails/{one}/html"' in page.text
    assert "frame-src 'self'" in page.headers["Content-Security-Policy"]
    assert "&lt;script&gt;alert" in page.text
    frame = somebody.get(f"/mails/{one}/html")
    assert frame.text.startswith("<b>粗</b>")
    policy = frame.headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "sandbox" in policy
    assert "script-src" not in policy
    assert frame.headers["X-Frame-Options"] == "SAMEORIGIN"
    assert reader("clinic").get(f"/mails/{one}/html").status_code == 200
    assert reader("firm").get(f"/mails/{one}/html").status_code == 404


def test_filters_stay_in_the_address_and_find_exactly(reader, town):
    first, second = town.hospitals[:2]
    late = a_mail(first, state="failed", to="Gone@x.cn")
    news = a_mail(second, kind="returned_payment", on=date(2026, 7, 3))
    somebody = reader("maker")
    for asked, found in (
        ("", {late, news}),
        ("state=failed", {late}),
        ("kind=returned_payment", {news}),
        (f"party={second}", {news}),
        ("address=gone", {late}),
        ("from=2026-07-02&to=2026-07-03", {news}),
        ("from=2026-07-02&address=gone", set()),
    ):
        page = somebody.get(f"/mails/?{asked}").text
        assert listed(page) == found, asked
    page = somebody.get("/mails/?address=gone&party=" + first).text
    assert f"/mails/{late}?address=gone&amp;party={first}" in page
    told = somebody.get("/mails/export?address=gone").text
    assert "Gone@x.cn" in told
    assert "returned" not in told
    assert "发送失败" in told


def test_a_waiting_mail_may_be_held_released_hurried_and_taken_back(reader, town):
    one = a_mail(town.hospitals[0], wait=True)
    somebody = reader("maker")
    page = somebody.get(f"/mails/{one}").text
    assert "待发，" in page
    assert "这一封暂不发" in page
    somebody.post(f"/mails/{one}/hold")
    assert state_of(one) == "held"
    assert "恢复发送" in somebody.get(f"/mails/{one}").text
    somebody.post(f"/mails/{one}/release")
    assert sql("SELECT state, next_try_at = not_before FROM mail").fetchone() == ("waiting", True)
    somebody.post(f"/mails/{one}/now")
    assert sql("SELECT next_try_at < now() + interval '2 minutes' FROM mail").fetchone()[0]
    assert "撤回，按原定时间" in somebody.get(f"/mails/{one}").text
    somebody.post(f"/mails/{one}/back")
    assert sql("SELECT next_try_at = not_before FROM mail").fetchone()[0]
    assert f"/mails/{one}/back" not in somebody.get(f"/mails/{one}").text
    actions = sql("SELECT action FROM audit_event WHERE action LIKE 'mail.%' ORDER BY id")
    told = [row[0] for row in actions]
    assert told == ["mail.held", "mail.released", "mail.hurried", "mail.taken_back"]
    assert somebody.post(f"/mails/{one}/explode").status_code == 404


def test_many_are_moved_after_a_check_page_and_only_those_of_the_filter(reader, town):
    first, second = town.hospitals[:2]
    mine = [a_mail(first, wait=True, n=n) for n in range(3)]
    other = a_mail(second, wait=True)
    somebody = reader("maker")
    assert "立即发送…" in somebody.get(f"/mails/?state=waiting&party={first}").text
    address = f"/mails/all/hold?state=waiting&party={first}"
    assert "暂不发送 3 封" in somebody.get(address).text
    assert {state_of(one) for one in mine} == {"waiting"}
    assert somebody.submit(address).status_code == 303
    assert {state_of(one) for one in mine} == {"held"}
    assert state_of(other) == "waiting"
    assert reader("supervisor").get(address).status_code == 403


def test_a_selection_that_changed_since_the_check_page_is_refused(reader, town):
    a_mail(town.hospitals[0], wait=True)
    somebody = reader("maker")
    from tests.web.conftest import fields

    told = fields(somebody.get("/mails/all/cancel?state=waiting").text)
    late = a_mail(town.hospitals[0], wait=True, n=2)
    refused = somebody.client.post("/mails/all/cancel?state=waiting", data=told)
    assert refused.status_code == 422
    assert state_of(late) == "waiting"


def test_bounced_addresses_are_listed_counted_at_home_and_cleared(reader, town):
    one = a_mail(town.hospitals[0], state="failed", to="gone@x.cn")
    sql(
        "INSERT INTO mail_bounce (address, party_kind, party_code, mail_id, code, answer, source,"
        " first_seen_at, last_seen_at, times) VALUES ('gone@x.cn', 'hospital', %s, %s, '550',"
        " 'no such user', 'answer', now(), now(), 2)",
        (town.hospitals[0], one),
    )
    assert "gone@x.cn" in reader("clinic").get("/bounces/").text
    assert "gone@x.cn" not in reader("firm").get("/bounces/").text
    assert "收不到邮件的地址" in reader("clinic").get("/").text
    somebody = reader("maker")
    assert "收不到邮件的地址" in somebody.get("/").text
    assert reader("clinic").post("/bounces/clear", mailbox="gone@x.cn").status_code == 403
    assert reader("county").post("/bounces/clear", mailbox="gone@x.cn").status_code == 404
    assert somebody.post("/bounces/clear", mailbox="Gone@x.cn").status_code == 303
    assert "没有退信地址" in somebody.get("/bounces/").text
    assert sql("SELECT cleared_by FROM mail_bounce").fetchone() == ("maker",)


def test_a_delivery_report_is_taken_in_by_upload(reader, town):
    one = a_mail(town.hospitals[0], state="sent", to="gone@x.cn")
    somebody = reader("maker")
    report = reports.postfix(one, "gone@x.cn")
    data = {"csrf_token": somebody.token("/me"), "report": (io.BytesIO(report), "退信.eml")}
    sent = somebody.client.post("/bounces/report", data=data)
    assert sent.headers["Location"].endswith(f"/mails/{one}")
    page = somebody.get(f"/mails/{one}").text
    assert "改发该单位的其他联系人" in page
    assert "550 5.1.1 User unknown" in page
    assert state_of(one) == "waiting"
    assert "gone@x.cn" in somebody.get("/bounces/").text
    data = {"csrf_token": somebody.token("/me"), "report": (io.BytesIO(b"hello"), "x.eml")}
    somebody.client.post("/bounces/report", data=data)
    assert "不是关于本系统邮件的退信报告" in somebody.get("/bounces/").text


def test_what_would_be_sent_today_is_shown_with_the_very_text(reader, town, frozen_clock):
    receipts.scheme()
    line = receipts.receipt(town.hospitals[0], town.enterprises[0])
    somebody = reader("maker")
    page = somebody.get("/mails/today")
    assert page.status_code == 200
    assert "将写 1 封" in page.text
    frame = somebody.get(f"/mails/today/html?party=hospital:{town.hospitals[0]}")
    assert line in frame.text
    assert "货款逾期提醒" in frame.text
    assert sql("SELECT count(*) FROM mail").fetchone()[0] == 0
    assert sql("SELECT count(*) FROM overdue_step").fetchone()[0] == 0
    assert somebody.get("/mails/today?party=hospital:NOBODY").status_code == 404
    assert reader("clinic").get("/mails/today").status_code == 404
    assert work.jobs_asked("overdue") == []
