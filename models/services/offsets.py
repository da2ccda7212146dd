"""Take what was advanced for goods from the hospitals' monthly fund; the rest is carried (抵扣)."""

from datetime import date
from typing import Any

from models import clock
from models.records.base import db, sql
from models.rules import calendar
from models.rules.errors.payment import OffsetClosed
from models.rules.money import yuan
from models.rules.offset import ADVANCED
from models.rules.postings import Kind
from models.rules.states import OUT
from models.services import access, area_locks, audit, jobs, ledger
from models.services.access import Actor

__all__ = ["offset", "offset_period"]

_ADVANCED = ", ".join(f"'{one}'" for one in ADVANCED)
_OUT = ", ".join(f"'{state}'" for state in OUT)

_LATER = """
SELECT h.area_code, max(o.period) FROM hospital_offset o JOIN hospital h USING (hospital_code)
 WHERE h.area_code = ANY (%(areas)s) AND o.period > %(period)s
 GROUP BY h.area_code ORDER BY h.area_code LIMIT 1
"""

#: Every hospital with a sheet in the period, goods or a carry; goods are what is out less what
#: earlier offsets counted, so what came back since is negative. The month of the fund is that of
#: the sheet's frozen scheme, else of the scheme of the period's last day.
_COMPUTE = f"""
CREATE TEMP TABLE offset_now ON COMMIT DROP AS
WITH RECURSIVE up (area_code, above_code, distance) AS (
    SELECT unnest(%(areas)s::text[]) COLLATE "C", unnest(%(areas)s::text[]) COLLATE "C", 0
    UNION ALL
    SELECT u.area_code, a.parent_code, u.distance + 1
      FROM up u JOIN area a ON a.area_code = u.above_code
     WHERE a.parent_code IS NOT NULL AND u.distance < 10
),
scheme_of_area AS (
    SELECT DISTINCT ON (u.area_code) u.area_code, s.deduct_month
      FROM up u JOIN scheme s ON s.area_code = u.above_code
     WHERE s.valid_from <= %(period_end)s AND coalesce(s.valid_to, 'infinity') >= %(period_end)s
     ORDER BY u.area_code, u.distance, s.valid_from DESC, s.scheme_code DESC
),
hospitals AS (SELECT hospital_code, area_code FROM hospital WHERE area_code = ANY (%(areas)s)),
in_period AS (
    SELECT s.hospital_code, max(s.deduct_month) AS deduct_month
      FROM settlement_sheet s JOIN hospitals USING (hospital_code)
     WHERE s.period = %(period)s GROUP BY s.hospital_code
),
paid AS (
    SELECT s.hospital_code, sum(s.payable_fen) AS fen
      FROM settlement_sheet s JOIN hospitals USING (hospital_code)
      JOIN payment_allocation a ON a.sheet_id = s.id AND a.live
      JOIN payment_instruction i ON i.id = a.instruction_id
     WHERE s.period <= %(period)s AND s.funding IN ({_ADVANCED}) AND i.state IN ({_OUT})
     GROUP BY s.hospital_code
),
earlier AS (
    SELECT DISTINCT ON (hospital_code) hospital_code, carried_out_fen AS carried_in_fen,
           sum(goods_fen) OVER (PARTITION BY hospital_code) AS goods_fen
      FROM hospital_offset o JOIN hospitals USING (hospital_code)
     WHERE o.period < %(period)s
     ORDER BY hospital_code, o.period DESC
),
rows AS (
    SELECT h.hospital_code, h.area_code,
           (coalesce(p.fen, 0) - coalesce(e.goods_fen, 0))::bigint AS goods_fen,
           coalesce(e.carried_in_fen, 0) AS carried_in_fen, n.hospital_code IS NOT NULL AS
               has_sheet,
           CASE coalesce(n.deduct_month, c.deduct_month) WHEN 'next' THEN %(next_period)s
                ELSE %(period)s END AS fund_period
      FROM hospitals h LEFT JOIN in_period n USING (hospital_code)
      LEFT JOIN paid p USING (hospital_code) LEFT JOIN earlier e USING (hospital_code)
      LEFT JOIN scheme_of_area c ON c.area_code = h.area_code
)
SELECT r.hospital_code, r.area_code, r.fund_period, r.goods_fen, r.carried_in_fen, f.available_fen,
       greatest(0, least(f.available_fen, r.goods_fen + r.carried_in_fen)) AS offset_fen
  FROM rows r
 CROSS JOIN LATERAL (SELECT coalesce((
       SELECT greatest(m.audited_fen - m.advanced_fen - m.clawback_fen - m.deposit_fen, 0)
         FROM monthly_fund m
        WHERE m.period = r.fund_period AND m.hospital_code = r.hospital_code), 0) AS
            available_fen) f
 WHERE r.has_sheet OR r.goods_fen <> 0 OR r.carried_in_fen <> 0
"""

