"""Windows of confirmation: opened by the scheme, ended by a word, and what silence does."""

from datetime import date, datetime, timedelta

import psycopg
import pytest

from models import clock
from models.records.base import db as database
from models.records.base import sql
from models.rules.errors.windows import (
    NotAutomatic,
    NothingAwaited,
    RevocationOver,
    RevocationTooLate,
    WhyNeeded,
)
from models.rules.words import Decision, Party, Role
from models.services import windows
from models.services.access import SYSTEM, Actor
from models.services.imports.taking_in import TABLE_LOCK
from models.services.settle import settle_period
from models.services.windows import Answer, Wanted
from tests.factories import receipts, sheets, waiting
from tests.factories.imports import put_on_sheet
from tests.factories.waiting import follow, line, of, say, words

FIRST = date(2026, 4, 1)
#: Five working days after the 1st; the 6th is no holiday here.
DUE = date(2026, 4, 8)
OVER = date(2026, 4, 9)
RUN_OUT = datetime(2026, 4, 9, tzinfo=clock.SHANGHAI)
MAKER = Actor("maker", Role.MAKER)


@pytest.fixture
def city(db):
    made = sheets.city()
    receipts.product()
    return made


@pytest.fixture
def seat(city):
    return Actor("clinic", Role.HOSPITAL, party_code=city.hospitals[0])


def settle(period="2026-03", on=date(2026, 4, 20)):
    with database.atomic():
        return settle_period(SYSTEM, period, None, on=on, progress=lambda *_: None)


def test_nothing_switched_on_changes_nothing(city):
    waiting.scheme(windows=False)
    line(city, "L1")
    assert follow(FIRST) == windows.Followed()
    assert follow(date(2026, 5, 30)) == windows.Followed()
    say("L1", "hospital", FIRST, "dispute")
    follow(OVER)
    for table in ("confirm_window", "line_dispute"):
        assert sql(f"SELECT count(*) FROM {table}").fetchone()[0] == 0
    assert sql("SELECT count(*) FROM job WHERE name = 'windows'").fetchone()[0] == 0


def test_the_system_opens_both_windows_on_the_first_of_the_month_after(city):
    waiting.scheme()
    line(city, "L1")
    assert follow(date(2026, 3, 31)).opened == 0
    assert follow(FIRST).opened == 2
    for party in Party:
        assert of("L1", party) == [(1, "answer", "open", FIRST, DUE)]


def test_the_system_waits_for_its_apply_day(city):
    waiting.scheme(apply_day=3)
    line(city, "L1")
    assert follow(date(2026, 4, 2)).opened == 0
    assert follow(date(2026, 4, 3)).opened == 2


def test_a_window_opens_on_the_day_it_is_found_never_before(city):
    waiting.scheme()
    line(city, "L1")
    follow(date(2026, 4, 20))
    assert of("L1") == [(1, "answer", "open", date(2026, 4, 20), date(2026, 4, 27))]


def test_a_word_ends_its_window_as_it_comes_in(city):
    waiting.scheme()
    line(city, "L1")
    follow(FIRST)
    say("L1", "hospital", date(2026, 4, 3))
    assert [row[2] for row in of("L1")] == ["answered"]
    assert [row[2] for row in of("L1", "enterprise")] == ["open"]


def test_the_enterprise_applies_and_the_hospital_s_window_begins_then(city):
    waiting.scheme(initiator="enterprise", apply_day=7)
    line(city, "L1")
    assert follow(FIRST).opened == 1
    assert of("L1", "enterprise") == [(1, "apply", "open", FIRST, date(2026, 4, 7))]
    assert of("L1") == []
    say("L1", "enterprise", date(2026, 4, 2))
    assert follow(date(2026, 4, 3)).opened == 1
    assert of("L1") == [(1, "answer", "open", date(2026, 4, 3), date(2026, 4, 10))]


