"""Deliveries by one statement equal a plain reading of the same papers, in any order they came."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from models.records.base import db as handle
from models.records.base import sql
from models.rules.calendar import period_of
from models.services import deliveries
from models.services.deliveries import EARLY_DAYS, GRACE_DAYS
from tests.conftest import empty_tables
from tests.factories import sheets

MONTHS = ("2026-02", "2026-03", "2026-04")
ON = date(2026, 4, 20)
HOSPITALS = [sheets.hospital_code(n) for n in (1, 2)]
FIRMS = [sheets.credit_code(n) for n in (1, 2)]
GRACE = timedelta(days=GRACE_DAYS)
DAYS = st.dates(date(2026, 2, 1), date(2026, 4, 30))


@dataclass(frozen=True)
class Paper:
    """An order, a note or a receipt of a product."""

    order_no: str
    hospital: str
    firm: str
    day: date
    quantity: int
    fen: int


PAPERS = st.builds(
    Paper,
    order_no=st.sampled_from(["A", "B", "C"]),
    hospital=st.sampled_from(HOSPITALS),
    firm=st.sampled_from(FIRMS),
    day=DAYS,
    quantity=st.integers(1, 4),
    fen=st.sampled_from([100, 200, 203, 300, 400]),
)
ORDERS = st.lists(PAPERS, max_size=3, unique_by=lambda paper: paper.order_no)


def owner(orders: list[Paper], paper: Paper) -> Paper | None:
    """Return the order a note or receipt belongs to."""
    order = next((one for one in orders if one.order_no == paper.order_no), None)
    if order is None or paper.day < order.day.replace(day=1) - timedelta(days=EARLY_DAYS):
        return None
    return order


def plain(orders: list[Paper], notes: list[Paper], receipts: list[Paper], period: str) -> dict:
    """Read the papers of a month one by one."""
    found: dict = defaultdict(lambda: [None, [], [], False])
    for order in orders:
        if period_of(order.day) == period:
            found[order.order_no, order.hospital, order.firm][0] = order
    for place, paper in [(1, one) for one in notes] + [(2, one) for one in receipts]:
        of = owner(orders, paper) or paper
        if period_of(of.day) == period:
            entry = found[of.order_no, of.hospital, of.firm]
            entry[place].append(paper)
            entry[3] |= (paper.hospital, paper.firm) != (of.hospital, of.firm)
    return {key: _judged(*entry) for key, entry in found.items()}


def _judged(order: Paper | None, notes: list[Paper], receipts: list[Paper], other: bool) -> tuple:
    sent, received = sum(x.quantity for x in notes), sum(x.quantity for x in receipts)
    arrived, ordered = max(sent, received), order.quantity if order else 0
    waited = order is not None and order.day + GRACE <= ON
    fen = sum(x.fen for x in receipts)
    fair = Decimal(order.fen) * received / ordered if order else Decimal(fen)
    conditions = {
        "order_missing": order is None,
        "party_differs": other,
        "not_delivered": waited and arrived == 0,
        "delivered_short": waited and 0 < arrived < ordered,
        "received_over": order is not None and received > ordered,
        "receipt_missing": sent > received and max(x.day for x in notes) + GRACE <= ON,
        "note_missing": 0 < sent < received,
        "price_differs": abs(fen - fair) > len(receipts),
    }
    told = [name for name, is_so in conditions.items() if is_so]
    return ordered if order else None, sent, received, told


def write(orders: list[Paper], notes: list[Paper], receipts: list[Paper]) -> None:
    for order in orders:
        sql(
            "INSERT INTO purchase_order (order_no, nhsa_code, hospital_code, enterprise_code,"
            " ordered_on, quantity, amount_fen) VALUES (%s, 'P', %s, %s, %s, %s, %s)",
            (order.order_no, order.hospital, order.firm, order.day, order.quantity, order.fen),
        )
    for place, note in enumerate(notes):
        sql(
            "INSERT INTO delivery_note VALUES (%s, %s, 'P', %s, %s, %s, %s, %s)",
            (f"N{place}", note.order_no, note.hospital, note.firm, note.day, note.quantity,
             note.fen),
        )  # fmt: skip
    for place, line in enumerate(receipts):
        price = Decimal(line.fen) / 100 / line.quantity
        sql(
            "INSERT INTO purchase_line (line_no, line_kind, order_no, hospital_code,"
            " enterprise_code, nhsa_code, quantity, unit_price_yuan, amount_fen, delivered_on,"
            " accepted_on, platform)"
            " VALUES (%s, 'receipt', %s, %s, %s, 'P', %s, %s, round(%s * round(%s, 4) * 100),"
            " %s, %s, 'online')",
            (f"L{place}", line.order_no, line.hospital, line.firm, line.quantity, price,
             line.quantity, price, line.day, line.day),
        )  # fmt: skip


def bulk(period: str) -> dict:
    with handle.atomic():
        deliveries.collect([sheets.CITY], period, ON)
        rows = sql("SELECT * FROM delivery_position")
        names = [column.name for column in rows.description]
        return {
            (row["order_no"], row["hospital_code"], row["enterprise_code"]): (
                None if row["ordered"] is None else int(row["ordered"]),
                int(row["sent"]), int(row["received"]), row["differences"],
            )
            for row in (dict(zip(names, told, strict=True)) for told in rows)
        }  # fmt: skip


@pytest.mark.usefixtures("db")
@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(ORDERS, st.lists(PAPERS, max_size=4), st.lists(PAPERS, max_size=5))
def test_the_statement_equals_the_plain_reading_and_nothing_is_lost(orders, notes, receipts):
    empty_tables()
    sheets.city(2, 2)
    write(orders, notes, receipts)
    found = {period: bulk(period) for period in MONTHS}
    assert found == {period: plain(orders, notes, receipts, period) for period in MONTHS}
    everything = [one for month in found.values() for one in month.values()]
    assert sum(one[1] for one in everything) == sum(note.quantity for note in notes)
    assert sum(one[2] for one in everything) == sum(line.quantity for line in receipts)
    assert sum(one[0] or 0 for one in everything) == sum(order.quantity for order in orders)
