"""How often one key may call: counted on the broker; without the broker nothing is refused."""

import logging
import threading
import time

from flask import Flask, current_app, g, request
from limits import RateLimitItemPerMinute
from limits.errors import StorageError
from limits.storage import storage_from_string
from limits.strategies import FixedWindowRateLimiter

from models import clock
from models.records.api import ApiKey
from models.rules.errors.api import TooManyRequests
from models.settings import Settings

log = logging.getLogger("zhijie.api")

#: Refused sign-ins of one address in a minute.
REFUSALS_MAX = 30
#: A broker that does not answer within this is away …
BROKER_SECONDS = 0.25
#: … and is left alone for so long.
AWAY_SECONDS = 5.0


class Rates:
    """The counts of all web processes, kept on the broker."""

    def __init__(self, settings: Settings) -> None:
        self.calls = RateLimitItemPerMinute(settings.api_rate) if settings.api_rate else None
        self.writes = (
            RateLimitItemPerMinute(settings.api_write_rate) if settings.api_write_rate else None
        )
        self.refusals = RateLimitItemPerMinute(REFUSALS_MAX)
        self._url = _address(settings.redis_url)
        self._limiter: FixedWindowRateLimiter | None = None
        self._away_until = 0.0
        self._lock = threading.Lock()

    def hit(self, item: RateLimitItemPerMinute, *names: str) -> bool:
        """Count one and return whether it is within the rate."""
        limiter = self._reach()
        try:
            return limiter is None or limiter.hit(item, *names)
        except (StorageError, OSError) as error:
            return self._away(error)

    def test(self, item: RateLimitItemPerMinute, *names: str) -> bool:
        """Return whether one more would be within the rate, counting nothing."""
        limiter = self._reach()
        try:
            return limiter is None or limiter.test(item, *names)
        except (StorageError, OSError) as error:
            return self._away(error)

    def left(self, item: RateLimitItemPerMinute, *names: str) -> tuple[int, int] | None:
        """Return how many are left and in how many seconds the count begins anew."""
        limiter = self._reach()
        if limiter is None:
            return None
        try:
            found = limiter.get_window_stats(item, *names)
        except (StorageError, OSError) as error:
            self._away(error)
            return None
        return found.remaining, max(1, round(found.reset_time - clock.now().timestamp()))

    def _reach(self) -> FixedWindowRateLimiter | None:
        if not self._url or time.monotonic() < self._away_until:
            return None
        if self._limiter is None:
            with self._lock:
                self._limiter = FixedWindowRateLimiter(
                    storage_from_string(
                        self._url,
                        wrap_exceptions=True,
                        key_prefix="zhijie:rate",
                        socket_timeout=BROKER_SECONDS,
                        socket_connect_timeout=BROKER_SECONDS,
                    )
                )
        return self._limiter

    def _away(self, error: Exception) -> bool:
        """Go on without limits for a while, and say so."""
        self._away_until = time.monotonic() + AWAY_SECONDS
        log.warning("api.unlimited reason=%r", f"{type(error).__name__}: {error}")
        return True


def _address(redis_url: str) -> str:
    """Return the broker's address as the counting library writes it."""
    return redis_url.replace("unix://", "redis+unix://", 1) if redis_url else ""


def _rates() -> Rates:
    found: Rates = current_app.extensions["zhijie_rates"]
    return found


def count(key: ApiKey, *, writing: bool) -> None:
    """Count a call of a key. Raises TooManyRequests beyond its rate."""
    kinds = [("calls", _rates().calls)]
    if writing:
        kinds.append(("writes", _rates().writes))
    for name, item in kinds:
        if item is None:
            continue
        names = ("key", str(key.id), name)
        within = _rates().hit(item, *names)
        told = _rates().left(item, *names)
        if told is not None:
            g.api_rate = {
                "RateLimit-Limit": str(item.amount),
                "RateLimit-Remaining": str(told[0]),
                "RateLimit-Reset": str(told[1]),
            }
        if not within:
            log.info("api.too_many key=%s path=%s", key.id, request.path)
            raise TooManyRequests(seconds=told[1] if told else 60)


def refuse_hammering(address: str) -> None:
    """Refuse an address that was refused too often, before its next key is even looked at."""
    if not _rates().test(_rates().refusals, "refused", address):
        raise TooManyRequests(seconds=60)


def count_refusal(address: str) -> None:
    """Count a refused call of an address."""
    _rates().hit(_rates().refusals, "refused", address)


def install(app: Flask, settings: Settings) -> None:
    """Keep the counts of this application."""
    app.extensions["zhijie_rates"] = Rates(settings)