def test_an_application_without_its_invoices_opens_nothing(city):
    waiting.scheme(initiator="enterprise", apply_day=7)
    line(city, "L1", invoiced=False)
    say("L1", "enterprise", date(2026, 4, 2))
    assert follow(date(2026, 4, 3)).opened == 0


def test_a_late_application_belongs_to_the_next_month(city):
    waiting.scheme(initiator="enterprise", apply_day=7)
    line(city, "L1")
    follow(FIRST)
    assert follow(date(2026, 4, 8)).rolled == 1
    assert of("L1", "enterprise")[-1] == (
        2, "apply", "open", date(2026, 4, 8), date(2026, 5, 7),
    )  # fmt: skip
    say("L1", "enterprise", date(2026, 4, 9))
    assert follow(date(2026, 4, 10)).opened == 0
    assert follow(date(2026, 5, 1)).opened == 1


def test_silence_is_escalated_and_still_answered(city):
    waiting.scheme()
    line(city, "L1")
    follow(FIRST)
    assert follow(DUE).escalated == 0
    assert follow(OVER).escalated == 2
    assert follow(OVER) == windows.Followed()
    assert [row[2] for row in of("L1")] == ["escalated"]
    assert words("L1") == []
    say("L1", "hospital", date(2026, 4, 15))
    assert [row[2] for row in of("L1")] == ["answered"]


def test_silence_rolls_over_to_the_next_month_s_round(city):
    waiting.scheme(silence="roll", apply_day=3)
    line(city, "L1")
    follow(date(2026, 4, 3))
    assert follow(date(2026, 4, 11)).rolled == 2
    assert follow(date(2026, 5, 2)).opened == 0
    assert follow(date(2026, 5, 3)).opened == 2
    assert [row[:3] for row in of("L1")] == [(1, "answer", "rolled"), (2, "answer", "open")]


def test_silence_confirms_where_the_scheme_says_so_at_the_instant_the_window_ran_out(city):
    waiting.scheme(silence="auto_confirm", revocable_days=5)
    line(city, "L1", 123_45)
    follow(FIRST)
    assert follow(date(2026, 4, 12)).confirmed == 2
    assert words("L1") == [("confirm", 123_45, RUN_OUT)]
    row = sql(
        "SELECT state, automatic_at, revocable_until, closed_on FROM confirm_window"
        " WHERE party = 'hospital'"
    ).fetchone()
    assert row == ("auto_confirmed", RUN_OUT, date(2026, 4, 14), date(2026, 4, 12))
    reason = sql("SELECT reason FROM confirmation WHERE party = 'hospital'").fetchone()[0]
    assert reason.startswith("自动确认：方案 S1")
    assert settle()["lines"] == 1


def test_nobody_is_confirmed_for_who_must_apply(city):
    waiting.scheme(silence="auto_confirm", initiator="enterprise", apply_day=7)
    line(city, "L1")
    for day in range(60):
        follow(FIRST + timedelta(day))
    assert words("L1", "enterprise") == words("L1") == []


def test_what_is_disputed_is_suspended_and_gets_its_whole_time_again(city):
    waiting.scheme(silence="auto_confirm")
    line(city, "L1")
    follow(FIRST)
    say("L1", "enterprise", date(2026, 4, 2), "dispute")
    follow(date(2026, 4, 2))
    assert [row[2] for row in of("L1")] == ["suspended"]
    assert follow(date(2026, 4, 20)).confirmed == 0
    say("L1", "enterprise", date(2026, 4, 21))
    follow(date(2026, 4, 21))
    assert of("L1")[-1] == (2, "answer", "open", date(2026, 4, 21), date(2026, 4, 28))


def test_a_voided_line_and_one_that_is_direct_no_more_lose_their_windows(city):
    waiting.scheme()
    line(city, "L1"), line(city, "L2")
    follow(FIRST)
    receipts.insert("line_void", line_no="L1", reason="错")
    sql("UPDATE hospital SET joined_on = NULL")
    follow(date(2026, 4, 2))
    assert {row[2] for row in of("L1") + of("L2")} == {"dropped"}
    assert follow(OVER).escalated == 0


