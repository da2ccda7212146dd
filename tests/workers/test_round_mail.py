"""What hospitals and distributors read about a round's prepayment that is to be passed on."""

from datetime import date

import pytest

from models.services.notifications.telling import Party
from models.services.round_prepayments.news import Part, Prepayment
from workers.mail.render import MailRenderer

ON, DUE = date(2026, 4, 10), date(2026, 4, 17)
PREPAYMENT = Prepayment(
    "JY1", "第十一批国采", "人民医院", 10_080_00, ON, DUE, 7_200_00, date(2026, 4, 15),
    date(2026, 4, 20),
)  # fmt: skip
PARTS = [Part("甲药业", 7_200_00), Part("乙药业", 2_880_00)]


@pytest.mark.parametrize("language", ["", "zh", "en"])
@pytest.mark.parametrize("event", ["paid", "late_on", "passed", "late_down"])
def test_every_mail_names_number_sum_and_day(settings, event, language):
    facts = {
        "language": language, "party": Party("hospital", "H1", "人民医院", "h@example.org", ()),
        "on": ON, "event": event, "prepayment": PREPAYMENT, "parts": PARTS, "count": 3,
        "sum_fen": 10_080_00,
    }  # fmt: skip
    mail = MailRenderer(settings)("round_prepayment", facts)
    of_hospital = event in {"paid", "late_on"}
    for body in (mail.text, mail.html):
        for part in ("JY1", "人民医院", f"{settings.public_url}/round-prepayments/JY1"):
            assert part in body, part
        assert ("2026-04-17" if of_hospital else "2026-04-20") in body
        assert ("乙药业" in body) == of_hospital, "a distributor reads of its own part alone"
        assert "7,200.00" in body
    assert ("10,080.00" if of_hospital else "7,200.00") in mail.subject
