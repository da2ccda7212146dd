"""Take what was advanced for goods from the hospitals' monthly fund; the rest is carried (抵扣)."""

from datetime import date
from typing import Any

from models import clock
from models.records.base import db, sql
from models.rules import calendar
from models.rules.errors.payment import OffsetClosed
from models.rules.money import yuan
from models.rules.postings import Kind
from models.services import access, area_locks, audit, closed_months, jobs, ledger
from models.services.access import Actor
from models.services.offsets import asking, computing

_LATER = """
SELECT h.area_code, max(o.period) FROM hospital_offset o JOIN hospital h USING (hospital_code)
 WHERE h.area_code = ANY (%(areas)s) AND o.period > %(period)s
 GROUP BY h.area_code ORDER BY h.area_code LIMIT 1
"""

#: Hospitals whose offset is another than the books say, and those that have no row any more.
_CHANGED = """
CREATE TEMP TABLE offset_changed ON COMMIT DROP AS
SELECT hospital_code, coalesce(n.offset_fen, 0) AS offset_fen,
       coalesce(n.recovered_fen, 0) AS recovered_fen,
       'offset:' || %(period)s || ':' || hospital_code AS source,
       'turnover_offset:' || %(period)s || ':' || hospital_code AS turnover_source,
       coalesce(o.offset_fen, 0) <> coalesce(n.offset_fen, 0) AS takes_other,
       coalesce(o.recovered_fen, 0) <> coalesce(n.recovered_fen, 0) AS recovers_other
  FROM (SELECT hospital_code, offset_fen, recovered_fen
          FROM hospital_offset o JOIN hospital h USING (hospital_code)
         WHERE o.period = %(period)s AND h.area_code = ANY (%(areas)s)) o
  FULL JOIN offset_now n USING (hospital_code)
 WHERE (coalesce(o.offset_fen, 0), coalesce(o.recovered_fen, 0))
       <> (coalesce(n.offset_fen, 0), coalesce(n.recovered_fen, 0))
"""

_DROP_SHEETS = """
DELETE FROM offset_sheet o USING hospital h
 WHERE h.hospital_code = o.hospital_code AND h.area_code = ANY (%(areas)s)
   AND o.period = %(period)s
"""
_WRITE_SHEETS = """
INSERT INTO offset_sheet (period, hospital_code, sheet_id, amount_fen)
SELECT %(period)s, hospital_code, sheet_id, amount_fen FROM offset_goods ORDER BY sheet_id
"""
_DROP_GONE = """
DELETE FROM hospital_offset o USING hospital h
 WHERE h.hospital_code = o.hospital_code AND h.area_code = ANY (%(areas)s) AND o.period = %(period)s
   AND NOT EXISTS (SELECT 1 FROM offset_now n WHERE n.hospital_code = o.hospital_code)
"""
#: Columns of an offset that follow from what was computed.
_COMPUTED = (
    "area_code", "fund_period", "audited_fen", "advanced_fen", "clawback_fen", "deposit_fen",
    "available_fen", "goods_fen", "carried_in_fen", "collected_fen", "deferred_fen", "offset_fen",
    "carried_out_fen", "recovered_fen", "shortfall",
)  # fmt: skip
_COLUMNS = ", ".join(_COMPUTED)
_WRITE = f"""
INSERT INTO hospital_offset (period, hospital_code, {_COLUMNS}, turnover_no, offset_at, offset_by)
SELECT %(period)s, hospital_code, {_COLUMNS}, CASE WHEN recovered_fen > 0 THEN turnover_no END,
       %(now)s, %(actor)s
  FROM offset_now ORDER BY hospital_code
ON CONFLICT (period, hospital_code) DO UPDATE SET
    ({_COLUMNS}, turnover_no, offset_at, offset_by)
    = ROW ({", ".join(f"excluded.{one}" for one in _COMPUTED)}, excluded.turnover_no,
           excluded.offset_at, excluded.offset_by)
"""
_TOTALS = """
SELECT count(*), coalesce(sum(offset_fen), 0), coalesce(sum(carried_out_fen), 0) FROM offset_now
"""


def offset(claim: jobs.Claim) -> dict[str, object]:
    """Offset the month args.period in args.area (and below)."""
    args = claim.args
    actor = access.load(claim.requested_by)
    with db.atomic():
        result = offset_period(actor, str(args["period"]), args.get("area"), claim.on)
        jobs.finish(claim, result)
    return result


def offset_period(actor: Actor, period: str, area: str | None, on: date) -> dict[str, object]:
    """Compute and book the month's offset; may be run again until the next month's has run.

    Returns how many hospitals have a row, the sum taken from their funds and the sum carried on.
    A run with another result reverses the old entries and books new ones, and what is asked of
    the hospitals follows it. Raises OffsetClosed, MonthClosed, NotAllowed, UnknownArea, OutOfScope.
    """
    access.require(actor, "offset")
    areas = access.areas(actor, area)
    told: dict[str, Any] = {
        "areas": areas,
        "period": period,
        "period_end": calendar.last_day(period),
        "next_period": calendar.next_period(period),
        "on": on,
        "actor": actor.name,
    }
    with db.atomic():
        area_locks.lock(areas)
        told["now"] = clock.now()
        closed_months.refuse(areas, period)
        later = sql(_LATER, told).fetchone()
        if later:
            raise OffsetClosed(area=later[0], later=later[1], period=period)
        computing.compute(told)
        sql(_CHANGED, told)
        _book(on)
        sql(_DROP_SHEETS, told)
        sql(_DROP_GONE, told)
        sql(_WRITE, told)
        sql(_WRITE_SHEETS, told)
        asked = asking.follow(period, on=on, by=actor.name)
        count, taken, carried = sql(_TOTALS).fetchone()
        result: dict[str, object] = {
            "hospitals": int(count),
            "offset_yuan": yuan(int(taken)),
            "carried_yuan": yuan(int(carried)),
        }
        audit.wrote(
            "offset.run",
            actor=actor.name,
            subject=f"period:{period}",
            area=area,
            **result,
            **({"asked": asked} if asked else {}),
        )
    return result


def _book(on: date) -> None:
    """Reverse what stands of the hospitals that changed and book what they owe now."""
    for kind, undone, source, amount, changed in (
        (Kind.OFFSET, Kind.OFFSET_UNDONE, "source", "offset_fen", "takes_other"),
        (
            Kind.TURNOVER_OFFSET,
            Kind.TURNOVER_OFFSET_UNDONE,
            "turnover_source",
            "recovered_fen",
            "recovers_other",
        ),
    ):
        ledger.undo(
            undone, f"SELECT {source} AS source FROM offset_changed WHERE {changed}", {}, on=on
        )
        ledger.post(
            kind,
            f"SELECT hospital_code, {amount} AS amount_fen, {source} AS source"
            f" FROM offset_changed WHERE {changed} AND {amount} > 0",
            {},
            on=on,
        )
