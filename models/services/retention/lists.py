"""A list of retained amounts as every step takes it: locked, within reach, moved once."""

from datetime import date
from typing import Any, NamedTuple

from models import clock
from models.records.base import sql
from models.rules.errors.access import SecondPersonNeeded
from models.rules.errors.payment import SelectionChanged
from models.rules.errors.retention import PublicityMoved, UnknownPublicity
from models.rules.retention_payment import GRANT, PUBLICITY, GrantMove, PublicityMove
from models.rules.states import sources, target
from models.services import access, area_locks, audit
from models.services.access import Actor

WHAT = "结余留用公示"

_LIST = """
SELECT id, publicity_no, period, area_code, publicity_days, state, drafted_by, until_on
  FROM retention_publicity WHERE publicity_no = %s FOR UPDATE
"""
_SUMS = """
SELECT count(*), coalesce(sum(amount_fen), 0)::bigint FROM retention_grant
 WHERE publicity_id = %s AND state = 'listed'
"""


class Listed(NamedTuple):
    """A list as it stands."""

    id: int
    publicity_no: str
    period: str
    area_code: str
    publicity_days: int
    state: str
    drafted_by: str
    until_on: date | None


def enter(actor: Actor, publicity_no: str) -> Listed:
    """Lock the area and the list, in this order, and return it."""
    area = sql(
        "SELECT area_code FROM retention_publicity WHERE publicity_no = %s", (publicity_no,)
    ).fetchone()
    if area is None or not _within(actor, area[0]):
        raise UnknownPublicity(publicity_no=publicity_no)
    area_locks.lock(access.areas(actor, None if area[0] == access.ALL_AREAS else area[0]))
    return Listed(*sql(_LIST, (publicity_no,)).fetchone())


def _within(actor: Actor, area_code: str) -> bool:
    if area_code == access.ALL_AREAS:
        return actor.area_code == access.ALL_AREAS
    return access.reaches(actor, area_code)


def another(actor: Actor, one: Listed) -> None:
    """Refuse who drafted the list. Raises SecondPersonNeeded."""
    if actor.name == one.drafted_by:
        raise SecondPersonNeeded(actor=actor.name, what=WHAT)


def as_seen(one: Listed, count: int, total_fen: int) -> None:
    """Refuse unless so many amounts of this sum in fen stand on the list. SelectionChanged."""
    if tuple(sql(_SUMS, (one.id,)).fetchone()) != (count, total_fen):
        raise SelectionChanged(what=WHAT)


def ends(move: GrantMove) -> dict[str, Any]:
    """Return the guard and the end of a move of an amount, for its UPDATE."""
    return {"to": target(GRANT, move), "from": sources(GRANT, move)}


def who(actor: Actor) -> dict[str, Any]:
    """Return who acts now."""
    return {"by": actor.name, "now": clock.now()}


def move(text: str, one: Listed, step: PublicityMove, actor: Actor, **more: object) -> None:
    """Move the list by the guarded UPDATE `text`. Raises PublicityMoved."""
    told = {
        "id": one.id, **who(actor), "to": target(PUBLICITY, step),
        "from": sources(PUBLICITY, step), **more,
    }  # fmt: skip
    if sql(text, told).rowcount != 1:
        raise PublicityMoved(publicity_no=one.publicity_no)


def wrote(actor: Actor, what: str, one: Listed, **facts: object) -> None:
    """Write a step of the list into the audit trail."""
    audit.wrote(
        f"retention_publicity.{what}", actor=actor.name, subject=f"publicity:{one.publicity_no}",
        period=one.period, area=one.area_code, **facts,
    )  # fmt: skip
