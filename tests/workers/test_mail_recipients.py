"""Whom a mail reaches: contacts in their language, not who bounced, and nobody twice."""

import dataclasses
import threading
import time
from datetime import date

import pytest

from models import clock
from models.records.base import db as database
from models.records.base import sql
from models.rules.errors.mails import ReportOfOthers
from models.services import contacts, notifications
from models.services.access import SYSTEM
from models.services.contacts import Wish
from models.services.notifications import Notice, Rendered, bounces, reports
from tests.factories import sheets
from tests.workers import reports as written
from tests.workers import smtp_sink
from workers.mail import sender, smtp

ON = date(2026, 7, 1)
TODAY = date(2020, 1, 1)


def shown(template, facts):
    name = f"a.{facts['file_format']}"
    return Rendered(f"{template} {facts['language'] or '?'}", "正文", "<p>", name, b"x")


@pytest.fixture
def city(db):
    return sheets.city()


@pytest.fixture
def to_sink(settings):
    def make(sink, **changes):
        return dataclasses.replace(
            settings, smtp_host="localhost", smtp_port=sink.port, smtp_security="none",
            smtp_user="", mail_from="直接结算 <zj@city.example>", mail_per_second=1_000, **changes,
        )  # fmt: skip

    return make


def contact(city, email, *, topics=("overdue",), language="zh", file_format="csv", **changes):
    told = {
        "party_kind": "hospital", "party_code": city.hospitals[0], "name": "甲", "email": email,
        "topics": tuple(topics), "language": language, "file_format": file_format,
        "active_from": TODAY,
    }  # fmt: skip
    return contacts.add(SYSTEM, Wish(**(told | changes)))


def put(city, n=1, *, to="h@x.cn", kind="overdue", copies=(), code=None):
    with database.atomic():
        return notifications.record(
            Notice(kind, "hospital", code or city.hospitals[0], to, ON, f"k:{n}", {}, copies),
            shown,
            by="system",
        )


def rows(columns="state"):
    return sql(f"SELECT {columns} FROM mail ORDER BY id").fetchall()


def attempts(columns="outcome, answer"):
    return sql(f"SELECT {columns} FROM mail_attempt ORDER BY id").fetchall()


def due_now():
    past = "clock_timestamp() - interval '1 second'"
    sql(f"UPDATE mail SET next_try_at = {past} WHERE state IN ('waiting', 'sending')")


def test_without_contacts_the_registered_address_gets_it_with_a_short_english_part(city):
    put(city)
    assert rows("to_address, subject, language") == [("h@x.cn", "overdue ?", None)]


def test_all_contacts_of_the_topic_stand_in_to_and_the_others_get_nothing(city):
    contact(city, "fin@x.cn")
    contact(city, "drug@x.cn", file_format="xlsx")
    contact(city, "pay@x.cn", topics=["payments"])
    contact(city, "old@x.cn", active_to=date(2026, 6, 30))
    contact(city, "soon@x.cn", active_from=date(2026, 7, 2))
    put(city, copies=("Drug@x.cn", "w@x.cn"))
    put(city, 2, kind="returned_payment")
    assert rows("to_address, copy_addresses, language") == [
        ("fin@x.cn;drug@x.cn", "w@x.cn", "zh"),
        ("pay@x.cn", None, "zh"),
    ]
    assert sql("SELECT name FROM stored_file ORDER BY id LIMIT 1").fetchone() == ("a.xlsx",)


def test_contacts_of_two_languages_get_a_mail_each_tied_to_one_notice(city):
    contact(city, "fin@x.cn")
    contact(city, "cfo@x.cn", language="en", file_format="xlsx")
    first = put(city, copies=("w@x.cn",))
    assert put(city) is None
    assert rows("id, to_address, copy_addresses, subject") == [
        (first, "fin@x.cn", "w@x.cn", "overdue zh"),
        (first + 1, "cfo@x.cn", None, "overdue en"),
    ]
    assert notifications.recorded_on("overdue", ON) == {("hospital", city.hospitals[0]): 1}


