"""Money asked of hospitals (款项通知): asked by a deadline, answered by vouchers, or withdrawn."""

from models.services.requests.asking import Asking, ask, ask_all
from models.services.requests.life import (
    Overdue,
    due_day,
    get,
    open_of,
    overdue,
    reverse,
    settle_with,
    withdraw,
)
from models.services.requests.news import look_soon, look_where_asked, tell

__all__ = [
    "Asking",
    "Overdue",
    "ask",
    "ask_all",
    "due_day",
    "get",
    "look_soon",
    "look_where_asked",
    "open_of",
    "overdue",
    "reverse",
    "settle_with",
    "tell",
    "withdraw",
]
