"""What institutions read of findings: asked, late, to be put right, closed; leads stay inside."""

from datetime import date, timedelta

import pytest

from models.records.base import sql
from models.rules.risks import RiskKind, RiskMove
from models.services import risks
from models.services.access import SYSTEM, Actor
from models.services.risks import deciding, handing, news
from tests.factories import receipts, sheets
from workers.mail.render import MailRenderer

ON = date(2026, 4, 2)
BY = ON + timedelta(days=7)
MAKER, BOSS = Actor("maker", "maker"), Actor("boss", "supervisor")


@pytest.fixture
def city(db):
    made = sheets.city(1, 1)
    receipts.product("P1", name="阿莫西林")
    receipts.product("P2", name="头孢")
    receipts.scheme()
    for code in ("P1", "P2"):
        receipts.receipt(made.hospitals[0], made.enterprises[0], 200, nhsa_code=code)
    with db.atomic():
        risks.look(SYSTEM, "2026-03", None, ON)
    return made


@pytest.fixture
def told(settings):
    """Tell what is new and return (party, subject, text) of each mail written by it."""

    def tell(on=ON):
        known = sql("SELECT coalesce(max(id), 0) FROM mail").fetchone()[0]
        news.tell(on, MailRenderer(settings), by="system")
        return sql(
            "SELECT party_code, subject, body_text FROM mail WHERE id > %s ORDER BY id", (known,)
        ).fetchall()

    return tell


def test_who_is_asked_reads_it_once_and_again_when_the_day_is_over_and_when_it_is_closed(
    city, told
):
    first, second = (row[0] for row in sql("SELECT id FROM risk_finding ORDER BY id").fetchall())
    assert told() == [], "a lead nobody was asked about is nobody's"
    for one in (first, second):
        deciding.decide(MAKER, one, RiskMove.ASK, "请附发票", ON, by_on=BY)
    assert sql("SELECT count(*) FROM job WHERE name = 'risk_news'").fetchone() == (1,)
    ((code, subject, text),) = told()
    assert code == city.hospitals[0], "one mail about both"
    assert "2 条" in subject
    assert str(BY) in subject
    assert all(part in text for part in ("阿莫西林", "头孢", "高于挂网价", "请附发票"))
    assert told() == told(BY) == []
    ((_, subject, text),) = told(BY + timedelta(days=1))
    assert "已过期限" in subject
    assert str(BY) in text
    assert told(BY + timedelta(days=2)) == []

    seat = Actor("clinic", "hospital", sheets.CITY, city.hospitals[0])
    deciding.decide(seat, first, RiskMove.ANSWER, "促销赠送", ON)
    assert told() == []
    deciding.decide(MAKER, first, RiskMove.EXPLAIN, "可以", ON)
    ((_, subject, text),) = told()
    assert "已办结" in subject
    assert "阿莫西林" in text
    assert "头孢" not in text
    handover = handing.prepare(BOSS, [second], "派驻纪检监察组", "见附件", ON)
    handing.approve(Actor("approver", "approver"), handover, "", ON)
    assert told(BY + timedelta(days=9)) == [], "nobody learns that he was handed over"


@pytest.mark.parametrize("language", ["", "zh", "en"])
@pytest.mark.parametrize("what", ["ask", "rectify", "late", "closed"])
def test_each_mail_names_rule_product_sum_and_day_in_its_language(settings, what, language):
    rows = [
        news.Told("f", n, "hospital", "H1", kind, "阿莫西林", what, BY, 1, 5_000, "说明")
        for n, kind in enumerate(RiskKind, start=1)
    ]
    facts = {
        "language": language, "on": ON, "what": what, "due_on": BY, "words": "请附发票",
        "party": news.notifications.Party("hospital", "H1", "人民医院", "", ()),
        "count": len(rows) + 1, "findings": rows,
    }  # fmt: skip
    mail = MailRenderer(settings)("risk", facts)
    for body in (mail.text, mail.html):
        assert all(part in body for part in ("阿莫西林", "50.00", "请附发票"))
        assert f"{settings.public_url}/risks" in body
    assert str(BY) in mail.subject
    assert str(len(rows) + 1) in mail.subject
