"""Refusals as other programs read them: application/problem+json with a stable code (RFC 9457)."""

from typing import Any

from flask import Response, jsonify, request

from models.rules.errors import SettlementError
from web import language

MEDIA_TYPE = "application/problem+json"
#: Statuses of refusals about rights, rows and requests; all else the business refuses is 422.
STATUS = {
    "not_allowed": 403,
    "out_of_scope": 404,
    "unknown_user": 404,
    "sign_in_refused": 401,
    "user_locked": 423,
    "address_closed": 429,
    "code_refused": 401,
    "demo_password": 401,
    "token_needed": 401,
    "key_refused": 401,
    "signature_refused": 401,
    "permission_missing": 403,
    "idempotency_key_needed": 400,
    "idempotency_key_reused": 409,
    "bad_json": 400,
    "bad_cursor": 400,
    "bad_parameter": 400,
    "bad_content_type": 415,
    "too_many_requests": 429,
}
REFUSED = 422
#: What HTTP itself refuses, in both languages.
_HTTP = {
    400: ("请求不完整。", "The request is not whole."),
    404: (
        "没有这个地址，或不在密钥的数据范围内。",
        "There is no such thing within the key's rows.",
    ),
    405: ("这个地址不接受这种请求方法。", "This address takes other methods."),
    408: ("请求没有按时收完。", "The request did not arrive in time."),
    411: ("请求须说明长度。", "The request must state its length."),
    413: ("请求体过大。", "The body is too large."),
    415: ("只接收 application/json 或 application/x-ndjson。", "Only JSON and NDJSON are taken."),
    500: (
        "这次请求没有完成，也没有改动数据。",
        "The request was not completed; nothing was changed.",
    ),
    503: ("数据库暂时连接不上，请稍后重发。", "The database is away; send it again later."),
}


def status_of(error: SettlementError) -> int:
    """Return the HTTP status of a refusal."""
    return STATUS.get(error.code, REFUSED)


def is_call() -> bool:
    """Return whether the request is one of another system."""
    return request.path.startswith("/api/")


def in_english() -> bool:
    """Return whether the caller asked for English; Chinese is the language of the interface."""
    return request.accept_languages.best_match(["zh", "en"], default="zh") == "en"


def of(error: SettlementError) -> Response:
    """Return a refusal of ours."""
    sentence = language.in_english(error) if in_english() else error.sentence
    answer = problem(status_of(error), error.code, sentence)
    if answer.status_code == 401:
        answer.headers["WWW-Authenticate"] = "Bearer"
    if "seconds" in error.facts and answer.status_code == 429:
        answer.headers["Retry-After"] = str(error.facts["seconds"])
    return answer


def http(status: int, number: str = "") -> Response:
    """Return what HTTP itself refuses, with its number in our log where there is one."""
    zh, en = _HTTP.get(status, (f"请求未被接受（{status}）。", f"Not accepted ({status})."))
    more = {"number": number} if number else {}
    return problem(status, f"http_{status}", en if in_english() else zh, **more)


def problem(status: int, code: str, sentence: str, **more: Any) -> Response:
    """Return the document; `error` and `code` are the members that were there first."""
    answer = jsonify(
        type=f"urn:zhijie:problem:{code}",
        title=code,
        status=status,
        detail=sentence,
        error=sentence,
        code=code,
        **more,
    )
    answer.status_code = status
    answer.mimetype = MEDIA_TYPE
    return answer
