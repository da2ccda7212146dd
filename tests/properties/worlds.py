"""Small random worlds: few areas, parties and products, many ways for a line to go wrong."""

import itertools
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

from hypothesis import strategies as st

from models.records.base import db
from models.rules.money import line_amount_fen
from tests.properties.plain_settlement import Row, World

AREAS = ("990000", "990100", "990101", "990102")
HOSPITALS = ("H99010100001", "H99010200002", "H99010000003", "H99010100004")
ENTERPRISES = ("E1", "E2", "E3")
#: The last one has the name and kind of the first.
PRODUCTS = ("D1", "D2", "C1", "F1", "D3")
ROUNDS = ("N1", "P1", "T1")
CATEGORIES = (
    "national_vbp",
    "alliance_vbp",
    "province_vbp",
    "city_vbp",
    "negotiated",
    "cloud_film",
    "listed",
)
FIRST = date(2026, 2, 20)
#: Codes are compared by code point: the last one is beyond the basic plane.
LINE_NAMES = ("a", "B", "é", "中", "𠮷", "-1", "=1")

days = st.integers(0, 75).map(lambda n: FIRST + timedelta(n))
maybe_days = st.one_of(st.none(), days)
few = st.sampled_from


def _often(value: Any, other: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    """Draw the harmless value nine times of ten, so that most lines have few faults."""
    return st.integers(0, 9).flatmap(lambda n: st.just(value) if n else other)


def _spans(draw: Any) -> tuple[date, date]:
    start, end = sorted((draw(days), draw(days)))
    return start, end


@st.composite
def worlds(draw: Any) -> World:
    """Draw a world in which most lines are free and every hold can happen."""
    world = World()
    world.area = [
        {"area_code": AREAS[0], "name": "省", "parent_code": None, "level": "province"},
        {"area_code": AREAS[1], "name": "市", "parent_code": AREAS[0], "level": "city"},
        {"area_code": AREAS[2], "name": "甲县", "parent_code": AREAS[1], "level": "county"},
        {"area_code": AREAS[3], "name": "乙县", "parent_code": AREAS[1], "level": "county"},
    ]
    for code, area in zip(HOSPITALS, (AREAS[2], AREAS[3], AREAS[1], AREAS[2]), strict=True):
        world.hospital.append(
            {"hospital_code": code, "name": code, "credit_code": "X", "area_code": area,
             "ownership": draw(_often("public", few(("private", "military")))),
             "level": draw(_often("3", few(("0", "1", "2")))), "email": "h@example.org",
             "lead_hospital_code": draw(few((None, HOSPITALS[-1]))),
             "joined_on": draw(_often(FIRST, maybe_days))}
        )  # fmt: skip
    for code in ENTERPRISES:
        world.enterprise.append(
            {"credit_code": code, "name": code, "role": "both", "size": "small", "account_no": "1",
             "account_name": code, "bank_name": "行", "cnaps_code": "1", "email": "e@example.org",
             "suspended_on": draw(_often(None, maybe_days)),
             "account_verified": draw(_often(True, st.booleans()))}
        )  # fmt: skip
    for code, kind, negotiated in zip(
        PRODUCTS,
        ("drug", "drug", "consumable", "cloud_film", "drug"),
        (False, True, False, False, False),
        strict=True,
    ):
        world.product.append(
            {"nhsa_code": code, "name": "D1" if code == PRODUCTS[-1] else code, "kind": kind,
             "specification": "", "unit": "盒",
             "manufacturer_code": "E1", "listed_price_yuan": Decimal(1), "negotiated": negotiated}
        )  # fmt: skip
    for code in ROUNDS:
        start, end = _spans(draw)
        world.vbp_round.append(
            {"round_code": code, "name": code, "level": draw(few(("national", "province", "city"))),
             "term_start": start, "term_end": end}
        )  # fmt: skip
    keys = draw(st.sets(st.tuples(few(ROUNDS), few(PRODUCTS), few(AREAS[:3])), max_size=5))
    for code, product, area in sorted(keys):
        start, end = _spans(draw)
        stated = draw(st.booleans())
        world.award.append(
            {"round_code": code, "nhsa_code": product, "area_code": area,
             "price_yuan": draw(_often(Decimal("2.5050"), st.just(Decimal("2.5000")))),
             "term_start": start if stated else None, "term_end": end if stated else None}
        )  # fmt: skip
    _schemes(draw, world)
    _contracts(draw, world)
    kinds = draw(
        st.dictionaries(days, few(("holiday", "makeup", "weekend", "working")), max_size=8)
    )
    world.calendar_day = [{"day": day, "kind": kind} for day, kind in kinds.items()]
    _lines(draw, world)
    return world


def _schemes(draw: Any, world: World) -> None:
    keys = draw(st.sets(st.tuples(few(("S1", "S2")), days), min_size=1, max_size=3))
    for place, (code, valid_from) in enumerate(sorted(keys)):
        world.scheme.append(
            {"scheme_code": code, "valid_from": FIRST if place == 0 else valid_from,
             "valid_to": draw(_often(None, maybe_days)) if place else None,
             "area_code": AREAS[1] if place == 0 else draw(few(AREAS)), "funding": "offset",
             "scope": sorted(draw(_often(set(CATEGORIES), st.sets(few(CATEGORIES))))),
             "deduct_month": "next", "confirm_days": 5, "confirm_unit": "working_day",
             "silence": "escalate", "payment_per": "enterprise",
             "trace_codes": draw(_often("warn", few(("ignore", "require")))),
             "holiday_shift": draw(few(("next_working_day", "after_holiday_plus_2",
                                        "previous_working_day"))),
             "due_start": draw(few(("delivery", "acceptance", "joint_confirmation"))),
             "due_days": draw(st.one_of(st.none(), st.integers(0, 60))),
             "due_month_end": draw(st.booleans())}
        )  # fmt: skip
    if draw(st.booleans()):
        _switches(draw, world)
    seen: set[tuple[str, date]] = set()
    world.scheme = [
        s for s in world.scheme
        if (s["scheme_code"], s["valid_from"]) not in seen
        and not seen.add((s["scheme_code"], s["valid_from"]))  # type: ignore[func-returns-value]
    ]  # fmt: skip


def _switches(draw: Any, world: World) -> None:
    """Switch on what schemes may ask beyond their categories; each now and then."""
    for scheme in world.scheme:
        scheme |= {
            "ownerships": draw(few((None, [], ["public"], ["public", "military"]))),
            "min_level": draw(few((None, None, 1, 2))),
            "drugs_from": draw(_often(None, days)), "consumables_from": draw(_often(None, days)),
            "not_above_selected": draw(st.booleans()), "mandates": draw(st.booleans()),
            "invoice_tolerance_fen": draw(few((0, 0, 1, 5))), "lead_settles": draw(st.booleans()),
        }  # fmt: skip
        if draw(st.booleans()):
            scheme["scope"] = sorted(set(scheme["scope"]) - {"listed"})
    for table, column, codes in (
        ("scheme_product", "nhsa_code", PRODUCTS), ("scheme_round", "round_code", ROUNDS)
    ):  # fmt: skip
        keys = draw(st.sets(st.tuples(few(("S1", "S2")), days, few(codes)), max_size=3))
        for code, start, named in sorted(keys):
            getattr(world, table).append(
                {"scheme_code": code, "valid_from": start, column: named,
                 "valid_to": draw(few((None, start, start + timedelta(20)))),
                 "rule": draw(few(("in", "out")))}
            )  # fmt: skip
    for hospital in HOSPITALS:
        for start in sorted(draw(st.one_of(st.just({FIRST}), st.sets(days, max_size=2)))):
            world.mandate.append(
                {"hospital_code": hospital, "valid_from": start, "document_no": "W",
                 "valid_to": draw(_often(None, st.just(start + timedelta(30))))}
            )  # fmt: skip


def _contracts(draw: Any, world: World) -> None:
    if draw(st.integers(0, 4)):
        for hospital, enterprise, product in itertools.product(HOSPITALS, ENTERPRISES, PRODUCTS):
            world.contract.append(
                {"contract_no": f"W{hospital}{enterprise}{product}", "hospital_code": hospital,
                 "nhsa_code": product, "enterprise_code": enterprise, "round_code": None,
                 "price_yuan": Decimal(1), "committed_quantity": Decimal(1), "term_start": FIRST,
                 "term_end": date(2026, 12, 31), "signed_on": FIRST, "payment_days": None,
                 "acceptance_days": None}
            )  # fmt: skip
    for number in range(draw(st.integers(0, 6))):
        start, end = _spans(draw)
        wide = draw(st.booleans())
        world.contract.append(
            {"contract_no": f"K{number}", "hospital_code": draw(few(HOSPITALS)),
             "nhsa_code": draw(few(PRODUCTS)), "enterprise_code": draw(few(ENTERPRISES)),
             "round_code": None, "price_yuan": Decimal(1), "committed_quantity": Decimal(1),
             "term_start": FIRST if wide else start,
             "term_end": date(2026, 12, 31) if wide else end,
             "signed_on": FIRST, "payment_days": draw(st.one_of(st.none(), st.integers(1, 60))),
             "acceptance_days": draw(st.one_of(st.none(), st.integers(0, 60)))}
        )  # fmt: skip


def _lines(draw: Any, world: World) -> None:
    for number in range(draw(st.integers(3, 14))):
        receipts = [row for row in world.purchase_line if row["line_kind"] == "receipt"]
        original = draw(few(receipts)) if receipts and draw(st.integers(0, 2)) == 0 else None
        line = _line(draw, number, original)
        world.purchase_line.append(line)
        _confirmations(draw, world, line)
        _invoices(draw, world, line)
        if draw(st.integers(0, 15)) == 0:
            world.line_void.append({"line_no": line["line_no"], "reason": "作废"})


def _line(draw: Any, number: int, original: Row | None) -> Row:
    line: Row = {
        "line_no": f"{draw(few(LINE_NAMES))}{number}", "line_kind": "receipt",
        "original_line_no": None, "order_no": "D1",
        "hospital_code": draw(_often(HOSPITALS[0], few(HOSPITALS))),
        "enterprise_code": draw(_often(ENTERPRISES[0], few(ENTERPRISES))),
        "nhsa_code": draw(few(PRODUCTS)), "quantity": Decimal(draw(st.integers(1, 9))),
        "unit_price_yuan": draw(few((Decimal("1.0000"), Decimal("2.5050")))),
        "delivered_on": draw(days), "accepted_on": draw(days),
        "platform": draw(_often("online", few(("online", "offline")))),
        "hospital_confirmed_on": draw(_often(FIRST, maybe_days)),
        "enterprise_confirmed_on": draw(_often(FIRST, maybe_days)),
        "trace_codes": draw(
            st.one_of(
                st.none(),
                st.lists(few("1234567890abcdef"), min_size=1, max_size=2).map(" ".join),
            )
        ),
    }  # fmt: skip
    if original is not None:
        line["line_kind"] = draw(few(("goods_return", "price_adjustment")))
        line["original_line_no"] = draw(_often(original["line_no"], few((None, "gone"))))
        if draw(st.integers(0, 9)):
            for name in ("hospital_code", "enterprise_code", "nhsa_code", "unit_price_yuan"):
                line[name] = original[name]
    if line["line_kind"] == "goods_return":
        line["quantity"] = -line["quantity"]
    if line["line_kind"] == "price_adjustment":
        line["quantity"] = line["unit_price_yuan"] = Decimal(0)
        line["amount_fen"] = draw(few((-70_000, -1, 50)))
    else:
        line["amount_fen"] = line_amount_fen(line["quantity"], line["unit_price_yuan"])
    return line


def _confirmations(draw: Any, world: World, line: Row) -> None:
    for party in ("hospital", "enterprise"):
        hours = (
            draw(st.lists(st.integers(-3, 900), max_size=2, unique=True))
            if draw(st.integers(0, 3)) == 0
            else []
        )
        for hour in hours:
            world.confirmation.append(
                {"line_no": line["line_no"], "party": party,
                 "decided_at": datetime(2026, 2, 19, 16, tzinfo=UTC) + timedelta(hours=hour),
                 "decision": draw(_often("confirm", few(("dispute", "withdraw")))),
                 "amount_fen": draw(_often(line["amount_fen"], st.just(1)))}
            )  # fmt: skip


def _invoices(draw: Any, world: World, line: Row) -> None:
    parts = draw(_often("whole", few(("two", "wrong", "none"))))
    amounts = {
        "whole": [line["amount_fen"]],
        "two": [line["amount_fen"] * 3, -line["amount_fen"] * 2],
        "wrong": [line["amount_fen"] + (1 if line["amount_fen"] > 0 else -1)],
        "none": [],
    }[parts]
    for number, amount in enumerate(amounts):
        world.invoice_line.append(
            {"invoice_code": "", "invoice_no": f"I{number}", "line_no": line["line_no"],
             "kind": "blue" if amount > 0 else "red", "issued_on": draw(days),
             "enterprise_code": line["enterprise_code"], "hospital_code": line["hospital_code"],
             "amount_fen": amount}
        )  # fmt: skip


TABLES = tuple(World.__dataclass_fields__)


def put(world: World) -> None:
    """Write the world into the empty database, around the imports."""
    cursor = db.connection().cursor()
    for table in TABLES:
        for row in getattr(world, table):
            names, marks = ", ".join(row), ", ".join(["%s"] * len(row))
            cursor.execute(f"INSERT INTO {table} ({names}) VALUES ({marks})", list(row.values()))
    for line in world.purchase_line:
        for place, code in enumerate((line["trace_codes"] or "").split()):
            cursor.execute(
                "INSERT INTO trace_code (code, line_no, place) VALUES (%s, %s, %s)",
                (code, line["line_no"], place),
            )
