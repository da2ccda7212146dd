"""Steps of the main job as queued work: each once, even when the whole is started again."""

import time
from collections.abc import Mapping
from datetime import date
from typing import Any

from models import origin
from models.records.base import db
from models.records.jobs import Job
from models.rules.errors import SettlementError
from models.rules.errors.jobs import NoWorker
from models.rules.job_names import JobName
from models.rules.job_states import ENDED
from models.rules.words import JobState
from models.services import jobs
from scripts.demo.progress import Progress

#: Keys of the demo's jobs begin so; they tell a second start what is done.
PREFIX = "demo"
#: Workers that die are started again within seconds; this long nobody may be there.
NO_WORKER_SECONDS_MAX = 90.0


class StepFailed(SettlementError):
    """A step of the main job was refused or given up."""

    code = "demo_step_failed"
    zh = "演示步骤“{step}”没有完成：{reason}"
    en = "The step {step} of the demo was not done: {reason}"


def begun_on() -> date | None:
    """Return the business date of a main job begun before, or None."""
    first = Job.select().where(Job.dedupe_key.startswith(f"{PREFIX}:")).order_by(Job.id).first()
    return None if first is None else date.fromisoformat(first.dedupe_key.split(":")[1])


class Steps:
    """Queues the steps one after the other and waits for the workers."""

    def __init__(self, on: date, show: Progress) -> None:
        self._on, self._show = on, show

    def is_done(self, step: str) -> bool:
        """Say whether the step was done before."""
        return self._done(self._key(step)) is not None

    def run(
        self, step: str, label: str, name: JobName, args: Mapping[str, Any], *, by: str
    ) -> dict[str, Any]:
        """Return the result of a step, done now or by an earlier start.

        Raises StepFailed with the sentence of the job; NoWorker when nobody works for long.
        """
        key = self._key(step)
        self._show.begin(label)
        done = self._done(key)
        if done is None:
            done = self._wait(key, name, args, by)
        if done.state is not JobState.DONE:
            raise StepFailed(step=label, reason=done.error_sentence or str(done.state))
        result: dict[str, Any] = done.result
        return result

    def tell(self, told: str) -> None:
        """Say what came of the step."""
        self._show.end(told)

    def _key(self, step: str) -> str:
        return f"{PREFIX}:{self._on.isoformat()}:{step}"

    def _done(self, key: str) -> Job | None:
        found: Job | None = (
            Job.select().where(Job.dedupe_key == key, Job.state == JobState.DONE).first()
        )
        return found

    def _wait(self, key: str, name: JobName, args: Mapping[str, Any], by: str) -> Job:
        until = time.monotonic() + NO_WORKER_SECONDS_MAX
        while True:
            job = self._running(key)
            if job is None:
                origin.begin()
                with db.atomic():
                    job = jobs.enqueue(name, args, by=by, dedupe_key=key)
            try:
                return jobs.wait(job.id, self._advance)
            except NoWorker:
                if time.monotonic() > until:
                    raise

    def _running(self, key: str) -> Job | None:
        found: Job | None = (
            Job.select().where(Job.dedupe_key == key, Job.state.not_in(sorted(ENDED))).first()
        )
        return found

    def _advance(self, row: Job) -> None:
        self._show.advance(row.done_count or 0, row.total_count or 0)