def test_a_window_whose_scheme_switches_off_ends(city):
    waiting.scheme()
    line(city, "L1")
    follow(FIRST)
    sql("UPDATE scheme SET windows = false")
    follow(date(2026, 4, 2))
    assert [row[2] for row in of("L1")] == ["dropped"]


def test_a_holiday_announced_later_moves_a_running_window_later_never_earlier(city):
    waiting.scheme()
    line(city, "L1")
    follow(FIRST)
    receipts.insert("calendar_day", day=DUE, kind="holiday")
    follow(date(2026, 4, 2))
    assert of("L1")[0][4] == OVER
    sql("UPDATE calendar_day SET kind = 'working'")
    follow(date(2026, 4, 3))
    assert of("L1")[0][4] == OVER


def test_an_own_word_told_late_overrules_the_automatic_one(city):
    waiting.scheme(silence="auto_confirm")
    line(city, "L1")
    follow(FIRST)
    follow(OVER)
    assert settle()["lines"] == 1
    say("L1", "hospital", date(2026, 4, 7), "dispute")
    found = words("L1")
    assert [row[0] for row in found] == ["dispute", "confirm", "dispute"]
    assert found[2][2] == RUN_OUT + timedelta(microseconds=1)
    assert [row[2] for row in of("L1")] == ["overruled"]
    assert settle()["lines"] == 0
    say("L1", "hospital", date(2026, 4, 7), "dispute")
    assert len(words("L1")) == 3


def test_a_timely_yes_told_late_changes_nothing(city):
    waiting.scheme(silence="auto_confirm")
    line(city, "L1")
    follow(FIRST)
    follow(OVER)
    say("L1", "hospital", date(2026, 4, 7))
    assert len(words("L1")) == 2
    assert settle()["lines"] == 1


def test_revoking_resets_the_clock_of_payment(city, seat):
    waiting.scheme(silence="auto_confirm", due_start="joint_confirmation", due_days=10)
    line(city, "L1")
    follow(FIRST)
    follow(OVER)
    assert settle()["lines"] == 1
    on = date(2026, 4, 21)
    windows.revoke(seat, Party.HOSPITAL, ["L1"], "少到两盒", on, at=waiting.instant(on))
    assert of("L1") == [
        (1, "answer", "revoked", FIRST, DUE),
        (2, "answer", "open", on, date(2026, 4, 28)),
    ]
    assert settle()["lines"] == 0
    say("L1", "hospital", date(2026, 4, 24))
    assert settle()["lines"] == 1
    due = sql("SELECT due_on FROM sheet_line").fetchone()[0]
    assert due == date(2026, 5, 4)


def test_a_revocation_needs_its_reason_its_days_and_a_line_nobody_reviews(city, seat):
    waiting.scheme(silence="auto_confirm", revocable_days=3)
    line(city, "L1")
    line(city, "L2")
    follow(FIRST)
    follow(OVER)
    with pytest.raises(WhyNeeded):
        windows.revoke(seat, Party.HOSPITAL, ["L1"], " ", OVER)
    with pytest.raises(RevocationOver):
        windows.revoke(seat, Party.HOSPITAL, ["L1"], "错", date(2026, 4, 13))
    put_on_sheet("L1")
    with pytest.raises(RevocationTooLate):
        windows.revoke(seat, Party.HOSPITAL, ["L1"], "错", OVER)
    other = Actor("other", Role.HOSPITAL, party_code=city.hospitals[1])
    with pytest.raises(NotAutomatic):
        windows.revoke(other, Party.HOSPITAL, ["L2"], "错", OVER)
    with pytest.raises(NotAutomatic):
        windows.revoke(seat, Party.ENTERPRISE, ["L2"], "错", OVER)
    assert windows.revoke(seat, Party.HOSPITAL, ["L2"], "错", date(2026, 4, 12)) == 1
    with pytest.raises(NotAutomatic):
        windows.revoke(seat, Party.HOSPITAL, ["L2"], "错", date(2026, 4, 12))


