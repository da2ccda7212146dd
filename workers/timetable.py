"""The timetable: everything that happens by the clock stands in this one file."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any, Protocol

from models.clock import SHANGHAI
from models.rules.job_names import JobName
from models.services.papers import cadence
from models.services.webhooks import delivering


class Rhythm(Protocol):
    """When a task is due."""

    def last_tick(self, now: datetime) -> datetime:
        """Return the latest due instant that is not after now."""
        ...

    def words(self) -> str:
        """Return the rhythm as people read it."""
        ...


@dataclass(frozen=True)
class Every:
    """Every so many seconds, on the same instants on every host."""

    seconds: int

    def last_tick(self, now: datetime) -> datetime:
        """Return the latest multiple of the interval since 1970."""
        whole = int(now.timestamp())
        return datetime.fromtimestamp(whole - whole % self.seconds, UTC)

    def words(self) -> str:
        """Return the rhythm as people read it."""
        return f"every {self.seconds} s"


@dataclass(frozen=True)
class Daily:
    """Once a day at a time of day in Beijing."""

    at: time

    def last_tick(self, now: datetime) -> datetime:
        """Return today's or, before that time, yesterday's instant."""
        local = now.astimezone(SHANGHAI)
        tick = datetime.combine(local.date(), self.at, tzinfo=SHANGHAI)
        if tick > local:
            tick -= timedelta(days=1)
        return tick.astimezone(UTC)

    def words(self) -> str:
        """Return the rhythm as people read it."""
        return f"daily {self.at:%H:%M}"


@dataclass(frozen=True)
class Weekly:
    """Once a week, on Monday at a time of day in Beijing."""

    at: time

    def last_tick(self, now: datetime) -> datetime:
        """Return this Monday's or, before that moment, last Monday's instant."""
        local = now.astimezone(SHANGHAI)
        monday = local.date() - timedelta(days=local.weekday())
        tick = datetime.combine(monday, self.at, tzinfo=SHANGHAI)
        if tick > local:
            tick -= timedelta(days=7)
        return tick.astimezone(UTC)

    def words(self) -> str:
        """Return the rhythm as people read it."""
        return f"weekly on Monday {self.at:%H:%M}"


@dataclass(frozen=True)
class Monthly:
    """Once a month at a time of day in Beijing."""

    day: int
    at: time

    def last_tick(self, now: datetime) -> datetime:
        """Return this month's or, before that moment, last month's instant."""
        local = now.astimezone(SHANGHAI)
        tick = datetime.combine(local.date().replace(day=self.day), self.at, tzinfo=SHANGHAI)
        if tick > local:
            before = tick.date().replace(day=1) - timedelta(days=1)
            tick = datetime.combine(before.replace(day=self.day), self.at, tzinfo=SHANGHAI)
        return tick.astimezone(UTC)

    def words(self) -> str:
        """Return the rhythm as people read it."""
        return f"monthly on day {self.day} {self.at:%H:%M}"


@dataclass(frozen=True)
class Task:
    """One line of the timetable."""

    name: str
    job: JobName
    rhythm: Rhythm
    #: What the job is told beside its business date.
    args: tuple[tuple[str, Any], ...] = ()
    #: Asked before a tick is taken: where there is nothing to do, nothing is queued.
    is_needed: Callable[[], bool] | None = None

    def args_on(self, on: date) -> dict[str, Any]:
        """Return the arguments of a run on a business day."""
        return {"on": on, **dict(self.args)}


TIMETABLE: tuple[Task, ...] = (
    Task("open_lines", JobName.OPEN_LINES, Daily(time(5, 0))),
    Task("windows", JobName.WINDOWS, Daily(time(7, 30))),
    Task("overdue", JobName.OVERDUE, Daily(time(8, 30)), args=(("send", True),)),
    Task("overdue_figures", JobName.OVERDUE_FIGURES, Daily(time(5, 30))),
    Task("arrears_ranking", JobName.ARREARS_RANKING, Monthly(1, time(6, 0))),
    Task("check_books", JobName.CHECK_BOOKS, Daily(time(3, 40))),
    Task("risks", JobName.RISKS, Monthly(1, time(4, 40))),
    Task("risks_week", JobName.RISKS, Weekly(time(4, 50))),
    Task("coverage", JobName.COVERAGE, Daily(time(4, 10))),
    Task("participation", JobName.PARTICIPATION, Daily(time(4, 40))),
    Task("accounts", JobName.ACCOUNTS, Daily(time(0, 10))),
    Task("money_requests", JobName.MONEY_REQUESTS, Daily(time(8, 0))),
    Task("round_news", JobName.ROUND_NEWS, Daily(time(8, 5))),
    Task("paper_news", JobName.PAPER_NEWS, Daily(time(8, 10))),
    Task("risk_news", JobName.RISK_NEWS, Daily(time(8, 15))),
    Task("cadence", JobName.CADENCE, Every(1800), is_needed=cadence.is_anything_due),
    Task("problem_news", JobName.PROBLEM_NEWS, Daily(time(8, 20)), args=(("late", True),)),
    Task("payment_news", JobName.PAYMENT_NEWS, Every(600)),
    Task("retention_news", JobName.RETENTION_NEWS, Daily(time(8, 25))),
    Task("send_mail", JobName.SEND_MAIL, Every(60)),
    Task("webhooks", JobName.WEBHOOKS, Every(15), is_needed=delivering.is_anything_due),
    Task("tidy", JobName.TIDY, Daily(time(3, 15))),
)
