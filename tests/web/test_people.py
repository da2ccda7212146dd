"""Pages name people, not logins; amounts of a finished job have their separators."""

import pytest

from models.records.access import User
from web import formats
from web.people import person


def test_a_person_is_shown_by_name_and_read_once(app, people):
    User.update(full_name="马晓玲").where(User.name == "maker").execute()
    with app.test_request_context():
        app.preprocess_request()
        assert [person(one) for one in ("maker", "checker", "gone", "system", None)] == [
            "马晓玲", "checker", "gone", "系统", "",
        ]  # fmt: skip
        User.update(full_name="另一人").where(User.name == "maker").execute()
        assert person("maker") == "马晓玲", "the names are read once for a request"


@pytest.mark.parametrize(
    ("text", "shown"),
    [("480020.00", "480,020.00"), ("-0.50", "-0.50"), ("-1234567.89", "-1,234,567.89"), ("—", "—")],
)
def test_an_amount_that_is_text_is_grouped(text, shown):
    assert formats.grouped(text) == shown
