"""Digests: what they tell, when they leave, what they take into themselves, what falls due soon."""

from datetime import date, datetime

import pytest

from models.clock import SHANGHAI
from models.records.base import db as database
from models.records.base import sql
from models.services import notifications, overdue
from models.services.access import SYSTEM
from models.services.overdue import preview
from tests.factories import receipts, sheets
from workers.mail.render import MailRenderer

#: Accepted 2 March: due 1 April, a Wednesday.
FIRST_LATE = date(2026, 4, 2)
FRIDAY, SATURDAY, SUNDAY, MONDAY = (date(2026, 4, day) for day in (3, 4, 5, 6))


@pytest.fixture
def city(db):
    made = sheets.city()
    receipts.product()
    receipts.scheme()
    return made


@pytest.fixture
def send(settings):
    def find(on, area=None):
        with database.atomic():
            return overdue.find(SYSTEM, on, area, render=MailRenderer(settings))

    return find


def mails(columns="party_code, state, not_before, last_error"):
    return sql(f"SELECT {columns} FROM mail ORDER BY id").fetchall()


def ladder(*steps):
    for step, after, action in steps:
        receipts.rung(step, after, action=action)


def at(day, hour, minute=0):
    return datetime(day.year, day.month, day.day, hour, minute, tzinfo=SHANGHAI)


def test_a_digest_names_counterparties_the_next_step_and_the_day_to_answer_by(city, send):
    ladder((1, 1, "remind"), (2, 30, "bulletin"))
    hospital = city.hospitals[0]
    for enterprise, fen in ((city.enterprises[0], 100_00), (city.enterprises[1], 900_00)):
        receipts.receipt(hospital, enterprise, fen)
    assert send(FIRST_LATE)["mails"] == 1
    text = mails("body_text")[0][0]
    names = [row[0] for row in sql("SELECT name FROM enterprise ORDER BY credit_code")]
    assert text.index(f"- {names[1]}：1 笔，900.00 元") < text.index(f"- {names[0]}：1 笔，100.00")
    assert "逾期满 30 天将列入通报（阶梯2），最早一笔在 2026年5月1日" in text
    assert "请于 2026年4月9日前确认" in text
    agency = sql("SELECT name FROM agency").fetchone()[0]
    assert f"{agency}\n2026年4月2日" in text


def test_by_default_a_digest_leaves_at_once_on_any_day(city, send):
    receipts.receipt(city.hospitals[0], city.enterprises[0])
    send(SATURDAY)
    assert mails("not_before, next_try_at") == [(None, None)]


def test_an_agency_that_rests_lets_digests_wait_and_the_numbers_stay(city, send):
    sql("UPDATE agency SET mail_rest = true")
    receipts.receipt(city.hospitals[0], city.enterprises[0])
    assert send(SATURDAY) == {"overdue": 1, "escalated": 1, "mails": 1}
    assert mails("not_before, next_try_at, state") == [(at(MONDAY, 9), at(MONDAY, 9), "waiting")]
    assert send(SATURDAY) == {"overdue": 1, "escalated": 0, "mails": 0}


def test_an_agency_sends_at_its_hour_and_news_never_wait(city, send):
    sql("UPDATE agency SET mail_at = '17:00'")
    receipts.receipt(city.hospitals[0], city.enterprises[0])
    send(FIRST_LATE)
    assert mails("next_try_at") == [(at(FIRST_LATE, 17),)]


@pytest.fixture
def weekend(city, send):
    """An agency that rests, and a line that reaches a step on Saturday, Sunday and Monday each."""
    sql("UPDATE agency SET mail_rest = true")
    ladder((1, 1, "remind"), (2, 2, "urge"), (3, 3, "bulletin"))
    receipts.receipt(city.hospitals[0], city.enterprises[0], accepted_on=date(2026, 3, 4))
    return send


def test_monday_brings_one_digest_for_the_weekend(weekend):
    for day in (SATURDAY, SUNDAY, MONDAY):
        assert weekend(day) == {"overdue": 1, "escalated": 1, "mails": 1}
    numbers = [row[0] for row in mails("id")]
    assert mails("state, last_error") == [
        ("cancelled", f"已并入邮件 {numbers[1]}"),
        ("cancelled", f"已并入邮件 {numbers[2]}"),
        ("waiting", None),
    ]
    assert sql("SELECT count(*) FROM mail_line").fetchone()[0] == 3, "each step is told once"


def test_a_digest_that_somebody_holds_or_hurries_is_left_alone(weekend):
    weekend(SATURDAY)
    sql("UPDATE mail SET state = 'held'")
    weekend(SUNDAY)
    sql("UPDATE mail SET next_try_at = now() WHERE state = 'waiting'")
    weekend(MONDAY)
    assert [row[0] for row in mails("state")] == ["held", "waiting", "waiting"]


