"""The enterprise is told of every change of its account, at the addresses it lately had too."""

from datetime import date

import pytest

from models.records.base import sql
from models.rules.words import Role
from models.services import accounts
from models.services.access import Actor
from models.services.accounts import Evidence, Wish, news
from models.settings import load
from tests.factories.imports import AREA, SCHEME_ROW, send
from workers.mail.render import MailRenderer

pytestmark = pytest.mark.usefixtures("db")

CHECKER = Actor(name="checker", role=Role.CHECKER)
MAKER = Actor(name="maker", role=Role.MAKER)
CODE = "91520100200000355Y"
SEAT = Actor(name="seat", role=Role.ENTERPRISE, party_code=CODE)
ON = date(2026, 7, 1)
OLD, NEW = "6222021234567894", "6222021234560001"
ROW = {
    "credit_code": CODE, "name": "青禾医药", "role": "both", "size": "small",
    "account_no": OLD, "account_name": "青禾医药", "bank_name": "望江银行",
    "cnaps_code": "313701500058", "email": "old@example.org", "suspended_on": "",
}  # fmt: skip
WISH = Wish(NEW, "青禾医药", "清江银行", "313701500058")


def tell() -> int:
    return news.tell(ON, MailRenderer(load()), by="system")


def mails() -> list[tuple[str, str]]:
    return sql("SELECT to_address, subject FROM mail ORDER BY id").fetchall()


def queued() -> int:
    return int(sql("SELECT count(*) FROM job WHERE name = 'accounts'").fetchone()[0])


@pytest.fixture(autouse=True)
def _in_force(db):
    send("enterprises", [ROW])
    accounts.approve(CHECKER, on=ON)


def test_a_first_account_is_no_news():
    assert (tell(), mails(), queued()) == (0, [], 0)


def test_a_change_is_told_when_asked_for_and_when_approved_and_once_each():
    accounts.request(MAKER, CODE, WISH, on=ON)
    assert queued() == 1
    assert (tell(), tell()) == (1, 0)
    accounts.approve(CHECKER, on=ON)
    assert queued() == 2
    assert (tell(), tell()) == (1, 0)
    assert mails() == [
        ("old@example.org", "【收款账户变更申请】青禾医药"),
        ("old@example.org", "【收款账户变更已批准】青禾医药"),
    ]


def test_whoever_changes_the_address_first_does_not_silence_the_old_one():
    send("enterprises", [ROW | {"email": "thief@example.org"}])
    send("enterprises", [ROW | {"email": "thief@example.org", "account_no": NEW}])
    assert tell() == 2
    assert [to for to, _ in mails()] == ["thief@example.org", "old@example.org"]


def test_address_and_account_changed_by_one_row_are_told_to_both():
    send("enterprises", [ROW | {"email": "thief@example.org", "account_no": NEW}])
    assert tell() == 2
    assert {to for to, _ in mails()} == {"thief@example.org", "old@example.org"}
    accounts.approve(CHECKER, on=ON)
    assert tell() == 2


def test_an_address_given_up_long_ago_is_left_alone():
    send("enterprises", [ROW | {"email": "new@example.org"}])
    sql("ALTER TABLE master_history DISABLE TRIGGER USER")
    sql("UPDATE master_history SET changed_at = now() - interval '100 days'")
    sql("ALTER TABLE master_history ENABLE TRIGGER USER")
    accounts.request(MAKER, CODE, WISH, on=ON)
    assert tell() == 1
    assert mails()[0][0] == "new@example.org"


def test_a_mail_shows_the_day_and_the_reason_and_no_whole_account():
    send("areas", [AREA | {"area_code": "529900", "parent_code": "", "level": "city"}])
    send("schemes", [SCHEME_ROW | {"account_cooling_days": "3"}])
    evidence = Evidence("证.pdf", b"%PDF-1.7")
    change = accounts.request(SEAT, CODE, Wish(**vars(WISH) | {"evidence": evidence}), on=ON)
    accounts.approve(CHECKER, on=ON)
    accounts.stop(CHECKER, change, "原联系人否认")
    assert tell() == 3
    asked, approved, ended = (
        text for (text,) in sql("SELECT body_text || body_html FROM mail ORDER BY id")
    )
    assert "贵企业账号" in asked
    assert "2026-07-04" in approved
    assert "原联系人否认" in ended
    for text in (asked, approved, ended):
        assert "•••• 7894" in text
        assert "•••• 0001" in text
        assert OLD not in text
        assert NEW not in text
