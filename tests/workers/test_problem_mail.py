"""What the sides of a problem and a late desk read in their mails."""

from datetime import date

import pytest

from models.services.notifications.telling import Party
from models.services.problems.news import Late, Told
from workers.mail.render import MailRenderer

ON, DUE = date(2026, 4, 10), date(2026, 4, 14)
EVENTS = [
    "report", "invite", "say", "escalate", "transfer", "answer", "close", "reopen", "withdraw",
    "accept",
]  # fmt: skip
TOLD = Told(
    "WT2026000001", "供应与配送", "Supply and delivery", "断供", "urgent", "reported", "澜江市",
    DUE, date(2026, 4, 21), None,
)  # fmt: skip
AGENCY = Party("agency", "A1", "澜江市医保中心", "a@example.org", ())


@pytest.mark.parametrize("language", ["", "zh", "en"])
@pytest.mark.parametrize("event", EVENTS)
def test_every_mail_names_the_problem_and_leads_to_it(settings, event, language):
    facts = {"language": language, "party": AGENCY, "on": ON, "event": event, "problem": TOLD}
    mail = MailRenderer(settings)("problem", facts)
    assert "WT2026000001" in mail.subject
    for body in (mail.text, mail.html):
        for part in ("断供", "澜江市医保中心", f"{settings.public_url}/problems/WT2026000001"):
            assert part in body, part
        if event in {"report", "escalate", "transfer", "reopen"}:
            assert "2026-04-14" in body, "the desk reads until when it is to take it"


@pytest.mark.parametrize("language", ["", "zh", "en"])
def test_the_list_of_a_late_desk_counts_all_and_names_the_first(settings, language):
    late = Late("WT2026000001", "供应与配送", "Supply and delivery", "断供", DUE, "reported")
    facts = {"language": language, "party": AGENCY, "on": ON, "problems": [late], "count": 21}
    mail = MailRenderer(settings)("problem_late", facts)
    assert "21" in mail.subject
    for body in (mail.text, mail.html):
        assert "断供" in body
        assert "21" in body
        assert f"{settings.public_url}/problems/?view=late" in body
