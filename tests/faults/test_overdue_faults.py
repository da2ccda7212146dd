"""Wherever the search for overdue lines is cut off, each step and each mail is recorded once."""

from contextlib import AbstractContextManager, nullcontext
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from models.clock import SHANGHAI
from models.records.base import db as handle
from models.records.base import run_sql_text, sql
from models.records.jobs import Job
from models.rules.job_names import JobName
from models.rules.words import JobState
from models.services import jobs
from tests.conftest import empty_tables
from tests.factories import receipts, sheets
from tests.faults.dying import Death, answer_lost, dying
from tests.processes import running_workers, wait_until
from workers import schedule
from workers.actors.registry import service
from workers.timetable import TIMETABLE

HASTY = "tests.journeys.hasty_worker"
#: Accepted 2 March: due 1 April.
ON = date(2026, 4, 20)
#: No search over a few lines has more steps.
STEPS_MAX = 300
OVERDUE = [task for task in TIMETABLE if task.name == "overdue"]

#: All that sending writes, without the numbers that a lost attempt uses up.
FIGURES = {
    "steps": "SELECT line_no, step, recorded_on, facts FROM overdue_step",
    "mails": "SELECT kind, party_kind, party_code, to_address, copy_addresses, subject, body_text,"
    " business_on, state, dedupe_key FROM mail",
    "lines": "SELECT m.dedupe_key, l.line_no, l.step, l.mailed_on FROM mail_line l"
    " JOIN mail m ON m.id = l.mail_id",
    "files": "SELECT kind, name, sha256, count(*) FROM stored_file GROUP BY 1, 2, 3",
    "senders": "SELECT name, state, args FROM job WHERE name = 'send_mail'",
    "register": "SELECT to_jsonb(o) FROM open_line o",
    "audit": "SELECT action, actor, subject, facts - 'job_id' FROM audit_event",
}
_HOLD = """
CREATE FUNCTION hold_worker() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN PERFORM pg_sleep(30); RETURN NULL; END $$;
CREATE TRIGGER hold_worker AFTER INSERT ON {table} FOR EACH STATEMENT EXECUTE FUNCTION hold_worker()
"""


def begin() -> None:
    """A city with late lines of both lanes, for which three institutions answer."""
    made = sheets.city()
    receipts.product()
    receipts.scheme()
    receipts.rung(1, 1, repeat_days=7, copy_to="w@health.example")
    receipts.rung(2, 15)
    for number in range(4):
        receipts.receipt(
            made.hospitals[number % 2], made.enterprises[0], 100_00 + number, line_no=f"O{number}"
        )
    agreed = {"platform": "online", "hospital_confirmed_on": "2026-03-05"}
    receipts.receipt(made.hospitals[0], made.enterprises[1], line_no="W1", **agreed)
    due = date(2026, 4, 1)
    sheets.sheet(made.hospitals[0], made.enterprises[0], 50_00, due_on=due, line_no="S1")


_MARK = "SELECT md5(string_agg(t.row, '|')) FROM ({}) t"
_ROWS = "(SELECT coalesce(string_agg(r::text, ',' ORDER BY r::text), '') AS row FROM ({}) r)"


def mark() -> str:
    """One word for all figures, in one query."""
    return str(
        sql(_MARK.format(" UNION ALL ".join(map(_ROWS.format, FIGURES.values())))).fetchone()
    )


def figures() -> dict[str, list[str]]:
    return {name: sorted(map(str, sql(query).fetchall())) for name, query in FIGURES.items()}


def ask(on: date = ON) -> int:
    return int(
        jobs.enqueue(JobName.OVERDUE, {"area": None, "send": True, "on": on}, by="system").id
    )


def do(job_id: int, around: AbstractContextManager[object] | None = None) -> None:
    """Do a job, whatever became of it before; `around` may let its connection die."""
    sql(
        "UPDATE job SET attempts_max = 1000, next_try_at = clock_timestamp() - interval '1 minute'"
        " WHERE id = %s",
        (job_id,),
    )
    with around or nullcontext():
        jobs.run(job_id, service(JobName.OVERDUE))
    mend()


def mend() -> None:
    """Replace the connection of a work that died, as a worker does before its next job."""
    if not handle.is_connection_usable():
        handle.close()
    handle.connect(reuse_if_open=True)


@pytest.fixture
def expected(db: Any) -> dict[str, list[str]]:
    """What a day comes to when nobody disturbs it; then the same city once more."""
    begin()
    do(ask())
    told = figures()
    assert [len(told[name]) for name in ("steps", "mails", "senders")] == [6, 4, 1]
    empty_tables()
    begin()
    return told


