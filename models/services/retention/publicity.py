"""Retained amounts are drafted as a list, made public by a second person, granted after the days.

Every step is asked again by the database (models/records/retention_guard.py).
"""

from datetime import date
from typing import Any

from models import clock
from models.records.base import db, sql
from models.rules.errors.payment import AgencyMissing, SelectionChanged
from models.rules.errors.retention import (
    GrantOutdated,
    NothingToPublish,
    PublicityMoved,
    StillPublic,
)
from models.rules.money import yuan
from models.rules.postings import Kind
from models.rules.retention_payment import (
    PUBLICITY_DAYS,
    GrantMove,
    PublicityMove,
    last_public_day,
)
from models.services import access, area_locks, audit, ledger
from models.services.access import Actor
from models.services.retention import candidates, lists, news

_NEW = """
INSERT INTO retention_publicity (id, publicity_no, period, area_code, publicity_days, state,
                                 drafted_by, drafted_at)
SELECT n.id, 'LG' || to_char(%(on)s::date, 'YYYYMMDD') || lpad(n.id::text,
           greatest(4, length(n.id::text)), '0'), %(period)s, %(area)s,
       (SELECT coalesce(max(publicity_days), %(days)s) FROM retention_candidate
         WHERE obstacle IS NULL), 'draft', %(by)s, %(now)s
  FROM (SELECT nextval(pg_get_serial_sequence('retention_publicity', 'id')) AS id) n
RETURNING id, publicity_no
"""
#: The residents' fund has what the employees' part leaves (rules/retention_payment.fund_parts).
_GRANTS = """
INSERT INTO retention_grant (id, grant_no, publicity_id, period, hospital_code, round_code,
    area_code, agreement_year, base_fen, score, ratio_bp, amount_fen, employee_fen, resident_fen,
    state, listed_by, listed_at)
SELECT n.id, 'LY' || to_char(%(on)s::date, 'YYYYMMDD') || lpad(n.id::text,
           greatest(6, length(n.id::text)), '0'), %(publicity)s, n.period, n.hospital_code,
       n.round_code, n.area_code, n.agreement_year, n.base_fen, n.score, n.ratio_bp,
       n.retained_fen, n.employee_fen, n.retained_fen - n.employee_fen, 'listed', %(by)s, %(now)s
  FROM (SELECT nextval(pg_get_serial_sequence('retention_grant', 'id')) AS id, c.*,
               round(c.retained_fen * c.employee_share_bp * 0.0001)::bigint AS employee_fen
          FROM (SELECT * FROM retention_candidate WHERE obstacle IS NULL
                 ORDER BY hospital_code, round_code) c) n
"""
_PUBLISH = """
UPDATE retention_publicity SET state = %(to)s, published_by = %(by)s, published_at = %(now)s,
       published_on = %(on)s, until_on = %(until)s
 WHERE id = %(id)s AND state = ANY (%(from)s)
"""
_END = """
UPDATE retention_publicity SET state = %(to)s, ended_by = %(by)s, ended_at = %(now)s,
       ended_on = %(on)s
 WHERE id = %(id)s AND state = ANY (%(from)s)
"""
#: Listed amounts whose figures or whose hospital's word is another now.
_OUTDATED = """
SELECT g.grant_no FROM retention_grant g
  LEFT JOIN retention_result r USING (period, hospital_code, round_code)
  LEFT JOIN LATERAL (
      SELECT w.move FROM retention_word w
       WHERE (w.period, w.hospital_code, w.round_code)
             = (g.period, g.hospital_code, g.round_code)
       ORDER BY w.id DESC LIMIT 1) w ON true
 WHERE g.publicity_id = %s AND g.state = 'listed'
   AND ((r.base_fen, r.ratio_bp, r.retained_fen) = (g.base_fen, g.ratio_bp, g.amount_fen)
        AND r.score IS NOT DISTINCT FROM g.score AND w.move = 'declare') IS NOT TRUE
 ORDER BY g.grant_no LIMIT 10
"""
_NO_AGENCY = """
SELECT g.area_code FROM retention_grant g LEFT JOIN paying_agency a USING (area_code)
 WHERE g.publicity_id = %s AND g.state = 'listed' AND a.agency_code IS NULL LIMIT 1
"""
_GRANT = """
UPDATE retention_grant g SET state = %(to)s, granted_by = %(by)s, granted_on = %(on)s,
       agency_code = a.agency_code
  FROM paying_agency a
 WHERE a.area_code = g.area_code AND g.publicity_id = %(id)s AND g.state = ANY (%(from)s)
"""
_OWED = """
SELECT agency_code, hospital_code, amount_fen, 'retention:' || grant_no AS source
  FROM retention_grant WHERE publicity_id = %(id)s AND state = 'granted'
"""


