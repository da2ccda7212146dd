"""What was decided is told to the institution: each fact once, in its language."""
# ruff: noqa: F401, F811 - the world of measures is shared

import dataclasses
from datetime import date
from types import SimpleNamespace

import pytest

from models.records.base import sql
from models.rules.job_names import JobName
from models.rules.remedies import MeasureKind
from models.services import jobs, remedies
from models.services.remedies import Meeting, moving, news
from tests.factories import receipts
from tests.services.test_excuses import APPROVER, CHECKER, MAKER, ask, grant
from tests.services.test_measures import ON, city, hospital, lines, propose, take
from tests.workers import smtp_sink
from workers.actors.registry import service
from workers.mail import sender
from workers.mail.render import MailRenderer

RENDER = MailRenderer(SimpleNamespace(public_url="https://zj.example"))


def tell(on=ON):
    return news.tell(on, RENDER, by="system")


def told():
    return sql("SELECT kind, party_code, subject FROM mail WHERE kind <> 'overdue' ORDER BY id")


@pytest.fixture
def asked(lines, hospital):
    return ask(hospital, on=ON, from_on=ON, until_on=date(2026, 5, 1))


def test_a_request_alone_is_not_told(asked):
    assert tell() == 0


def test_a_granted_excuse_is_told_once_with_count_and_sum(asked, hospital):
    grant(asked, on=ON)
    assert sql("SELECT count(*) FROM job WHERE name = 'remedy_news'").fetchone()[0] == 1
    assert (tell(), tell()) == (1, 0)
    kind, party, subject = told().fetchone()
    assert (kind, party) == ("excuse", hospital)
    assert subject.startswith("【免催已同意】")
    assert subject.endswith(f"：3 笔，未付 300.00 元（{asked}）")
    text, html = sql("SELECT body_text, body_html FROM mail WHERE kind = 'excuse'").fetchone()
    assert "至 2026-05-01 止" in text
    assert f"https://zj.example/excuses/{asked}\n" in text
    assert "仍是逾期应付" in html


def test_a_refusal_and_early_ends_are_told_with_their_reasons(asked, hospital):
    remedies.refuse(CHECKER, asked, "没有依据", ON)
    assert tell() == 1
    again = ask(hospital, on=ON, from_on=ON, until_on=date(2026, 5, 1))
    grant(again, on=ON)
    first, *_ = [row[0] for row in sql("SELECT line_no FROM line_excuse WHERE state = 'granted'")]
    remedies.end(MAKER, again, "已付一笔", ON, lines=[first])
    assert tell() == 2
    remedies.end(MAKER, again, "都付了", ON)
    assert tell() == 1
    texts = [row[0] for row in sql("SELECT body_text FROM mail WHERE kind = 'excuse' ORDER BY id")]
    assert ["没有依据" in texts[0], "已付一笔" in texts[2], "3 笔" in texts[3]] == [True] * 3


def test_an_invitation_and_its_change_are_told_and_of_two_changes_the_last(
    lines,
    hospital,
):
    number = take(hospital, MeasureKind.INTERVIEW)
    assert tell() == 1
    moving.plan_again(MAKER, number, Meeting(date(2026, 4, 21), "二楼"), ON)
    moving.plan_again(MAKER, number, Meeting(date(2026, 4, 22), "一楼", "14:00"), ON)
    assert (tell(), tell()) == (1, 0)
    subjects = [row[2] for row in told()]
    assert subjects[0].startswith("【约谈通知】")
    assert subjects[1].startswith("【约谈改期】")
    assert subjects[1].endswith("2026-04-22 14:00")


def test_a_suspension_is_told_when_another_person_approved_it_and_when_it_is_lifted(
    lines,
    hospital,
):
    number = propose(hospital)
    assert tell() == 0
    moving.approve(APPROVER, number, ON)
    assert tell() == 1
    moving.lift(APPROVER, number, "已付清", ON)
    assert tell() == 1
    assert [row[2].split("】")[0] for row in told()] == ["【暂停拨付通知", "【恢复拨付"]


def test_letters_to_authorities_and_refused_proposals_are_not_told(lines, hospital):
    take(hospital, MeasureKind.REFERRAL)
    moving.refuse(APPROVER, propose(hospital), "证据不足", ON)
    assert tell() == 0


def test_a_reader_of_english_gets_english(lines, hospital):
    receipts.insert(
        "contact", party_kind="hospital", party_code=hospital, name="Ann", email="ann@h.example",
        topics=["overdue"], language="en", file_format="csv", active_from=date(2026, 1, 1),
        changed_by="maker", changed_at="2026-01-01T00:00Z",
    )  # fmt: skip
    take(hospital)
    assert tell() == 1
    subject, to = sql("SELECT subject, to_address FROM mail WHERE kind = 'bulletin'").fetchone()
    assert subject.startswith("[Bulletin on overdue payment]")
    assert to == "ann@h.example"


def test_the_worker_tells_and_a_real_server_takes_the_mail(lines, hospital, settings):
    number = take(hospital, MeasureKind.INTERVIEW)
    job_id = sql("SELECT id FROM job WHERE name = 'remedy_news'").fetchone()[0]
    jobs.run(job_id, service(JobName.REMEDY_NEWS))
    assert jobs.get(job_id).result == {"mails": 1}
    sql("UPDATE mail SET state = 'cancelled' WHERE kind = 'overdue'")
    with smtp_sink.running() as sink:
        told = dataclasses.replace(
            settings, smtp_host="localhost", smtp_port=sink.port, smtp_security="none",
            smtp_user="", mail_from="直接结算 <zj@city.example>",
        )  # fmt: skip
        assert sender.send(told)["sent"] == 1
    (mail,) = sink.messages
    assert str(mail["Subject"]).startswith("【约谈通知】")
    assert f"/measures/{number}\n" in mail.get_body(("plain",)).get_content()
