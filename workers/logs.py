"""Logs of the background processes: our events, and of the libraries only what went wrong."""

import logging

from models import logs, settings


def to_stderr(*, verbose: bool = False) -> None:
    """Write our events to stderr, as LOG_FORMAT says."""
    logs.install(
        as_json=settings.load().log_format == "json",
        levels={
            "zhijie": logging.DEBUG if verbose else logging.INFO,
            # A broken Redis is our own event; dramatiq's critical lines with tracebacks repeat it.
            "dramatiq": logging.ERROR,
        },
    )
