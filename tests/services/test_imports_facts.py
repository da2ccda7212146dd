"""Facts are added, filled once where they said nothing, and otherwise refused with a conflict."""

import pytest

from models.records.base import db as database
from models.records.base import sql
from tests.factories import imports as make
from tests.factories.imports import confirmation, invoice, purchase, put_on_sheet, send

pytestmark = pytest.mark.usefixtures("db")


@pytest.fixture(autouse=True)
def world(db):
    make.world()
    send("purchases", [purchase("L1"), purchase("L2", hospital_code=make.OTHER_HOSPITAL)])


@pytest.mark.parametrize(
    "change",
    [
        {"order_no": "DD2"}, {"platform": "offline"}, {"delivered_on": "2026-03-15"},
        {"quantity": "20", "amount_yuan": "246.90"}, {"enterprise_code": make.OTHER_ENTERPRISE},
    ],
)  # fmt: skip
def test_a_known_line_with_other_content_is_a_conflict(change):
    sent = send("purchases", [purchase() | change])
    assert sent.counts == (0, 0, 1)
    assert sent.codes == {2: "conflict"}


def test_what_said_nothing_is_filled_once():
    days = {"hospital_confirmed_on": "2026-03-20", "trace_codes": "b a", "original_line_no": "L9"}
    assert send("purchases", [purchase() | days]).counts == (1, 0, 0)
    assert send("purchases", [purchase()]).counts == (0, 1, 0)
    assert send("purchases", [purchase(trace_codes="a  b")]).counts == (0, 1, 0)
    assert send("purchases", [purchase(enterprise_confirmed_on="2026-03-21")]).counts == (1, 0, 0)
    for other in (
        {"hospital_confirmed_on": "2026-03-22"},
        {"trace_codes": "a"},
        {"original_line_no": "L8"},
    ):
        assert send("purchases", [purchase() | other]).codes == {2: "conflict"}  # fmt: skip
    assert sql(
        "SELECT hospital_confirmed_on::text, enterprise_confirmed_on::text, trace_codes"
        " FROM purchase_line WHERE line_no = 'L1'"
    ).fetchone() == ("2026-03-20", "2026-03-21", "b a")
    assert sql("SELECT array_agg(code ORDER BY place) FROM trace_code").fetchone() == (["b", "a"],)


def test_one_file_may_fill_a_line_step_by_step():
    rows = [
        purchase("N"),
        purchase("N", hospital_confirmed_on="2026-03-20"),
        purchase("N", hospital_confirmed_on="2026-03-21"),
        purchase("N", enterprise_confirmed_on="2026-03-22"),
        purchase("N", hospital_confirmed_on="2026-03-20", trace_codes="t"),
        purchase("N", trace_codes="u"),
        purchase("N", hospital_confirmed_on="2026-03-20", enterprise_confirmed_on="2026-03-22"),
    ]
    sent = send("purchases", rows)
    assert sent.counts == (4, 1, 2)
    assert sent.codes == {4: "conflict", 7: "conflict"}


def test_on_a_sheet_trace_codes_cannot_be_filled_but_confirmation_days_can():
    put_on_sheet("L1", state="draft")
    assert send("purchases", [purchase(trace_codes="t")]).codes == {2: "conflict"}
    assert send("purchases", [purchase(original_line_no="L0")]).codes == {2: "conflict"}
    assert send("purchases", [purchase(hospital_confirmed_on="2026-03-20")]).counts == (1, 0, 0)


