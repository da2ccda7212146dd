"""Who calls: a bearer token acts as its user; refusals are JSON with a stable code."""

from typing import Any

from flask import Response, g, jsonify, request
from flask.typing import ResponseReturnValue

from models.rules.errors import SettlementError
from models.rules.errors.api import TokenNeeded
from models.services import users
from models.services.access import Actor
from web.errors import sentence_of, status_of

_SCHEME = "bearer "
_STATUS = {
    "token_needed": 401,
    "idempotency_key_needed": 400,
    "idempotency_key_reused": 409,
    "bad_json": 400,
    "bad_content_type": 415,
}


def enter() -> None:
    """Find the user of the token, or refuse with TokenNeeded."""
    header = request.headers.get("Authorization", "")
    token = header[len(_SCHEME) :].strip() if header.lower().startswith(_SCHEME) else ""
    user = users.of_token(token) if token else None
    if user is None:
        raise TokenNeeded
    g.actor = Actor(
        name=user.name, role=str(user.role), area_code=user.area_code, party_code=user.party_code
    )


def refusal(error: SettlementError) -> ResponseReturnValue:
    """Return a refusal as other programs read it."""
    status = _STATUS.get(error.code, status_of(error))
    answer: Response = jsonify(error=sentence_of(error), code=error.code)
    if status == 401:
        answer.headers["WWW-Authenticate"] = "Bearer"
    return answer, status


def plain(facts: Any) -> Any:
    """Return facts without what only our own screens need."""
    hidden = {"error_file_id", "file_id"}
    return {k: v for k, v in facts.items() if k not in hidden} if isinstance(facts, dict) else facts
