"""What the tests of the queue share: a table of done work and ways to ask for probes."""

from collections.abc import Callable, Iterator
from datetime import date
from typing import Any

import pytest

from models.records import base
from models.rules.job_names import JobName
from models.services import jobs
from tests.workers import probes


@pytest.fixture
def probe_work(db: Any) -> Iterator[Callable[[int], list[int]]]:
    """Return the committed attempts of a job."""
    base.run_sql_text(probes.TABLE)

    def attempts(job_id: int) -> list[int]:
        rows = base.sql(
            "SELECT attempt FROM probe_work WHERE job_id = %s ORDER BY attempt", (job_id,)
        )
        return [row[0] for row in rows]

    yield attempts
    base.run_sql_text("DROP TABLE probe_work")


def ask(behaviour: str, **options: Any) -> int:
    """Queue one probe and return its number."""
    job = jobs.enqueue(
        JobName.SETTLE,
        {"period": "2026-06", "area": behaviour, "on": date(2026, 7, 1)},
        by="tester",
        **options,
    )
    return int(job.id)
