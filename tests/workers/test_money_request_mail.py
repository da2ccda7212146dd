"""What hospitals read about money that is asked of them: number, sum, deadline, where to pay."""

from datetime import date

import pytest

from models.rules.requests import RequestKind
from models.services.notifications.telling import Party
from models.services.requests.news import Told
from workers.mail.render import MailRenderer

ON, DUE = date(2026, 4, 10), date(2026, 4, 17)
PARTY = Party("hospital", "H1", "人民医院", "h@example.org", ())


def request(kind: RequestKind = RequestKind.TOP_UP) -> Told:
    return Told(
        "BZ1", kind, "2026-03", 123_456_78, 23_456_78, ON, DUE, "2 张结算单", "误发",
        "市医保中心", "市医疗保障基金", "工商银行", "6789",
    )  # fmt: skip


@pytest.fixture
def shown(settings):
    render = MailRenderer(settings)

    def show(event: str = "asked", kind: RequestKind = RequestKind.TOP_UP, language: str = ""):
        facts = {"language": language, "party": PARTY, "on": ON, "request": request(kind),
                 "event": event}  # fmt: skip
        return render("money_request", facts)

    return show


@pytest.mark.parametrize("language", ["", "zh", "en"])
@pytest.mark.parametrize("event", ["asked", "reminder", "overdue", "withdrawn"])
@pytest.mark.parametrize("kind", RequestKind)
def test_every_mail_names_number_sum_and_deadline(shown, settings, event, kind, language):
    mail = shown(event, kind, language)
    assert "100,000.00" in mail.subject
    for body in (mail.text, mail.html):
        for part in ("BZ1", "123,456.78", "23,456.78", "100,000.00", "2026-04-17"):
            assert part in body, part
        assert f"{settings.public_url}/money-requests/BZ1" in body
        assert ("6789" in body) == (event != "withdrawn"), "nobody pays what was withdrawn"


def test_each_event_has_its_own_words(shown):
    words = {event: shown(event).subject.partition("】")[0] for event in
             ("asked", "reminder", "overdue", "withdrawn")}  # fmt: skip
    assert len(set(words.values())) == 4
    assert "误发" in shown("withdrawn").text
    assert "不需要再付款" in shown("withdrawn").text
    assert "In English" in shown().text
    assert "In English" not in shown(language="zh").text
