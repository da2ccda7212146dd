"""Who may import what: roles, seats that see their own rows only, and areas."""

import pytest

from models.records.base import sql
from models.rules.errors.access import NotAllowed
from models.services.access import Actor
from tests.factories import imports as make
from tests.factories.imports import AREA, HOSPITAL_ROW, confirmation, invoice, purchase, send

pytestmark = pytest.mark.usefixtures("db")

HOSPITAL_SEAT = Actor("h", "hospital", party_code=make.HOSPITAL)
ENTERPRISE_SEAT = Actor("e", "enterprise", party_code=make.ENTERPRISE)
COUNTY = Actor("county", "maker", area_code="529901")


@pytest.fixture(autouse=True)
def world(db):
    make.world()
    other = purchase("L2", hospital_code=make.OTHER_HOSPITAL, enterprise_code=make.OTHER_ENTERPRISE)
    send("purchases", [purchase("L1"), other])


@pytest.mark.parametrize("role", ["checker", "approver", "supervisor", "auditor"])
def test_roles_that_check_or_look_import_nothing(role):
    with pytest.raises(NotAllowed):
        send("areas", [AREA], by=Actor("x", role))


def test_the_administrator_imports_rules_and_moves_no_money():
    administrator = Actor("admin", "administrator")
    lpr = [{"valid_from": "2026-01-20", "one_year_bp": "300"}]
    assert send("lpr", lpr, by=administrator).counts == (1, 0, 0)
    with pytest.raises(NotAllowed):
        send("purchases", [purchase("L3")], by=administrator)


def test_a_hospital_sends_its_own_rows_and_others_do_not_exist_for_it():
    rows = [purchase("N1"), purchase("N2", hospital_code=make.OTHER_HOSPITAL)]
    sent = send("purchases", rows, by=HOSPITAL_SEAT)
    assert sent.counts == (1, 0, 1)
    assert sent.codes == {3: "unknown_reference"}
    decisions = [confirmation(), confirmation("L2"), confirmation(party="enterprise")]
    sent = send("confirmations", decisions, by=HOSPITAL_SEAT)
    assert sent.codes == {3: "unknown_reference", 4: "party_mismatch"}
    paid = {"payment_no": "P1", "line_no": "L2", "paid_on": "2026-05-01", "amount_yuan": "1.00"}
    assert send("hospital_payments", [paid], by=HOSPITAL_SEAT).codes == {2: "unknown_reference"}
    with pytest.raises(NotAllowed):
        send("invoices", [invoice()], by=HOSPITAL_SEAT)


def test_an_enterprise_sends_its_own_rows():
    rows = [purchase("N1"), purchase("N2", enterprise_code=make.OTHER_ENTERPRISE)]
    assert send("purchases", rows, by=ENTERPRISE_SEAT).codes == {3: "unknown_reference"}
    decisions = [
        confirmation(party="enterprise"),
        confirmation("L2", party="enterprise"),
        confirmation(),
    ]
    sent = send("confirmations", decisions, by=ENTERPRISE_SEAT)
    assert sent.codes == {3: "unknown_reference", 4: "party_mismatch"}
    foreign = invoice(
        "L2", enterprise_code=make.OTHER_ENTERPRISE, hospital_code=make.OTHER_HOSPITAL
    )
    sent = send("invoices", [invoice(), foreign | {"invoice_no": "2"}], by=ENTERPRISE_SEAT)
    assert sent.codes == {3: "unknown_reference"}


def test_a_seat_confirms_for_itself_only():
    row = purchase("N1", hospital_confirmed_on="2026-03-20", enterprise_confirmed_on="2026-03-21")
    assert send("purchases", [row], by=HOSPITAL_SEAT).codes == {2: "party_mismatch"}
    assert send("purchases", [row], by=ENTERPRISE_SEAT).codes == {2: "party_mismatch"}
    assert send("purchases", [row]).counts == (1, 0, 0)
    assert send("purchases", [row], by=HOSPITAL_SEAT).counts == (0, 1, 0)


def test_a_maker_of_a_county_touches_its_own_rows_only():
    rows = [purchase("N1"), purchase("N2", hospital_code=make.OTHER_HOSPITAL)]
    assert send("purchases", rows, by=COUNTY).codes == {3: "unknown_reference"}
    assert send("confirmations", [confirmation(), confirmation("L2")], by=COUNTY).codes == {
        3: "unknown_reference"
    }
    taken_over = HOSPITAL_ROW | {"hospital_code": make.OTHER_HOSPITAL}
    sent = send("hospitals", [HOSPITAL_ROW | {"name": "新"}, taken_over], by=COUNTY)
    assert sent.codes == {3: "unknown_reference"}
    assert sql(
        "SELECT area_code FROM hospital WHERE hospital_code = %s", (make.OTHER_HOSPITAL,)
    ).fetchone() == ("529902",)


def test_a_maker_of_a_county_adds_areas_below_it_only():
    new = AREA | {"area_code": "529911", "parent_code": "529901", "level": "county"}
    rows = [
        new,
        new | {"area_code": "529912", "parent_code": "529911"},
        new | {"area_code": "529913", "parent_code": "529902"},
        new | {"area_code": "529902", "parent_code": "529901"},
    ]
    sent = send("areas", rows, by=COUNTY)
    assert sent.counts == (2, 0, 2)
    assert sent.codes == {4: "unknown_reference", 5: "unknown_reference"}


def test_a_maker_whose_area_is_not_imported_yet_brings_it():
    newcomer = Actor("new", "maker", area_code="420000")
    rows = [
        AREA | {"area_code": "420000"},
        AREA | {"area_code": "420100", "parent_code": "420000", "level": "city"},
    ]
    assert send("areas", rows, by=newcomer).counts == (2, 0, 0)
    hospital = HOSPITAL_ROW | {"hospital_code": "H42010000001", "area_code": "420100"}
    assert send("hospitals", [hospital], by=newcomer).counts == (1, 0, 0)
