"""What happens by the clock happens once a tick, however many schedules run."""

import threading
from datetime import UTC, datetime, time, timedelta
from typing import Any

import pytest

from models.clock import SHANGHAI
from models.records.base import db as handle
from models.records.base import sql
from models.records.jobs import Job, ScheduleRun
from models.rules.job_names import JobName
from models.rules.words import JobState
from tests.processes import running_workers, wait_until
from workers import schedule
from workers.timetable import TIMETABLE, Daily, Every, Monthly, Task, Weekly

NOON = datetime(2026, 7, 1, 12, 0, tzinfo=SHANGHAI)
MORNING = Task("morning", JobName.TIDY, Daily(time(8, 30)))
MINUTE = Task("minute", JobName.SEND_MAIL, Every(60))


def test_a_daily_tick_is_the_last_one_in_beijing() -> None:
    daily = Daily(time(8, 30))
    assert daily.last_tick(NOON) == datetime(2026, 7, 1, 0, 30, tzinfo=UTC)
    early = datetime(2026, 7, 1, 8, 29, 59, tzinfo=SHANGHAI)
    assert daily.last_tick(early) == datetime(2026, 6, 30, 0, 30, tzinfo=UTC)
    assert daily.last_tick(datetime(2026, 7, 1, 8, 30, tzinfo=SHANGHAI)).day == 1


def test_a_monthly_tick_is_the_last_one_in_beijing() -> None:
    monthly = Monthly(1, time(6, 0))
    assert monthly.last_tick(NOON) == datetime(2026, 6, 30, 22, 0, tzinfo=UTC)
    early = datetime(2026, 3, 1, 5, 59, tzinfo=SHANGHAI)
    assert monthly.last_tick(early) == datetime(2026, 1, 31, 22, 0, tzinfo=UTC)
    assert monthly.last_tick(datetime(2026, 1, 1, 6, 0, tzinfo=SHANGHAI)).year == 2025


def test_a_weekly_tick_is_the_last_monday_in_beijing() -> None:
    weekly = Weekly(time(4, 50))
    monday = datetime(2026, 3, 1, 20, 50, tzinfo=UTC)
    assert weekly.last_tick(monday) == monday
    assert weekly.last_tick(monday + timedelta(days=6)) == monday
    assert weekly.last_tick(monday - timedelta(minutes=1)) == monday - timedelta(days=7)


def test_the_ticks_of_an_interval_are_the_same_on_every_host() -> None:
    assert Every(60).last_tick(NOON + timedelta(seconds=59)) == NOON
    assert Every(60).last_tick(NOON + timedelta(seconds=60)) == NOON + timedelta(minutes=1)


def test_a_fresh_installation_owes_nothing(db: Any) -> None:
    assert schedule.look(NOON, [MORNING]) == []
    assert schedule.look(NOON + timedelta(hours=1), [MORNING]) == []
    assert Job.select().count() == 0


def test_a_tick_queues_one_job_with_its_business_date(db: Any) -> None:
    schedule.look(NOON, [MORNING])
    assert schedule.look(NOON + timedelta(days=1), [MORNING]) == ["morning"]
    assert schedule.look(NOON + timedelta(days=1), [MORNING]) == []
    job = Job.get()
    assert (job.name, job.args, job.requested_by) == ("tidy", {"on": "2026-07-02"}, "system")
    assert ScheduleRun.get(ScheduleRun.job_id.is_null(False)).job_id == job.id


def test_of_missed_ticks_only_the_latest_is_made_up_for(db: Any) -> None:
    schedule.look(NOON, [MORNING, MINUTE])
    taken = schedule.look(NOON + timedelta(days=5), [MORNING, MINUTE])
    assert sorted(taken) == ["minute", "morning"]
    assert Job.select().count() == 2


def test_a_tick_does_not_pile_up_on_a_job_that_still_waits(db: Any) -> None:
    for minutes in range(5):
        schedule.look(NOON + timedelta(minutes=minutes), [MINUTE])
    assert Job.select().count() == 1
    assert ScheduleRun.select().count() == 5


def test_a_clock_that_goes_back_takes_no_tick_twice(db: Any) -> None:
    schedule.look(NOON, [MINUTE])
    assert schedule.look(NOON + timedelta(minutes=1), [MINUTE]) == ["minute"]
    assert schedule.look(NOON - timedelta(minutes=3), [MINUTE]) == []


def test_two_schedules_are_one(db: Any) -> None:
    schedule.look(NOON, TIMETABLE)
    taken: list[str] = []
    at_once = threading.Barrier(6)

    def another() -> None:
        with handle.connection_context():
            at_once.wait()
            taken.extend(schedule.look(NOON + timedelta(days=31), TIMETABLE))

    threads = [threading.Thread(target=another) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    # Webhooks wait for nothing here, so their tick is left alone.
    assert sorted(taken) == sorted(task.name for task in TIMETABLE if task.is_needed is None)


@pytest.mark.usefixtures("db")
def test_the_schedule_process_queues_and_the_workers_do_it(settings: Any, redis_url: str) -> None:
    sql("INSERT INTO schedule_run VALUES ('tidy', now() - interval '3 days', NULL, now())")
    with running_workers(settings.database_url, redis_url, schedules=2):
        wait_until(
            lambda: Job.get_or_none(name="tidy", state=JobState.DONE), what="the scheduled job done"
        )
    assert Job.select().where(Job.name == "tidy").count() == 1
