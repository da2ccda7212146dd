"""By which payment system each order travels and on which day: filled in before batches are made.

Only where a profile asks: the caps and hours are its dated rows, else those of every bank.
"""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from models import clock
from models.records.base import sql
from models.rules import rails
from models.rules.calendar import Kinds
from models.rules.errors.rails import NoRail
from models.rules.money import yuan
from models.rules.rails import RailRule
from models.rules.words import DayKind, Rail
from models.services.bank_files.run import Run

SHANGHAI = ZoneInfo("Asia/Shanghai")

_RULES = """
SELECT profile_code, rail, valid_from, valid_to, cap_fen, cut_off, source_note FROM rail_rule
 WHERE profile_code IN (%s, '*')
"""
#: No rest is longer than this (models/rules/calendar.py).
_DAYS = """
SELECT day, kind, 0 AS place FROM calendar_day WHERE day BETWEEN %(from)s AND %(from)s + 90
 UNION ALL
SELECT day, kind, CASE profile_code WHEN '*' THEN 1 ELSE 2 END FROM bank_day
 WHERE profile_code IN (%(profile)s, '*') AND day BETWEEN %(from)s AND %(from)s + 90
 ORDER BY place
"""
_TABLES = """
DROP TABLE IF EXISTS pg_temp.pay_rail, pg_temp.pay_day, pg_temp.pay_written;
CREATE TEMP TABLE pay_rail (place int, rail text, cap_fen bigint) ON COMMIT DROP;
CREATE TEMP TABLE pay_day (rail text, day date) ON COMMIT DROP;
CREATE TEMP TABLE pay_written (before text PRIMARY KEY, after text) ON COMMIT DROP
"""
_NO_RAIL = "SELECT max(amount_fen) FROM pay_order WHERE rail = ''"
_MAPPED = """
SELECT DISTINCT said FROM (SELECT payee_account_name AS said FROM pay_order
                            UNION ALL SELECT payee_bank_name FROM pay_order) names
 WHERE translate(said, %s, '') <> said
"""


def rules(profile_code: str, on: date) -> list[RailRule]:
    """Return the rails of a profile on a day, the cheapest first."""
    rows = [RailRule(code, Rail(rail), *rest) for code, rail, *rest in sql(_RULES, (profile_code,))]
    return rails.in_force(rows, profile_code, on)


def bank_days(profile_code: str, start: date) -> Kinds:
    """Return the stated kinds of days from a day on: the calendar's, else the bank's own."""
    told = {"profile": profile_code, "from": start}
    return {day: DayKind(kind) for day, kind, _place in sql(_DAYS, told)}


def days(profile_code: str, on: date, now: datetime, *, split: bool) -> dict[str, date]:
    """Return the day of payment of each rail; without a split one day, by the earliest cut-off.

    `now` is any aware time. The key is the rail's word, empty where files are not split by rail.
    """
    here, found = now.astimezone(SHANGHAI), rules(profile_code, on)
    kinds = bank_days(profile_code, min(on, here.date()))
    if split:
        return {rule.rail.value: rails.execution_day(on, here, rule, kinds) for rule in found}
    binding = min((r for r in found if r.cut_off), key=lambda r: str(r.cut_off), default=None)
    return {"": rails.execution_day(on, here, binding, kinds)}


def prepare(run: Run) -> None:
    """Fill pay_rail and pay_day as the profile asks; both stay empty where it does not."""
    for statement in _TABLES.split(";"):
        sql(statement)
    if run.format.split_rail:
        told = [
            (place, rule.rail.value, rule.cap_fen)
            for place, rule in enumerate(rules(run.profile.code, run.on))
        ]
        _add("INSERT INTO pay_rail VALUES (%s, %s, %s)", told)
    if run.format.cut_off == "next_day":
        found = days(run.profile.code, run.on, clock.now(), split=run.format.split_rail)
        _add("INSERT INTO pay_day VALUES (%s, %s)", list(found.items()))
    # Empty tables nobody analysed are planned as if they had a thousand rows.
    sql("ANALYZE pg_temp.pay_rail, pg_temp.pay_day")


def settle(run: Run) -> None:
    """Refuse an order of pay_order that no rail takes, and keep the texts as the file has them.

    Raises NoRail.
    """
    if run.format.split_rail:
        lost = sql(_NO_RAIL).fetchone()[0]
        if lost is not None:
            raise NoRail(amount_yuan=yuan(int(lost)))
    if run.format.char_map:
        characters = str.maketrans(dict(run.format.char_map))
        said = [row[0] for row in sql(_MAPPED, ("".join(run.format.char_map),)).fetchall()]
        _add(
            "INSERT INTO pay_written VALUES (%s, %s)", [(s, s.translate(characters)) for s in said]
        )
    sql("ANALYZE pg_temp.pay_written")


def _add(statement: str, rows: list[tuple[Any, ...]]) -> None:
    for row in rows:
        sql(statement, row)


def switches(spec: Mapping[str, Any]) -> tuple[bool, str]:
    """Return whether a profile's data splits by rail, and what its cut-off does."""
    return "rail" in (spec.get("split_by") or ()), str(spec.get("cut_off") or "ignore")
