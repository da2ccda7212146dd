"""自行付款: a hospital reports one payment of its own; the checks are those of the file."""

from datetime import date

import pytest

from models.records.base import sql
from tests.factories import receipts

REPORT = {"line_no": "OWN1", "payment_no": "Y1", "paid_on": "2026-04-11", "amount_yuan": "30.00"}


@pytest.fixture
def town(people_of_town):
    made = people_of_town
    receipts.scheme()
    receipts.receipt(made.hospitals[0], made.enterprises[0], 100_00, line_no="OWN1")
    receipts.receipt(made.hospitals[1], made.enterprises[1], 100_00, line_no="OTHER1")
    return made


def payments():
    return sql(
        "SELECT payment_no, line_no, paid_on, amount_fen FROM hospital_payment ORDER BY 1"
    ).fetchall()


def report(somebody, **changed):
    """Type the form, look at it once more, and agree."""
    typed = REPORT | changed
    looked = somebody.post("/own-payments/new", **typed)
    if looked.status_code != 200 or "selection_hash" not in looked.text:
        return looked
    seal = looked.text.split('name="selection_hash" value="')[1].split('"')[0]
    return somebody.post("/own-payments/new", **typed, selection_hash=seal)


def test_a_hospital_reports_a_payment_and_the_line_has_less_open(reader, town):
    clinic = reader("clinic")
    looked = clinic.post("/own-payments/new", **REPORT)
    for told in ("OWN1", "100.00", "登记付款 ¥30.00", "叁拾元整"):
        assert told in looked.text, told
    assert payments() == []
    answer = report(clinic)
    assert answer.status_code == 303
    assert payments() == [("Y1", "OWN1", date(2026, 4, 11), 30_00)]
    listed = clinic.get("/own-payments/").text
    assert "Y1" in listed
    again = clinic.post("/own-payments/new", **REPORT | {"payment_no": "Y2"}).text
    assert "70.00" in again


def test_more_than_is_open_is_pointed_out(reader, town):
    looked = reader("clinic").post("/own-payments/new", **REPORT | {"amount_yuan": "100.01"})
    assert "付款金额大于未付金额 ¥100.00" in looked.text


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"amount_yuan": "-1"}, "金额"), ({"amount_yuan": "1.001"}, "金额"),
        ({"paid_on": "2026-13-01"}, "付款日期"), ({"paid_on": "2999-01-01"}, "不能晚于今天"),
        ({"payment_no": ""}, "付款编号"), ({"line_no": "NONE"}, "没有这条验收明细"),
        ({"line_no": "OTHER1"}, "不在您的数据范围内"),
    ],
)  # fmt: skip
def test_a_wrong_report_is_refused_at_its_field(reader, town, changed, words):
    answer = report(reader("clinic"), **changed)
    assert answer.status_code == 422
    assert words in answer.text
    assert payments() == []


def test_the_same_number_with_another_sum_is_refused_and_the_same_report_is_one(reader, town):
    clinic = reader("clinic")
    report(clinic)
    assert report(clinic).status_code == 303
    assert report(clinic, amount_yuan="31.00").status_code == 422
    assert len(payments()) == 1


def test_what_changed_meanwhile_is_looked_at_again(reader, town):
    clinic = reader("clinic")
    looked = clinic.post("/own-payments/new", **REPORT).text
    seal = looked.split('name="selection_hash" value="')[1].split('"')[0]
    receipts.own_payment("OWN1", date(2026, 4, 2), 5_00)
    assert clinic.post("/own-payments/new", **REPORT, selection_hash=seal).status_code == 422


def test_a_direct_line_is_told_that_it_does_not_pay(reader, town):
    sql("UPDATE purchase_line SET platform = 'online' WHERE line_no = 'OWN1'")
    looked = reader("clinic").post("/own-payments/new", **REPORT)
    assert "登记后不算付款" in looked.text


def test_an_enterprise_reads_its_own_and_reports_nothing(reader, town):
    report(reader("clinic"))
    firm = reader("firm")
    assert "Y1" in firm.get("/own-payments/").text
    assert firm.get("/own-payments/new").status_code == 403
    assert firm.post("/own-payments/new", **REPORT).status_code == 403
    assert reader("supervisor").get("/own-payments/new").status_code == 403
    assert reader("administrator").get("/own-payments/").status_code == 403
