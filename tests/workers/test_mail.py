"""Mails reach a real server once, wait when they cannot, and fail only when they must."""

import dataclasses
import logging
import os
import signal
import subprocess
import sys
import threading
from datetime import date
from pathlib import Path

import psycopg
import pytest

from models.records.base import db as database
from models.records.base import sql
from models.rules.errors.mails import MailNotFailed
from models.services import notifications
from models.services.access import SYSTEM
from models.services.notifications import Notice, Rendered
from tests.processes import wait_until
from tests.workers import smtp_sink
from workers.mail import sender, smtp

ROOT = Path(__file__).resolve().parents[2]


def plain(template, facts):
    return Rendered(f"提醒 {facts['n']}", "正文", "<p>正文</p>", "明细.csv", "明细,1".encode())


def put(n=1, to="h@example.org", copies=()):
    with database.atomic():
        return notifications.record(
            Notice(
                "overdue", "hospital", f"H{n}", to, date(2026, 4, 2), f"k:{n}", {"n": n}, copies
            ),
            plain,
            by="system",
        )


def rows(columns="state"):
    return [
        row if len(row) > 1 else row[0] for row in sql(f"SELECT {columns} FROM mail ORDER BY id")
    ]


def due_now():
    past = "clock_timestamp() - interval '1 second'"
    sql(f"UPDATE mail SET next_try_at = {past} WHERE sent_at IS NULL")


@pytest.fixture(autouse=True)
def _empty(db):
    """Each test begins without mails."""


@pytest.fixture
def to_sink(settings):
    def make(sink, security="none", user=""):
        return dataclasses.replace(
            settings, smtp_host="localhost", smtp_port=sink.port, smtp_security=security,
            smtp_user=user, smtp_password=smtp_sink.PASSWORD,
            mail_from="直接结算 <zj@city.example>", mail_per_second=1_000,
        )  # fmt: skip

    return make


def test_without_smtp_settings_mails_wait_visibly(settings):
    put()
    assert sender.send(settings) == {
        "sent": 0, "failed": 0, "put_off": 0, "waiting": 1, "smtp": False,
    }  # fmt: skip
    assert rows("state, attempts") == [("waiting", 0)]


def test_a_mail_arrives_with_text_html_file_copies_and_a_stable_id(to_sink):
    number = put(copies=("w@example.org", "v@example.org"))
    with smtp_sink.running() as sink:
        assert sender.send(to_sink(sink))["sent"] == 1
    (message,) = sink.messages
    assert message["Subject"] == "提醒 1"
    assert message["To"] == "h@example.org"
    assert message["Cc"] == "w@example.org, v@example.org"
    assert sink.recipients == [["h@example.org", "w@example.org", "v@example.org"]]
    assert message["Message-ID"].startswith(f"<mail.{number}.")
    assert message["Message-ID"].endswith("@city.example>")
    assert message.get_body(("plain",)).get_content().strip() == "正文"
    assert "<p>正文</p>" in message.get_body(("html",)).get_content()
    (attached,) = message.iter_attachments()
    assert (attached.get_filename(), attached.get_content_type()) == ("明细.csv", "text/csv")
    assert attached.get_payload(decode=True) == "明细,1".encode()
    assert rows("state, attempts, last_error") == [("sent", 1, None)]


@pytest.mark.parametrize("security", ["starttls", "tls"])
def test_connections_are_encrypted_and_signed_in(to_sink, monkeypatch, security):
    monkeypatch.setenv("SSL_CERT_FILE", str(smtp_sink.CERTIFICATE))
    put()
    with smtp_sink.running(security, auth=security == "starttls") as sink:
        user = smtp_sink.USER if security == "starttls" else ""
        assert sender.send(to_sink(sink, security, user))["sent"] == 1


def test_a_certificate_nobody_knows_is_not_trusted_and_the_mail_waits(to_sink):
    put()
    with smtp_sink.running("starttls") as sink:
        assert sender.send(to_sink(sink, "starttls"))["put_off"] == 1
    assert sink.messages == []
    state, attempts, reason = rows("state, attempts, last_error")[0]
    assert (state, attempts) == ("waiting", 0)
    assert "certificate" in reason


