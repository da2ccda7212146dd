"""A lead hospital's seat on the screen: its members' rows are its own while it settles for them."""

import pytest

from models.records.base import sql
from tests.factories import receipts, sheets


@pytest.fixture
def town(people_of_town):
    made = people_of_town
    receipts.scheme()
    lead, member = made.hospitals[:2]
    sql("UPDATE hospital SET lead_hospital_code = %s WHERE hospital_code = %s", (lead, member))
    receipts.receipt(lead, made.enterprises[0], line_no="OWN1", platform="online")
    receipts.receipt(member, made.enterprises[0], line_no="MEMBER1", platform="online")
    receipts.receipt(made.hospitals[2], made.enterprises[0], line_no="STRANGER1")
    return made


def shown(somebody) -> set[str]:
    page = somebody.get("/purchases/").text
    return {no for no in ("OWN1", "MEMBER1", "STRANGER1") if no in page}


def test_the_seat_sees_its_members_while_the_scheme_lets_it_settle(reader, town):
    clinic = reader("clinic")
    assert shown(clinic) == {"OWN1"}
    assert clinic.get("/purchases/MEMBER1").status_code == 404
    sql("UPDATE scheme SET lead_settles = true")
    assert shown(clinic) == {"OWN1", "MEMBER1"}
    assert clinic.get("/purchases/MEMBER1").status_code == 200
    assert clinic.get("/purchases/STRANGER1").status_code == 404


def test_a_sheet_names_the_member_of_each_line(reader, town):
    sql("UPDATE scheme SET lead_settles = true")
    sheet = sheets.sheet(town.hospitals[0], town.enterprises[0], 200_00)
    sql(
        "INSERT INTO sheet_line (line_no, sheet_id, line_kind, category, amount_fen, due_on)"
        " VALUES ('MEMBER1', %s, 'receipt', 'listed', 10000, '2026-04-01')",
        (sheet,),
    )
    number = sql("SELECT sheet_no FROM settlement_sheet WHERE id = %s", (sheet,)).fetchone()[0]
    page = reader("clinic").get(f"/sheets/{number}").text
    assert page.count("医院2") == 1
