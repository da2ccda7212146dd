"""procrastinate on the same PostgreSQL: a job is a row there too, with no lease and no token."""

import importlib
import time
from typing import Any

from scripts.bench.queues import task


def _declared(connector: str) -> tuple[Any, Any]:
    library = importlib.import_module("procrastinate")
    app = library.App(connector=getattr(library, connector)(conninfo=task.database_url()))
    return app, app.task(name="work")(task.work)


def fill(count: int, pause: float, every: float) -> None:
    """Queue so many jobs, each in a transaction of its own; make its tables where none are."""
    app, actor = _declared("SyncPsycopgConnector")
    _prepare(app)
    with app.open():
        for n in range(count):
            actor.defer(n=n, asked_at=task.now(), pause=pause)
            time.sleep(every)


def _prepare(app: Any) -> None:  # noqa: ANN401 - an object of a library without types here
    """Make its tables where they are not there yet."""
    with app.open():
        if not app.check_connection():
            app.schema_manager.apply_schema()


def serve() -> None:
    """Be one worker that does one job at a time."""
    app, _actor = _declared("PsycopgConnector")
    app.run_worker(concurrency=1, delete_jobs="never")
