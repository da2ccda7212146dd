"""A year replayed day by day: each step is reached once, each mail is sent once, whatever dies."""

import re
from collections import Counter
from contextlib import ExitStack
from datetime import date, timedelta
from pathlib import Path
from random import Random

import pytest

from models.records.base import db as database
from models.records.base import sql
from models.rules.money import yuan
from models.services import access
from models.services.overdue import listing, watched
from tests.journeys.year import city as town
from tests.journeys.year.book import Book, Told
from tests.journeys.year.office import Office
from tests.journeys.year.schedulers import Schedulers, a_night_passes
from tests.workers import smtp_sink

SEED = 20250101
DAYS = [town.FIRST + timedelta(n) for n in range((town.LAST - town.FIRST).days + 1)]
#: Worker processes do the work of these days, and are killed at it.
STORMS = ((date(2025, 4, 7), 4), (date(2025, 9, 15), 4))
#: The mail server is away for three days, with mails to send.
SMTP_DOWN = {date(2025, 5, 18) + timedelta(n) for n in range(3)}
#: Every so many days all late lines are compared, not only their number.
LOOK_CLOSER_DAYS = 14


def listed(on: date) -> dict[str, tuple[object, ...]]:
    """Every late line as the product lists it."""
    with database.atomic() as transaction:
        listing.collect(access.areas(access.SYSTEM, None), on)
        watched.collect_interest(on)
        rows = sql(
            "SELECT l.line_no, l.lane, l.due_on, l.days_late, l.unpaid_fen,"
            " (SELECT coalesce(sum(p.interest_fen), 0)::bigint FROM late_part p"
            "   WHERE p.line_no = l.line_no), l.step, l.responsible, l.party_code FROM late l"
        ).fetchall()
        transaction.rollback()
    return {row[0]: tuple(row[1:]) for row in rows}


def assert_steps_and_mails(book: Book) -> None:
    """What is recorded is what the plain book has, no more and no less."""
    steps = sql("SELECT line_no, step, recorded_on FROM overdue_step").fetchall()
    assert {(no, step): on for no, step, on in steps} == book.steps
    found: dict[tuple[date, str, str], list[tuple[frozenset[tuple[str, int]], str]]] = {}
    for mail_id, on, kind, code, text in sql(
        "SELECT id, business_on, party_kind, party_code, body_text FROM mail"
        " WHERE kind = 'overdue' ORDER BY id"
    ).fetchall():
        calls = sql("SELECT line_no, step FROM mail_line WHERE mail_id = %s", (mail_id,))
        found.setdefault((on, kind, code), []).append((frozenset(map(tuple, calls)), text))
    assert found.keys() == book.mails.keys()
    for key, letters in book.mails.items():
        assert [calls for calls, _ in found[key]] == [letter.calls for letter in letters], key
        for letter, (_, text) in zip(letters, found[key], strict=True):
            for fen in (letter.unpaid_fen, letter.interest_fen):
                whole, cents = yuan(fen).split(".")
                assert f"{int(whole):,}.{cents}" in text, (key, fen)


def assert_each_mail_arrived_once(sink: smtp_sink.Sink, interrupted: set[int]) -> None:
    """Each mail is with its institution once; at most twice where its sender was killed."""
    arrived: Counter[int] = Counter()
    for message, recipients in zip(sink.messages, sink.recipients, strict=True):
        number = int(re.match(r"<mail\.(\d+)\.", str(message["Message-ID"]))[1])
        if message["To"].addresses[0].addr_spec in recipients:
            arrived[number] += 1
    for mail_id, code, state, attempts in sql("SELECT id, party_code, state, attempts FROM mail"):
        if code == town.BOUNCING:
            assert (state, arrived[mail_id]) == ("failed", 0)
        else:
            assert state == "sent"
            assert arrived[mail_id] == 1 or (
                mail_id in interrupted and arrived[mail_id] <= attempts
            ), mail_id