def test_a_search_cut_off_before_any_statement_leaves_no_trace_and_is_then_done_once(
    expected, monkeypatch
):
    job_id, before = ask(), mark()
    deaths = 0
    for step in range(1, STEPS_MAX):
        death = Death(step)
        do(job_id, dying(monkeypatch, death))
        if jobs.get(job_id).state == JobState.DONE:
            break
        assert death.came, jobs.get(job_id).error_sentence
        deaths += 1
        assert mark() == before, f"cut off at step {step}"
    assert deaths > 30
    assert figures() == expected
    do(ask())
    assert figures() == expected


def test_a_search_whose_last_answer_is_lost_is_done_and_not_done_again(expected, monkeypatch):
    job_id = ask()
    do(job_id, answer_lost(monkeypatch, job_id))
    assert jobs.get(job_id).state == JobState.DONE
    do(job_id)
    do(ask())
    assert figures() == expected


def held() -> bool:
    return bool(
        sql(
            "SELECT 1 FROM pg_stat_activity WHERE wait_event = 'PgSleep'"
            " AND datname = current_database()"
        ).fetchone()
    )


def release() -> None:
    sql(
        "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity"
        " WHERE wait_event = 'PgSleep' AND datname = current_database()"
    )
    run_sql_text("DROP FUNCTION IF EXISTS hold_worker() CASCADE")


@pytest.mark.parametrize("table", ["overdue_step", "mail", "mail_line"])
def test_a_worker_killed_while_it_records_is_replaced_and_everything_is_recorded_once(
    table, expected, settings, redis_url, tmp_path
):
    run_sql_text(_HOLD.format(table=table))
    before = figures()
    try:
        with running_workers(
            settings.database_url, redis_url, worker_module=HASTY, log_path=tmp_path / "log"
        ) as background:
            job_id, rival = ask(), ask()
            wait_until(held, what="the worker in the middle of recording")
            background.kill(background.of("worker")[0])
            assert figures() == before
            release()
            background.keep_workers(1)
            for one in (job_id, rival):
                assert jobs.wait(one, timeout=40).state is JobState.DONE
            # The mails themselves wait: there is no server in this test.
            wait_until(
                lambda: not sql("SELECT 1 FROM job WHERE finished_at IS NULL").fetchone(),
                what="the end of all work",
            )
    finally:
        release()
    told = figures()
    assert {name: told[name] for name in told if name != "senders"} == {
        name: expected[name] for name in expected if name != "senders"
    }


def test_two_schedules_whose_clocks_disagree_ask_once_a_day(db: Any):
    """One looks two hours ahead, one an hour behind, over five days."""
    start = datetime(2026, 4, 1, 12, 0, tzinfo=SHANGHAI)
    schedule.look(start, OVERDUE)
    taken = []
    for hours in range(1, 5 * 24):
        for skew in (2, -1, 0):
            now = start + timedelta(hours=hours + skew)
            taken += schedule.look(now, OVERDUE)
            sql("UPDATE job SET state = 'done', finished_at = now() WHERE state = 'waiting'")
    days = sorted(job.args["on"] for job in Job.select().where(Job.name == "overdue"))
    assert days == [f"2026-04-{day:02d}" for day in range(2, 7)]
    assert len(taken) == len(days)


def test_the_clock_of_a_schedule_is_that_of_the_database(db: Any, frozen_clock):
    frozen_clock.at(datetime(2031, 1, 1, tzinfo=UTC))
    told = schedule.agreed_now()
    assert abs((told - sql("SELECT clock_timestamp()").fetchone()[0]).total_seconds()) < 60
    assert told.year != 2031


def test_two_schedule_processes_and_two_workers_send_a_mornings_mails_once(
    expected, settings, redis_url, tmp_path
):
    sql("INSERT INTO schedule_run VALUES ('overdue', now() - interval '3 days', NULL, now())")
    with running_workers(
        settings.database_url, redis_url, workers=2, schedules=2, worker_module=HASTY,
        log_path=tmp_path / "log",
    ):  # fmt: skip
        wait_until(
            lambda: Job.get_or_none(name="overdue", state=JobState.DONE), what="the morning's work"
        )
    assert Job.select().where(Job.name == "overdue").count() == 1
    assert sql("SELECT count(*) FROM mail WHERE kind = 'overdue'").fetchone()[0] == 4
    assert sql("SELECT count(*) FROM overdue_step").fetchone()[0] == 6
