"""Orders, delivery notes and receipts meet once, in one month, whatever came first."""

import csv
from datetime import date
from decimal import Decimal

import pytest

from models.records.base import db as handle
from models.records.base import sql
from models.services import access, deliveries
from models.services.exports import write
from tests.factories import imports as world
from tests.factories.imports import ENTERPRISE, HOSPITAL, OTHER_ENTERPRISE, PRODUCT, send

pytestmark = pytest.mark.usefixtures("db")

MARCH, APRIL = "2026-03", "2026-04"
LATE = date(2026, 5, 1)
AREAS = ["520000", "529900", "529901", "529902"]


@pytest.fixture(autouse=True)
def _world(db):
    world.world()


def order(order_no: str = "DD1", quantity: str = "10", amount: str = "123.45", **more: str) -> None:
    row = {
        "order_no": order_no, "nhsa_code": PRODUCT, "hospital_code": HOSPITAL,
        "enterprise_code": ENTERPRISE, "ordered_on": "2026-03-10", "quantity": quantity,
        "amount_yuan": amount, "responded_on": "",
    }  # fmt: skip
    assert send("orders", [row | more]).counts == (1, 0, 0)


def note(quantity: str = "10", amount: str = "123.45", **more: str) -> None:
    row = {
        "delivery_no": "PS1", "order_no": "DD1", "nhsa_code": PRODUCT, "hospital_code": HOSPITAL,
        "enterprise_code": ENTERPRISE, "delivered_on": "2026-03-16", "quantity": quantity,
        "amount_yuan": amount,
    }  # fmt: skip
    assert send("deliveries", [row | more]).counts == (1, 0, 0)


def receipt(line_no: str = "L1", **changes: str) -> None:
    assert send("purchases", [world.purchase(line_no, **changes)]).counts == (1, 0, 0)


def positions(period: str = MARCH, on: date = LATE, **seat: str) -> list[tuple]:
    with handle.atomic():
        deliveries.collect(AREAS, period, on, **seat)
        return sql(
            "SELECT order_no, ordered, sent, received, differences FROM delivery_position"
            " ORDER BY order_no"
        ).fetchall()


def differences(**asked) -> list[str]:
    return [one for row in positions(**asked) for one in row[4]]


def test_what_was_ordered_sent_and_received_alike_has_no_difference():
    order()
    note()
    receipt()
    ten = Decimal("10.0000")
    assert positions() == [("DD1", ten, ten, ten, [])]
    assert positions(APRIL) == []


def test_nothing_is_missing_within_the_days_of_grace():
    order()
    assert differences(on=date(2026, 3, 16)) == []
    assert differences(on=date(2026, 3, 17)) == ["not_delivered"]
    note(quantity="4", amount="49.38")
    assert differences(on=date(2026, 3, 17)) == ["delivered_short"]
    assert differences() == ["delivered_short", "receipt_missing"]


def test_too_much_and_without_a_note():
    order(quantity="8", amount="98.76")
    receipt()
    assert differences() == ["received_over"]
    note(quantity="8", amount="98.76")
    assert differences() == ["received_over", "note_missing"]


def test_another_price_is_told_and_a_fen_of_rounding_is_not():
    order(amount="123.44")
    receipt()
    assert differences() == []
    order("DD2", amount="120.00")
    receipt("L2", order_no="DD2")
    assert differences() == ["price_differs"]


def test_what_nobody_ordered_is_in_the_month_it_came():
    receipt(accepted_on="2026-04-02")
    assert positions() == []
    assert differences(period=APRIL) == ["order_missing"]
    order()
    assert positions(APRIL) == []
    assert differences() == []


def test_other_parties_than_the_orders_are_told():
    order(enterprise_code=OTHER_ENTERPRISE)
    receipt()
    assert differences() == ["party_differs"]


def test_a_voided_receipt_counts_nowhere_and_a_return_changes_no_comparison():
    order()
    receipt()
    receipt(
        "L2", line_kind="goods_return", original_line_no="L1", quantity="-4", amount_yuan="-49.38"
    )
    assert differences() == []
    receipt("L3", order_no="DD9")
    assert differences() == ["order_missing"]
    send("voids", [{"line_no": "L3", "reason": "重复"}])
    assert differences() == []


def test_a_seat_sees_its_own_positions():
    order()
    assert len(positions(hospital=HOSPITAL)) == 1
    assert positions(hospital=world.OTHER_HOSPITAL) == []
    assert len(positions(enterprise=ENTERPRISE)) == 1
    assert positions(enterprise=OTHER_ENTERPRISE) == []


def test_the_export_holds_the_positions_and_runs_no_formula(tmp_path):
    order("=DD1", quantity="12", amount="148.14")
    receipt(order_no="=DD1")
    path = tmp_path / "deliveries.csv"
    asked = {"actor": access.SYSTEM, "period": MARCH, "area": None, "on": LATE}
    assert write("deliveries", path, "csv", **asked) == 1
    with path.open(encoding="utf-8") as file:
        row = next(iter(csv.DictReader(file)))
    assert (row["order_no"], row["ordered_quantity"], row["received_yuan"]) == (
        "'=DD1", "12.0000", "123.45",
    )  # fmt: skip
    assert row["differences"] == "delivered_short"
    assert write("deliveries", tmp_path / "d.xlsx", "xlsx", **asked) == 1
