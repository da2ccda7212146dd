"""Settling: a month once over, in order, by one hand at a time, drafts anew each time."""

import threading
from datetime import date
from typing import Any

import pytest

from models.records.base import db as database
from models.records.base import sql
from models.rules.errors.access import NotAllowed, OutOfScope
from models.rules.errors.settlement import PeriodClosed, PeriodNotOver
from models.rules.words import Role
from models.services.access import Actor
from models.services.settle import settle_period
from tests.factories.imports import send
from tests.scripts.small_city import ENTERPRISE, FILES, HOSPITAL

ON = date(2026, 11, 1)
PERIOD = "2026-03"
SECOND = Actor(name="second", role=Role.MAKER)


@pytest.fixture
def city(db):
    for kind, text in FILES.items():
        send(kind, text.encode())
    sql("UPDATE enterprise SET account_verified = true")


def settle(actor: Actor = SECOND, period: str = PERIOD, *, on: date = ON) -> dict[str, Any]:
    with database.atomic():
        return settle_period(actor, period, None, on=on, progress=lambda *_: None)


def sheet(*columns: str) -> tuple[Any, ...]:
    return sql(f"SELECT {', '.join(columns)} FROM settlement_sheet").fetchone()


def confirm(line_no: str) -> None:
    send(
        "confirmations",
        [
            {"line_no": line_no, "party": "hospital", "decided_at": "2026-04-02T10:00:00+08:00",
             "decision": "confirm", "amount_yuan": "15.00", "reason": ""}
        ],
    )  # fmt: skip


def test_free_lines_go_on_the_sheet_and_the_others_wait_with_their_reasons(city):
    assert settle() == {"sheets": 1, "lines": 2, "held": 1, "payable_yuan": "130.00"}
    assert sql("SELECT line_no, lane, reasons FROM held_line").fetchall() == [
        ("L3", "direct", ["waiting_hospital"])
    ]
    assert sheet("state", "area_code", "due_on") == ("draft", "529901", date(2026, 4, 6))


def test_settling_again_takes_what_became_free_and_remembers_both_makers(city):
    settle(Actor(name="first", role=Role.MAKER))
    number = sheet("sheet_no")
    confirm("L3")
    assert settle() == {"sheets": 1, "lines": 3, "held": 0, "payable_yuan": "145.00"}
    assert sheet("sheet_no") == number
    assert sheet("makers") == (["first", "second"],)


def test_a_sheet_under_review_stays_and_its_new_lines_wait_for_next_month(city):
    settle()
    sql("UPDATE settlement_sheet SET state = 'in_review'")
    seal = sheet("content_hash")
    confirm("L3")
    settle()
    assert sheet("lines_count", "content_hash") == (2, *seal)
    assert sql("SELECT lane, reasons FROM held_line WHERE line_no = 'L3'").fetchone() == (
        "direct",
        [],
    )
    assert settle(period="2026-04")["lines"] == 1


def test_months_are_over_and_in_order(city):
    with pytest.raises(PeriodNotOver):
        settle(on=date(2026, 3, 31))
    settle(period="2026-04")
    with pytest.raises(PeriodClosed):
        settle()


def test_who_may_not_settle_is_refused(city):
    with pytest.raises(NotAllowed):
        settle(Actor(name="c", role=Role.CHECKER))
    limited = Actor(name="m", role=Role.MAKER, area_code="529901")
    with pytest.raises(OutOfScope), database.atomic():
        settle_period(limited, PERIOD, "520000", on=ON, progress=lambda *_: None)
    assert sheet("count(*)") == (0,)


def test_a_negative_pair_is_carried_until_goods_outweigh_it(city):
    settle()
    sql("UPDATE settlement_sheet SET state = 'approved'")
    send(
        "purchases",
        [
            {"line_no": "R1", "line_kind": "price_adjustment", "original_line_no": "L2",
             "order_no": "D1", "hospital_code": HOSPITAL, "enterprise_code": ENTERPRISE,
             "nhsa_code": "XA01", "quantity": "0", "unit_price_yuan": "0",
             "amount_yuan": "-40.00", "delivered_on": "2026-04-05", "accepted_on": "2026-04-05",
             "platform": "online", "hospital_confirmed_on": "2026-04-06",
             "enterprise_confirmed_on": "2026-04-06", "trace_codes": ""}
        ],
    )  # fmt: skip
    send(
        "invoices",
        [
            {"invoice_code": "", "invoice_no": "26520000000000000009", "line_no": "R1",
             "kind": "red", "issued_on": "2026-04-07", "enterprise_code": ENTERPRISE,
             "hospital_code": HOSPITAL, "amount_yuan": "-40.00"}
        ],
    )  # fmt: skip
    settle(period="2026-04")
    settle(period="2026-05")
    rows = sql(
        "SELECT period, lines_count, carried_in_fen, payable_fen, carried_out_fen, due_on"
        " FROM settlement_sheet ORDER BY period"
    ).fetchall()
    assert rows[1] == ("2026-04", 1, 0, 0, -4000, date(2026, 5, 5))
    assert rows[2] == ("2026-05", 0, -4000, 0, -4000, None)


def test_two_hands_settle_one_after_the_other(city):
    ended = []

    def hand(name: str) -> None:
        with database.connection_context():
            ended.append(settle(Actor(name=name, role=Role.MAKER)))

    hands = [threading.Thread(target=hand, args=(name,)) for name in ("a", "b")]
    for one in hands:
        one.start()
    for one in hands:
        one.join(30)
    assert ended == [ended[0]] * 2
    assert sheet("count(*)") == (1,)
    assert sorted(sheet("makers")[0]) == ["a", "b"]
