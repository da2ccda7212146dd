"""When reminders leave, what a refusal says, and what a delivery report may make us believe."""

from datetime import date, datetime, time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.clock import SHANGHAI
from models.rules import bounces, delivery_reports, departure
from models.rules.bounces import Stage
from models.rules.errors.mails import NoDeliveryReport, ReportTooLarge
from models.rules.words import DayKind

FRIDAY, SATURDAY, MONDAY = date(2026, 7, 10), date(2026, 7, 11), date(2026, 7, 13)
#: The National Day holiday of 2026 as a calendar may state it, with a make-up Saturday after it.
HOLIDAY = {date(2026, 10, day): DayKind.HOLIDAY for day in range(1, 8)}
MAKEUP = HOLIDAY | {date(2026, 10, 10): DayKind.MAKEUP}


def at(day, hour, minute=0):
    return datetime.combine(day, time(hour, minute), tzinfo=SHANGHAI)


def test_without_an_hour_and_without_rest_a_reminder_leaves_at_once_on_any_day():
    for day in (FRIDAY, SATURDAY, MONDAY):
        assert departure.leaves_at(day, None, {}, rests=False) is None


def test_a_reminder_of_a_day_of_rest_waits_for_the_next_working_morning():
    assert departure.leaves_at(FRIDAY, None, {}, rests=True) is None
    assert departure.leaves_at(SATURDAY, None, {}, rests=True) == at(MONDAY, 9)
    assert departure.leaves_at(date(2026, 10, 1), None, HOLIDAY, rests=True) == at(
        date(2026, 10, 8), 9
    )
    assert departure.leaves_at(date(2026, 10, 10), None, MAKEUP, rests=True) is None


def test_the_hour_of_the_agency_counts_on_the_day_itself_and_after_a_rest():
    five = time(17, 0)
    assert departure.leaves_at(FRIDAY, five, {}, rests=True) == at(FRIDAY, 17)
    assert departure.leaves_at(SATURDAY, five, {}, rests=False) == at(SATURDAY, 17)
    assert departure.leaves_at(SATURDAY, five, {}, rests=True) == at(MONDAY, 17)


def test_the_day_to_answer_by_is_a_working_day():
    assert departure.answer_by(MONDAY, 7, {}) == date(2026, 7, 20)
    assert departure.answer_by(SATURDAY, 7, {}) == date(2026, 7, 20)


@given(st.dates(date(2020, 1, 1), date(2030, 12, 31)), st.times(), st.booleans())
def test_no_reminder_leaves_before_its_day_nor_on_a_day_of_rest_where_it_rests(day, hour, rests):
    leaves = departure.leaves_at(day, hour, HOLIDAY, rests=rests)
    assert leaves.date() >= day
    assert not rests or leaves.date().weekday() < 5 or leaves.date() in MAKEUP


@pytest.mark.parametrize(
    ("code", "text", "blames"),
    [
        (550, "no such user", True),
        (550, "5.1.1 <x@y.cn>: Recipient address rejected", True),
        (553, "sorry, that domain isn't in my list", True),
        (550, "Mailbox not found. https://service.mail.qq.com", True),
        (550, "5.2.1 The email account is disabled", True),
        (552, "5.2.2 mailbox full", False),
        (550, "5.7.1 Relaying denied", False),
        (554, "5.7.1 Service unavailable; Client host blocked", False),
        (554, "DT:SPM 163 smtp", False),
        (550, "5.1.8 Sender address rejected: Domain not found", False),
        (451, "4.1.1 greylisted", False),
        (550, "from 10.5.1.1.2 no", True),
    ],
)
def test_only_a_refusal_that_is_about_the_address_blames_it(code, text, blames):
    assert bounces.blames_address(code, text) is blames
    assert not bounces.blames_address(code, text, Stage.CONTENT)


@pytest.mark.parametrize(
    ("code", "text", "stage", "stops"),
    [
        (421, "4.3.2 closing", Stage.RECIPIENT, True),
        (421, "too many connections", Stage.CONTENT, True),
        (450, "4.7.1 too many mails from you", Stage.SENDER, True),
        (451, "4.7.1 greylisted", Stage.RECIPIENT, False),
        (550, "5.7.1 no", Stage.SENDER, False),
    ],
)
def test_a_server_that_wants_nothing_for_now_stops_the_run(code, text, stage, stops):
    assert bounces.stops_the_run(code, text, stage) is stops


def test_what_servers_say_is_one_line_without_control_characters():
    assert bounces.one_line("550\x1b[31m no\r\n such \x00user") == "550 [31m no such user"
    assert len(bounces.one_line("x" * 9_999)) == bounces.TEXT_CHARS_MAX


def report(**changes):
    told = {
        "id": "<mail.7.20260701020000000000@city.example>", "final": "rfc822; Gone@x.cn",
        "action": "failed", "status": "5.1.1", "type": "message/delivery-status",
    }  # fmt: skip
    told |= changes
    return (
        "Content-Type: multipart/report; boundary=b\n\n--b\nContent-Type: text/plain\n\nno\n"
        f"--b\nContent-Type: {told['type']}\n\nReporting-MTA: dns; mx\n\n"
        f"Final-Recipient: {told['final']}\nAction: {told['action']}\nStatus: {told['status']}\n"
        "Diagnostic-Code: smtp; 550 5.1.1 no such user\n\n"
        f"--b\nContent-Type: text/rfc822-headers\n\nMessage-ID: {told['id']}\n\n--b--\n"
    ).encode()


def test_a_report_names_our_mail_the_recipient_and_what_was_said():
    found = delivery_reports.read(report())
    assert (found.mail_id, found.stamp) == (7, "20260701020000000000")
    (fate,) = found.fates
    assert (fate.address, fate.action, fate.status) == ("Gone@x.cn", "failed", "5.1.1")
    assert fate.said == "550 5.1.1 no such user"


@pytest.mark.parametrize(
    "content",
    [
        b"", b"hello", b"\xff\xfe\x00" * 100, report(id="<other@city.example>"),
        report(type="text/plain"), report(final=""), report(id="<mail.x.y@z>"),
        b"Content-Type: multipart/report; boundary=b\n\n" + b"--b\n\nx\n" * 200,
    ],
)  # fmt: skip
def test_whatever_is_no_report_about_a_mail_of_ours_is_refused(content):
    with pytest.raises(NoDeliveryReport):
        delivery_reports.read(content)


def test_a_report_larger_than_any_report_is_not_read():
    with pytest.raises(ReportTooLarge):
        delivery_reports.read(report() + b"x" * delivery_reports.BYTES_MAX)


def test_parts_within_parts_without_end_are_refused_and_not_followed():
    deep = b"Content-Type: multipart/mixed; boundary=b\n\n--b\n" * 3_000
    with pytest.raises(NoDeliveryReport):
        delivery_reports.read(deep)


@given(st.binary(max_size=2_000), st.integers(0, 400))
def test_damaged_reports_are_read_or_refused_but_never_break(noise, place):
    whole = report()
    damaged = whole[:place] + noise + whole[place + len(noise) // 2 :]
    try:
        found = delivery_reports.read(damaged)
    except NoDeliveryReport:
        return
    assert all(fate.said.isprintable() for fate in found.fates)
