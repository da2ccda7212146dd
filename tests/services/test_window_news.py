"""Mails about windows: opened, ending soon, silent; to the party and its agency, once of each."""

from datetime import date
from types import SimpleNamespace

import pytest

from models.records.base import sql
from tests.factories import receipts, sheets, waiting
from tests.factories.waiting import follow, line, say
from workers.mail.render import MailRenderer

RENDER = MailRenderer(SimpleNamespace(public_url="https://zj.example"))
FIRST = date(2026, 4, 1)


@pytest.fixture
def city(db):
    made = sheets.city()
    receipts.product()
    return made


def tell(on):
    return waiting.tell(on, RENDER)


def mails(kind="hospital"):
    return sql(
        "SELECT subject, body_text FROM mail WHERE party_kind = %s ORDER BY id", (kind,)
    ).fetchall()


def test_who_is_asked_is_told_with_count_sum_and_day_once(city):
    waiting.scheme()
    line(city, "L1", 100_00)
    line(city, "L2", 50_00, pair=1)
    follow(FIRST)
    assert (tell(FIRST), tell(FIRST)) == (3, 0)
    ((subject, text),) = mails()
    assert subject == "【待确认】医院1：2 行，150.00 元，最早 2026-04-08 到期"
    assert "药企1：1 行，100.00 元" in text
    assert "https://zj.example/confirmations/\n" in text
    assert len(mails("enterprise")) == 2
    assert sql("SELECT count(*) FROM job WHERE name = 'send_mail'").fetchone()[0] == 1


def test_two_working_days_before_the_day_it_is_called_to_mind_once(city):
    waiting.scheme()
    line(city, "L1")
    follow(FIRST)
    tell(FIRST)
    assert tell(date(2026, 4, 3)) == 0
    assert tell(date(2026, 4, 6)) == 2
    assert tell(date(2026, 4, 7)) == 0
    assert "即将到期：1 行" in mails()[-1][1]


def test_silence_is_told_to_the_party_and_to_the_agency_once(city):
    waiting.scheme()
    line(city, "L1")
    follow(FIRST)
    tell(FIRST)
    say("L1", "enterprise", date(2026, 4, 2))
    follow(date(2026, 4, 9))
    assert (tell(date(2026, 4, 9)), tell(date(2026, 4, 10))) == (2, 0)
    assert "已过期限仍未表态：1 行" in mails()[-1][1]
    ((subject, text),) = mails("agency")
    assert subject.startswith("【逾期未确认】")
    assert "医院1：1 行，100.00 元" in text


def test_an_automatic_confirmation_is_told_with_the_way_back(city):
    waiting.scheme(silence="auto_confirm")
    line(city, "L1")
    follow(FIRST)
    tell(FIRST)
    follow(date(2026, 4, 9))
    assert tell(date(2026, 4, 9)) == 2
    subject, text = mails()[-1]
    assert subject == "【期满未表态】医院1：2026-04-09"
    assert "自动确认：1 行，100.00 元" in text
    assert "登录撤销" in text


def test_english_contacts_read_english(city):
    receipts.insert(
        "contact", party_kind="hospital", party_code=city.hospitals[0], name="Li", email="li@x.cn",
        topics=["overdue"], language="en", file_format="csv", active_from="2026-01-01",
        changed_by="maker", changed_at="2026-01-01T00:00:00Z",
    )  # fmt: skip
    waiting.scheme()
    line(city, "L1")
    follow(FIRST)
    tell(FIRST)
    subject, text = mails()[0]
    assert subject == "[To confirm] 医院1: 1 line(s), CNY 100.00, first until 2026-04-08"
    assert "New to confirm: 1 line(s)" in text
