"""What persons read who are invited or forgot a password: on the wire, in both languages."""

import dataclasses
import re

import pytest

from models.records.access import User
from models.records.alerts import Mail
from models.rules.words import Role
from models.services import users
from models.services.users import Visitor, links, password_news
from tests.workers import smtp_sink
from workers.mail import sender
from workers.mail.render import MailRenderer


@pytest.fixture
def on_the_wire(settings):
    """Send what waits to a real mail server; return the messages."""

    def messages() -> list:
        with smtp_sink.running() as sink:
            sender.send(
                dataclasses.replace(
                    settings, smtp_host="localhost", smtp_port=sink.port, smtp_security="none"
                )
            )
        return sink.messages

    return messages


def person(language: str) -> User:
    users.create("zhou", Role.CHECKER, "all", full_name="周雅琴 <b>", email="zhou@agency.test")
    User.update(language=language).where(User.name == "zhou").execute()
    return User.get_by_id("zhou")


@pytest.mark.parametrize(
    ("language", "subject", "words"),
    [("zh", "邀请您使用", "请不要转发"), ("en", "You are invited", "Do not forward")],
)
def test_an_invitation_arrives_with_a_link_that_opens(
    db, settings, on_the_wire, language, subject, words
):
    person(language)
    links.invite("zhou", by="zhang", render=MailRenderer(settings))
    (message,) = on_the_wire()
    text = message.get_body(("plain",)).get_content()
    html = message.get_body(("html",)).get_content()
    assert subject in message["Subject"]
    assert message["To"] == "zhou@agency.test"
    number = re.search(rf"{settings.public_url}/welcome/(\S+)", text)[1]
    assert f'href="{settings.public_url}/welcome/{number}"' in html
    assert words in text
    assert words in html
    assert "周雅琴 <b>" in text
    assert "周雅琴 &lt;b&gt;" in html
    assert links.find(number)[1].name == "zhou"
    kept = Mail.get()
    assert number not in kept.body_text + kept.body_html + kept.subject


def test_a_forgotten_password_is_answered_by_mail_to_the_registered_address_alone(
    db, settings, on_the_wire
):
    person("zh")
    users.set_password("zhou", "Own-Words-88", by="zhou")
    links.ask_reset("zhou@agency.test", Visitor("192.0.2.1"), MailRenderer(settings))
    (message,) = on_the_wire()
    assert message["To"] == "zhou@agency.test"
    number = re.search(r"/welcome/(\S+)", message.get_body(("plain",)).get_content())[1]
    links.use(number, "Other-Words-99")
    assert users.check_password("zhou", "Other-Words-99").name == "zhou"


@pytest.mark.parametrize(
    ("language", "subject", "words"),
    [("zh", "您的密码已修改", "如果是您本人所为"), ("en", "was changed", "If it was you")],
)
def test_a_changed_password_is_told_to_its_owner_and_a_first_one_is_not(
    db, settings, on_the_wire, language, subject, words
):
    person(language)
    render = MailRenderer(settings)
    users.set_password("zhou", "Own-Words-88", by="zhou")
    assert not password_news.tell("zhou", by="zhou", render=render)
    users.set_password("zhou", "Other-Words-99", by="root")
    assert password_news.tell("zhou", by="root", render=render)
    (message,) = on_the_wire()
    assert subject in message["Subject"]
    assert message["To"] == "zhou@agency.test"
    text = message.get_body(("plain",)).get_content()
    assert words in text
    assert "root" in text
    assert "Other-Words-99" not in text + message.get_body(("html",)).get_content()
