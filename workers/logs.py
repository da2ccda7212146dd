"""Logs of the background processes: our events, and of the libraries only what went wrong."""

import logging
import time

from models import logs, settings

#: A consumer that cannot fetch tries every few seconds and says so each time, with a traceback.
CONSUMER = "dramatiq.worker.ConsumerThread("
REPEATED_SECONDS = 60.0


class Consumers(logging.Filter):
    """Tells once a minute for each queue that the broker gives nothing, in one line."""

    def __init__(self) -> None:
        super().__init__()
        self._told_at: dict[str, float] = {}

    def filter(self, record: logging.LogRecord) -> bool:
        """Shorten a consumer's line, or keep it back where it repeats itself."""
        if not record.name.startswith(CONSUMER):
            return True
        now = time.monotonic()
        if now - self._told_at.get(record.name, -REPEATED_SECONDS) < REPEATED_SECONDS:
            return False
        self._told_at[record.name] = now
        error = record.exc_info[1] if record.exc_info else record.getMessage()
        record.msg, record.args = "queue.unreadable queue=%s reason=%r", (
            record.name.removeprefix(CONSUMER).rstrip(")"),
            f"{type(error).__name__}: {error}",
        )  # fmt: skip
        record.levelno, record.levelname = logging.WARNING, "WARNING"
        record.exc_info = None
        return True


def to_stderr(*, verbose: bool = False) -> None:
    """Write our events to stderr, as LOG_FORMAT says."""
    logs.install(
        as_json=settings.load().log_format == "json",
        levels={
            "zhijie": logging.DEBUG if verbose else logging.INFO,
            # A broken Redis is our own event; dramatiq's errors repeat it.
            "dramatiq": logging.ERROR,
        },
        sieve=Consumers(),
    )
