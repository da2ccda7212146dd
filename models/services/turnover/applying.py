"""A hospital, or the agency for it, applies for the turnover money of a year; or takes it back."""

from collections.abc import Sequence
from datetime import date

from models import clock
from models.records.base import JsonField, db, sql
from models.rules.errors.turnover import TurnoverMoved, TurnoverNotEligible
from models.rules.money import yuan
from models.rules.states import sources, target
from models.rules.turnover import (
    TURNOVER,
    Lack,
    Obstacle,
    Pool,
    TurnoverMove,
)
from models.services import access, area_locks, audit
from models.services.access import Actor
from models.services.turnover import grants
from models.services.turnover.eligible import Candidate, candidates

NOTE_CHARS_MAX = 500

OBSTACLES = {
    Obstacle.NO_TERMS: ("结算方案没有规定周转金", "the scheme has no turnover money"),
    Obstacle.NOT_PREPAID: ("结算方案不从分簿付款", "the scheme pays from no sub-ledger"),
    Obstacle.NO_BASE: ("基数月份没有医保基金数据", "no monthly fund of the base is imported"),
    Obstacle.HAS_ONE: ("本年度已经申请", "there is an application for the year"),
    Obstacle.OUTSTANDING: ("以前年度的周转金尚未收回", "an earlier year's is not back yet"),
}
LACKS = {
    Lack.NOT_KNOWN: ("没有导入基金结余", "reserves are not imported"),
    Lack.RESERVE_LOW: ("累计结余可支付月数不足", "reserves meet too few months"),
    Lack.DEFICIT: ("上年当期赤字", "a deficit last year"),
    Lack.FORECAST: ("未来 12 个月预测赤字", "a deficit is forecast"),
}
POOLS = {Pool.EMPLOYEE: ("职工医保", "employees"), Pool.RESIDENT: ("居民医保", "residents")}

_INSERT = """
INSERT INTO turnover_grant (id, turnover_no, year, hospital_code, area_code, scheme_code,
       scheme_from, base_from, base_to, base_months, base_fen, drug_bp, consumable_bp, drug_fen,
       consumable_fen, amount_fen, facts, note, state, applied_by, applied_at, applied_on)
VALUES (%(id)s, %(turnover_no)s, %(year)s, %(hospital_code)s, %(area_code)s, %(scheme_code)s,
        %(scheme_from)s, %(base_from)s, %(base_to)s, %(base_months)s, %(base_fen)s, %(drug_bp)s,
        %(consumable_bp)s, %(drug_fen)s, %(consumable_fen)s, %(amount_fen)s, %(facts)s, %(note)s,
        'applied', %(by)s, %(now)s, %(on)s)
"""
_WITHDRAW = """
UPDATE turnover_grant SET state = %(to)s
 WHERE turnover_no = %(no)s AND state = ANY (%(from)s) AND applied_by = %(by)s
"""


def reasons(found: Candidate) -> list[tuple[str, str]]:
    """Return in Chinese and English why a hospital may not apply; empty when it may."""
    if Obstacle.NO_TERMS in found.obstacles:
        return [OBSTACLES[Obstacle.NO_TERMS]]
    told = [OBSTACLES[one] for one in found.obstacles]
    for pool, lack in found.lacks:
        told.append((POOLS[pool][0] + LACKS[lack][0], f"{POOLS[pool][1]}: {LACKS[lack][1]}"))
    return told


def apply(
    actor: Actor, hospital_codes: Sequence[str], year: int, on: date, *, note: str = ""
) -> list[str]:
    """Apply for each hospital's turnover money of the year and return the numbers; all or none.

    Amounts and conditions are those of the moment. A hospital's seat applies for itself alone.
    Raises NotAllowed, OutOfScope, TurnoverNotEligible.
    """
    access.require(actor, "turnover_apply")
    wanted = list(dict.fromkeys(hospital_codes))
    with db.atomic():
        areas = grants.areas_of(actor, wanted)
        area_locks.lock(areas)
        found = {one.hospital_code: one for one in candidates(areas, year, on)}
        return [_apply(actor, found[code], year, on, note) for code in wanted]


def _apply(actor: Actor, found: Candidate, year: int, on: date, note: str) -> str:
    told = reasons(found)
    if told or found.terms is None:
        raise TurnoverNotEligible(
            hospital=found.name,
            year=year,
            reasons="；".join(zh for zh, _ in told),
            reasons_en="; ".join(en for _, en in told),
        )
    number = int(
        sql("SELECT nextval(pg_get_serial_sequence('turnover_grant', 'id'))").fetchone()[0]
    )
    turnover_no = f"ZZ{year}{number:06d}"
    terms, amount = found.terms, found.amount
    sql(
        _INSERT,
        {
            "id": number,
            "turnover_no": turnover_no,
            "year": year,
            "hospital_code": found.hospital_code,
            "area_code": found.area_code,
            "scheme_code": terms.scheme_code,
            "scheme_from": terms.valid_from,
            "base_from": terms.base_from,
            "base_to": terms.base_to,
            "base_months": terms.months,
            "base_fen": amount.base_fen,
            "drug_bp": terms.drug_bp,
            "consumable_bp": terms.consumable_bp,
            "drug_fen": amount.drug_fen,
            "consumable_fen": amount.consumable_fen,
            "amount_fen": amount.total_fen,
            "facts": JsonField().db_value(_facts(found)),
            "note": note.strip()[:NOTE_CHARS_MAX] or None,
            "by": actor.name,
            "now": clock.now(),
            "on": on,
        },
    )
    audit.wrote(
        "turnover.applied",
        actor=actor.name,
        subject=f"turnover:{turnover_no}",
        hospital_code=found.hospital_code,
        year=year,
        amount_yuan=yuan(amount.total_fen),
        base=f"{terms.base_from}–{terms.base_to}",
    )
    return turnover_no


def _facts(found: Candidate) -> dict[str, object]:
    """Return the reserves an application rests on, as they are kept."""
    return {
        one.pool.value: {
            "months": format(one.months.normalize(), "f"),
            "required": format(one.required_months.normalize(), "f"),
            "last_year_yuan": yuan(one.last_year_fen),
            "forecast_yuan": yuan(one.forecast_fen),
        }
        for one in found.reserves
    }


def withdraw(actor: Actor, turnover_no: str) -> None:
    """Take back what the actor applied for and nobody decided.

    Raises NotAllowed, UnknownTurnover, TurnoverMoved.
    """
    access.require(actor, "turnover_apply")
    with db.atomic():
        grant = grants.locked(actor, turnover_no)
        told = {
            "no": turnover_no,
            "by": actor.name,
            "from": sources(TURNOVER, TurnoverMove.WITHDRAW),
            "to": target(TURNOVER, TurnoverMove.WITHDRAW),
        }
        if sql(_WITHDRAW, told).rowcount != 1:
            raise TurnoverMoved(turnover_no=turnover_no, what="撤回", what_en="withdrawn")
        audit.wrote(
            "turnover.withdrawn",
            actor=actor.name,
            subject=f"turnover:{turnover_no}",
            hospital_code=grant.hospital_code,
            amount_yuan=yuan(grant.amount_fen),
        )
