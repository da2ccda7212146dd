"""Monitoring: the indicators of a month for every hospital, with targets and verdicts."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from models.records.base import db, sql
from models.rules import calendar, monitoring
from models.rules.monitoring import Indicator, Term, Verdict
from models.services import access, audit, jobs
from models.services.judgement import judge
from models.services.monitoring import facts
from models.services.overdue import watched

__all__ = ["monitor", "monitor_period"]

#: Every line of the areas: quantities of contracts go back to the beginning of their terms.
_LINES = """
 WHERE h.area_code = ANY (%(areas)s)
   AND NOT EXISTS (SELECT 1 FROM line_void v WHERE v.line_no = p.line_no)
"""

_FORGET = """
DELETE FROM indicator_value i USING hospital h
 WHERE i.period = %(period)s AND h.hospital_code = i.hospital_code AND h.area_code = ANY (%(areas)s)
"""

_COPY = """
COPY indicator_value (period, hospital_code, indicator, subject, numerator, denominator, is_money,
                      value_bp, target_bp, verdict) FROM STDIN
"""


#: Targets that are not a hospital's own stand under this.
EVERY_HOSPITAL = ""

#: Indicator, hospital and round or kind.
_TargetKey = tuple[Indicator, str, str | None]


@dataclass(frozen=True)
class Measured:
    """One indicator of a hospital."""

    hospital_code: str
    indicator: Indicator
    subject: str
    numerator: Decimal
    denominator: Decimal
    value_bp: int
    target_bp: int | None
    verdict: Verdict | None


def monitor(claim: jobs.Claim) -> dict[str, int]:
    """Do the job `monitor`: args.period of args.area and below, as known on args.on."""
    actor = access.load(claim.requested_by)
    with db.atomic():
        result = monitor_period(
            actor,
            str(claim.args["period"]),
            claim.args.get("area"),
            on=claim.on,
            progress=claim.progress,
        )
        jobs.finish(claim, result)
    return result


def monitor_period(
    actor: access.Actor,
    period: str,
    area: str | None,
    *,
    on: date,
    progress: Callable[[int, int, str], None] = lambda *_: None,
) -> dict[str, int]:
    """Replace the indicators of the areas' hospitals for a month, in the caller's transaction.

    Returns the hospitals with a row, the rows, and the rows that missed their target. Raises
    NotAllowed, UnknownArea, OutOfScope, BadPeriod.
    """
    access.require(actor, "monitor")
    areas = access.areas(actor, area)
    last = calendar.last_day(period)
    told: dict[str, Any] = {
        "period": period,
        "areas": areas,
        "first": calendar.first_day(period),
        "last": last,
        "after": last + timedelta(days=1),
        "new_year": date(last.year, 1, 1),
    }
    progress(0, 3, "判定明细")
    judge(areas, _LINES, told, last, also=(*watched.COLUMNS, *facts.COLUMNS))
    progress(1, 3, "计算指标")
    measured = list(_measure(told, on))
    progress(2, 3, "登记结果")
    _keep(told, measured)
    result = {
        "hospitals": len({row.hospital_code for row in measured}),
        "indicators": len(measured),
        "failed": sum(row.verdict is Verdict.FAIL for row in measured),
    }
    audit.wrote("period.monitored", actor=actor.name, subject=f"period:{period}", **result)
    return result


def _measure(told: dict[str, Any], on: date) -> Iterator[Measured]:
    targets = _targets(told)
    for day, statements in ((on, facts.ON_THE_DAY), (told["after"], facts.AFTER_THE_MONTH)):
        watched.find_paid_sheets(day)
        watched.gather(day)
        for indicator, statement in statements.items():
            for hospital_code, subject, numerator, denominator, about in sql(statement, told):
                if denominator > 0:
                    every = targets.get((indicator, EVERY_HOSPITAL, about))
                    target = targets.get((indicator, hospital_code, about), every)
                    value = monitoring.value_bp(numerator, denominator)
                    verdict = monitoring.verdict(indicator, value, target)
                    shares = (numerator, denominator, value, target, verdict)
                    yield Measured(hospital_code, indicator, subject, *shares)


def _targets(told: Mapping[str, Any]) -> dict[_TargetKey, int | None]:
    """Return the targets; those that hold for every hospital stand under no hospital."""
    targets: dict[_TargetKey, int | None] = {
        (Indicator.ONLINE_RATE, EVERY_HOSPITAL, kind.value): target
        for kind, target in monitoring.ONLINE_TARGETS_BP.items()
    }
    for round_code, limit_bp in sql("SELECT round_code, non_selected_limit_bp FROM vbp_round"):
        targets[Indicator.NON_SELECTED_SHARE, EVERY_HOSPITAL, round_code] = limit_bp
    terms: dict[tuple[str, str], list[Term]] = {}
    for hospital_code, round_code, committed, term_start, term_end in sql(facts.TERMS, told):
        term = Term(committed, term_start, term_end)
        terms.setdefault((hospital_code, round_code), []).append(term)
    for (hospital_code, round_code), found in terms.items():
        asked_bp = monitoring.time_progress_bp(found, told["last"])
        targets[Indicator.PURCHASE_PROGRESS, hospital_code, round_code] = asked_bp
    return targets


def _keep(told: Mapping[str, Any], measured: list[Measured]) -> None:
    sql(_FORGET, told)
    with sql("SELECT 1").copy(_COPY) as copy:
        for row in measured:
            is_money = row.indicator not in monitoring.QUANTITIES
            shares = (row.numerator, row.denominator, is_money)
            result = (row.value_bp, row.target_bp, row.verdict)
            copy.write_row(
                (told["period"], row.hospital_code, row.indicator, row.subject, *shares, *result)
            )
