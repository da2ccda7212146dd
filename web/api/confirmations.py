"""The programming interface, version 1: confirmations in, jobs out."""

from typing import Any

from flask import Blueprint, Flask, Response, g, jsonify, request, url_for
from flask.typing import ResponseReturnValue

from models import clock
from models.records.access import IdempotencyKey
from models.records.base import db
from models.records.files import ImportRun
from models.rules.errors import SettlementError
from models.rules.errors.api import KeyNeeded
from models.rules.errors.imports import KeyReused
from models.rules.job_names import JobName
from models.schemas import tables
from models.services import access, audit, files, jobs
from models.services import confirmations as confirmation_service
from web import downloads
from web.admin import jobs as job_pages
from web.api import bodies, door

KEY_CHARS_MAX = 200
ACCEPTED = 202
#: One request with a key at a time, so that a repetition waits for the first answer.
KEY_LOCK = 7_466_002

bp = Blueprint("api", __name__, url_prefix="/api/v1")
bp.before_request(door.enter)
bp.register_error_handler(SettlementError, door.refusal)


@bp.post("/confirmations")
def confirmations() -> ResponseReturnValue:
    """Take confirmations, columns of the table `confirmations`.

    A JSON list is answered at once with the verdict on each row; NDJSON of any length is queued as
    an import and answered with its job. The same Idempotency-Key with the same content gives the
    first answer again, with other content 409.
    """
    access.require_import(g.actor, "confirmations")
    key = request.headers.get("Idempotency-Key", "").strip()
    if not 0 < len(key) <= KEY_CHARS_MAX:
        raise KeyNeeded(length=KEY_CHARS_MAX)
    if request.mimetype == bodies.JSON:
        rows = [row for _line, row in bodies.rows(bodies.Hashed(request.stream), bodies.JSON)]
        answer = confirmation_service.take(rows, g.actor, on=clock.today(), key=key)
        return jsonify(door.plain(answer))
    return _queued("confirmations", key)


def _queued(kind: str, key: str) -> ResponseReturnValue:
    with db.atomic() as transaction:
        db.execute_sql(
            "SELECT pg_advisory_xact_lock(%s, hashtext(%s))", (KEY_LOCK, f"{g.actor.name}\x1f{key}")
        )
        answer, sha256 = _stored(kind)
        known = IdempotencyKey.get_or_none(
            IdempotencyKey.user_name == g.actor.name, IdempotencyKey.key == key
        )
        if known is not None:
            transaction.rollback()
            return _again(known, sha256, key)
        IdempotencyKey.create(
            user_name=g.actor.name,
            key=key,
            payload_sha256=sha256,
            answer=answer,
            status=ACCEPTED,
            made_at=clock.now(),
        )
    return _answer(answer, ACCEPTED)


def _again(known: IdempotencyKey, sha256: str, key: str) -> ResponseReturnValue:
    if known.payload_sha256 != sha256:
        raise KeyReused(key=key)
    answer, status = _answer(known.answer, known.status)
    answer.headers["Idempotent-Replayed"] = "true"
    return answer, status


def _answer(facts: dict[str, Any], status: int) -> tuple[Response, int]:
    answer: Response = jsonify(facts)
    answer.headers["Location"] = facts["status"]
    return answer, status


def _stored(kind: str) -> tuple[dict[str, Any], str]:
    """Keep the rows as a file, queue its import, and return the answer with the body's hash."""
    stream = bodies.Hashed(request.stream)
    counted: list[int] = []
    found = bodies.rows(stream, request.mimetype)
    stored = files.store(
        f"{kind}.csv",
        bodies.as_csv(tables.table(kind), found, counted.append),
        by=g.actor.name,
        kind="upload",
    )
    job = jobs.enqueue(
        JobName.IMPORT_DATA,
        {"kind": kind, "file_id": stored.id, "all_or_nothing": False, "on": clock.today()},
        by=g.actor.name,
    )
    sha256 = stream.sha256.hexdigest()
    audit.wrote(
        "api.received",
        actor=g.actor.name,
        subject=f"file:{stored.id}",
        kind=kind,
        rows=counted[0],
        sha256=sha256,
        job_id=job.id,
    )
    told = {
        "job": job.id,
        "rows": counted[0],
        "sha256": sha256,
        "status": url_for("api.job", job_id=job.id),
    }
    return told, sha256


@bp.get("/jobs/<int:job_id>")
def job(job_id: int) -> ResponseReturnValue:
    """Tell how far a job is and what came of it."""
    found = job_pages.one(job_id)
    run = ImportRun.get_or_none(ImportRun.job_id == job_id)
    has_errors = run is not None and run.error_file_id is not None
    return jsonify(
        id=found.id,
        name=found.name,
        state=found.state.value,
        done=found.done_count,
        total=found.total_count,
        result=door.plain(found.result),
        error=(
            {"code": found.error_code, "error": found.error_sentence} if found.error_code else None
        ),
        error_file=url_for("api.errors", job_id=job_id) if has_errors else None,
    )


@bp.get("/jobs/<int:job_id>/errors")
def errors(job_id: int) -> Response:
    """Send the rows an import refused, as CSV."""
    job_pages.one(job_id)
    run = ImportRun.get_or_none(ImportRun.job_id == job_id)
    return downloads.send(run.error_file_id if run is not None and run.error_file_id else 0)


def install(app: Flask) -> None:
    """Register the interface."""
    app.register_blueprint(bp)
