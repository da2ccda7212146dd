"""Settle a month of an area: free lines go on sheets, the others are held with their reasons."""

from collections.abc import Callable, Sequence
from datetime import date

from models import clock
from models.records.base import db, sql
from models.rules import calendar
from models.rules.errors.settlement import PeriodClosed, PeriodNotOver
from models.rules.money import yuan
from models.services import access, accounts, area_locks, audit, closed_months, jobs
from models.services.judgement import judge
from models.services.settle import holds, sheets
from models.services.settle.splitting import split

__all__ = ["OPEN_LINES", "settle", "split"]

#: Lines of the areas that are on no sheet, drafts of this period being taken apart again.
OPEN_LINES = """
  LEFT JOIN sheet_line s USING (line_no)
  LEFT JOIN line_void v USING (line_no)
 WHERE h.area_code = ANY (%(areas)s) AND p.accepted_on <= %(period_end)s
   AND s.line_no IS NULL AND v.line_no IS NULL
"""

_LATER = """
SELECT area_code, max(period) FROM settled_period
 WHERE area_code = ANY (%(areas)s) AND period > %(period)s GROUP BY area_code ORDER BY area_code
"""

_MARK = """
INSERT INTO settled_period (area_code, period, settled_at, settled_by)
SELECT unnest(%(areas)s::text[]), %(period)s, %(now)s, %(actor)s
ON CONFLICT (area_code, period) DO UPDATE
   SET settled_at = excluded.settled_at, settled_by = excluded.settled_by
"""


def settle(claim: jobs.Claim) -> dict[str, object]:
    """Settle args.period in args.area (and below) on the business date args.on.

    Drafts are calculated anew; sheets under review or later stay as they are and new lines of
    their pairs wait for the next period. Raises PeriodNotOver, PeriodClosed, UnknownArea,
    OutOfScope.
    """
    args = claim.args
    actor = access.load(claim.requested_by)
    accounts.bring_into_force(args["on"])
    with db.atomic():
        result = settle_period(
            actor,
            str(args["period"]),
            args.get("area"),
            on=args["on"],
            progress=claim.progress,
            alone=bool(args.get("alone")),
        )
        jobs.finish(claim, result)
    return result


def settle_period(
    actor: access.Actor,
    period: str,
    area: str | None,
    *,
    on: date,
    progress: Callable[[int, int, str], None],
    alone: bool = False,
) -> dict[str, object]:
    """Settle in the caller's transaction; return the counts of the period as they stand.

    `alone` leaves out what lies below the area: other jobs settle that.
    """
    access.require(actor, "settle")
    areas = [one for one in access.areas(actor, area) if one == area or not alone]
    period_end = calendar.last_day(period)
    _refuse_wrong_period(period, areas, period_end, on)
    told = {
        "areas": areas,
        "period": period,
        "period_end": period_end,
        "now": clock.now(),
        "actor": actor.name,
    }
    area_locks.lock(areas)
    _refuse_wrong_period(period, areas, period_end, on)
    progress(0, 4, "读取明细")
    sheets.take_drafts_apart(told)
    progress(1, 4, "判定通道与挂起")
    judge(areas, OPEN_LINES, told, period_end, also=holds.ALSO)
    progress(2, 4, "生成结算单")
    sheets.make(told)
    progress(3, 4, "登记挂起明细")
    holds.keep(told, areas)
    sql(_MARK, told)
    result = _totals(told)
    audit.wrote("period.settled", actor=actor.name, subject=f"period:{period}", area=area, **result)
    progress(4, 4, "完成")
    return result


def _refuse_wrong_period(period: str, areas: Sequence[str], period_end: date, on: date) -> None:
    if on <= period_end:
        raise PeriodNotOver(period=period, on=on, last_day=period_end)
    later = sql(_LATER, {"areas": areas, "period": period}).fetchone()
    if later:
        raise PeriodClosed(area=later[0], later=later[1], period=period)
    closed_months.refuse(areas, period)


def _totals(told: dict[str, object]) -> dict[str, object]:
    """Return sheets, lines on them, held direct lines and the sum payable of the areas' period."""
    count, lines, payable = sql(
        "SELECT count(*), coalesce(sum(lines_count), 0), coalesce(sum(payable_fen), 0)"
        " FROM settlement_sheet WHERE period = %(period)s AND area_code = ANY (%(areas)s)",
        told,
    ).fetchone()
    held = sql(
        "SELECT count(*) FROM held_line WHERE period = %(period)s AND area_code = ANY (%(areas)s)"
        " AND reasons <> '{}'",
        told,
    ).fetchone()[0]
    return {
        "sheets": int(count),
        "lines": int(lines),
        "held": int(held),
        "payable_yuan": yuan(int(payable)),
    }
