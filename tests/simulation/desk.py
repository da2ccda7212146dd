"""How the clerk's work is done: the real jobs, in this process or by real workers beside it."""

from datetime import date
from typing import Any

from models.records.base import sql
from models.rules.job_names import JobName
from models.services import files, jobs
from workers.actors.registry import service

#: A worker has so long for one file of a seed.
PATIENCE_SECONDS = 60


class Refused(Exception):
    """The business said no: its code and sentence."""


class Desk:
    """Does each job in this process, exactly as a worker would."""

    def do(self, name: JobName, args: dict[str, Any], *, by: str) -> dict[str, Any]:
        """Queue a job, see it done and return its result; Refused with the code otherwise."""
        return self.done(int(jobs.enqueue(name, args, by=by).id))

    def done(self, job_id: int) -> dict[str, Any]:
        """See a queued job done and return its result."""
        self.work(job_id)
        job = jobs.get(job_id)
        if job.state != "done":
            raise Refused(f"{job.name} {job.state}: {job.error_code} {job.error_sentence}")
        return dict(job.result or {})

    def work(self, job_id: int) -> None:
        """Let the job be done."""
        jobs.run(job_id, service(JobName(jobs.get(job_id).name)))

    def give(self, name: JobName, content: bytes, profile: str, on: date) -> dict[str, Any]:
        """Take in a file of the bank."""
        stored = files.store("bank", [content], by="maker", kind=name.value)
        args = {"file_id": int(stored.id), "profile": profile, "on": on}
        return self.do(name, args, by="maker")

    def sent_since(self, batch_id: int) -> tuple[int, list[bytes]]:
        """Return the bytes of the files sent after a batch, and the latest batch."""
        rows = sql(
            "SELECT id, file_id FROM payment_batch WHERE id > %s ORDER BY id", (batch_id,)
        ).fetchall()
        return (
            max([batch_id, *(row[0] for row in rows)]),
            [b"".join(files.read(row[1])) for row in rows],
        )


class WorkersDesk(Desk):
    """Leaves the work to worker processes, through relay and Redis."""

    def work(self, job_id: int) -> None:
        jobs.wait(job_id, timeout=PATIENCE_SECONDS)
