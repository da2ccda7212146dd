"""The mails about returned payments as people read them, and on their way to a real server."""

import csv
import dataclasses
import io

import pytest

from models.records.base import sql
from models.services import payment_news
from tests.factories import payments as bank
from tests.factories.sheets import ON
from tests.services.test_bank_results import about, answer
from tests.workers import smtp_sink
from workers.mail import sender
from workers.mail.render import MailRenderer

pytestmark = pytest.mark.usefixtures("db")


@pytest.fixture
def render(settings):
    return MailRenderer(settings)


@pytest.fixture
def sink_settings(settings):
    return lambda sink: dataclasses.replace(
        settings, smtp_host="localhost", smtp_port=sink.port, smtp_security="none", smtp_user="",
        mail_from="直接结算 <zj@city.example>",
        mail_per_second=1_000,
    )  # fmt: skip


def came_back() -> None:
    bank.paid_city(100_00, 250_50)
    answer(about(0, "rejected", bank_reason="=户名不符"), about(1, "returned", ON))


def test_what_came_back_reaches_enterprise_and_hospital_once(render, sink_settings):
    came_back()
    payment_news.tell(ON, render, by="system")
    payment_news.tell(ON, render, by="system")
    with smtp_sink.running() as sink:
        told = sink_settings(sink)
        assert sender.send(told)["sent"] == 3
        assert sender.send(told)["sent"] == 0
    to = sorted(str(message["To"]) for message in sink.messages)
    assert to == ["e@x.cn", "e@x.cn", "h@x.cn"]
    hospital = next(message for message in sink.messages if message["To"] == "h@x.cn")
    assert "2 笔 350.50 元未付成或已退回" in str(hospital["Subject"])


def test_without_a_server_the_mails_wait_visibly(render, settings):
    came_back()
    payment_news.tell(ON, render, by="system")
    assert sender.send(settings) == {
        "sent": 0, "failed": 0, "put_off": 0, "waiting": 3, "smtp": False,
    }  # fmt: skip
    assert {row[0] for row in sql("SELECT state FROM mail")} == {"waiting"}


def test_each_reads_its_facts_its_sums_and_what_to_do(render, settings):
    came_back()
    payment_news.tell(ON, render, by="system")
    rows = sql("SELECT party_kind, body_text, body_html FROM mail ORDER BY id").fetchall()
    assert [kind for kind, _, _ in rows] == ["enterprise", "enterprise", "hospital"]
    for kind, text, html in rows:
        for body in (text, html):
            assert ("提交账户变更" in body) == (kind == "enterprise")
            assert ("不必另行付款" in body) == (kind == "hospital")
            assert "were returned, reversed or rejected" in body.replace("\n", " ")
        assert f"{settings.public_url}/returns/" in text
    first = rows[0][1]
    assert "拒绝（未付出）：1 笔，100.00 元" in first
    assert "=户名不符" in first


def test_the_file_lists_the_payments_and_runs_nothing(render):
    came_back()
    payment_news.tell(ON, render, by="system")
    file_id, name = sql(
        "SELECT f.id, f.name FROM mail m JOIN stored_file f ON f.id = m.attachment_file_id"
        " WHERE m.party_kind = 'hospital'"
    ).fetchone()
    content = sql("SELECT content FROM file_chunk WHERE file_id = %s", (file_id,)).fetchone()[0]
    _head, one, two = csv.reader(io.StringIO(bytes(content).decode("utf-8-sig")))
    assert name.startswith("退回明细-H")
    assert (one[2], one[8], one[9]) == ("拒绝", "100.00", "'=户名不符")
    assert (two[2], two[8]) == ("退票", "250.50")


def test_the_agency_is_told_of_late_contrary_evidence(render):
    bank.paid_city(100_00)
    answer(about(0, "rejected"))
    answer(about(0, "settled"))
    payment_news.tell(ON, render, by="system")
    subject, text = sql(
        "SELECT subject, body_text FROM mail WHERE party_kind = 'agency'"
    ).fetchone()
    assert "银行前后说法矛盾" in subject
    assert "/exceptions/" in text
    assert "Nothing was moved" in text


def test_names_of_the_outside_write_no_markup(render):
    bank.paid_city(100_00)
    sql("UPDATE enterprise SET name = '<b>药企\r\nBcc: x@y.cn'")
    answer(about(0, "rejected", bank_reason="<script>"))
    payment_news.tell(ON, render, by="system")
    subject, html = sql(
        "SELECT subject, body_html FROM mail WHERE party_kind = 'enterprise'"
    ).fetchone()
    assert "<script>" not in html
    assert "<b>药企" not in html
    assert "\n" not in subject
