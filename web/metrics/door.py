"""GET /metrics: who may read the figures, and the figures as text."""

import hmac
import ipaddress
import logging
import threading
import time
from collections.abc import Iterator

import peewee as pw
from flask import Flask, Response, abort, current_app, request
from prometheus_client import CollectorRegistry
from prometheus_client.core import Metric
from prometheus_client.exposition import CONTENT_TYPE_LATEST, generate_latest

from models.services.status import figures
from models.services.status.figures import Figures
from models.settings import Settings
from web import database
from web.metrics import families, served

log = logging.getLogger("zhijie.web")

#: Several scrapers, or one that is impatient, cost the database one reading in this time.
KEPT_SECONDS = 5.0
#: Counts of the web processes lie here, under VAR_DIR of each host.
FOLDER = "metrics"

_lock = threading.Lock()
_kept: list[tuple[float, Figures]] = []


def may_read(settings: Settings, address: str, authorization: str) -> bool:
    """Return whether a caller shows the token or comes from a network that needs none."""
    token = settings.metrics_token
    shown = authorization.removeprefix("Bearer ").encode()
    if token and hmac.compare_digest(shown, token.encode()):
        return True
    try:
        host = ipaddress.ip_address(address)
    except ValueError:
        return False
    return any(host in ipaddress.ip_network(one) for one in settings.metrics_networks)


def metrics() -> Response:
    """Return all figures in Prometheus' text format."""
    settings: Settings = current_app.config["SETTINGS"]
    authorization = request.headers.get("Authorization", "")
    if not may_read(settings, request.remote_addr or "", authorization):
        abort(403)
    registry = CollectorRegistry(auto_describe=False)
    registry.register(_Once(settings))
    answer = Response(generate_latest(registry), content_type=CONTENT_TYPE_LATEST)
    answer.headers["Cache-Control"] = "no-store"
    return answer


class _Once:
    """The collector of one scrape."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings

    def collect(self) -> Iterator[Metric]:
        """Yield all families; without the database those of the web host alone."""
        found = now()
        yield from families.of_program(reachable=found is not None)
        if found is not None:
            yield from families.of_work(found)
        yield from families.of_pages(served.together(self._settings.var_dir / FOLDER))


def now() -> Figures | None:
    """Return the figures, at most KEPT_SECONDS old; None while the database does not answer."""
    with _lock:
        if _kept and time.monotonic() - _kept[0][0] < KEPT_SECONDS:
            return _kept[0][1]
        try:
            database.take()
            found = figures.read()
        except (pw.DatabaseError, pw.InterfaceError) as error:
            log.warning("metrics.blind reason=%r", f"{type(error).__name__}: {error}")
            return None
        _kept[:] = [(time.monotonic(), found)]
        return found


def forget() -> None:
    """Read anew at the next scrape."""
    _kept.clear()


def install(app: Flask) -> None:
    """Register the address."""
    app.add_url_rule("/metrics", "metrics", metrics)