def test_a_wrong_password_holds_every_mail_back_and_counts_against_none(to_sink, monkeypatch):
    monkeypatch.setenv("SSL_CERT_FILE", str(smtp_sink.CERTIFICATE))
    put(1), put(2)
    with smtp_sink.running("starttls", auth=True) as sink:
        settings = dataclasses.replace(
            to_sink(sink, "starttls", smtp_sink.USER), smtp_password="wrong"
        )
        assert sender.send(settings)["put_off"] == 1
    assert rows("state, attempts") == [("waiting", 0), ("waiting", 0)]
    assert "wrong" not in str(rows("last_error"))


def test_a_server_that_is_down_loses_nothing(settings):
    put()
    down = dataclasses.replace(settings, smtp_host="127.0.0.1", smtp_port=1, smtp_security="none")
    for _ in range(sender.ATTEMPTS_MAX + 3):
        due_now()
        assert sender.send(down)["put_off"] == 1
    assert rows("state, attempts") == [("waiting", 0)]


def test_a_4xx_is_tried_again_later_and_later(to_sink):
    put()
    with smtp_sink.running() as sink:
        sink.answers["h@example.org"] = "451 greylisted"
        for attempt in (1, 2):
            assert sender.send(to_sink(sink))["put_off"] == 1
            assert rows("state, attempts, last_error") == [("waiting", attempt, "451 greylisted")]
            assert sender.send(to_sink(sink)) == {
                "sent": 0, "failed": 0, "put_off": 0, "waiting": 1, "smtp": True,
            }  # fmt: skip
            due_now()
        del sink.answers["h@example.org"]
        assert sender.send(to_sink(sink))["sent"] == 1
    assert [sender.retry_seconds(n) for n in (1, 2, 3, 12)] == [60, 120, 240, 28_800]


def test_a_4xx_for_ever_is_given_up_for_a_person_to_look(to_sink):
    put()
    sql("UPDATE mail SET attempts = %s", (sender.ATTEMPTS_MAX - 1,))
    with smtp_sink.running() as sink:
        sink.answers["h@example.org"] = "451 greylisted"
        assert sender.send(to_sink(sink))["failed"] == 1
    assert rows() == ["failed"]


def test_a_5xx_fails_at_once_and_does_not_stop_the_others(to_sink):
    put(1, to="gone@example.org")
    put(2)
    with smtp_sink.running() as sink:
        sink.answers["gone@example.org"] = "550 no such user"
        assert sender.send(to_sink(sink)) == {
            "sent": 1, "failed": 1, "put_off": 0, "waiting": 0, "smtp": True,
        }  # fmt: skip
    assert rows("state, last_error") == [("failed", "550 no such user"), ("sent", None)]


def test_a_mail_that_failed_can_be_sent_again_by_a_person(to_sink):
    number = put(to="gone@example.org")
    with smtp_sink.running() as sink:
        sink.answers["gone@example.org"] = "550 no such user"
        sender.send(to_sink(sink))
        sink.answers.clear()
        notifications.send_again(SYSTEM, number)
        assert sender.send(to_sink(sink))["sent"] == 1
    with pytest.raises(MailNotFailed):
        notifications.send_again(SYSTEM, number)


def test_a_refused_copy_is_noted_and_a_refused_institution_is_not_hidden_by_a_copy(to_sink):
    put(1, copies=("bad@example.org",))
    put(2, to="gone@example.org", copies=("w@example.org",))
    with smtp_sink.running() as sink:
        sink.answers |= {"bad@example.org": "550 no", "gone@example.org": "550 no"}
        sender.send(to_sink(sink))
    assert rows("state, last_error") == [
        ("sent", "抄送被拒：bad@example.org 550"),
        ("failed", "550 no"),
    ]


@pytest.mark.parametrize("address", ["", "nobody", "a@b.cn\nBcc: x@y.cn", "a b@c.cn", "@"])
def test_an_address_that_is_none_fails_and_sends_nothing(to_sink, address):
    put(to=address)
    with smtp_sink.running() as sink:
        assert sender.send(to_sink(sink))["failed"] == 1
    assert sink.messages == []


