"""Rows come in: a JSON list is answered at once, NDJSON of any length becomes an import."""

from typing import Any

from flask import Blueprint, g, jsonify, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import NotFound

from models import clock
from models.records.base import db
from models.rules import api_keys
from models.rules.errors.api import KeyNeeded
from models.rules.job_names import JobName
from models.schemas import tables
from models.services import access, audit, files, jobs
from models.services.api import once
from models.services.api.once import Answer
from web.api import bodies, door, signatures

KEY_CHARS_MAX = 200
ACCEPTED = 202


def take(kind: str) -> ResponseReturnValue:
    """Take rows of a table: columns of the file formats.

    The same Idempotency-Key with the same content gives the first answer again, with other
    content 409.
    """
    if kind not in tables.BY_KIND:
        raise NotFound
    access.require_import(g.actor, kind)
    door.require(api_keys.sends(kind))
    key = request.headers.get("Idempotency-Key", "").strip()
    if not 0 < len(key) <= KEY_CHARS_MAX or not key.isprintable():
        raise KeyNeeded(length=KEY_CHARS_MAX)
    return _told(_at_once(kind, key) if request.mimetype == bodies.JSON else _queued(kind, key))


def _at_once(kind: str, key: str) -> Answer:
    stream = bodies.Hashed(request.stream)
    rows = [row for _line, row in bodies.rows(stream, bodies.JSON)]
    signatures.check_body(stream.sha256.hexdigest())
    return once.take(kind, rows, g.actor, on=clock.today(), key=key)


def _queued(kind: str, key: str) -> Answer:
    """Keep the rows and queue their import; a known key keeps nothing."""
    with db.atomic() as transaction:
        once.lock(g.actor, key)
        answer, sha256 = _stored(kind)
        signatures.check_body(sha256)
        digest = f"{kind}:{sha256}"
        first = once.known(g.actor, key, digest)
        if first is not None:
            transaction.rollback()
            return first
        return once.keep(g.actor, key, digest, Answer(answer, ACCEPTED))


def _told(answer: Answer) -> ResponseReturnValue:
    told = jsonify(door.plain(answer.facts))
    if answer.status == ACCEPTED:
        told.headers["Location"] = answer.facts["status"]
    if answer.replayed:
        told.headers["Idempotent-Replayed"] = "true"
    return told, answer.status


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


def install(bp: Blueprint) -> None:
    """Register the call."""
    bp.add_url_rule("/<kind>", "take", take, methods=["POST"])