def coverage(office: Office) -> dict[str, int]:
    """What the year had to offer; a year without it proves nothing."""
    actions = dict(
        sql("SELECT facts ->> 'action', count(*) FROM overdue_step GROUP BY 1").fetchall()
    )
    responsible = dict(
        sql("SELECT facts ->> 'responsible', count(*) FROM overdue_step GROUP BY 1").fetchall()
    )
    letters = [letter for found in office.book.mails.values() for letter in found]
    repeats = Counter(call for letter in letters for call in letter.calls)
    money = office.book.money
    return {
        **{f"action {action}": actions.get(action, 0)
           for action in ("remind", "urge", "bulletin", "interview", "suspend")},
        **{f"by {who}": responsible.get(who, 0) for who in ("hospital", "enterprise", "agency")},
        "repeated": sum(count > 1 for count in repeats.values()),
        "returned": sum(back is not None for fates in money.booked.values() for _, back in fates),
        "settled": len(money.booked),
        "punctual": len([r for r in money.hospital_payment if r["payment_no"].startswith("P")]),
        "in parts": len(money.hospital_payment),
        "excused": len(office.book.excuses),
        "urged again": sum(e.ended_on is not None for e in office.book.excuses),
        "voided": len(office.book.plain.world.line_void),
    }  # fmt: skip


@pytest.fixture
def sink(monkeypatch):
    with smtp_sink.running() as found:
        found.answers[town.address(town.BOUNCING)] = "550 no such user"
        monkeypatch.setenv("SMTP_HOST", "localhost")
        monkeypatch.setenv("SMTP_PORT", str(found.port))
        monkeypatch.setenv("SMTP_SECURITY", "none")
        monkeypatch.setenv("MAIL_FROM", "直接结算 <zj@city.example>")
        monkeypatch.setenv("MAIL_PER_SECOND", "10000")
        yield found


def one_day(on: date, office: Office, schedulers: Schedulers, random: Random) -> None:
    """A day of the year: papers, the question of what is late, and how often it is asked."""
    office.work(on)
    book, fate = office.book, random.random()
    stormy = schedulers.background is not None
    if fate < 0.04 and not stormy:
        return  # Nobody asked: the machine was off, or its clock jumped over the day.
    askers = 2 if stormy or fate > 0.93 else 1
    assert schedulers.send(on, askers=askers) == book.send(on), on
    if 0.04 < fate < 0.08:
        assert schedulers.send(on) == Told(len(book.late(on))), f"{on} asked twice"
    if 0.08 < fate < 0.12:
        # The clock went back: an earlier day is asked again.
        earlier = max(on - timedelta(random.randrange(1, 9)), town.FIRST)
        assert schedulers.send(earlier) == book.send(earlier), f"{earlier} asked on {on}"


@pytest.mark.usefixtures("db")
def test_a_year_day_by_day(sink, settings, redis_url, monkeypatch, tmp_path: Path):
    # A chosen year: the same in every run.
    random, mornings = Random(SEED), Random(SEED)  # noqa: S311
    office, schedulers = Office(mornings), Schedulers(random)
    office.open()
    port = str(sink.port)
    with ExitStack() as storm:
        for place, on in enumerate(DAYS):
            if any(on == start for start, _ in STORMS):
                storm.enter_context(
                    schedulers.storm(settings.database_url, redis_url, tmp_path / "log")
                )
            monkeypatch.setenv("SMTP_PORT", "1" if on in SMTP_DOWN else port)
            one_day(on, office, schedulers, random)
            schedulers.deliver(on)
            if any(on == start + timedelta(days - 1) for start, days in STORMS):
                storm.close()
            a_night_passes()
            if place % LOOK_CLOSER_DAYS == 0:
                assert listed(on) == office.book.late(on), on
    for _ in range(2):
        a_night_passes()
        schedulers.deliver(town.LAST)

    assert_steps_and_mails(office.book)
    assert_each_mail_arrived_once(sink, schedulers.interrupted)
    punctual = list(office.story.punctual)
    assert not sql("SELECT 1 FROM overdue_step WHERE line_no = ANY (%s)", (punctual,)).fetchone()
    assert not sql("SELECT 1 FROM mail_line WHERE line_no = ANY (%s)", (punctual,)).fetchone()
    assert schedulers.kills > 0
    assert min(coverage(office).values()) > 0, coverage(office)
