"""The proposal of inputs counts the agreement year, the round's lines, and others of the name."""

from decimal import Decimal

import pytest

from models.records.base import sql
from models.rules.errors.access import NotAllowed
from models.services.retention import proposing
from tests.factories import receipts, retention, sheets
from tests.factories.sheets import CHECKER, CITY, MAKER, PERIOD

pytestmark = pytest.mark.usefixtures("db")


def line(hospital, enterprise, product, number, quantity, fen, day, kind="receipt", of=None):
    sql(
        "INSERT INTO purchase_line (line_no, line_kind, original_line_no, order_no, hospital_code,"
        " enterprise_code, nhsa_code, quantity, unit_price_yuan, amount_fen, delivered_on,"
        " accepted_on, platform)"
        " VALUES (%s, %s, %s, 'O', %s, %s, %s, %s, %s, %s, %s, %s, 'online')",
        (
            number,
            kind,
            of,
            hospital,
            enterprise,
            product,
            quantity,
            Decimal(fen) / 100 / quantity,
            fen,
            day,
            day,
        ),
    )


def test_a_proposal_counts_the_year_and_leaves_open_what_no_line_tells():
    made = sheets.city(1, 1)
    hospital, enterprise = made.hospitals[0], made.enterprises[0]
    retention.round_(start="2025-04-01", end="2027-03-31")
    for code, name in (("P1", "甲"), ("P2", "甲"), ("P3", "甲"), ("P4", "乙")):
        sql(
            "INSERT INTO product (nhsa_code, name, kind, specification, unit, manufacturer_code,"
            " listed_price_yuan, negotiated) VALUES (%s, %s, 'drug', '片', '盒', %s, 1, false)",
            (code, name, enterprise),
        )
    for code, price in (("P1", "0.40"), ("P2", "0.50")):
        receipts.insert(
            "award", round_code="N1", nhsa_code=code, area_code=CITY, price_yuan=Decimal(price)
        )
        receipts.insert(
            "reported_quantity", hospital_code=hospital, round_code="N1", nhsa_code=code,
            reported_quantity=120, committed_quantity=84,
        )  # fmt: skip
    for told in (
        ("P1", "1", 60, 2400, "2025-04-01"),
        ("P1", "2", 40, 1600, "2026-03-31"),
        ("P1", "3", 99, 3960, "2025-03-31"),
        ("P1", "4", 99, 3960, "2026-04-01"),
        ("P3", "5", 10, 3000, "2025-06-01"),
        ("P4", "6", 10, 7000, "2025-06-01"),
    ):
        line(hospital, enterprise, *told)
    line(hospital, enterprise, "P1", "7", -5, -200, "2026-01-05", "goods_return", "1")
    line(hospital, enterprise, "P1", "8", 7, 280, "2026-01-05")
    receipts.insert("line_void", line_no="8", reason="错")
    first, second = proposing.propose(MAKER, PERIOD, "N1", None)
    assert (first.nhsa_code, first.base_quantity, first.agreed_quantity) == ("P1", 120, 84)
    assert (first.actual_quantity, first.award_price_yuan) == (95, Decimal("0.4"))
    assert (first.non_selected_fen, second.non_selected_fen) == (3000, 0)
    assert (first.price_before_yuan, first.fund_ratio_bp) == (None, None)
    assert second.actual_quantity == 0
    receipts.insert(
        "retention_input", period="2026-01", hospital_code=hospital, round_code="N1",
        nhsa_code="P1", base_quantity=1, agreed_quantity=1, actual_quantity=1,
        price_before_yuan=Decimal("2.5"), award_price_yuan=1, non_selected_fen=0,
        fund_ratio_bp=6_200, insured_share_bp=9_000,
    )  # fmt: skip
    again = proposing.propose(MAKER, PERIOD, "N1", None)[0]
    assert (again.price_before_yuan, again.fund_ratio_bp) == (Decimal("2.5"), 6_200)
    with pytest.raises(NotAllowed):
        proposing.propose(CHECKER, PERIOD, "N1", None)
