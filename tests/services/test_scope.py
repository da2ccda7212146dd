"""Who and what the fund pays: each reason to be out of scope once, and what brings a line in."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from models.records.base import db as database
from models.records.base import sql
from models.rules.errors.access import NotAllowed
from models.rules.words import Role
from models.services import access, judgement
from models.services.access import Actor
from tests.factories.imports import send
from tests.factories.scope import (
    CONSUMABLE,
    FILM,
    GENERIC,
    LEAD,
    MEMBER,
    SELECTED,
    STRANGER,
    line,
    settled_world,
    world,
)

LIST = {"scheme_code": "S1", "valid_from": date(2026, 2, 1), "valid_to": None}
CHEAP, DEAR = Decimal("1.9900"), Decimal("2.0100")


@pytest.fixture(autouse=True)
def empty(db):
    return db


def outside(made: Any, *lines: dict[str, Any]) -> dict[str, str | None]:
    settled_world(made, *lines)
    with database.atomic():
        areas = access.areas(access.SYSTEM, None)
        judgement.judge(areas, " WHERE true", {}, date(2026, 3, 31), also=("outside",))
        return dict(sql("SELECT line_no, outside FROM judged").fetchall())


@pytest.mark.parametrize(
    ("switches", "changes", "reason"),
    [
        ({}, {}, None),
        ({}, {"platform": "offline"}, "offline"),
        ({}, {"accepted_on": date(2025, 12, 31)}, "no_scheme"),
        ({}, {"nhsa_code": GENERIC}, "category"),
        ({"ownerships": ["military"]}, {}, "ownership"),
        ({"ownerships": []}, {}, None),
        ({"min_level": 2}, {}, None),
        ({"min_level": 2}, {"hospital_code": MEMBER}, "level"),
        ({"min_level": 1}, {"hospital_code": STRANGER}, "level"),
        ({"drugs_from": date(2026, 3, 11)}, {}, "drugs_later"),
        ({"drugs_from": date(2026, 3, 10)}, {}, None),
        (
            {"drugs_from": date(2026, 4, 1), "scope": ["cloud_film"]},
            {"nhsa_code": FILM},
            "drugs_later",
        ),
        (
            {"drugs_from": date(2026, 4, 1), "scope": ["listed"]},
            {"nhsa_code": CONSUMABLE},
            None,
        ),
        (
            {"consumables_from": date(2026, 4, 1), "scope": ["listed"]},
            {"nhsa_code": CONSUMABLE},
            "consumables_later",
        ),
    ],
)
def test_the_first_reason_that_applies_is_told(switches, changes, reason):
    assert outside(world(**switches), line("L1", **changes)) == {"L1": reason}


def test_a_hospital_is_in_from_the_day_it_joined():
    made = world()
    made.hospital[0]["joined_on"] = date(2026, 3, 10)
    made.hospital[1]["joined_on"] = None
    early = line("L2", accepted_on=date(2026, 3, 9))
    assert outside(made, line("L1"), early, line("L3", MEMBER)) == {
        "L1": None,
        "L2": "joined_later",
        "L3": "not_joined",
    }


def test_the_list_of_products_speaks_before_that_of_rounds_and_both_before_the_category():
    made = world()
    made.scheme_product = [
        LIST | {"nhsa_code": GENERIC, "rule": "in"},
        LIST | {"nhsa_code": SELECTED, "rule": "in", "valid_from": date(2026, 3, 1)},
        LIST | {"nhsa_code": SELECTED, "rule": "out", "valid_to": date(2026, 3, 31)},
    ]
    made.scheme_round = [LIST | {"round_code": "N1", "rule": "out"}]
    lines = [
        line("L1"),
        line("L2", nhsa_code=GENERIC),
        line("L3", accepted_on=date(2026, 2, 28)),
        line("L4", accepted_on=date(2026, 1, 31)),
    ]
    assert outside(made, *lines) == {"L1": None, "L2": None, "L3": "product_out", "L4": None}


def test_a_round_put_out_takes_its_products_out_and_nothing_else():
    made = world(scope=["national_vbp", "listed"])
    made.scheme_round = [LIST | {"round_code": "N1", "rule": "out"}]
    lines = [line("L1"), line("L2", nhsa_code=GENERIC)]
    assert outside(made, *lines) == {"L1": "round_out", "L2": None}


def test_what_is_brought_in_still_needs_hospital_platform_and_day():
    made = world(drugs_from=date(2026, 3, 10))
    made.scheme_product = [LIST | {"nhsa_code": GENERIC, "rule": "in"}]
    lines = [
        line("L1", nhsa_code=GENERIC),
        line("L2", nhsa_code=GENERIC, platform="offline"),
        line("L3", nhsa_code=GENERIC, accepted_on=date(2026, 3, 9)),
    ]
    assert outside(made, *lines) == {"L1": None, "L2": "offline", "L3": "drugs_later"}


def test_a_product_not_above_the_selected_price_of_its_name_comes_in():
    made = world(not_above_selected=True)
    lines = [
        line("L1", nhsa_code=GENERIC),
        line("L2", nhsa_code=GENERIC, unit_price_yuan=CHEAP),
        line("L3", nhsa_code=GENERIC, unit_price_yuan=DEAR),
        line("L4", nhsa_code=CONSUMABLE, unit_price_yuan=CHEAP),
        line("L5", line_kind="goods_return", original_line_no="L2", nhsa_code=GENERIC,
             quantity=Decimal(-1), unit_price_yuan=DEAR),
        line("L6", line_kind="price_adjustment", original_line_no="L3", nhsa_code=GENERIC,
             quantity=Decimal(0), unit_price_yuan=Decimal(0), amount_fen=-5),
    ]  # fmt: skip
    assert outside(made, *lines) == {
        "L1": None,
        "L2": None,
        "L3": "above_selected",
        "L4": "category",
        "L5": None,
        "L6": "above_selected",
    }


def test_the_lowest_of_several_selected_prices_counts():
    made = world(not_above_selected=True)
    made.product.append(made.product[0] | {"nhsa_code": "D9"})
    made.award.append(made.award[0] | {"nhsa_code": "D9", "price_yuan": Decimal("1.9800")})
    assert outside(made, line("L1", nhsa_code=GENERIC, unit_price_yuan=CHEAP)) == {
        "L1": "above_selected"
    }


@pytest.mark.parametrize(
    ("tolerance", "off_by", "reasons"),
    [(0, 1, 1), (5, 5, 0), (5, -5, 0), (5, 6, 1), (5, -6, 1)],
)
def test_invoices_may_differ_by_the_tolerance(tolerance, off_by, reasons):
    settled_world(world(invoice_tolerance_fen=tolerance), line("L1"), off_by_fen=off_by)
    with database.atomic():
        judgement.judge([LEAD[1:7]], " WHERE true", {}, date(2026, 3, 31))
        mask = sql("SELECT mask FROM judged").fetchone()[0]
    bit = judgement.holds.BITS["invoice_mismatch"]
    assert mask == bit * reasons


def test_lists_come_by_files_and_twice_is_once():
    settled_world(world(), line("L1"))
    row = {"scheme_code": "S1", "valid_from": "2026-03-01", "nhsa_code": SELECTED, "rule": "out"}
    wrong = [
        row | {"nhsa_code": "D0"},
        row | {"scheme_code": "S0", "valid_from": "2026-03-02"},
        row | {"valid_from": "2026-03-03", "rule": "maybe"},
    ]
    assert send("scheme_products", [row, *wrong]).codes == {
        3: "unknown_reference",
        4: "unknown_reference",
        5: "bad_choice",
    }
    assert send("scheme_products", [row]).counts == (0, 1, 0)
    ended = row | {"valid_to": "2026-02-28"}
    assert send("scheme_products", [ended]).codes == {2: "bad_date"}
    rounds = {"scheme_code": "S1", "valid_from": "2026-03-01", "round_code": "N1", "rule": "in"}
    assert send("scheme_rounds", [rounds]).counts == (1, 0, 0)
    seat = Actor(name="seat", role=Role.HOSPITAL, party_code=LEAD)
    with pytest.raises(NotAllowed):
        send("scheme_rounds", [rounds], by=seat)