def test_a_void_takes_a_line_out_and_its_history_stays():
    assert send("voids", [{"line_no": "L1", "reason": "重复"}]).counts == (1, 0, 0)
    assert send("voids", [{"line_no": "L1", "reason": "重复"}]).counts == (0, 1, 0)
    assert send("voids", [{"line_no": "L1", "reason": "其他"}]).codes == {2: "conflict"}
    assert send("voids", [{"line_no": "L0", "reason": "重复"}]).codes == {2: "unknown_reference"}
    assert send("purchases", [purchase()]).counts == (0, 1, 0)
    assert send("purchases", [purchase(order_no="DD2")]).codes == {2: "conflict"}
    assert send("purchases", [purchase(trace_codes="t")]).codes == {2: "conflict"}
    assert send("confirmations", [confirmation()]).codes == {2: "unknown_reference"}
    assert send("invoices", [invoice()]).codes == {2: "unknown_reference"}
    paid = {"payment_no": "P1", "line_no": "L1", "paid_on": "2026-05-01", "amount_yuan": "1.00"}
    assert send("hospital_payments", [paid]).codes == {2: "unknown_reference"}


def test_of_a_voided_return_only_its_absence_is_told():
    back = {
        "line_kind": "goods_return",
        "quantity": "-1",
        "amount_yuan": "-12.35",
        "unit_price_yuan": "12.35",
    }
    assert send("purchases", [purchase("R1") | back]).counts == (1, 0, 0)
    paid = {"payment_no": "P1", "line_no": "R1", "paid_on": "2026-05-01", "amount_yuan": "1.00"}
    assert send("hospital_payments", [paid]).codes == {2: "bad_choice"}
    assert send("voids", [{"line_no": "R1", "reason": "重复"}]).counts == (1, 0, 0)
    assert send("hospital_payments", [paid]).codes == {2: "unknown_reference"}


def test_a_line_on_a_sheet_cannot_be_voided():
    put_on_sheet("L1", state="draft")
    assert send("voids", [{"line_no": "L1", "reason": "重复"}]).codes == {2: "conflict"}


def test_the_instant_is_the_key_of_a_decision_however_it_is_written():
    assert send("confirmations", [confirmation()]).counts == (1, 0, 0)
    rows = [
        confirmation(decided_at="2026-03-25T01:00:00Z"),
        confirmation(decided_at="2026-03-25T01:00:00.000000+00:00"),
        confirmation(decided_at="2026-03-25T01:00:00.000001Z", decision="dispute"),
        confirmation(decided_at="2026-03-25T01:00:00Z", decision="withdraw"),
        confirmation(party="enterprise"),
        confirmation(line_no="L0"),
        confirmation(decided_at="2026-03-25T09:00:00"),
    ]
    sent = send("confirmations", rows)
    assert sent.counts == (2, 2, 3)
    assert sent.codes == {5: "conflict", 7: "unknown_reference", 8: "bad_date"}


def test_an_optional_column_that_is_absent_contradicts_nothing():
    send("confirmations", [confirmation(reason="同意")])
    row = confirmation()
    del row["reason"]
    assert send("confirmations", [row]).counts == (0, 1, 0)
    assert send("confirmations", [confirmation()]).codes == {2: "conflict"}


def test_evidence_after_the_first_review_opens_one_case_and_changes_nothing():
    sheet = put_on_sheet("L1")
    put_on_sheet("L2", state="draft")
    rows = [confirmation(decision="dispute"), confirmation("L2", decision="dispute")]
    for _ in range(2):
        send("confirmations", rows)
        send("invoices", [invoice()])
    send("purchases", [purchase(hospital_confirmed_on="2026-04-20")])
    cases = sql(
        "SELECT kind, sheet_id, line_no, facts ->> 'what' FROM payment_exception ORDER BY id"
    ).fetchall()
    assert cases == [
        ("late_evidence", sheet, "L1", "confirmation"),
        ("late_evidence", sheet, "L1", "invoice"),
        ("late_evidence", sheet, "L1", "confirmed_on"),
    ]
    assert sql("SELECT state FROM settlement_sheet WHERE id = %s", (sheet,)).fetchone() == (
        "in_review",
    )


