"""A plain Python reading of overdue lines and interest: one receipt at a time, no SQL."""

from dataclasses import dataclass, field
from datetime import date
from typing import Any

from models.rules import calendar, interest, overdue
from models.rules.words import EnterpriseSize, Hold, LadderAction, Lane
from tests.properties.plain_settlement import (
    Row,
    Settlement,
    contract_of,
    lead_of,
    original_of,
    scheme_of,
)

Late = tuple[Any, ...]


@dataclass
class Money:
    """What moved after the settlement, and the ladders and rates that judge it."""

    hospital_payment: list[Row] = field(default_factory=list)
    #: Sheet key → (booked, returned or None) of its instructions.
    booked: dict[tuple[str, str, str], list[tuple[date, date | None]]] = field(default_factory=dict)
    short: set[tuple[str, str, str]] = field(default_factory=set)
    #: Sheet key of a sheet of zero → business date of its last approval.
    approved: dict[tuple[str, str, str], date] = field(default_factory=dict)
    ladder_step: list[Row] = field(default_factory=list)
    lpr_rate: list[Row] = field(default_factory=list)
    agency: list[Row] = field(default_factory=list)


def parts_paid(plain: Settlement, money: Money, line: Row, on: date) -> list[tuple[date, int]]:
    """Return the parts of a receipt paid up to a day."""
    key = plain.on_sheet.get(line["line_no"])
    if lane_of(plain, line, on) == "self":
        return [
            (row["paid_on"], row["amount_fen"])
            for row in money.hospital_payment
            if row["line_no"] == line["line_no"] and row["paid_on"] <= on
        ]
    if key is None:
        return []
    days = [
        booked
        for booked, returned in money.booked.get(key, [])
        if booked <= on and (returned is None or returned > on)
    ]
    if plain.sheets[key]["payable"] == 0 and money.approved.get(key, date.max) <= on:
        days.append(money.approved[key])
    return [(min(days), line["amount_fen"])] if days else []


def lane_of(plain: Settlement, line: Row, on: date) -> str:
    """Return the lane of a receipt; what is on a sheet is direct."""
    if line["line_no"] in plain.on_sheet:
        return "direct"
    return plain.judge(line, calendar.last_day(calendar.period_of(on))).lane


def unpaid_fen(plain: Settlement, money: Money, line: Row, on: date) -> int:
    """Return what is open of a receipt on a day."""
    paid = parts_paid(plain, money, line, on)
    if paid and lane_of(plain, line, on) == "direct":
        return 0
    changes = [
        other["amount_fen"]
        for other in plain.world.live_lines()
        if other["original_line_no"] == line["line_no"]
        and other["accepted_on"] <= on
        and original_of(plain.world, other) is line
    ]
    return line["amount_fen"] + sum(changes) - sum(amount for _, amount in paid)


def due_on(plain: Settlement, line: Row, on: date) -> date:
    """Return the due day: frozen on a sheet, else live."""
    if line["line_no"] in plain.on_sheet:
        return plain.due[line["line_no"]]
    return plain.judge(line, calendar.last_day(calendar.period_of(on))).due_on


def late_parts(plain: Settlement, money: Money, line: Row, on: date) -> list[interest.Part]:
    """Return the parts of a receipt that bear interest on a day."""
    world = plain.world
    contract = contract_of(world, line, line["accepted_on"])
    enterprise = world.one("enterprise", credit_code=line["enterprise_code"])
    signed_size = contract["enterprise_size"] if contract else None
    if not interest.bears_interest(
        signed_size and EnterpriseSize(signed_size), EnterpriseSize(enterprise["size"])
    ):
        return []
    known = [r for r in money.lpr_rate if contract and r["valid_from"] <= contract["signed_on"]]
    lpr = max(known, key=lambda r: r["valid_from"])["one_year_bp"] if known else None
    rate = interest.rate_that_counts(contract["late_rate_bp"] if contract else None, lpr)
    return interest.late_parts(
        due_on(plain, line, on),
        on,
        parts_paid(plain, money, line, on),
        unpaid_fen(plain, money, line, on),
        rate,
    )


def listing(plain: Settlement, money: Money, on: date) -> dict[str, Late]:
    """Return late lines: lane, due day, days late, unpaid, interest, step, responsible, party."""
    found = {}
    for line in plain.world.live_lines():
        if line["line_kind"] != "receipt" or line["accepted_on"] > on:
            continue
        due, unpaid = due_on(plain, line, on), unpaid_fen(plain, money, line, on)
        if due >= on or unpaid <= 0:
            continue
        lane = lane_of(plain, line, on)
        who = _responsible(plain, money, line, lane, on)
        step = _step(plain, money, line, (on - due).days, on)
        owed = sum(part.interest_fen for part in late_parts(plain, money, line, on))
        party = _party(plain, money, line, lane, who)
        found[line["line_no"]] = (lane, due, (on - due).days, unpaid, owed, step, who, party)
    return found


def _responsible(plain: Settlement, money: Money, line: Row, lane: str, on: date) -> str:
    key = plain.on_sheet.get(line["line_no"])
    period_end = calendar.last_day(calendar.period_of(on))
    holds = [] if key else plain.judge(line, period_end).reasons
    short = key in money.short
    return overdue.responsible(Lane(lane), {Hold(hold) for hold in holds}, short=short).value


def _party(plain: Settlement, money: Money, line: Row, lane: str, who: str) -> str | None:
    if who == "hospital" and lane == "direct":
        return lead_of(plain.world, line, line["accepted_on"])
    if who != "agency":
        return line[f"{who}_code"]
    hospital = plain.world.one("hospital", hospital_code=line["hospital_code"])
    for area in plain.world.above(hospital["area_code"]):
        here = [a["agency_code"] for a in money.agency if a["area_code"] == area]
        if here:
            return min(here)
    return None


def _step(plain: Settlement, money: Money, line: Row, days_late: int, on: date) -> int | None:
    hospital = plain.world.one("hospital", hospital_code=line["hospital_code"])
    scheme = scheme_of(plain.world, hospital["area_code"], line["accepted_on"])
    versions = [
        (
            row["valid_from"],
            overdue.Rung(row["step"], "", row["after_days"], LadderAction.REMIND),
        )
        for row in money.ladder_step
        if scheme and row["scheme_code"] == scheme["scheme_code"]
    ]
    rung = overdue.reached(overdue.rungs_in_force(versions, on), days_late)
    return rung.step if rung else None