def test_a_digest_of_fewer_areas_takes_nothing_into_itself(weekend, city):
    sheets.area("529988", sheets.PROVINCE)
    weekend(SATURDAY)
    number = mails("id")[0][0]
    sql("UPDATE hospital SET area_code = '529988' WHERE hospital_code = %s", (city.hospitals[0],))
    with database.atomic():
        later = sql(
            "INSERT INTO mail (kind, party_kind, party_code, to_address, subject, body_text,"
            " body_html, business_on, state, created_at, dedupe_key) SELECT kind, party_kind,"
            " party_code, to_address, '', '', '', %s, 'waiting', now(), 'other' FROM mail"
            " RETURNING id",
            (SUNDAY,),
        ).fetchone()[0]
        assert notifications.absorb([later], [sheets.CITY]) == 0
        assert notifications.absorb([later], [sheets.CITY, "529988"]) == 1
    assert mails("id, state") == [(number, "cancelled"), (later, "waiting")]


def soon(days=5):
    sql("UPDATE scheme SET upcoming_days = %s", (days,))


def test_lines_that_fall_due_soon_are_announced_once_and_are_no_reminders(city, send):
    soon()
    hospital, enterprise = city.hospitals[0], city.enterprises[0]
    line = receipts.receipt(hospital, enterprise)
    assert send(date(2026, 3, 26)) == {"overdue": 0, "escalated": 0, "mails": 0}
    assert send(date(2026, 3, 27)) == {"overdue": 0, "escalated": 0, "mails": 0, "upcoming": 1}
    assert send(date(2026, 3, 28)) == {"overdue": 0, "escalated": 0, "mails": 0}
    told = mails("kind, party_code, body_text")
    assert [row[:2] for row in told] == [("upcoming", hospital)]
    assert line in told[0][2]
    assert sql("SELECT line_no, due_on, announced_on FROM upcoming_line").fetchall() == [
        (line, date(2026, 4, 1), date(2026, 3, 27))
    ]
    assert sql("SELECT count(*) FROM overdue_step").fetchone()[0] == 0
    assert send(FIRST_LATE) == {"overdue": 1, "escalated": 1, "mails": 1}


def test_a_digest_of_the_day_holds_the_announcement(city, send):
    soon()
    hospital, enterprise = city.hospitals[0], city.enterprises[0]
    receipts.receipt(hospital, enterprise)
    line = receipts.receipt(hospital, enterprise, accepted_on=date(2026, 3, 5))
    assert send(FIRST_LATE) == {"overdue": 1, "escalated": 1, "mails": 1}
    told = mails("kind, body_text")
    assert [row[0] for row in told] == ["overdue"]
    assert "另有 1 笔即将到期" in told[0][1]
    assert sql("SELECT line_no FROM upcoming_line").fetchall() == [(line,)]


def test_without_the_column_of_the_scheme_nothing_is_announced(city, send):
    receipts.receipt(city.hospitals[0], city.enterprises[0])
    send(date(2026, 3, 31))
    assert mails() == []


def test_asking_for_todays_digests_shows_the_text_and_records_nothing(city, send, settings):
    receipts.receipt(city.hospitals[0], city.enterprises[0])
    areas = [row[0] for row in sql("SELECT area_code FROM area")]
    day = preview.look(areas, FIRST_LATE, None, MailRenderer(settings))
    assert day.counts == {"overdue": 1, "escalated": 1, "mails": 1}
    assert [(one.kind, one.code, one.lines) for one in day.parties] == [
        ("hospital", city.hospitals[0], 1)
    ]
    (shown,) = day.mails
    assert mails() == []
    assert sql("SELECT count(*) FROM overdue_step").fetchone()[0] == 0
    send(FIRST_LATE)
    assert mails("subject, body_text, body_html") == [
        (shown.shown.subject, shown.shown.text, shown.shown.html)
    ]


def test_the_totals_of_counterparties_add_up_whatever_is_shown(city, send):
    hospital = city.hospitals[0]
    for n in range(11):
        sql(
            "INSERT INTO enterprise (credit_code, name, role, size, account_no, account_name,"
            " bank_name, cnaps_code, email) VALUES (%s, %s, 'both', 'small', '1', 'n', 'b', 'c',"
            " 'e@x.cn')",
            (f"91529999000000{n:04d}", f"企业{n}"),
        )
        receipts.receipt(hospital, f"91529999000000{n:04d}", 100 + n)
    send(FIRST_LATE)
    text = mails("body_text")[0][0]
    assert "- 其他：3 笔，3.03 元" in text