def test_an_invoice_has_the_parties_of_its_lines_and_one_pair_only():
    rows = [
        invoice("L1"),
        invoice("L1", invoice_no="2", enterprise_code=make.OTHER_ENTERPRISE),
        invoice("L2"),
        invoice("L2", hospital_code=make.OTHER_HOSPITAL),
        invoice("L2", invoice_no="3", hospital_code=make.OTHER_HOSPITAL),
        invoice("L1", invoice_no="4", kind="red"),
        invoice("L1", invoice_no="5", kind="red", amount_yuan="-1"),
        invoice("L1", invoice_no="6", amount_yuan="0"),
        invoice("L1", invoice_code="5201", amount_yuan="1"),
    ]
    sent = send("invoices", rows)
    assert sent.counts == (4, 0, 5)
    assert sent.codes == {
        3: "party_mismatch", 4: "party_mismatch", 5: "party_mismatch", 7: "bad_sign", 9: "bad_sign",
    }  # fmt: skip
    assert send("invoices", [invoice("L2", hospital_code=make.OTHER_HOSPITAL)]).codes == {
        2: "party_mismatch"
    }
    assert send("invoices", [invoice(amount_yuan="123.44")]).codes == {2: "conflict"}


def test_one_invoice_covers_many_lines_and_one_line_has_several_invoices():
    send("purchases", [purchase("L3")])
    rows = [invoice("L1"), invoice("L3"), invoice("L1", invoice_no="2")]
    assert send("invoices", rows).counts == (3, 0, 0)


def test_a_hospital_pays_receipts_with_an_amount_above_zero():
    back = purchase("B1", line_kind="goods_return", quantity="-1", amount_yuan="-12.35")
    assert send("purchases", [back]).counts == (1, 0, 0)
    paid = {"payment_no": "P1", "line_no": "L1", "paid_on": "2026-05-01", "amount_yuan": "1.00"}
    rows = [
        paid,
        paid | {"payment_no": "P2", "amount_yuan": "0"},
        paid | {"payment_no": "P3", "amount_yuan": "-1"},
        paid | {"line_no": "B1"},
        paid | {"amount_yuan": "2.00"},
        paid,
    ]
    sent = send("hospital_payments", rows)
    assert sent.counts == (1, 1, 4)
    assert sent.codes == {3: "bad_sign", 4: "bad_sign", 5: "bad_choice", 6: "conflict"}


def voucher(number, kind, amount, hospital=make.HOSPITAL):
    return {
        "voucher_no": number, "hospital_code": hospital, "kind": kind, "amount_yuan": amount,
        "booked_on": "2026-03-25",
    }  # fmt: skip


def test_a_refund_above_the_balance_is_refused_in_the_order_of_the_file():
    rows = [
        voucher("V1", "refund", "1.00"),
        voucher("V2", "prepayment", "100.00"),
        voucher("V3", "refund", "60.00"),
        voucher("V4", "refund", "60.00"),
        voucher("V5", "interest", "20.00"),
        voucher("V6", "refund", "60.00"),
        voucher("V7", "refund", "1.00", make.OTHER_HOSPITAL),
        voucher("V3", "refund", "60.00"),
    ]
    sent = send("prepayments", rows)
    assert sent.counts == (4, 1, 3)
    assert sent.codes == {2: "bad_number", 5: "bad_number", 8: "bad_number"}
    assert send("prepayments", rows[1:4]).codes == {4: "bad_number"}


def test_a_refund_counts_the_sheets_that_pay_covered():
    send("prepayments", [voucher("V1", "prepayment", "200.00")])
    sheet = put_on_sheet("L1")
    sql("UPDATE settlement_sheet SET funding = 'prepaid_subledger' WHERE id = %s", (sheet,))
    sql(
        "INSERT INTO payment_allocation (instruction_id, sheet_id, amount_fen)"
        " SELECT 1, id, payable_fen FROM settlement_sheet WHERE id = %s",
        (sheet,),
    )
    database.connection().commit()
    assert send("prepayments", [voucher("V2", "refund", "76.56")]).codes == {2: "bad_number"}
    assert send("prepayments", [voucher("V2", "refund", "76.55")]).counts == (1, 0, 0)
