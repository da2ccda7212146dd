"""The database server dies in mid-month, the standby takes over, and the month ends the same."""

from datetime import date

from models import settings as settings_module
from models.records import base
from models.records.base import sql
from models.rules.job_names import JobName
from models.services import approvals, jobs
from models.services.jobs.side import aside
from tests.journeys.months import APPROVER, CHECKER, CITY, MAKER, Office, broken
from tests.processes import running_workers, wait_until

ON = date(2026, 4, 10)


def come_back(url: str) -> None:
    """Open the test's own handle again, as a page does with its next request."""
    if not base.db.is_closed():
        base.db.close()
    aside.close()
    base.connect(settings_module.load(), url)
    base.db.connect()


def state_of(job_id: int) -> str:
    return sql("SELECT state FROM job WHERE id = %s", (job_id,)).fetchone()[0]


def test_a_standby_promoted_in_mid_month_has_every_commit_and_work_goes_on(
    pair, redis_url, monkeypatch
):
    monkeypatch.setenv("DATABASE_URL", pair.url)
    come_back(pair.url)
    with running_workers(pair.url, redis_url) as background:
        office = Office()
        office.open()
        office.buy("2026-03", 123_456, ON)
        with base.db.atomic():
            job = jobs.enqueue(
                JobName.SETTLE, {"on": ON, "period": "2026-03", "area": CITY}, by=MAKER.name
            )
        pair.lose_primary()
        pair.promote()
        come_back(pair.url)
        # What was committed is there; what was in hand is done by an attempt of its own.
        wait_until(lambda: state_of(job.id) == "done", seconds=60, what="the settlement")
        for person in (CHECKER, APPROVER):
            with base.db.atomic():
                approvals.approve(person, "2026-03", CITY, ON)
        told = office.pay("2026-03", ON)
        assert len(told["batches"]) == 1
        assert len(background.of("worker")) == len(background.of("relay")) == 1
    assert sql("SELECT count(*), sum(amount_fen), min(state) FROM payment_instruction").fetchone()[
        :3
    ] == (1, 123_456, "settled")
    assert broken() == []
