"""A real worker tries a scheme, whatever it did before on the same connection."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from models.records.base import db as database
from models.records.base import sql
from models.rules.job_names import JobName
from models.rules.words import Role
from models.services import access, jobs, scheme_drafts, users
from models.services.access import Actor
from tests.factories.imports import send
from tests.processes import running_workers
from tests.scripts.small_city import FILES

ON, PERIOD = date(2026, 11, 1), "2026-03"
SUE, ABE = Actor("sue", Role.SUPERVISOR), Actor("abe", Role.APPROVER)
#: More often than psycopg needs to keep a statement prepared on a connection.
SETTLED_BEFORE = 7


@pytest.fixture
def workers(settings, redis_url, tmp_path: Path) -> Iterator[None]:
    with running_workers(settings.database_url, redis_url, log_path=tmp_path / "log"):
        yield


def done(name: JobName, by: str, **args: object) -> dict[str, Any]:
    """Ask for work, wait for the worker, and return its result."""
    with database.atomic():
        job = jobs.enqueue(name, {"on": ON, **args}, by=by)
    ended = jobs.wait(job.id)
    assert ended.state == "done", (ended.error_code, ended.error_sentence)
    result: dict[str, Any] = ended.result
    return result


def test_a_trial_tells_what_the_settlement_makes_once_the_draft_is_in_force(db, workers):
    for kind, text in FILES.items():
        send(kind, text.encode())
    sql("UPDATE enterprise SET account_verified = true")
    users.create("sue", Role.SUPERVISOR, access.ALL_AREAS)
    users.create("maker", Role.MAKER, access.ALL_AREAS)
    for _ in range(SETTLED_BEFORE):
        assert done(JobName.SETTLE, "maker", period=PERIOD)["payable_yuan"] == "130.00"
    day = date(2026, 3, 1)
    cells = scheme_drafts.of_version("S1", date(2026, 1, 1)) | {
        "valid_from": str(day), "funding": "turnover", "scope": "listed", "due_days": "45",
    }  # fmt: skip
    draft = scheme_drafts.begin(SUE, cells, base=("S1", date(2026, 1, 1)), reason="试")
    result = done(JobName.SCHEME_TRIAL, "sue", draft_id=draft, period=PERIOD)
    assert (result["was"]["payable_fen"], result["would"]["payable_fen"]) == (13_000, 13_000)
    assert [
        (s["was_funding"], s["would_funding"], s["would_due_on"]) for s in result["sheets"]
    ] == [("offset", "turnover", "2026-04-20")]
    assert sql("SELECT funding, due_on FROM settlement_sheet").fetchone() == (
        "offset", date(2026, 4, 6),
    )  # fmt: skip
    scheme_drafts.submit(SUE, draft, revision=1)
    scheme_drafts.put_in_force(ABE, draft, revision=1)
    done(JobName.SETTLE, "maker", period=PERIOD)
    assert sql("SELECT funding, due_on, payable_fen FROM settlement_sheet").fetchone() == (
        "turnover", date(2026, 4, 20), 13_000,
    )  # fmt: skip
