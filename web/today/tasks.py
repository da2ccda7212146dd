"""What waits for a reader, in one statement: his tasks, and what he waits for from others."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from flask_babel import gettext as _

from models import clock
from models.records.base import db
from models.services.access import Actor
from web import scope, working_days
from web.today import task_words
from web.today.kind import Kind
from web.today.kinds import KINDS

#: A deadline this near is for today or late.
SOON_DAYS = 3


@dataclass(frozen=True)
class Task:
    """One line of the list of tasks."""

    name: str
    hint: str
    unit: str
    count: int
    sum_fen: int | None
    due_on: date | None
    left: int | None
    url: str
    section: str
    tone: str
    status: str


def tasks(actor: Actor, period: str | None) -> list[Task]:
    """Return what waits for the reader by deadline, in one statement, empty kinds left out."""
    rows, parts = scope.of(actor), []
    told: dict[str, Any] = {}
    kinds = [kind for kind in KINDS if actor.role in kind.roles]
    for kind in kinds:
        condition, facts = rows.sql(**kind.columns) if kind.columns else ("true", {})
        if kind.bound is not None:
            condition, facts = kind.bound(rows)
        told |= facts
        parts.append(f"({kind.statement.format(scope=condition)})")
    if not parts:
        return []
    told |= {"reader": actor.name, "period": period or "", "since": _since(), "on": clock.today()}
    told |= {"day": clock.today(), "area": actor.area_code}
    found = db.execute_sql(" UNION ALL ".join(parts), told).fetchall()
    words = task_words.words()
    listed = [
        _task(kind, row, words[kind.key]) for kind, row in zip(kinds, found, strict=True) if row[0]
    ]
    return sorted(listed, key=lambda task: task.due_on or date.max)


_OPEN = {"area": "o.area_code", "hospital": "o.hospital_code", "enterprise": "o.enterprise_code"}


def next_due_on(actor: Actor) -> date | None:
    """Return the next day on which open money of the reader's rows falls due, for an empty list."""
    where, told = scope.of(actor).sql(**_OPEN)
    text = f"SELECT min(o.due_on) FROM open_line o WHERE o.due_on >= %(on)s AND {where}"
    found: date | None = db.execute_sql(text, {"on": clock.today(), **told}).fetchone()[0]
    return found


def _since() -> Any:
    return clock.now() - timedelta(days=30)


def _task(kind: Kind, row: Any, words: tuple[str, str, str]) -> Task:
    left = working_days.left(row[2])
    soon = left is not None and left <= SOON_DAYS
    late = left is not None and left < 0
    section = "others" if not kind.mine else "today" if soon else "week"
    tone = "wait" if not kind.mine else "bad" if late else "wait" if soon else "todo"
    status = {
        "bad": _("需处理"),
        "todo": _("可开始"),
        "wait": _("快到期") if kind.mine else _("等待他人"),
    }[tone]
    return Task(*words, row[0], row[1], row[2], left, kind.url, section, tone, status)