def test_two_senders_send_each_mail_once(to_sink):
    for n in range(30):
        put(n)
    start, counted = threading.Barrier(2), []

    def one():
        with database.connection_context():
            start.wait()
            counted.append(sender.send(to_sink(sink))["sent"])

    with smtp_sink.running() as sink:
        threads = [threading.Thread(target=one) for _ in range(2)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert sum(counted) == len(sink.messages) == len(set(sink.ids())) == 30


SEND = """
from models import settings
from models.records import base
from workers.mail import sender
base.connect(settings.load()); base.db.connect()
sender.send(settings.load())
"""


def send_in_a_process(environ, sink):
    smtp_settings = {
        "SMTP_HOST": "localhost", "SMTP_PORT": str(sink.port), "SMTP_SECURITY": "none",
        "MAIL_FROM": "直接结算 <zj@city.example>",
    }  # fmt: skip
    return subprocess.Popen(
        [sys.executable, "-c", SEND], cwd=ROOT, env={**environ, **smtp_settings}
    )


def test_a_sender_killed_between_the_servers_yes_and_the_commit_repeats_under_the_same_id(
    to_sink, environ, migrated_database
):
    put()
    with psycopg.connect(migrated_database) as blocker, smtp_sink.running() as sink:

        def hold_the_row(_):
            blocker.execute("SELECT 1 FROM mail FOR UPDATE")

        sink.on_data = hold_the_row
        process = send_in_a_process(environ, sink)
        wait_until(lambda: sink.messages, what="the mail's arrival")
        waits = "SELECT 1 FROM pg_stat_activity WHERE wait_event_type = 'Lock'"
        wait_until(lambda: sql(waits).fetchone(), what="the sender's wait for its commit")
        os.kill(process.pid, signal.SIGKILL)
        process.wait()
        blocker.rollback()
        sink.on_data = lambda _: None
        assert sender.send(to_sink(sink))["sent"] == 0
        assert rows() == ["sending"]
        due_now()
        assert sender.send(to_sink(sink))["sent"] == 1
    assert len(sink.messages) == 2
    assert len(set(sink.ids())) == 1
    assert rows("state, attempts") == [("sent", 2)]


def test_a_sender_killed_before_the_servers_yes_loses_nothing(to_sink, environ):
    put()
    with smtp_sink.running() as sink:

        def kill_the_sender(_):
            os.kill(process.pid, signal.SIGKILL)
            return "451 nobody listens any more"

        sink.on_data = kill_the_sender
        process = send_in_a_process(environ, sink)
        process.wait()
        sink.on_data = lambda _: None
        due_now()
        assert sender.send(to_sink(sink))["sent"] == 1
    assert len(sink.messages) == 1


def test_a_sender_believed_dead_cannot_overwrite_a_newer_answer(db):
    put()
    old = notifications.claim_next(1)
    due_now()
    new = notifications.claim_next(300)
    assert notifications.sent(new)
    assert not notifications.failed(old, "too late")
    assert not notifications.postpone(old, "too late", seconds=1)
    assert rows() == ["sent"]


def test_a_mail_whose_senders_die_again_and_again_is_given_up(to_sink):
    put()
    sql("UPDATE mail SET state = 'sending', attempts = %s", (sender.ATTEMPTS_MAX,))
    due_now()
    with smtp_sink.running() as sink:
        assert sender.send(to_sink(sink))["failed"] == 1
    assert sink.messages == []


def test_the_same_key_is_one_mail():
    assert put() is not None
    assert put() is None
    assert rows("dedupe_key") == ["k:1"]


def test_logs_name_mails_by_number_not_by_address(to_sink, caplog):
    put(to="gone@example.org")
    with smtp_sink.running() as sink, caplog.at_level(logging.INFO, "zhijie.mail"):
        sink.answers["gone@example.org"] = "550 no such user"
        sender.send(to_sink(sink))
    assert "mail.refused" in caplog.text
    assert "gone@example.org" not in caplog.text


def test_the_message_id_follows_the_row_alone(to_sink):
    put()
    mail = notifications.claim_next(300)
    with smtp_sink.running() as sink:
        settings = to_sink(sink)
    again = dataclasses.replace(mail, attempts=9)
    assert smtp.message_id(mail, settings) == smtp.message_id(again, settings)
