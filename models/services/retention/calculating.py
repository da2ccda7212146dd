"""Surplus retention (结余留用): what each hospital may keep for a round in a month."""

from collections.abc import Mapping
from typing import Any

from models.records.base import db, sql
from models.rules import calendar
from models.rules.money import yuan
from models.services import access, audit, jobs
from models.services.judgement import spans

__all__ = ["retain", "retain_period"]

_FORGET = """
DELETE FROM retention_result r USING hospital h
 WHERE r.period = %(period)s AND h.hospital_code = r.hospital_code AND h.area_code = ANY (%(areas)s)
"""

#: Exact decimals: a factor of 0.0001 for each ratio in basis points, no division. Half up to the
#: fen for each product, then added up; the ratio of the tier reached, of the tiers in force.
_WRITE = """
WITH product_base AS (
    SELECT i.hospital_code, i.round_code, h.area_code,
           CASE WHEN i.actual_quantity < i.agreed_quantity
                     AND coalesce(trim(i.excluded_reason), '') = '' THEN 0
                ELSE round(greatest(0,
                     (i.base_quantity * i.price_before_yuan * 100
                      - i.agreed_quantity * i.award_price_yuan * 100 - i.non_selected_fen)
                     * i.fund_ratio_bp * 0.0001 * i.insured_share_bp * 0.0001)) END AS base_fen
      FROM retention_input i JOIN hospital h USING (hospital_code)
     WHERE i.period = %(period)s AND h.area_code = ANY (%(areas)s)
),
in_force AS (
    SELECT scheme_code, max(valid_from) AS valid_from FROM retention_tier
     WHERE valid_from <= %(last)s GROUP BY 1
),
base AS (
    SELECT b.hospital_code, b.round_code, b.area_code, sum(b.base_fen) AS base_fen, a.score
      FROM product_base b LEFT JOIN assessment a ON a.period = %(period)s
           AND a.hospital_code = b.hospital_code AND a.round_code = b.round_code
     GROUP BY 1, 2, 3, a.score
),
reached AS (
    SELECT b.hospital_code, b.round_code, b.base_fen, b.score, coalesce(t.ratio_bp, 0) AS ratio_bp
      FROM base b
      LEFT JOIN scheme_span s ON s.area_code = b.area_code
           AND %(last)s BETWEEN s.from_on AND s.to_on
      LEFT JOIN LATERAL (
          SELECT t.ratio_bp FROM retention_tier t JOIN in_force USING (scheme_code, valid_from)
           WHERE t.scheme_code = s.scheme_code AND t.min_score <= b.score
           ORDER BY t.min_score DESC LIMIT 1) t ON true
)
INSERT INTO retention_result (period, hospital_code, round_code, base_fen, score, ratio_bp,
                              retained_fen)
SELECT %(period)s, hospital_code, round_code, base_fen, score, ratio_bp,
       round(base_fen * ratio_bp * 0.0001)
  FROM reached
"""

_SUMS = """
SELECT count(DISTINCT r.hospital_code), coalesce(sum(r.base_fen), 0)::bigint,
       coalesce(sum(r.retained_fen), 0)::bigint
  FROM retention_result r JOIN hospital h USING (hospital_code)
 WHERE r.period = %(period)s AND h.area_code = ANY (%(areas)s)
"""


def retain(claim: jobs.Claim) -> dict[str, object]:
    """Do the job `retention`: args.period of args.area and below."""
    actor = access.load(claim.requested_by)
    with db.atomic():
        result = retain_period(actor, str(claim.args["period"]), claim.args.get("area"))
        jobs.finish(claim, result)
    return result


def retain_period(actor: access.Actor, period: str, area: str | None) -> dict[str, object]:
    """Replace the retention of the areas' hospitals for a month, in the caller's transaction.

    Returns the hospitals with a row and the sums in yuan. Raises NotAllowed, UnknownArea,
    OutOfScope, BadPeriod.
    """
    access.require(actor, "retention")
    areas = access.areas(actor, area)
    told: Mapping[str, Any] = {
        "period": period,
        "areas": areas,
        "last": calendar.last_day(period),
    }
    spans.build(areas)
    sql(_FORGET, told)
    sql(_WRITE, told)
    hospitals, base_fen, retained_fen = sql(_SUMS, told).fetchone()
    result: dict[str, object] = {
        "hospitals": int(hospitals),
        "base_yuan": yuan(base_fen),
        "retained_yuan": yuan(retained_fen),
    }
    audit.wrote("period.retained", actor=actor.name, subject=f"period:{period}", **result)
    return result
