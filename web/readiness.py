"""GET /ready: whether this web process should get requests, for load balancers (/health: lives)."""

import logging

import peewee as pw
from flask import Flask, jsonify
from flask.typing import ResponseReturnValue

from models.records.base import sql
from models.settings import ROOT
from web import database

log = logging.getLogger("zhijie.web")

#: The newest migration this program was made with.
NEWEST = max(path.stem for path in (ROOT / "models" / "migrations").glob("[0-9]*.py"))


def checks() -> dict[str, bool]:
    """Return each thing that must be so before a request comes here, and whether it is."""
    found = {"database": False, "writable": False, "migrated": False}
    try:
        database.take()
        found["writable"] = not sql("SELECT pg_is_in_recovery()").fetchone()[0]
        found["database"] = True
        found["migrated"] = (
            sql("SELECT 1 FROM schema_migration WHERE name = %s", (NEWEST,)).fetchone() is not None
        )
    except (pw.DatabaseError, pw.InterfaceError) as error:
        log.warning("ready.not reason=%r", f"{type(error).__name__}: {error}")
    return found


def ready() -> ResponseReturnValue:
    """Answer 200 when all hold, else 503; either way say which."""
    found = checks()
    is_ready = all(found.values())
    answer = jsonify(status="ready" if is_ready else "not_ready", checks=found)
    answer.headers["Cache-Control"] = "no-store"
    return answer, 200 if is_ready else 503


def install(app: Flask) -> None:
    """Register the address."""
    app.add_url_rule("/ready", "ready", ready)
