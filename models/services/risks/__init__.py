"""Price risk and trace codes: what the rules see in a month, and what people decide about it."""

from collections.abc import Callable
from datetime import date, timedelta

from models import clock
from models.records.base import db, sql
from models.rules import calendar
from models.services import access, audit, jobs
from models.services.risks import codes, found, keeping, prices, volumes

__all__ = ["look", "run"]

#: One run at a time, so that each piece of evidence is new once.
RISK_LOCK = 7_466_071

#: Every rule is one statement over the whole month.
_STATEMENTS = (
    prices.ABOVE,
    prices.SHORT_SUPPLY,
    volumes.SUDDEN,
    volumes.NEW_AREA,
    volumes.BY_DEPARTMENT,
    volumes.BY_PRESCRIBER,
    codes.USED_AGAIN,
    codes.FORM,
)


def run(claim: jobs.Claim) -> dict[str, object]:
    """Do the job `risks`: look at args.period of args.area and below, else at yesterday's month."""
    actor = access.load(claim.requested_by)
    period = claim.args.get("period") or calendar.period_of(claim.on - timedelta(days=1))
    with db.atomic():
        result: dict[str, object] = {
            "period": period,
            **look(actor, str(period), claim.args.get("area"), claim.on, progress=claim.progress),
        }
        jobs.finish(claim, result)
    return result


def look(
    actor: access.Actor,
    period: str,
    area: str | None,
    on: date,
    *,
    progress: Callable[[int, int, str], None] = lambda *_: None,
) -> dict[str, int]:
    """Let every rule look at a month of the areas' hospitals, in the caller's transaction.

    Returns the receipts looked at, new findings, new evidence, findings reopened by it, and the
    evidence beyond the limit. Run again it finds nothing new. Raises NotAllowed, UnknownArea,
    OutOfScope.
    """
    access.require(actor, "risk")
    areas = access.areas(actor, area)
    sql("SELECT pg_advisory_xact_lock(%s)", (RISK_LOCK,))
    steps = len(_STATEMENTS) + 2
    told = found.told_of(period, areas) | {"on": on, "now": clock.now(), "actor": actor.name}
    progress(0, steps, "读取明细")
    receipts = found.gather(told)
    for place, statement in enumerate(_STATEMENTS, start=1):
        progress(place, steps, "逐条规则核查")
        sql(statement, told)
    progress(steps - 1, steps, "登记线索")
    result = {"receipts": receipts, **keeping.keep(told)}
    audit.wrote("risks.looked", actor=actor.name, subject=f"period:{period}", **result)
    return result
