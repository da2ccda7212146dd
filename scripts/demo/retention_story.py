"""What happens to the demo city's retention: inputs, points, a declared round made public."""

from datetime import date
from typing import Any

from models.records.base import db, sql
from models.rules import calendar
from models.rules.job_names import JobName
from models.rules.retention import RetentionMove
from models.services import access
from models.services.retention import assessing, publicity
from models.services.retention import words as said
from scripts.demo import places, users
from scripts.demo.steps import Steps

#: Half of what was bought before the round cost this many times the award price.
PRICE_TIMES = 3
FUND_RATIO_BP, INSURED_SHARE_BP, EMPLOYEE_SHARE_BP = 6_200, 9_000, 6_500
#: Least score and ratio, as in Zhuzhou.
TIERS = ((60, 3_000), (80, 5_000))
ITEMS = (("1", "约定采购量完成率", 40), ("2", "30天回款率", 30), ("3", "非中选比例", 30))
POINTS = {"1": ("38", "一个品规未完成约定量"), "2": ("24", "回款率未达到 95%"), "3": ("30", "")}

_SCHEME = """
SELECT scheme_code, valid_from FROM scheme WHERE area_code = %s AND valid_from <= %s
 ORDER BY valid_from DESC, scheme_code DESC LIMIT 1
"""
_BOUGHT = """
SELECT q.round_code, q.hospital_code, q.nhsa_code, q.reported_quantity, sum(p.quantity),
       a.price_yuan
  FROM reported_quantity q
  JOIN purchase_line p USING (hospital_code, nhsa_code)
  JOIN award a USING (round_code, nhsa_code)
 WHERE p.accepted_on BETWEEN %(first)s AND %(last)s AND p.line_kind = 'receipt'
   AND q.round_code = (SELECT round_code FROM reported_quantity
                        GROUP BY 1 ORDER BY count(*) DESC, 1 LIMIT 1)
 GROUP BY 1, 2, 3, 4, 6 ORDER BY 2, 3
"""
_INPUT = """
INSERT INTO retention_input (period, hospital_code, round_code, nhsa_code, base_quantity,
    agreed_quantity, actual_quantity, price_before_yuan, award_price_yuan, non_selected_fen,
    fund_ratio_bp, insured_share_bp)
VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s) ON CONFLICT DO NOTHING
"""


def write(steps: Steps, month: str, on: date) -> None:
    """Calculate the round most was reported of, assess it, declare for one hospital, publish."""
    if sql("SELECT EXISTS (SELECT FROM retention_input)").fetchone()[0]:
        return
    found = _bought(month)
    if not found:
        return
    with db.atomic():
        _rules(on)
        _inputs(month, found)
    _calculate(steps, "retention", month, on)
    checker = access.load(users.CHECKER.name)
    keys = sql(
        "SELECT period, hospital_code, round_code FROM retention_result WHERE base_fen > 0"
        " ORDER BY base_fen DESC LIMIT 3"
    ).fetchall()
    for key in keys:
        if assessing.items(key):
            assessing.give(checker, key, POINTS)
    _calculate(steps, "retention:scored", month, on)
    for key in keys[1:]:
        _declare(key)
    _publish(month, on)


def _rules(on: date) -> None:
    found = sql(_SCHEME, (places.CITY, on)).fetchone()
    if found is None:
        return
    code, first = found
    for least, ratio in TIERS:
        sql(
            "INSERT INTO retention_tier (scheme_code, valid_from, min_score, ratio_bp)"
            " VALUES (%s, %s, %s, %s) ON CONFLICT DO NOTHING",
            (code, first, least, ratio),
        )
    for item, name, points in ITEMS:
        sql(
            "INSERT INTO assessment_item (scheme_code, valid_from, item_code, name, points)"
            " VALUES (%s, %s, %s, %s, %s) ON CONFLICT DO NOTHING",
            (code, first, item, name, points),
        )
    sql(
        "INSERT INTO retention_rule VALUES (%s, %s, false, true, false, 5, %s)"
        " ON CONFLICT DO NOTHING",
        (code, first, EMPLOYEE_SHARE_BP),
    )


def _bought(month: str) -> list[tuple[Any, ...]]:
    """Return what was bought of the round most was reported of: the month stands for its year.

    The demo city buys for a few months only, and retention is counted when a year of the agreement
    is over; a real round's inputs are proposed from the lines of that year.
    """
    told = {"first": f"{month}-01", "last": calendar.last_day(month)}
    found: list[tuple[Any, ...]] = sql(_BOUGHT, told).fetchall()
    return found


def _inputs(month: str, found: list[tuple[Any, ...]]) -> None:
    for round_code, hospital, product, reported, bought, price in found:
        agreed = min(reported, bought)
        sql(
            _INPUT,
            (
                month, hospital, round_code, product, agreed, agreed, bought,
                price * PRICE_TIMES, price, 0, FUND_RATIO_BP, INSURED_SHARE_BP,
            ),
        )  # fmt: skip


def _calculate(steps: Steps, step: str, month: str, on: date) -> None:
    args = {"period": month, "area": places.CITY, "on": on}
    told = steps.run(step, "测算结余留用", JobName.RETENTION, args, by=users.MAKER.name)
    steps.tell(f"医院 {told['hospitals']} 家，留用 {told['retained_yuan']} 元")


def _declare(key: tuple[str, str, str]) -> None:
    """Let the hospital itself declare what was calculated."""
    seat = access.Actor("demo", "hospital", places.CITY, key[1])
    found = sql(
        "SELECT base_fen, score, ratio_bp, retained_fen FROM retention_result"
        " WHERE (period, hospital_code, round_code) = (%s, %s, %s)",
        key,
    ).fetchone()
    said.say(seat, key, RetentionMove.DECLARE, "", seen=[str(value) for value in found])


def _publish(month: str, on: date) -> None:
    maker, checker = access.load(users.MAKER.name), access.load(users.CHECKER.name)
    count, fen, _rows = publicity.preview(maker, month, places.CITY, 1)
    if count:
        told = {"count": count, "total_fen": fen}
        number = publicity.draft(maker, month, places.CITY, on, **told)
        publicity.publish(checker, number, on, **told)
