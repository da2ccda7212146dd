"""A plain Python reading of what indicators add up: one line at a time, no SQL."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from models.rules import calendar
from models.rules.measures import Measure
from tests.properties import plain_overdue
from tests.properties.plain_overdue import Money
from tests.properties.plain_settlement import (
    Row,
    Settlement,
    award_of,
    contract_of,
    original_of,
    scheme_of,
)

M = Measure
Sums = dict[tuple[Measure, str, str], Decimal]


@dataclass
class Judged:
    """A line with the day, platform and category that count for it."""

    line: Row
    on: date
    online: bool
    product: Row
    category: str
    round_code: str | None
    areas: list[str]
    is_scoped: bool

    @property
    def is_vbp(self) -> bool:
        """Return whether it was bought under volume procurement."""
        return self.category.endswith("_vbp")


def judged(plain: Settlement, line: Row) -> Judged:
    """Judge a line by itself, a return by its original."""
    world = plain.world
    original = original_of(world, line)
    told = original or line
    on = told["accepted_on"]
    product = world.one("product", nhsa_code=line["nhsa_code"])
    hospital = world.one("hospital", hospital_code=line["hospital_code"])
    award = award_of(world, line, on)
    category = award["category"] if award else "listed"
    if not award and product["negotiated"]:
        category = "negotiated"
    if not award and product["kind"] == "cloud_film":
        category = "cloud_film"
    if original and original["line_no"] in plain.on_sheet:
        category = plain.category_on_sheet[original["line_no"]]
    scheme = scheme_of(world, hospital["area_code"], on)
    joined = hospital["joined_on"] is not None and hospital["joined_on"] <= on
    return Judged(
        line, on, told["platform"] == "online", product, category,
        award["round_code"] if award else None, world.above(hospital["area_code"]),
        bool(joined and scheme and category in scheme["scope"]),
    )  # fmt: skip


def sums(plain: Settlement, money: Money, period: str, on: date) -> Sums:
    """Return what every measure of lines, contracts and payments adds up to; zeros left out."""
    found: Sums = defaultdict(Decimal)
    first, last = calendar.first_day(period), calendar.last_day(period)
    for line in plain.world.live_lines():
        if first <= line["accepted_on"] <= last:
            _monthly(found, plain, judged(plain, line))
        if date(last.year, 1, 1) <= line["accepted_on"] <= last:
            found[M.YEAR_AMOUNT, line["hospital_code"], ""] += Decimal(line["amount_fen"]) / 100
    _contracts(found, plain, first, last)
    _money(found, plain, money, (first, last), on)
    return {key: value for key, value in found.items() if value}


def _monthly(  # noqa: C901 - one measure after another
    found: Sums, plain: Settlement, one: Judged
) -> None:
    line, hospital = one.line, one.line["hospital_code"]
    fen, quantity = Decimal(line["amount_fen"]) / 100, line["quantity"]
    is_drug = one.product["kind"] == "drug"
    if one.online and (is_drug or one.product["kind"] == "consumable"):
        if one.is_vbp:
            found[M.VBP_AMOUNT, hospital, ""] += fen
            found[M.VBP_QUANTITY, hospital, ""] += quantity
        if one.category != "negotiated":
            found[M.COUNTABLE_AMOUNT, hospital, ""] += fen
            found[M.COUNTABLE_QUANTITY, hospital, ""] += quantity
    if one.is_scoped:
        found[M.SCOPED_AMOUNT, hospital, ""] += fen
        found[M.OFFLINE_AMOUNT, hospital, ""] += 0 if one.online else fen
    if line["line_kind"] == "receipt":
        found[M.RECEIVED_AMOUNT, hospital, ""] += fen
        if is_drug:
            traced = line["trace_codes"] is not None
            found[M.DRUG_RECEIPTS, hospital, ""] += 1
            found[M.DRUG_AMOUNT, hospital, ""] += fen
            found[M.TRACED_RECEIPTS, hospital, ""] += traced
            found[M.TRACED_AMOUNT, hospital, ""] += fen if traced else 0
    rounds = {one.round_code} - {None} if one.is_vbp else _rivalled(plain, one)
    for code in rounds:
        found[M.RIVAL_QUANTITY, hospital, code] += quantity
        found[M.RIVAL_AMOUNT, hospital, code] += fen
        if not one.is_vbp:
            found[M.OTHER_QUANTITY, hospital, code] += quantity
            found[M.OTHER_AMOUNT, hospital, code] += fen


def _rivalled(plain: Settlement, one: Judged) -> set[str]:
    """Return the rounds in which a product of the same name and kind was awarded here."""
    rounds = set()
    for award in plain.world.award:
        of_round = plain.world.one("vbp_round", round_code=award["round_code"])
        other = plain.world.one("product", nhsa_code=award["nhsa_code"])
        start = award["term_start"] or of_round["term_start"]
        end = award["term_end"] or of_round["term_end"]
        same = (other["name"], other["kind"]) == (one.product["name"], one.product["kind"])
        if same and award["area_code"] in one.areas and start <= one.on <= end:
            rounds.add(award["round_code"])
    return rounds


def _contracts(found: Sums, plain: Settlement, first: date, last: date) -> None:
    agreed = {
        c["contract_no"]: c
        for c in plain.world.contract
        if c["round_code"] and c["term_start"] <= last and c["term_end"] >= first
        and c["term_start"] <= c["term_end"]
    }  # fmt: skip
    sides = (
        (M.BOUGHT_QUANTITY, M.COMMITTED_QUANTITY, lambda c: c["term_end"] >= last),
        (M.ENDED_BOUGHT_QUANTITY, M.ENDED_COMMITTED_QUANTITY, lambda c: c["term_end"] <= last),
    )
    for bought, committed, counts in sides:
        for contract in agreed.values():
            if counts(contract):
                key = (contract["hospital_code"], contract["round_code"])
                found[(committed, *key)] += contract["committed_quantity"]
        for line in plain.world.live_lines():
            if line["accepted_on"] <= last:
                contract = agreed.get(_contract_no(plain, line) or "")
                if contract and counts(contract):
                    key = (contract["hospital_code"], contract["round_code"])
                    found[(bought, *key)] += line["quantity"]


def _contract_no(plain: Settlement, line: Row) -> str | None:
    original = original_of(plain.world, line)
    if original and plain.contract_on_sheet.get(original["line_no"]):
        return plain.contract_on_sheet[original["line_no"]]
    known = contract_of(plain.world, line, (original or line)["accepted_on"])
    return known["contract_no"] if known else None


def _money(
    found: Sums, plain: Settlement, money: Money, month: tuple[date, date], on: date
) -> None:
    first, last = month
    after = last + timedelta(1)
    for line in plain.world.live_lines():
        if line["line_kind"] != "receipt":
            continue
        hospital, accepted = line["hospital_code"], line["accepted_on"]
        parts = plain_overdue.parts_paid(plain, money, line, on)
        due = plain_overdue.due_on(plain, line, on)
        if first <= due <= last:
            paid = Decimal(sum(fen for _day, fen in parts)) / 100
            amount = Decimal(line["amount_fen"]) / 100
            found[M.DUE_AMOUNT, hospital, ""] += amount
            found[M.DUE_PAID_AMOUNT, hospital, ""] += paid
            punctual = sum(fen for day, fen in parts if day <= due)
            found[M.DUE_PUNCTUAL_AMOUNT, hospital, ""] += Decimal(punctual) / 100
            if plain_overdue.lane_of(plain, line, on) == "direct":
                found[M.DIRECT_DUE_AMOUNT, hospital, ""] += amount
                found[M.DIRECT_PAID_AMOUNT, hospital, ""] += paid
        if first <= accepted <= last:
            for measure, days in ((M.PAID_IN_30_AMOUNT, 30), (M.PAID_IN_60_AMOUNT, 60)):
                soon = sum(fen for day, fen in parts if day <= accepted + timedelta(days))
                found[measure, hospital, ""] += Decimal(soon) / 100
        unpaid = plain_overdue.unpaid_fen(plain, money, line, after)
        since = date(last.year, 1, 1) <= accepted <= after
        if since and unpaid > 0 and plain_overdue.due_on(plain, line, after) < after:
            found[M.OVERDUE_AMOUNT, hospital, ""] += Decimal(unpaid) / 100
