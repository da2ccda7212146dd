"""County communities: the lead settles and confirms for its members; the line keeps its member."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from models.records.base import db as database
from models.records.base import sql
from models.rules.words import Role
from models.services import books, exports
from models.services.access import SYSTEM, Actor
from models.services.judgement import leads
from models.services.overdue import listing
from models.services.settle import settle_period
from tests.factories.imports import send
from tests.factories.scope import (
    COUNTY,
    LEAD,
    MEMBER,
    STRANGER,
    contract,
    line,
    settled_world,
    world,
)

ON = date(2026, 11, 1)
CLOSED = {"hospital_confirmed_on": None}


@pytest.fixture(autouse=True)
def empty(db):
    return db


def settle(period: str = "2026-03") -> dict[str, object]:
    with database.atomic():
        return settle_period(SYSTEM, period, None, on=ON, progress=lambda *_: None)


def sheets() -> list[tuple[Any, ...]]:
    return sql(
        "SELECT period, hospital_code, lines_count, payable_fen FROM settlement_sheet"
        " ORDER BY period, hospital_code"
    ).fetchall()


def seat(code: str) -> Actor:
    return Actor(name="seat", role=Role.HOSPITAL, party_code=code)


def confirmed(code: str, line_no: str) -> tuple[int, int, int]:
    row = {
        "line_no": line_no, "party": "hospital", "decided_at": "2026-03-25T09:00:00+08:00",
        "decision": "confirm", "amount_yuan": "20.00", "reason": "",
    }  # fmt: skip
    return send("confirmations", [row], by=seat(code)).counts


def test_one_sheet_of_the_lead_has_the_goods_of_its_members():
    settled_world(world(lead_settles=True), line("L1"), line("L2", MEMBER), line("L3", STRANGER))
    assert settle()["lines"] == 2, "the stranger has no contract of its own"
    assert sheets() == [("2026-03", LEAD, 2, 4_000)]
    assert sql("SELECT period, hospital_code, lead_hospital_code FROM led_member").fetchall() == [
        ("2026-03", MEMBER, LEAD)
    ]
    held = sql("SELECT line_no, reasons FROM held_line").fetchall()
    assert held == [("L3", ["contract_missing"])]
    assert books.check_books()["broken"] == []


def test_without_the_scheme_saying_so_each_settles_itself():
    made = world()
    made.contract.append(contract(MEMBER))
    settled_world(made, line("L1"), line("L2", MEMBER))
    settle()
    assert [row[1] for row in sheets()] == [LEAD, MEMBER]
    assert sql("SELECT count(*) FROM led_member").fetchone() == (0,)


@pytest.mark.parametrize(
    "change",
    [
        {"joined_on": None},
        {"joined_on": date(2026, 4, 1)},
        {"lead_hospital_code": STRANGER},
        {"area_code": "990000"},
    ],
)
def test_a_lead_leads_only_from_its_own_area_once_it_joined_and_leads_itself(change):
    made = world(lead_settles=True)
    made.contract.append(contract(MEMBER))
    made.hospital[0] |= change
    settled_world(made, line("L2", MEMBER))
    settle()
    assert [row[1] for row in sheets()] == [MEMBER]


def test_the_lead_begins_with_the_month_its_scheme_is_in_force_at_the_end_of():
    made = world(valid_to=date(2026, 3, 14))
    made.contract.append(contract(MEMBER))
    made.scheme.append(
        made.scheme[0] | {"valid_from": date(2026, 3, 15), "valid_to": None, "lead_settles": True}
    )
    february = line("L0", MEMBER, accepted_on=date(2026, 2, 10))
    settled_world(made, february, line("L1"), line("L2", MEMBER))
    settle("2026-02")
    settle("2026-03")
    assert sheets() == [("2026-02", MEMBER, 1, 2_000), ("2026-03", LEAD, 2, 4_000)]
    assert books.check_books()["broken"] == []


def test_a_return_of_a_member_is_taken_from_the_lead_that_settles_now():
    settled_world(
        world(lead_settles=True),
        line("L2", MEMBER),
        line("L3", MEMBER, line_kind="goods_return", original_line_no="L2",
             quantity=Decimal(-4), accepted_on=date(2026, 4, 9)),
        line("L4", accepted_on=date(2026, 4, 9)),
    )  # fmt: skip
    settle()
    settle("2026-04")
    assert sheets() == [("2026-03", LEAD, 1, 2_000), ("2026-04", LEAD, 2, 1_200)]


def test_only_the_lead_confirms_for_a_member_and_nothing_of_strangers():
    settled_world(
        world(lead_settles=True),
        line("L1", **CLOSED),
        line("L2", MEMBER, **CLOSED),
        line("L3", STRANGER, **CLOSED),
    )
    assert confirmed(MEMBER, "L2") == (0, 0, 1)
    assert confirmed(LEAD, "L3") == (0, 0, 1)
    assert [confirmed(LEAD, no) for no in ("L1", "L2")] == [(1, 0, 0)] * 2
    assert confirmed(STRANGER, "L3") == (1, 0, 0)


def test_each_confirms_for_itself_where_no_lead_settles():
    settled_world(world(), line("L1", **CLOSED), line("L2", MEMBER, **CLOSED))
    assert confirmed(LEAD, "L2") == (0, 0, 1)
    assert confirmed(MEMBER, "L2") == (1, 0, 0)


@pytest.mark.parametrize(("settles", "party"), [(True, LEAD), (False, MEMBER)])
def test_what_a_member_waits_for_is_for_the_lead_to_do(settles, party):
    offline = line("L2", MEMBER, platform="offline")
    settled_world(world(lead_settles=settles), line("L1", MEMBER, **CLOSED), offline)
    with database.atomic():
        listing.collect([COUNTY], date(2026, 5, 1))
        found = sql("SELECT line_no, responsible, party_code FROM late ORDER BY 1").fetchall()
    assert found == [("L1", "hospital", party), ("L2", "hospital", MEMBER)]


def test_pages_can_ask_who_settles_on_a_day():
    settled_world(world(lead_settles=True), line("L1"))
    on, before = date(2026, 3, 1), date(2025, 12, 31)
    assert leads.members(LEAD, on) == [MEMBER]
    assert leads.settling_hospital(MEMBER, on) == LEAD
    assert leads.settling_hospital(LEAD, on) == LEAD
    assert leads.settling_hospital(MEMBER, before) == MEMBER
    assert leads.members(STRANGER, on) == []


def test_the_files_of_a_leads_seat_have_its_members_rows(tmp_path):
    settled_world(world(lead_settles=True), line("L1"), line("L2", MEMBER, **CLOSED))
    settle()

    def held_of(code: str) -> list[str]:
        path = tmp_path / f"{code}.csv"
        exports.write("holds", path, "csv", actor=seat(code), period="2026-03", area=None, on=ON)
        rows = path.read_text(encoding="utf-8-sig").splitlines()[1:]
        return [row.split(",")[0] for row in rows]

    assert held_of(LEAD) == ["L2"]
    assert held_of(STRANGER) == []
