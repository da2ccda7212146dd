"""Problems by a key: another system reports one, and reads how it stands."""

from typing import Any

from flask import Blueprint, Response, g, jsonify, request, url_for
from flask.typing import ResponseReturnValue
from marshmallow import ValidationError
from werkzeug.exceptions import NotFound

from models import clock
from models.rules import api_keys
from models.rules.errors.api import BadContentType, BadParameter, KeyNeeded
from models.schemas import problem_bodies, questions
from models.services.api import problems
from web import scope
from web.api import bodies, door, reads, signatures
from web.api.sending import KEY_CHARS_MAX


def report() -> ResponseReturnValue:
    """Report one problem.

    The same Idempotency-Key with the same content gives the first answer again, with other
    content 409.
    """
    door.require(api_keys.sends(api_keys.PROBLEMS))
    key = request.headers.get("Idempotency-Key", "").strip()
    if not 0 < len(key) <= KEY_CHARS_MAX or not key.isprintable():
        raise KeyNeeded(length=KEY_CHARS_MAX)
    if request.mimetype != bodies.JSON:
        raise BadContentType
    answer = problems.report(g.actor, _told(), key, clock.today())
    told = jsonify(answer.facts)
    told.headers["Location"] = url_for("api.problem", problem_no=answer.facts["problem_no"])
    if answer.replayed:
        told.headers["Idempotent-Replayed"] = "true"
    return told, answer.status


def _told() -> dict[str, Any]:
    """Return the checked body. Raises BadJson, BadParameter."""
    stream = bodies.Hashed(request.stream)
    rows = [row for _line, row in bodies.rows(stream, bodies.JSON)]
    signatures.check_body(stream.sha256.hexdigest())
    if len(rows) != 1:
        raise BadParameter(name="body", form="one problem")
    try:
        found: dict[str, Any] = problem_bodies.ProblemBody().load(rows[0])
    except ValidationError as error:
        messages: dict[str, Any] = error.normalized_messages()  # type: ignore[no-untyped-call]
        name, said = next(iter(sorted(messages.items())))
        form = said[0] if isinstance(said, list) else said
        raise BadParameter(name=name[:60], form=str(form)[:100]) from None
    return found


def problem(problem_no: str) -> Response:
    """Return one problem with its thread."""
    door.require(api_keys.reads(api_keys.Reading.PROBLEMS))
    reads.asked(questions.Nothing)
    found = problems.one(g.actor, scope.current(), problem_no, clock.today())
    if found is None:
        raise NotFound
    return jsonify(problem_bodies.ProblemDetailAnswer().dump(found))


def install(bp: Blueprint) -> None:
    """Register the calls."""
    bp.add_url_rule("/problems", "report_problem", report, methods=["POST"])
    bp.add_url_rule("/problems/<code:problem_no>", "problem", problem)
