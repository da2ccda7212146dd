"""The only wall clock: instants in UTC, business days in Asia/Shanghai."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

#: The notices count days in Beijing time wherever the server stands.
SHANGHAI = ZoneInfo("Asia/Shanghai")


def now() -> datetime:
    """Return the present instant, aware, in UTC."""
    return datetime.now(UTC)


def today() -> date:
    """Return the present business day in Asia/Shanghai."""
    return now().astimezone(SHANGHAI).date()