def preview(actor: Actor, period: str, area: str | None, limit: int) -> tuple[int, int, list[Any]]:
    """Return count and sum of what would be listed, in fen, and rows with their obstacles."""
    access.require(actor, "retention_list")
    areas = access.areas(actor, area)
    with db.atomic():
        found, total_fen = candidates.collect(period, areas)
        return found, total_fen, candidates.rows(limit)


def draft(
    actor: Actor, period: str, area: str | None, on: date, *, count: int, total_fen: int
) -> str:
    """Draft the list of a month's declared amounts and return its number.

    `count` and `total_fen` are what the person saw. Raises NothingToPublish, SelectionChanged,
    NotAllowed, UnknownArea, OutOfScope.
    """
    access.require(actor, "retention_list")
    areas = access.areas(actor, area)
    with db.atomic():
        area_locks.lock(areas)
        found, sum_fen = candidates.collect(period, areas)
        if not found:
            raise NothingToPublish(period=period)
        if (found, sum_fen) != (count, total_fen):
            raise SelectionChanged(what=lists.WHAT)
        told: dict[str, Any] = {
            "period": period, "area": area or actor.area_code, "on": on, "by": actor.name,
            "now": clock.now(), "days": PUBLICITY_DAYS,
        }  # fmt: skip
        number, publicity_no = sql(_NEW, told).fetchone()
        sql(_GRANTS, {**told, "publicity": number})
        audit.wrote(
            "retention_publicity.drafted", actor=actor.name, subject=f"publicity:{publicity_no}",
            period=period, area=told["area"], amounts=found, total_yuan=yuan(sum_fen),
        )  # fmt: skip
    return str(publicity_no)


def publish(actor: Actor, publicity_no: str, on: date, *, count: int, total_fen: int) -> date:
    """Make a drafted list public as its second person and return its last public day.

    Raises SecondPersonNeeded, SelectionChanged, PublicityMoved, UnknownPublicity, NotAllowed.
    """
    access.require(actor, "retention_publish")
    with db.atomic():
        one = lists.enter(actor, publicity_no)
        lists.another(actor, one)
        lists.as_seen(one, count, total_fen)
        until = last_public_day(on, one.publicity_days)
        lists.move(_PUBLISH, one, PublicityMove.PUBLISH, actor, on=on, until=until)
        lists.wrote(
            actor, "published", one, amounts=count, total_yuan=yuan(total_fen), until=str(until)
        )
        news.tell_soon(actor.name, on)
    return until


def end(actor: Actor, publicity_no: str, on: date, *, count: int, total_fen: int) -> None:
    """End the publicity after its last day and grant what stands on the list (准予拨付).

    From then on the fund owes the amounts. Raises StillPublic, GrantOutdated, AgencyMissing,
    SecondPersonNeeded, SelectionChanged, PublicityMoved, UnknownPublicity, MonthClosed, NotAllowed.
    """
    access.require(actor, "retention_grant")
    with db.atomic():
        one = lists.enter(actor, publicity_no)
        lists.another(actor, one)
        if one.until_on is None:
            raise PublicityMoved(publicity_no=publicity_no)
        if on <= one.until_on:
            raise StillPublic(publicity_no=publicity_no, until_on=one.until_on)
        lists.as_seen(one, count, total_fen)
        outdated = [row[0] for row in sql(_OUTDATED, (one.id,))]
        if outdated:
            raise GrantOutdated(grants="、".join(outdated))
        lacking = sql(_NO_AGENCY, (one.id,)).fetchone()
        if lacking:
            raise AgencyMissing(area=lacking[0])
        lists.move(_END, one, PublicityMove.END, actor, on=on)
        told = {"id": one.id, "by": actor.name, "on": on}
        granted = sql(_GRANT, told | lists.ends(GrantMove.GRANT)).rowcount
        if granted != count or ledger.post(Kind.RETENTION_GRANTED, _OWED, told, on=on) != count:
            raise SelectionChanged(what=lists.WHAT)
        lists.wrote(actor, "granted", one, amounts=count, total_yuan=yuan(total_fen))