def test_news_of_accounts_go_to_the_registered_address_whatever_contacts_say(city):
    code = city.hospitals[0]
    registered = sql("SELECT email FROM hospital WHERE hospital_code = %s", (code,)).fetchone()[0]
    contact(city, "thief@x.cn", topics=["accounts"])
    put(city, to=registered, kind="account_change")
    put(city, 2, to="former@x.cn", kind="account_change")
    assert rows("to_address, copy_addresses") == [
        (registered, "thief@x.cn"),
        ("former@x.cn", None),
    ]


def test_a_bounced_address_is_recorded_and_the_mail_goes_to_the_next_contact(city, to_sink):
    contact(city, "gone@x.cn")
    contact(city, "next@x.cn", topics=["payments"])
    put(city, copies=("w@x.cn",))
    with smtp_sink.running() as sink:
        sink.answers["gone@x.cn"] = "550 5.1.1 no such user"
        told = sender.send(to_sink(sink))
        assert (told["put_off"], told["sent"]) == (1, 1)
        put(city, 2)
        assert sender.send(to_sink(sink))["sent"] == 1
    assert [sorted(who) for who in sink.recipients] == [["w@x.cn"], ["next@x.cn"], ["next@x.cn"]]
    bounced = sql("SELECT address, code, answer, times, source FROM mail_bounce").fetchall()
    assert bounced == [("gone@x.cn", "550", "5.1.1 no such user", 1, "answer")]
    assert rows("state, last_error")[1] == (
        "sent", "gone@x.cn 已登记为退信（550 5.1.1 no such user）；改发 next@x.cn",
    )  # fmt: skip


def test_without_another_recipient_a_bounced_address_fails_visibly_and_is_not_asked(city, to_sink):
    put(city, to="gone@x.cn", code="H99999999999")
    with smtp_sink.running() as sink:
        sink.answers["gone@x.cn"] = "550 no such user"
        assert sender.send(to_sink(sink))["failed"] == 1
        asked = len(attempts())
        put(city, 2, to="Gone@x.cn", code="H99999999999")
        assert sender.send(to_sink(sink))["failed"] == 1
        assert len(attempts()) == asked
        assert rows("state, last_error")[1] == (
            "failed", "Gone@x.cn 已登记为退信（550 no such user）",
        )  # fmt: skip
        sink.answers.clear()
        bounces.clear(SYSTEM, "GONE@x.cn")
        put(city, 3, to="gone@x.cn", code="H99999999999")
        assert sender.send(to_sink(sink))["sent"] == 1


def test_a_refusal_of_the_content_or_of_us_blames_no_address(city, to_sink):
    put(city, to="a@x.cn", code="H99999999999")
    put(city, 2, to="b@x.cn", code="H99999999999")
    with smtp_sink.running() as sink:
        sink.answers["a@x.cn"] = "550 5.7.1 relaying denied"
        sink.on_data = lambda _: "554 5.7.1 spam"
        assert sender.send(to_sink(sink))["failed"] == 2
    assert sql("SELECT count(*) FROM mail_bounce").fetchone()[0] == 0


def test_who_has_the_mail_is_not_asked_again_while_another_is_greylisted(city, to_sink):
    contact(city, "fin@x.cn")
    contact(city, "drug@x.cn")
    put(city, copies=("w@x.cn",))
    with smtp_sink.running() as sink:
        sink.answers["drug@x.cn"] = "451 4.7.1 greylisted"
        assert sender.send(to_sink(sink))["put_off"] == 1
        sink.answers.clear()
        due_now()
        assert sender.send(to_sink(sink))["sent"] == 1
    assert sink.recipients == [["fin@x.cn", "w@x.cn"], ["drug@x.cn"]]
    assert len(set(sink.ids())) == 1
    assert attempts("outcome, taken") == [("put_off", "fin@x.cn;w@x.cn"), ("sent", "drug@x.cn")]


def test_one_contact_that_bounced_does_not_keep_it_from_the_others(city, to_sink):
    contact(city, "fin@x.cn")
    contact(city, "gone@x.cn")
    put(city)
    with smtp_sink.running() as sink:
        sink.answers["gone@x.cn"] = "550 no such user"
        assert sender.send(to_sink(sink))["sent"] == 1
    assert rows("state, last_error") == [("sent", "收件被拒：gone@x.cn 550 no such user")]
    assert sql("SELECT address FROM mail_bounce").fetchall() == [("gone@x.cn",)]


