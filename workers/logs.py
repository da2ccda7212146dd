"""Logs of the background processes: one event with its facts on each line."""

import logging

LINE = "%(asctime)s %(process)d %(levelname)s %(message)s"


def to_stderr(*, verbose: bool = False) -> None:
    """Write our events to stderr; of the libraries only what went wrong."""
    logging.basicConfig(level=logging.WARNING, format=LINE)
    logging.getLogger("zhijie").setLevel(logging.DEBUG if verbose else logging.INFO)
    # A broken Redis is our own event; dramatiq's critical lines with tracebacks repeat it.
    logging.getLogger("dramatiq").setLevel(logging.ERROR)
