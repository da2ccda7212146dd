"""The web application: one factory that puts door, pages, errors and look together."""

import logging

import peewee as pw
from flask import Flask, jsonify, request
from flask.typing import ResponseReturnValue
from flask_babel import Babel

from models import settings as settings_module
from models.records.base import connect, db
from models.settings import Settings
from web import (
    api,
    assets,
    auth,
    context,
    database,
    errors,
    first_run,
    formats,
    guard,
    language,
    metrics,
    people,
    readiness,
    request_ids,
    security,
)
from web.admin import site

log = logging.getLogger("zhijie.web")

#: They connect themselves and say it when the database is away.
BLIND = frozenset({"ready", "metrics"})


def create_app(settings: Settings | None = None, *, database_url: str = "") -> Flask:
    """Return the application of this installation.

    `database_url` is the address of the embedded server where the settings name none.
    """
    settings = settings or settings_module.load()
    connect(settings, database_url or settings.database_url)
    database.keep_sessions()
    app = Flask("web", static_folder="static", template_folder="templates")
    app.config.update(ENVIRONMENT_TAG=settings.environment, SETTINGS=settings)
    app.json.ensure_ascii = False  # type: ignore[attr-defined]
    request_ids.install(app)
    app.before_request(_open)
    app.teardown_request(_close)
    security.install(app, settings)
    babel = Babel(
        app,
        default_locale="zh_Hans_CN",
        default_timezone="Asia/Shanghai",
        locale_selector=auth.locale,
    )
    language.install(app, babel)
    auth.install(app)
    guard.install(app)
    first_run.install(app)
    auth.ask_again(app)
    errors.install(app)
    formats.install(app)
    app.jinja_env.filters["person"] = people.person
    context.install(app)
    app.after_request(assets.keep_for_good)
    app.add_url_rule("/health", "health", health)
    readiness.install(app)
    metrics.install(app)
    site.install(app)
    api.install(app, settings)
    return app


def _open() -> None:
    if request.endpoint not in BLIND:
        database.take()


def _close(error: BaseException | None) -> None:
    del error
    database.give_back()


def health() -> ResponseReturnValue:
    """Say whether the database is reachable and migrated."""
    try:
        migrated = db.table_exists("job")
    except pw.DatabaseError as error:
        log.warning("health.database error=%s", error)
        migrated = False
    status = 200 if migrated else 503
    return jsonify(status="ok" if migrated else "not_migrated"), status