def test_421_ends_the_run_and_counts_against_no_mail(city, to_sink):
    for n in range(3):
        put(city, n)
    with smtp_sink.running() as sink:
        sink.answers["h@x.cn"] = "421 4.3.2 too busy"
        told = sender.send(to_sink(sink))
        assert (told["put_off"], told["waiting"]) == (1, 3)
        assert set(rows("state, attempts")) == {("waiting", 0)}
        sink.answers.clear()
        due_now()
        assert sender.send(to_sink(sink))["sent"] == 3


def test_a_server_that_hangs_is_left_and_the_mail_goes_later(city, to_sink, monkeypatch):
    monkeypatch.setattr(smtp, "TIMEOUT_SECONDS", 0.5)
    put(city)
    with smtp_sink.running() as sink:

        def hang(_):
            time.sleep(2)
            return "451 too late"

        sink.on_data = hang
        begun = time.monotonic()
        assert sender.send(to_sink(sink))["put_off"] == 1
        assert time.monotonic() - begun < 10
        sink.on_data = lambda _: None
        monkeypatch.setattr(smtp, "TIMEOUT_SECONDS", 30)
        due_now()
        assert sender.send(to_sink(sink))["sent"] == 1


def test_a_server_that_is_down_for_days_is_one_row_of_history(city, settings, to_sink):
    put(city)
    down = dataclasses.replace(settings, smtp_host="127.0.0.1", smtp_port=1, smtp_security="none")
    for _ in range(25):
        due_now()
        sender.send(down)
    assert attempts("outcome, times") == [("unreachable", 25)]
    with smtp_sink.running() as sink:
        due_now()
        assert sender.send(to_sink(sink))["sent"] == 1
    assert attempts("outcome, times") == [("unreachable", 25), ("sent", 1)]


def test_a_domain_gets_no_more_in_a_minute_than_we_allow_and_others_go_on(city, to_sink):
    for n in range(4):
        put(city, n, to=f"h{n}@Full.cn")
    put(city, 9, to="h@free.cn")
    with smtp_sink.running() as sink:
        assert sender.send(to_sink(sink, mail_per_domain=2))["sent"] == 3
        assert sender.send(to_sink(sink, mail_per_domain=2))["sent"] == 0
        sql("UPDATE mail_attempt SET begun_at = begun_at - interval '2 minutes'")
        assert sender.send(to_sink(sink, mail_per_domain=2))["sent"] == 2
    assert len(sink.messages) == 5


def test_a_run_ends_at_its_limit_and_keeps_its_pace(city, to_sink):
    for n in range(5):
        put(city, n)
    with smtp_sink.running() as sink:
        slow = dataclasses.replace(to_sink(sink), mail_per_second=10, mail_per_run=4)
        begun = time.monotonic()
        assert sender.send(slow)["sent"] == 4
        assert time.monotonic() - begun >= 0.3
    assert sink.connections == 1, "one connection carries a run"