def test_a_seat_answers_for_all_it_is_asked_for_and_for_nobody_else(city, seat):
    waiting.scheme()
    line(city, "L1", 100_00)
    line(city, "L2", 50_00, pair=1)
    follow(FIRST)
    other = Actor("other", Role.HOSPITAL, party_code=city.hospitals[1])
    with pytest.raises(NothingAwaited):
        windows.answer(other, Wanted(Party.HOSPITAL), Answer(Decision.CONFIRM), FIRST)
    seen, shown = windows.awaited(seat, Wanted(Party.HOSPITAL), FIRST)
    assert (tuple(seen), len(shown)) == ((2, 150_00), 2)
    wanted = Wanted(Party.HOSPITAL, enterprise_code=city.enterprises[1])
    assert windows.answer(seat, wanted, Answer(Decision.CONFIRM), FIRST).lines == 1
    assert [row[2] for row in of("L2")] == ["answered"]
    with pytest.raises(WhyNeeded):
        windows.answer(seat, Wanted(Party.HOSPITAL), Answer(Decision.DISPUTE), FIRST)
    windows.answer(seat, Wanted(Party.HOSPITAL), Answer(Decision.DISPUTE, "数量不符"), FIRST)
    assert words("L1")[0][0] == "dispute"
    assert words("L1", "enterprise") == []
    with pytest.raises(NothingAwaited):
        windows.answer(seat, Wanted(Party.HOSPITAL), Answer(Decision.CONFIRM), FIRST)


def test_a_window_never_keeps_from_a_sheet_what_both_confirmed(city):
    waiting.scheme()
    line(city, "L1")
    for party in Party:
        say("L1", party, date(2026, 3, 12))
    assert settle()["lines"] == 1
    assert follow(date(2026, 4, 21)) == windows.Followed()


def test_the_lead_of_a_community_is_asked_and_answers_for_its_members(city, seat):
    waiting.scheme(lead_settles=True)
    lead, member = city.hospitals
    sql("UPDATE hospital SET lead_hospital_code = %s WHERE hospital_code = %s", (lead, member))
    line(city, "L1", hospital_code=member)
    follow(FIRST)
    owner = sql("SELECT hospital_code FROM confirm_window WHERE party = 'hospital'").fetchone()[0]
    assert owner == lead
    mine = Actor("member", Role.HOSPITAL, party_code=member)
    with pytest.raises(NothingAwaited):
        windows.answer(mine, Wanted(Party.HOSPITAL), Answer(Decision.CONFIRM), FIRST)
    assert windows.answer(seat, Wanted(Party.HOSPITAL), Answer(Decision.CONFIRM), FIRST).lines == 1
    assert words("L1")[0][0] == "confirm"


def test_the_run_waits_for_a_word_that_is_just_coming_in(city, settings):
    """Two connections: an import holds its table while silence would be judged."""
    waiting.scheme(silence="auto_confirm")
    line(city, "L1")
    follow(FIRST)
    database.connection().commit()
    with psycopg.connect(settings.database_url) as other:
        other.execute("SELECT pg_advisory_xact_lock(%s, hashtext('confirmations'))", (TABLE_LOCK,))
        sql("SET lock_timeout = '200ms'")
        with pytest.raises(psycopg.errors.LockNotAvailable):
            follow(OVER)
        sql("RESET lock_timeout")
        other.rollback()
    assert follow(OVER).confirmed == 2


def test_a_run_that_dies_between_its_steps_leaves_nothing_and_is_done_once_later(city, monkeypatch):
    waiting.scheme(silence="auto_confirm")
    line(city, "L1")
    follow(FIRST)
    database.connection().commit()
    with monkeypatch.context() as patch:
        patch.setattr(windows.following.silence, "write", lambda *_: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            follow(OVER)
    assert [row[2] for row in of("L1")] == ["open"]
    assert words("L1") == []
    assert (follow(OVER).confirmed, follow(OVER).confirmed) == (2, 0)
    assert len(words("L1")) == 1
