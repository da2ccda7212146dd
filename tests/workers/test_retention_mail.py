"""What hospitals read of their retention: public, paid, withdrawn; each told once."""

from datetime import timedelta

import pytest

from models.records.base import sql
from models.services.retention import news, publicity, withdrawing
from tests.factories import retention
from tests.factories.retention import AFTER
from tests.factories.sheets import APPROVER, CHECKER, ON
from tests.services.test_bank_results import about, answer
from workers.mail.render import MailRenderer

pytestmark = pytest.mark.usefixtures("db")


@pytest.fixture
def told(settings):
    """Tell what is new and return (hospital, subject, text, HTML) of each mail written by it."""

    def tell(on=ON):
        known = sql("SELECT coalesce(max(id), 0) FROM mail").fetchone()[0]
        news.tell(on, MailRenderer(settings), by="system")
        return sql(
            "SELECT party_code, subject, body_text, body_html FROM mail WHERE id > %s ORDER BY id",
            (known,),
        ).fetchall()

    return tell


def test_publicity_payment_and_withdrawal_are_each_told_to_their_hospital_once(told, settings):
    first, second = retention.town(5_000, 7_001).hospitals
    number = retention.drafted()
    assert told() == [], "a draft is nobody's"
    publicity.publish(CHECKER, number, ON, **retention.sums(number))
    waiting = "SELECT count(*) FROM job WHERE name = 'retention_news'"
    assert sql(waiting).fetchone() == (1,)
    mails = told()
    assert [row[0] for row in mails] == [first, second]
    until = str(ON + timedelta(days=5))
    for body in mails[0][2:]:
        assert "50.00" in body
        assert "70.01" not in body, "of others nothing"
        assert until in body
        assert f"{settings.public_url}/retention-lists/{number}" in body
    assert "结余留用公示" in mails[0][1]
    assert told() == []

    grant = sql("SELECT grant_no FROM retention_grant WHERE amount_fen = 7001").fetchone()[0]
    withdrawing.take_out(CHECKER, grant, "重复计算", ON)
    ((code, subject, text, _),) = told()
    assert code == second
    assert "撤出" in subject
    assert "重复计算" in text

    publicity.end(APPROVER, number, AFTER, **retention.sums(number))
    retention.pay(number)
    assert told(AFTER) == [], "ordered is not paid"
    answer(about(0, "settled", AFTER))
    ((code, subject, text, _),) = told(AFTER)
    assert code == first
    assert "已付" in subject
    assert "50.00" in text
    reference = sql("SELECT reference FROM payment_instruction").fetchone()[0]
    assert reference in text
    assert told(AFTER) == []


def test_what_was_withdrawn_before_it_was_told_is_not_told(told):
    retention.town(5_000)
    number = retention.published()
    withdrawing.withdraw(CHECKER, number, "口径有误")
    assert told() == []


@pytest.mark.parametrize("language", ["", "zh", "en"])
@pytest.mark.parametrize("what", ["public", "paid", "withdrawn"])
def test_each_mail_says_list_sum_and_reason_in_its_language(settings, what, language):
    row = news.Amount("f", what, "H1", "LG1", "第十一批国采", 2, 5_000, ON, "ZF9", "算错")
    facts = {
        "language": language,
        "party": news.notifications.Party("hospital", "H1", "人民医院", "", ()),
        "on": ON, "what": what, "publicity_no": "LG1", "rows": [row], "count": 1,
        "sum_fen": 5_000, "day": ON,
    }  # fmt: skip
    mail = MailRenderer(settings)("retention", facts)
    said = {"public": str(ON), "paid": "ZF9", "withdrawn": "算错"}[what]
    for body in (mail.text, mail.html):
        assert all(part in body for part in ("LG1", "50.00", "第十一批国采", said))
    assert "50.00" in mail.subject
    assert "人民医院" in mail.subject
