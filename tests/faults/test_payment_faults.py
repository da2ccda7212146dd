"""Wherever work on money is cut off, nothing has happened; afterwards it is done once."""

import hashlib
from contextlib import AbstractContextManager, nullcontext

import pytest

from models.records.base import db as handle
from models.records.base import run_sql_text, sql
from models.rules.job_names import JobName
from models.rules.words import JobState
from models.services import books, files, jobs
from tests.conftest import empty_tables
from tests.faults import payment_work as work
from tests.faults.dying import Death, answer_lost, dying
from tests.processes import running_workers, wait_until
from tests.properties import payment_promises as promises
from workers import banking
from workers.actors.registry import service

HASTY = "tests.journeys.hasty_worker"
#: No work of a few orders has more steps.
STEPS_MAX = 400
#: Where a worker is held while it is killed: a table that each kind writes in the middle.
HELD_AT = {
    JobName.PAY: "instruction_event",
    JobName.BANK_RESULT: "bank_result_line",
    JobName.STATEMENT: "statement_entry",
    JobName.REISSUE: "payment_allocation",
}
HOLD = """
CREATE FUNCTION hold_worker() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN PERFORM pg_sleep(30); RETURN NULL; END $$;
CREATE TRIGGER hold_worker AFTER INSERT ON {table} FOR EACH STATEMENT EXECUTE FUNCTION hold_worker()
"""


def undisturbed() -> dict[str, list[str]]:
    """What the month comes to when nobody disturbs it."""
    work.begin()
    for kind in work.KINDS:
        do(work.ask(kind))
    figures = work.figures()
    empty_tables()
    return figures


def do(job_id: int, around: AbstractContextManager[object] | None = None) -> None:
    """Do a job, whatever became of it before; `around` may let its connection die."""
    sql(
        "UPDATE job SET attempts_max = 1000, next_try_at = clock_timestamp() - interval '1 minute'"
        " WHERE id = %s",
        (job_id,),
    )
    work_of_kind = service(JobName(jobs.get(job_id).name))
    with around or nullcontext():
        jobs.run(job_id, work_of_kind)
    # The connection of a work that died is replaced, as a worker does before its next job.
    if not handle.is_connection_usable():
        handle.close()
    handle.connect(reuse_if_open=True)


def stored_once() -> bool:
    """Whether each batch has its one file, with the bytes it was sent with."""
    rows = sql("SELECT file_id, file_sha256 FROM payment_batch ORDER BY id").fetchall()
    assert len({file_id for file_id, _ in rows}) == len(rows)
    return all(
        hashlib.sha256(b"".join(files.read(file_id))).hexdigest() == sha256
        for file_id, sha256 in rows
    )


@pytest.mark.usefixtures("db")
def test_work_cut_off_before_any_statement_leaves_no_trace_and_is_then_done_once(monkeypatch):
    expected = undisturbed()
    work.begin()
    deaths = dict.fromkeys(work.KINDS, 0)
    for kind in work.KINDS:
        job_id = work.ask(kind)
        before, picture = work.mark(), promises.take()
        for step in range(1, STEPS_MAX):
            death = Death(step)
            do(job_id, dying(monkeypatch, death))
            if jobs.get(job_id).state == JobState.DONE:
                break
            assert death.came, jobs.get(job_id).error_sentence
            deaths[kind] += 1
            assert work.mark() == before, f"{kind} cut off at step {step}"
        promises.hold(picture, promises.take())
        do(job_id)
        assert stored_once()
    assert work.figures() == expected
    assert min(deaths.values()) > 15, deaths
    assert books.check_books(banking.order_file)["broken"] == []


@pytest.mark.usefixtures("db")
def test_work_whose_last_answer_is_lost_is_done_and_not_done_again(monkeypatch):
    expected = undisturbed()
    work.begin()
    for kind in work.KINDS:
        job_id = work.ask(kind)
        do(job_id, answer_lost(monkeypatch, job_id))
        assert jobs.get(job_id).state == JobState.DONE
        after = work.mark()
        do(job_id)
        assert work.mark() == after
    assert work.figures() == expected
    assert stored_once()


@pytest.mark.parametrize("kind", work.KINDS)
def test_a_worker_killed_in_the_middle_is_replaced_and_the_figures_are_the_same(
    kind, db, settings, redis_url, tmp_path
):
    expected = undisturbed()
    work.begin()
    for one in work.KINDS[: work.KINDS.index(kind)]:
        do(work.ask(one))
    before = work.figures()
    run_sql_text(HOLD.format(table=HELD_AT[kind]))
    try:
        with running_workers(
            settings.database_url, redis_url, worker_module=HASTY, log_path=tmp_path / "log"
        ) as background:
            job_id = work.ask(kind)
            wait_until(held, what="the worker in the middle of its work")
            background.kill(background.of("worker")[0])
            assert {**work.figures(), "files": before["files"]} == before
            release()
            background.keep_workers(1)
            assert jobs.wait(job_id, timeout=40).state is JobState.DONE
            assert jobs.get(job_id).attempt > 1
    finally:
        release()
    for one in work.KINDS[work.KINDS.index(kind) + 1 :]:
        do(work.ask(one))
    assert work.figures() == expected
    assert stored_once()


def held() -> bool:
    return bool(
        sql(
            "SELECT 1 FROM pg_stat_activity WHERE wait_event = 'PgSleep'"
            " AND datname = current_database()"
        ).fetchone()
    )


def release() -> None:
    """End who still sleeps in the trigger, and take the trigger away."""
    sql(
        "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity"
        " WHERE wait_event = 'PgSleep' AND datname = current_database()"
    )
    run_sql_text("DROP FUNCTION IF EXISTS hold_worker() CASCADE")
