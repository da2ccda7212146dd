"""What became of queued rows: the institution's jobs and the files of refused rows."""

from typing import Any

from flask import Blueprint, Response, g, jsonify, url_for
from werkzeug.exceptions import NotFound

from models.schemas import answers, questions
from models.services.api import reading
from models.services.api.reading import Page
from web import downloads
from web.api import cursors, door, reads
from web.api.cursors import Form


def _told(job: Any) -> dict[str, Any]:
    failed = {"code": job.error_code, "error": job.error_sentence} if job.error_code else None
    return {
        "id": job.id,
        "name": job.name,
        "state": job.state,
        "done": job.done_count,
        "total": job.total_count,
        "result": door.plain(job.result),
        "error": failed,
        "error_file": url_for("api.errors", job_id=job.id) if job.error_file_id else None,
    }


def jobs() -> Response:
    """Return the institution's jobs, latest first."""
    told = reads.asked(questions.JobsQuestion)
    begin = cursors.read("jobs", told["cursor"], Form.NUMBER)
    found = reading.jobs(g.actor, told["limit"], begin)
    shown: list[Any] = [_told(job) for job in found.rows]
    return reads.page("jobs", answers.JobAnswer, Page(shown, found.after))


def job(job_id: int) -> Response:
    """Return how far a job is and what came of it."""
    reads.asked(questions.Nothing)
    return jsonify(answers.JobAnswer().dump(_told(_found(job_id))))


def errors(job_id: int) -> Response:
    """Return the rows an import refused, as CSV."""
    reads.asked(questions.Nothing)
    found = _found(job_id)
    if not found.error_file_id:
        raise NotFound
    return downloads.send(found.error_file_id)


def _found(job_id: int) -> Any:
    found = reading.job(g.actor, job_id)
    if found is None:
        raise NotFound
    return found


def install(bp: Blueprint) -> None:
    """Register the calls."""
    bp.add_url_rule("/jobs", "jobs", jobs)
    bp.add_url_rule("/jobs/<int(max=9007199254740991):job_id>", "job", job)
    bp.add_url_rule("/jobs/<int(max=9007199254740991):job_id>/errors", "errors", errors)