def test_two_senders_never_exceed_the_limit_of_a_domain(city, to_sink):
    for n in range(20):
        put(city, n)
    start, sent = threading.Barrier(2), []

    def one(settings):
        with database.connection_context():
            start.wait()
            sent.append(sender.send(settings)["sent"])

    with smtp_sink.running() as sink:
        both = to_sink(sink, mail_per_domain=7)
        threads = [threading.Thread(target=one, args=(both,)) for _ in range(2)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    # The count is taken before the other's claim is seen: at most one more for each sender.
    assert 7 <= sum(sent) <= 8
    assert len(set(sink.ids())) == len(sink.messages) == sum(sent)


def test_a_held_mail_stays_until_somebody_releases_it(city, to_sink):
    number = put(city)
    notifications.hold(SYSTEM, number)
    with smtp_sink.running() as sink:
        assert sender.send(to_sink(sink)) == {
            "sent": 0, "failed": 0, "put_off": 0, "waiting": 1, "smtp": True,
        }  # fmt: skip
        notifications.release(SYSTEM, number)
        assert sender.send(to_sink(sink))["sent"] == 1


def test_a_report_about_our_mail_marks_the_address_and_sends_to_the_next(city, to_sink):
    contact(city, "gone@x.cn")
    contact(city, "next@x.cn", topics=["payments"])
    number = put(city)
    with smtp_sink.running() as sink:
        sender.send(to_sink(sink))
        assert sink.ids() == [written.our_id(number)]
        told = reports.take(SYSTEM, written.postfix(number, "gone@x.cn"))
        assert told == {
            "mail": number, "addresses": ["gone@x.cn"], "failed": False, "again": True,
            "known": False,
        }  # fmt: skip
        assert reports.take(SYSTEM, written.postfix(number, "gone@x.cn"))["known"]
        assert sender.send(to_sink(sink))["sent"] == 1
    assert sink.recipients == [["gone@x.cn"], ["next@x.cn"]]
    bounced = sql("SELECT address, code, source, times FROM mail_bounce").fetchall()
    assert bounced == [("gone@x.cn", "5.1.1", "report", 1)]


def test_a_report_in_another_makers_form_is_read_too(city, to_sink):
    number = put(city, to="gone@x.cn", code="H99999999999")
    with smtp_sink.running() as sink:
        sender.send(to_sink(sink))
    assert reports.take(SYSTEM, written.exchange(number, "gone@x.cn"))["failed"]
    assert rows("state, last_error") == [
        ("failed", "退信：gone@x.cn 5.1.10 550 5.1.10 RESOLVER.ADR.RecipientNotFound;"
         " Recipient not found by SMTP address lookup"),
    ]  # fmt: skip


def test_a_mail_that_came_back_reaches_the_address_when_somebody_sends_it_again(city, to_sink):
    number = put(city, to="gone@x.cn", code="H99999999999")
    with smtp_sink.running() as sink:
        sender.send(to_sink(sink))
        reports.take(SYSTEM, written.postfix(number, "gone@x.cn"))
        notifications.send_again(SYSTEM, number)
        assert sender.send(to_sink(sink))["sent"] == 1
    assert len(sink.messages) == 2


def test_one_of_two_recipients_lost_is_noted_and_the_mail_stays_sent(city, to_sink):
    contact(city, "fin@x.cn")
    contact(city, "gone@x.cn")
    number = put(city)
    with smtp_sink.running() as sink:
        sender.send(to_sink(sink))
    told = reports.take(SYSTEM, written.postfix(number, "gone@x.cn"))
    assert (told["failed"], told["again"]) == (False, False)
    assert rows() == [("sent",)]


def test_delays_and_full_mailboxes_are_noted_and_block_nothing(city, to_sink):
    number = put(city)
    with smtp_sink.running() as sink:
        sender.send(to_sink(sink))
    late = written.postfix(number, "h@x.cn", action="delayed", status="4.4.1", said="450 later")
    assert reports.take(SYSTEM, late)["addresses"] == []
    assert rows() == [("sent",)]
    full = written.postfix(number, "h@x.cn", status="5.2.2", said="552 5.2.2 mailbox full")
    reports.take(SYSTEM, full)
    assert sql("SELECT count(*) FROM mail_bounce").fetchone()[0] == 0


@pytest.mark.parametrize("forged", ["address", "stamp", "mail"])
def test_a_report_about_what_we_did_not_send_changes_nothing(city, to_sink, forged):
    number = put(city, copies=("w@x.cn",))
    with smtp_sink.running() as sink:
        sender.send(to_sink(sink))
    address = "other@x.cn" if forged == "address" else "h@x.cn"
    message_id = written.our_id(number)
    if forged == "stamp":
        message_id = f"<mail.{number}.20260101000000000000@city.example>"
    if forged == "mail":
        message_id = message_id.replace(f"mail.{number}.", "mail.999.")
    with pytest.raises(ReportOfOthers):
        reports.take(SYSTEM, written.postfix(number, address, message_id=message_id))
    assert rows() == [("sent",)]
    assert sql("SELECT count(*) FROM mail_bounce").fetchone()[0] == 0


def test_the_times_of_a_bounce_are_ours_and_first_stays(city, frozen_clock):
    refusal = notifications.Refusal("Gone@x.cn", 550, "no")
    party = ("hospital", city.hospitals[0])
    source = "answer"
    from models.rules.words import BounceSource

    bounces.blame(refusal, party, 1, BounceSource(source))
    first = clock.now()
    frozen_clock.advance(days=3)
    bounces.blame(refusal, party, 2, BounceSource(source))
    found = sql("SELECT first_seen_at, last_seen_at, times, mail_id FROM mail_bounce").fetchone()
    assert found == (first, clock.now(), 2, 2)
