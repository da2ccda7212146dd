"""Serve the pages with gunicorn: threads for waiting, a graceful stop, the port from PORT."""

import logging
import sys
from typing import Any

from flask import Flask
from gunicorn.app.base import BaseApplication
from gunicorn.config import Config
from gunicorn.glogging import Logger

from models import logs, settings
from web import signs
from web.app import create_app
from web.auth import starting
from web.metrics import door, served

THREADS = 8
#: Long enough for a 200 MB upload on a slow line.
TIMEOUT_SECONDS = 600
GRACEFUL_SECONDS = 20


class PlainLogger(Logger):
    """gunicorn's lines go the way of all others."""

    def setup(self, cfg: Config) -> None:
        """Leave the handlers to models.logs; requests are told by web.request_ids."""
        super().setup(cfg)
        for handler in list(self.error_log.handlers):
            self.error_log.removeHandler(handler)
        self.error_log.propagate = True


class Server(BaseApplication):
    """gunicorn configured in code."""

    def __init__(self, options: dict[str, Any]) -> None:
        self.options = options
        super().__init__()

    def load_config(self) -> None:
        """Hand our options to gunicorn."""
        for name, value in self.options.items():
            self.cfg.set(name, value)

    def load(self) -> Flask:
        """Make the application in each worker process."""
        return create_app()


def main() -> None:
    """Serve until told to stop. WEB_HOST 0.0.0.0 opens the door to other hosts."""
    mine = settings.load()
    # gunicorn says when it starts, stops and misses a worker.
    logs.install(as_json=mine.log_format == "json", levels={"gunicorn": logging.INFO})
    served.begin(mine.var_dir / door.FOLDER)
    refused = starting.problems(mine)
    if refused:
        sys.exit("\n".join(refused))
    Server(
        {
            "bind": f"{mine.web_host}:{mine.port}",
            "workers": mine.web_concurrency,
            "threads": THREADS,
            "worker_class": "web.pace.PacedWorker",
            "timeout": TIMEOUT_SECONDS,
            "graceful_timeout": GRACEFUL_SECONDS,
            "keepalive": 5,
            "accesslog": None,
            "logger_class": PlainLogger,
            "post_worker_init": signs.show,
            "worker_exit": signs.end,
            "proc_name": "zhijie-web",
            "control_socket_disable": True,
        }
    ).run()


if __name__ == "__main__":
    main()
