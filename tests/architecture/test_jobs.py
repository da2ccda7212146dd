"""Every kind of work has one policy, one schema, one actor and one service; every move is known."""

import importlib
import pkgutil
import re

import pytest

from models import settings
from models.rules.errors import all_errors
from models.rules.job_names import KINDS, LEASE_SECONDS, JobName, Queue
from models.rules.job_retries import PAUSES_SECONDS
from models.rules.job_states import ENDED, MOVES, JobMove, sources, target
from models.rules.words import JobState
from models.schemas.jobs import SCHEMAS
from models.services import jobs
from models.services.jobs import leases
from workers import actors
from workers.actors.registry import ACTORS, SERVICES
from workers.timetable import TIMETABLE

for module in pkgutil.iter_modules(actors.__path__, f"{actors.__name__}."):
    importlib.import_module(module.name)


@pytest.mark.parametrize("name", JobName)
def test_each_job_has_policy_schema_actor_and_service(name: JobName) -> None:
    assert KINDS[name].name is name
    assert name in SCHEMAS
    assert ACTORS[name].__name__ == name.value
    module, _, function = SERVICES[name].partition(":")
    assert module.startswith(("models.services.", "workers."))
    assert function.isidentifier()


def test_there_is_nothing_beside_the_known_jobs() -> None:
    assert set(KINDS) == set(SCHEMAS) == set(ACTORS) == set(SERVICES) == set(JobName)


def test_two_actors_for_one_job_are_refused() -> None:
    from workers.actors.registry import actor

    with pytest.raises(ValueError, match="two actors"):
        actor(JobName.SETTLE)(lambda job_id: None)


def test_each_queue_has_work() -> None:
    assert {kind.queue for kind in KINDS.values()} == set(Queue)


def test_a_lease_outlives_several_renewals() -> None:
    for kind in KINDS.values():
        assert kind.lease_seconds >= 4 * leases.RENEW_SECONDS
        assert kind.seconds_max > kind.lease_seconds
        assert kind.attempts_max >= 2


def test_a_job_is_asked_for_with_a_business_date() -> None:
    for schema in SCHEMAS.values():
        assert schema().fields["on"].required


def test_the_timetable_knows_its_jobs_and_each_task_once() -> None:
    names = [task.name for task in TIMETABLE]
    assert len(names) == len(set(names))
    for task in TIMETABLE:
        from datetime import date

        from models.schemas.jobs import dump

        dump(task.job, task.args_on(date(2026, 7, 1)))


def test_nothing_moves_a_job_out_of_its_end_and_every_state_is_reached() -> None:
    assert not [state for state, _ in MOVES if state in ENDED]
    assert {*MOVES.values(), JobState.WAITING} == set(JobState)


@pytest.mark.parametrize("move", JobMove)
def test_each_move_leads_to_one_state(move: JobMove) -> None:
    assert target(move) in set(JobState)
    assert sources(move)


DOCUMENT = (settings.ROOT / "docs" / "jobs.md").read_text()


def test_the_document_shows_each_move_and_no_other() -> None:
    rows = re.findall(r"^\| (\w+) \| (\w+) \| (\w+) \| .+ \|$", DOCUMENT, re.MULTILINE)
    moves = {(state.value, move.value, after.value) for (state, move), after in MOVES.items()}
    assert {row for row in rows if row[2] in set(JobState)} == moves


def test_the_document_shows_each_job_task_and_refusal() -> None:
    for name, kind in KINDS.items():
        row = f"| {name.value} | {kind.queue.value} | {kind.attempts_max} | `{SERVICES[name]}` |"
        assert row in DOCUMENT
    for task in TIMETABLE:
        assert f"| {task.name} | {task.job.value} | {task.rhythm.words()} |" in DOCUMENT
    for error in all_errors():
        if error.__module__.endswith("errors.jobs"):
            assert f"| `{error.code}` |" in DOCUMENT


def test_the_document_shows_lease_and_pauses() -> None:
    assert f"**Lease**: {LEASE_SECONDS} s" in DOCUMENT
    assert f"every {leases.RENEW_SECONDS:.0f} s" in DOCUMENT
    assert f"{', '.join(map(str, PAUSES_SECONDS))} s" in DOCUMENT


def test_the_refusals_of_jobs_have_their_own_codes() -> None:
    codes = [error.code for error in all_errors() if error.__module__.endswith("errors.jobs")]
    assert len(codes) == len(set(codes)) >= 8
    assert jobs.enqueue.__doc__
