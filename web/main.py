"""Serve the pages with gunicorn: threads for waiting, a graceful stop, the port from PORT."""

import logging
import os
import sys
from typing import Any

from flask import Flask
from gunicorn.app.base import BaseApplication

from models import settings
from web.app import create_app
from web.auth import starting

THREADS = 8
#: Long enough for a 200 MB upload on a slow line.
TIMEOUT_SECONDS = 600
GRACEFUL_SECONDS = 20


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
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s %(message)s")
    refused = starting.problems(settings.load())
    if refused:
        sys.exit("\n".join(refused))
    host, port = os.environ.get("WEB_HOST") or "127.0.0.1", os.environ.get("PORT") or "8000"
    Server(
        {
            "bind": f"{host}:{port}",
            "workers": int(os.environ.get("WEB_CONCURRENCY") or 2),
            "threads": THREADS,
            "worker_class": "gthread",
            "timeout": TIMEOUT_SECONDS,
            "graceful_timeout": GRACEFUL_SECONDS,
            "keepalive": 5,
            "accesslog": None,
            "errorlog": "-",
            "proc_name": "zhijie-web",
            "control_socket_disable": True,
        }
    ).run()


if __name__ == "__main__":
    main()
