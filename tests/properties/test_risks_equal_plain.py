"""What the risk rules find in one statement each equals a plain reading of one line at a time."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from models.records.base import db as handle
from models.records.base import sql
from models.rules.retention import half_up
from models.services import risks
from models.services.access import SYSTEM
from tests.conftest import empty_tables
from tests.factories import receipts, sheets

PERIOD, ON = "2026-03", date(2026, 4, 2)
FIRST, LAST, SINCE = date(2026, 3, 1), date(2026, 3, 31), date(2025, 3, 1)
HOSPITALS = [sheets.hospital_code(n) for n in (1, 2)]
AREAS = dict(zip(HOSPITALS, (sheets.CITY, sheets.OTHER_CITY), strict=True))
FIRMS = [sheets.credit_code(n) for n in (1, 2)]
CODES = ["8" * 20, "9" * 20, "GS1X"]
PRICES = [Decimal(one) for one in ("0.80", "0.90", "1.00", "1.10", "1.30", "1.31", "2.00")]


@dataclass(frozen=True)
class Line:
    """A receipt, perhaps voided."""

    hospital: str
    firm: str
    product: str
    day: date
    quantity: int
    price: Decimal
    codes: tuple[str, ...]
    voided: bool

    @property
    def fen(self) -> int:
        return int(self.quantity * self.price * 100)

    @property
    def month(self) -> int:
        return self.day.year * 12 + self.day.month


LINES = st.lists(
    st.builds(
        Line,
        hospital=st.sampled_from(HOSPITALS),
        firm=st.sampled_from(FIRMS),
        product=st.sampled_from(["P1", "P2"]),
        day=st.one_of(st.dates(FIRST, LAST), st.dates(SINCE, date(2026, 2, 28))),
        quantity=st.sampled_from([1, 1, 2, 3, 10]),
        price=st.sampled_from(PRICES),
        codes=st.lists(st.sampled_from(CODES), max_size=2).map(tuple),
        voided=st.sampled_from([False, False, False, True]),
    ),
    max_size=14,
)


@dataclass(frozen=True)
class World:
    """Lines, and what they are judged by."""

    lines: list[Line]
    award: Decimal | None
    contract: Decimal | None
    threshold_bp: int
    short: bool


WORLDS = st.builds(
    World,
    lines=LINES,
    award=st.one_of(st.none(), st.sampled_from(PRICES)),
    contract=st.one_of(st.none(), st.sampled_from(PRICES)),
    threshold_bp=st.sampled_from([0, 1_000]),
    short=st.booleans(),
)


def build(world: World) -> None:
    """Write the world: award and contract of P1, all of it listed at 1.00, a rule of the city."""
    sheets.city(2, 2)
    sheets.area(sheets.OTHER_CITY, sheets.PROVINCE)
    sql("UPDATE hospital SET area_code = %s WHERE hospital_code = %s",
        (sheets.OTHER_CITY, HOSPITALS[1]))  # fmt: skip
    for code in ("P1", "P2"):
        receipts.product(code, name=code)
    sql("UPDATE product SET listed_price_yuan = 1")
    term = {"term_start": "2026-01-01", "term_end": "2026-12-31"}
    receipts.insert("vbp_round", round_code="N1", name="国采", level="national", **term)
    if world.award is not None:
        receipts.insert("award", round_code="N1", nhsa_code="P1", area_code=sheets.PROVINCE,
                        price_yuan=world.award)  # fmt: skip
    if world.contract is not None:
        receipts.insert(
            "contract", contract_no="C1", hospital_code=HOSPITALS[0], nhsa_code="P1",
            enterprise_code=FIRMS[0], price_yuan=world.contract, committed_quantity=1,
            signed_on="2026-01-01", **term,
        )  # fmt: skip
    if world.short:
        receipts.insert("short_supply", nhsa_code="P1", valid_from="2026-03-10")
    for rule, area, threshold in (
        ("above_award", sheets.CITY, world.threshold_bp),
        ("sudden_quantity", sheets.PROVINCE, 20_000),
        ("new_delivery_area", sheets.PROVINCE, None),
    ):
        receipts.insert("risk_rule", area_code=area, rule=rule, valid_from="2026-01-01",
                        active=True, threshold_bp=threshold, minimum_fen=0)  # fmt: skip
    _write(world.lines)


def _write(lines: list[Line]) -> None:
    for number, one in enumerate(lines):
        receipts.receipt(
            one.hospital, one.firm, one.fen, line_no=f"L{number}", nhsa_code=one.product,
            quantity=one.quantity, unit_price_yuan=one.price, accepted_on=one.day,
            trace_codes=" ".join(one.codes) or None,
        )  # fmt: skip
        for place, code in enumerate(one.codes, start=1):
            receipts.insert("trace_code", code=code, line_no=f"L{number}", place=place)
        if one.voided:
            receipts.insert("line_void", line_no=f"L{number}", reason="x")


Found = dict[str, tuple[int, int]]


def plain(world: World) -> Found:
    """Return key of each finding → its pieces of evidence and their sum in fen."""
    found: dict[str, list[int]] = defaultdict(list)
    standing = [(n, one) for n, one in enumerate(world.lines) if not one.voided]
    month = [(n, one) for n, one in standing if one.day >= FIRST]
    before = [one for _, one in standing if one.day < FIRST]
    for _, one in month:
        _above(world, one, found)
        _short(world, one, before, found)
    _sudden([one for _, one in month], before, found)
    _new_area([one for _, one in month], before, found)
    _codes(standing, found)
    return {key: (len(sums), sum(sums)) for key, sums in found.items()}


def _excess(one: Line, price: Fraction | Decimal) -> int:
    return half_up((Fraction(one.price) - Fraction(price)) * one.quantity * 100)


def _above(world: World, one: Line, found: dict[str, list[int]]) -> None:
    is_led = one.product == "P1"
    of_contract = (one.hospital, one.firm) == (HOSPITALS[0], FIRMS[0])
    bound = world.threshold_bp if AREAS[one.hospital] == sheets.CITY else 0
    for rule, price, threshold in (
        ("above_award", world.award if is_led else None, bound),
        ("above_contract", world.contract if is_led and of_contract else None, 0),
        ("above_list", Decimal(1), 0),
    ):
        if price is not None and one.price * 10_000 > price * (10_000 + threshold):
            key = f"{rule}|{one.hospital}|{one.firm}|{one.product}"
            found[key].append(_excess(one, price))
            return


def _short(world: World, one: Line, before: list[Line], found: dict[str, list[int]]) -> None:
    if not world.short or one.product != "P1" or one.day < date(2026, 3, 10):
        return
    usual: dict[tuple[str, str, int], list[Line]] = defaultdict(list)
    for other in before:
        if other.product == "P1":
            usual[other.hospital, other.firm, other.month].append(other)
    means = sorted(
        Fraction(sum(x.fen for x in lines), 100 * sum(x.quantity for x in lines))
        for lines in usual.values()
    )
    if sum(map(len, usual.values())) < 5:
        return
    median = means[(len(means) + 1) // 2 - 1]
    if Fraction(one.price) * 10_000 > median * 13_000:
        key = f"short_supply_price|{one.hospital}|{one.firm}|{one.product}"
        found[key].append(_excess(one, median))


def _sudden(month: list[Line], before: list[Line], found: dict[str, list[int]]) -> None:
    for hospital in HOSPITALS:
        for product in ("P1", "P2"):
            now = [x for x in month if (x.hospital, x.product) == (hospital, product)]
            past = [x for x in before if (x.hospital, x.product) == (hospital, product)]
            if not now or len({x.month for x in past}) < 3:
                continue
            months = 2026 * 12 + 3 - min(x.month for x in past)
            mean = Fraction(sum(x.quantity for x in past), months)
            if sum(x.quantity for x in now) > 2 * mean:
                found[f"sudden_quantity|{hospital}|{product}"].append(sum(x.fen for x in now))


def _new_area(month: list[Line], before: list[Line], found: dict[str, list[int]]) -> None:
    for firm in FIRMS:
        known = {AREAS[x.hospital] for x in before if x.firm == firm}
        for area in (sheets.CITY, sheets.OTHER_CITY):
            fen = sum(x.fen for x in month if x.firm == firm and AREAS[x.hospital] == area)
            if fen and known and area not in known:
                found[f"new_delivery_area|{firm}|{area}"].append(fen)


def _codes(standing: list[tuple[int, Line]], found: dict[str, list[int]]) -> None:
    for code in CODES:
        on = [(n, x) for n, x in standing if code in x.codes]
        if len(on) > 1 and any(x.day >= FIRST for _, x in on):
            found[f"code_reused|{code}"] = [x.fen for _, x in on]
        for n, one in on:
            if one.codes.count(code) > 1 and one.day >= FIRST:
                found[f"code_twice|{code}|L{n}"].append(one.fen)
    for hospital in HOSPITALS:
        odd = [
            x.fen
            for _, x in standing
            if x.hospital == hospital and x.day >= FIRST and "GS1X" in x.codes
        ]
        if odd:
            found[f"code_form|{hospital}"].append(sum(odd))


def kept() -> Found:
    rows = sql("SELECT dedupe_key, evidence_count, amount_fen FROM risk_finding")
    return {key: (count, fen) for key, count, fen in rows}


def _line(month: int, product: str, price: str, quantity: int = 1, *, to: int = 0, **more) -> Line:
    day = date(2025 + (month - 1) // 12, (month - 1) % 12 + 1, 20)
    told = {"codes": (), "voided": False} | more
    return Line(HOSPITALS[to], FIRMS[0], product, day, quantity, Decimal(price), **told)


#: Every rule sees something in it: March 2026 is month 15.
RICH = World(
    [
        *(_line(month, "P1", "0.80") for month in (8, 9, 10, 11, 12)),
        _line(15, "P1", "1.00", 10),
        _line(15, "P1", "1.30", codes=(CODES[0], CODES[0])),
        _line(15, "P2", "1.10", to=1, codes=(CODES[0], "GS1X")),
        _line(15, "P2", "2.00", codes=(CODES[1],), voided=True),
    ],
    award=Decimal("1.10"),
    contract=Decimal("0.90"),
    threshold_bp=0,
    short=True,
)


def test_the_rich_world_shows_every_rule_that_is_compared():
    assert {key.split("|")[0] for key in plain(RICH)} == {
        "above_award", "above_contract", "above_list", "short_supply_price", "sudden_quantity",
        "new_delivery_area", "code_reused", "code_twice", "code_form",
    }  # fmt: skip


@pytest.mark.usefixtures("db")
@example(world=RICH)
@settings(
    max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(world=WORLDS)
def test_every_rule_finds_what_a_plain_reading_finds_and_nothing_the_second_time(world):
    empty_tables()
    with handle.atomic():
        build(world)
        risks.look(SYSTEM, PERIOD, None, ON)
    expected = plain(world)
    assert kept() == expected
    with handle.atomic():
        again = risks.look(SYSTEM, PERIOD, None, ON)
    assert (again["findings"], again["evidence"], again["reopened"]) == (0, 0, 0)
    assert kept() == expected
