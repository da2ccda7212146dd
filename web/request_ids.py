"""One id for each request: in its answer, in its log lines, and on the jobs it asks for."""

import logging
import time

from flask import Flask, Response, current_app, g, request

from models import origin
from models.settings import Settings
from web.metrics import served

log = logging.getLogger("zhijie.web")

HEADER = "X-Request-ID"
#: Reading faster than this is not told one by one: the histogram has it.
SLOW_SECONDS = 1.0
#: Addresses that machines ask for again and again.
ROUTINE = frozenset({"health", "ready", "metrics", "static", "admin.static"})
FAILED_FROM = 500


def _begin() -> None:
    """Begin an id; one that our own proxy gave is taken over."""
    settings: Settings = current_app.config["SETTINGS"]
    told = request.headers.get(HEADER, "") if settings.proxies else ""
    origin.begin(told)
    g.begun_at = time.monotonic()


def _told(answer: Response) -> Response:
    """Give the id with the answer; tell what changed something, was slow or failed."""
    seconds = time.monotonic() - g.begun_at if "begun_at" in g else 0.0
    endpoint = request.endpoint or ""
    served.count(endpoint, request.method, answer.status_code, seconds)
    answer.headers[HEADER] = origin.request()
    is_told = request.method != "GET" or seconds >= SLOW_SECONDS
    if (is_told and endpoint not in ROUTINE) or answer.status_code >= FAILED_FROM:
        log.info(
            "request.served method=%s path=%s status=%s seconds=%.3f user=%s",
            request.method,
            request.path,
            answer.status_code,
            seconds,
            g.actor.name if "actor" in g else None,
        )
    return answer


def _end(error: BaseException | None) -> None:
    del error
    origin.end()


def install(app: Flask) -> None:
    """Register before everything else, so that every line of a request has its id."""
    app.before_request(_begin)
    app.after_request(_told)
    app.teardown_request(_end)