#: Hospitals whose offset is another than the books say, and those that have no row any more.
_CHANGED = """
CREATE TEMP TABLE offset_changed ON COMMIT DROP AS
SELECT hospital_code, 'offset:' || %(period)s || ':' || hospital_code AS source,
       coalesce(n.offset_fen, 0) AS offset_fen
  FROM (SELECT hospital_code, offset_fen FROM hospital_offset o JOIN hospital h USING
      (hospital_code)
         WHERE o.period = %(period)s AND h.area_code = ANY (%(areas)s)) o
  FULL JOIN offset_now n USING (hospital_code)
 WHERE coalesce(o.offset_fen, 0) <> coalesce(n.offset_fen, 0)
"""

_DROP_GONE = """
DELETE FROM hospital_offset o USING hospital h
 WHERE h.hospital_code = o.hospital_code AND h.area_code = ANY (%(areas)s) AND o.period = %(period)s
   AND NOT EXISTS (SELECT 1 FROM offset_now n WHERE n.hospital_code = o.hospital_code)
"""
_WRITE = """
INSERT INTO hospital_offset (period, hospital_code, area_code, fund_period, available_fen,
    goods_fen,
                             carried_in_fen, offset_fen, carried_out_fen, offset_at, offset_by)
SELECT %(period)s, hospital_code, area_code, fund_period, available_fen, goods_fen, carried_in_fen,
       offset_fen, goods_fen + carried_in_fen - offset_fen, %(now)s, %(actor)s
  FROM offset_now ORDER BY hospital_code
ON CONFLICT (period, hospital_code) DO UPDATE SET
    area_code = excluded.area_code, fund_period = excluded.fund_period,
    available_fen = excluded.available_fen, goods_fen = excluded.goods_fen,
    carried_in_fen = excluded.carried_in_fen, offset_fen = excluded.offset_fen,
    carried_out_fen = excluded.carried_out_fen, offset_at = excluded.offset_at,
    offset_by = excluded.offset_by
"""
_TOTALS = """
SELECT count(*), coalesce(sum(offset_fen), 0),
       coalesce(sum(goods_fen + carried_in_fen - offset_fen), 0)
  FROM offset_now
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
    A run with another result reverses the old entries and books new ones.
    Raises OffsetClosed, NotAllowed, UnknownArea, OutOfScope.
    """
    access.require(actor, "offset")
    areas = access.areas(actor, area)
    told: dict[str, Any] = {
        "areas": areas,
        "period": period,
        "period_end": calendar.last_day(period),
        "next_period": calendar.next_period(period),
        "now": clock.now(),
        "actor": actor.name,
    }
    with db.atomic():
        area_locks.lock(areas)
        later = sql(_LATER, told).fetchone()
        if later:
            raise OffsetClosed(area=later[0], later=later[1], period=period)
        sql("DROP TABLE IF EXISTS pg_temp.offset_now, pg_temp.offset_changed")
        sql(_COMPUTE, told)
        sql(_CHANGED, told)
        ledger.undo(Kind.OFFSET_UNDONE, "SELECT source FROM offset_changed", {}, on=on)
        ledger.post(
            Kind.OFFSET,
            "SELECT hospital_code, offset_fen AS amount_fen, source FROM offset_changed"
            " WHERE offset_fen > 0",
            {},
            on=on,
        )
        sql(_DROP_GONE, told)
        sql(_WRITE, told)
        count, taken, carried = sql(_TOTALS).fetchone()
        result: dict[str, object] = {
            "hospitals": int(count),
            "offset_yuan": yuan(int(taken)),
            "carried_yuan": yuan(int(carried)),
        }
        audit.wrote("offset.run", actor=actor.name, subject=f"period:{period}", area=area, **result)
    return result
