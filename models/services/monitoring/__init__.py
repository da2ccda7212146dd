"""Monitoring: the indicators of a month for every hospital, with targets and verdicts."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from models.records.base import db, sql
from models.rules import monitoring
from models.rules.definitions import Definition, of_subject
from models.rules.measures import ABOUT, Grain, Unit
from models.rules.monitoring import Verdict
from models.services import access, audit, jobs
from models.services.monitoring import sums, targets, versions
from models.services.monitoring.selection import Selection
from models.services.monitoring.sums import Summed
from models.services.overdue import register

__all__ = ["monitor", "monitor_period"]

_FORGET = """
DELETE FROM indicator_value i USING hospital h
 WHERE i.period = %(period)s AND h.hospital_code = i.hospital_code AND h.area_code = ANY (%(areas)s)
"""

_COPY = """
COPY indicator_value (period, hospital_code, indicator, subject, numerator, denominator, is_money,
                      value_bp, target_bp, verdict, name, numerator_of, denominator_of, direction,
                      measured_on) FROM STDIN
"""


@dataclass(frozen=True)
class Measured:
    """One indicator of a hospital."""

    hospital_code: str
    subject: str
    definition: Definition
    numerator: Decimal
    denominator: Decimal
    value_bp: int
    target_bp: int | None
    verdict: Verdict | None


def monitor(claim: jobs.Claim) -> dict[str, int]:
    """Do the job `monitor`: args.period of args.area and below, as known on args.on."""
    actor = access.load(claim.requested_by)
    with db.atomic():
        register.follow(claim.on)
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
    chosen = Selection(period, tuple(access.areas(actor, area)), on)
    defined = versions.of_areas(chosen.areas, chosen.last)
    wanted = versions.measures(defined)
    progress(0, 3, "汇总明细")
    sums.collect(chosen, wanted)
    progress(1, 3, "计算指标")
    measured = list(_measure(chosen, defined, sums.add_up(chosen, wanted)))
    progress(2, 3, "登记结果")
    _keep(chosen, measured)
    result = {
        "hospitals": len({row.hospital_code for row in measured}),
        "indicators": len(measured),
        "failed": sum(row.verdict is Verdict.FAIL for row in measured),
    }
    audit.wrote("period.monitored", actor=actor.name, subject=f"period:{period}", **result)
    return result


def _measure(
    chosen: Selection, defined: versions.Defined, summed: Mapping[Grain, Summed]
) -> Iterator[Measured]:
    asked = targets.find(chosen)
    area_of = dict(
        sql(
            "SELECT hospital_code, area_code FROM hospital WHERE area_code = ANY (%(areas)s)",
            chosen.told,
        )
    )
    for grain, found in summed.items():
        for (hospital_code, subject), values in found.items():
            for of_indicator in defined[area_of[hospital_code]].values():
                one = of_subject(of_indicator, subject)
                if one is None or ABOUT[one.denominator].grain is not grain:
                    continue
                denominator = values.get(one.denominator, Decimal(0))
                if denominator > 0:
                    numerator = values.get(one.numerator, Decimal(0))
                    value = monitoring.value_bp(numerator, denominator)
                    target = asked.of(one, hospital_code, subject)
                    verdict = monitoring.verdict(one.direction, value, target)
                    shares = (numerator, denominator, value, target, verdict)
                    yield Measured(hospital_code, subject, one, *shares)


def _keep(chosen: Selection, measured: list[Measured]) -> None:
    sql(_FORGET, chosen.told)
    with sql("SELECT 1").copy(_COPY) as copy:
        for row in measured:
            one = row.definition
            is_money = ABOUT[one.denominator].unit is Unit.MONEY
            shares = (row.numerator, row.denominator, is_money)
            result = (row.value_bp, row.target_bp, row.verdict)
            said = (one.name, one.numerator, one.denominator, one.direction, chosen.on)
            key = (chosen.period, row.hospital_code, one.indicator, row.subject)
            copy.write_row((*key, *shares, *result, *said))
