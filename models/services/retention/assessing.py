"""The agency gives points item by item (考核); their sum is the score that retention counts.

The items are those of the scheme of the hospital's area on the month's last day, the version with
the latest day not after it. No notice that could be read states points for items, so they are data.
"""

from collections.abc import Mapping
from decimal import Decimal, InvalidOperation
from typing import Any, NamedTuple

from models import clock
from models.records.base import db, sql
from models.rules import calendar
from models.rules.errors.retention import (
    AssessmentIncomplete,
    AssessmentListed,
    AssessmentPointsRefused,
    RetentionUnknown,
)
from models.services import access, audit
from models.services.access import Actor
from models.services.judgement import spans

REASON_CHARS_MAX = 500
SCORE_MAX = 100

_ITEMS = """
WITH wanted AS (
    SELECT s.scheme_code,
           (SELECT max(x.valid_from) FROM assessment_item x
             WHERE x.scheme_code = s.scheme_code AND x.valid_from <= %(last)s) AS valid_from
      FROM scheme_span s JOIN hospital h USING (area_code)
     WHERE h.hospital_code = %(hospital)s AND %(last)s BETWEEN s.from_on AND s.to_on
)
SELECT a.item_code, a.name, a.points, a.how, a.indicator, p.points AS given, p.points_max,
       p.reason, p.given_by, p.given_at,
       (SELECT v.value_bp FROM indicator_value v
         WHERE v.period = %(period)s AND v.hospital_code = %(hospital)s
           AND v.indicator = a.indicator AND v.subject IN (%(round)s, '')
         ORDER BY v.subject DESC LIMIT 1) AS value_bp
  FROM wanted w JOIN assessment_item a USING (scheme_code, valid_from)
  LEFT JOIN assessment_point p
    ON (p.period, p.hospital_code, p.round_code, p.item_code)
       = (%(period)s, %(hospital)s, %(round)s, a.item_code)
 ORDER BY a.item_code
"""
_ROUND = """
SELECT h.area_code FROM retention_result r JOIN hospital h USING (hospital_code)
 WHERE (r.period, r.hospital_code, r.round_code) = (%s, %s, %s) FOR UPDATE OF r
"""
_LISTED = """
SELECT grant_no FROM retention_grant
 WHERE (period, hospital_code, round_code) = (%s, %s, %s) AND state <> 'withdrawn'
"""
_GIVE = """
INSERT INTO assessment_point (period, hospital_code, round_code, item_code, points, points_max,
                              reason, given_by, given_at)
VALUES (%(period)s, %(hospital)s, %(round)s, %(item)s, %(points)s, %(max)s, %(reason)s, %(by)s,
        %(now)s)
ON CONFLICT (period, hospital_code, round_code, item_code) DO UPDATE
   SET points = EXCLUDED.points, points_max = EXCLUDED.points_max, reason = EXCLUDED.reason,
       given_by = EXCLUDED.given_by, given_at = EXCLUDED.given_at
"""
_SCORE = """
INSERT INTO assessment (period, hospital_code, round_code, score)
VALUES (%(period)s, %(hospital)s, %(round)s, %(score)s)
ON CONFLICT (period, hospital_code, round_code) DO UPDATE SET score = EXCLUDED.score
"""


class Item(NamedTuple):
    """An item of the form with what was given; points are of a hundred in all."""

    item_code: str
    name: str
    points: Decimal
    how: str | None
    indicator: str | None
    given: Decimal | None
    points_max: Decimal | None
    reason: str | None
    given_by: str | None
    given_at: Any
    #: The indicator's last value in basis points, as evidence.
    value_bp: int | None


def items(key: tuple[str, str, str]) -> list[Item]:
    """Return the form of a round: `key` is month, hospital and round; empty without items."""
    period, hospital_code, round_code = key
    found = sql("SELECT area_code FROM hospital WHERE hospital_code = %s", (hospital_code,))
    row = found.fetchone()
    if row is None:
        return []
    with db.atomic():
        spans.build([row[0]])
        told = {
            "period": period, "hospital": hospital_code, "round": round_code,
            "last": calendar.last_day(period),
        }  # fmt: skip
        return [Item(*one) for one in sql(_ITEMS, told)]


def give(actor: Actor, key: tuple[str, str, str], given: Mapping[str, tuple[str, str]]) -> Decimal:
    """Keep points and reasons by item and return the score, their sum.

    All items are given at once; fewer points than an item has say why. What is on a list of
    publicity is not assessed again. Raises RetentionUnknown, AssessmentIncomplete,
    AssessmentPointsRefused, AssessmentListed, NotAllowed.
    """
    access.require(actor, "retention_assess")
    period, hospital_code, round_code = key
    with db.atomic():
        row = sql(_ROUND, key).fetchone()
        if row is None or not access.reaches(actor, row[0]):
            raise RetentionUnknown(period=period, round=round_code)
        listed = sql(_LISTED, key).fetchone()
        if listed is not None:
            raise AssessmentListed(grant_no=listed[0])
        form = items(key)
        missing = [one.name for one in form if not given.get(one.item_code, ("", ""))[0].strip()]
        if missing or not form:
            raise AssessmentIncomplete(items="、".join(missing))
        sql("SELECT set_config('zhijie.actor', %s, true)", (actor.name,))
        told: dict[str, Any] = {
            "period": period, "hospital": hospital_code, "round": round_code,
            "by": actor.name, "now": clock.now(),
        }  # fmt: skip
        score = Decimal(0)
        for one in form:
            points, reason = _checked(one, *given[one.item_code])
            score += points
            sql(
                _GIVE,
                {**told, "item": one.item_code, "points": points, "max": one.points,
                 "reason": reason},
            )  # fmt: skip
        if score > SCORE_MAX:
            raise AssessmentPointsRefused(item="合计", most=SCORE_MAX)
        sql(_SCORE, {**told, "score": score})
        audit.wrote(
            "retention.assessed", actor=actor.name, subject=f"hospital:{hospital_code}",
            period=period, round=round_code, score=str(score),
        )  # fmt: skip
    return score


def _checked(one: Item, text: str, reason: str) -> tuple[Decimal, str | None]:
    """Return points of at most 2 decimals within the item, and the reason if there is one."""
    most = f"{one.points:f}".rstrip("0").rstrip(".")
    try:
        points = Decimal(text.strip())
    except InvalidOperation:
        raise AssessmentPointsRefused(item=one.name, most=most) from None
    if not points.is_finite() or not 0 <= points <= one.points or points != round(points, 2):
        raise AssessmentPointsRefused(item=one.name, most=most)
    words = reason.strip()[:REASON_CHARS_MAX] or None
    if points < one.points and words is None:
        raise AssessmentIncomplete(items=one.name)
    return points, words
