"""Rows of a file: every kind of wrong cell, the error file, and doing it twice."""
# ruff: noqa: E501 - one case a line reads best

import pytest

from models.records.base import sql
from tests.factories import imports as make
from tests.factories.imports import purchase, send

pytestmark = pytest.mark.usefixtures("db")


@pytest.fixture(autouse=True)
def world(db):
    make.world()


BAD_CELLS = [
    ({"line_no": ""}, "missing_value"),
    ({"line_no": " L1"}, "bad_code"),
    ({"line_no": "L\x001"}, "bad_code"),
    ({"line_no": "x" * 101}, "bad_code"),
    ({"line_kind": "gift"}, "bad_choice"),
    ({"line_kind": "Receipt"}, "bad_choice"),
    ({"hospital_code": "H1"}, "bad_code"),
    ({"hospital_code": "H52990199999"}, "unknown_reference"),
    ({"enterprise_code": make.credit_code(99)}, "unknown_reference"),
    ({"nhsa_code": "X"}, "unknown_reference"),
    ({"quantity": "1_0"}, "bad_number"),
    ({"quantity": "１０"}, "bad_number"),
    ({"quantity": "1e1"}, "bad_number"),
    ({"quantity": "NaN"}, "bad_number"),
    ({"quantity": "10."}, "bad_number"),
    ({"quantity": "+10"}, "bad_number"),
    ({"quantity": "1,000"}, "bad_number"),
    ({"quantity": "9" * 19}, "bad_number"),
    ({"quantity": "10.00001"}, "too_many_decimals"),
    ({"amount_yuan": "123.450"}, "too_many_decimals"),
    ({"amount_yuan": "123.46"}, "amount_mismatch"),
    ({"amount_yuan": "-123.45"}, "amount_mismatch;bad_sign"),
    ({"quantity": "-10", "amount_yuan": "-123.45"}, "bad_sign"),
    ({"line_kind": "goods_return"}, "bad_sign"),
    ({"line_kind": "price_adjustment"}, "bad_sign"),
    ({"accepted_on": "2026-02-30"}, "bad_date"),
    ({"accepted_on": "17.3.2026"}, "bad_date"),
    ({"hospital_confirmed_on": "soon"}, "bad_date"),
    ({"platform": ""}, "missing_value"),
    ({"quantity": "x", "accepted_on": "", "platform": "shop", "nhsa_code": "X"}, "bad_choice;bad_number;missing_value;unknown_reference"),
]  # fmt: skip


@pytest.mark.parametrize(("changes", "codes"), BAD_CELLS)
def test_a_wrong_cell_sends_its_row_back_and_lets_the_others_in(changes, codes):
    sent = send("purchases", [purchase("G1"), purchase("B1") | changes, purchase("G2")])
    assert sent.counts == (2, 0, 1)
    assert sent.codes == {3: codes}
    assert sent.errors[0]["error"].endswith("。")
    assert sql("SELECT count(*) FROM purchase_line").fetchone() == (2,)


GOOD_CELLS = [
    {"quantity": "10.0000"},
    {"quantity": "0010"},
    {"unit_price_yuan": "12.345"},
    {"amount_yuan": "00123.45"},
    {"accepted_on": "2026/3/17"},
    {"accepted_on": "20260317", "delivered_on": "2026/03/16"},
]


@pytest.mark.parametrize("changes", GOOD_CELLS)
def test_content_is_compared_by_value_not_by_spelling(changes):
    assert send("purchases", [purchase()]).counts == (1, 0, 0)
    assert send("purchases", [purchase() | changes]).counts == (0, 1, 0)


def test_a_full_return_cancels_its_receipt_and_an_adjustment_has_any_sign():
    rows = [
        purchase("R", quantity="3", unit_price_yuan="0.335", amount_yuan="1.01"),
        purchase("B", line_kind="goods_return", original_line_no="R", quantity="-3",
                 unit_price_yuan="0.335", amount_yuan="-1.01"),
        purchase("A", line_kind="price_adjustment", original_line_no="R", quantity="0",
                 unit_price_yuan="0.0000", amount_yuan="-0.01"),
        purchase("Z", line_kind="price_adjustment", quantity="0", unit_price_yuan="0",
                 amount_yuan="-0.00"),
    ]  # fmt: skip
    sent = send("purchases", rows)
    assert sent.counts == (3, 0, 1)
    assert sent.codes == {5: "bad_sign"}


def test_the_largest_numbers_are_exact():
    row = purchase(quantity="99999999999999.9999", unit_price_yuan="0.0001",
                   amount_yuan="9999999999.99")  # fmt: skip
    sent = send("purchases", [row, row | {"line_no": "L2", "amount_yuan": "10000000000.00"}])
    assert sent.codes == {2: "amount_mismatch"}
    huge = purchase("L3", quantity="99999999999999.9999", unit_price_yuan="99999999999999.9999",
                    amount_yuan="1.00")  # fmt: skip
    assert send("purchases", [huge]).codes == {2: "amount_mismatch"}


def test_the_same_file_again_is_a_no_op_that_says_so():
    rows = [purchase(f"L{n}", trace_codes="1" if n % 2 else "") for n in range(50)]
    assert send("purchases", rows).counts == (50, 0, 0)
    assert send("purchases", rows).counts == (0, 50, 0)
    assert send("purchases", rows[::-1]).counts == (0, 50, 0)
    assert sql("SELECT count(*) FROM trace_code").fetchone() == (25,)


def test_the_error_file_keeps_the_columns_in_their_order_and_is_taken_once_corrected():
    rows = [
        {"accepted_on": "2026-03-32", **purchase("L1", order_no='=cmd|"x"', trace_codes="a b")},
        {"accepted_on": "2026-03-17", **purchase("L2")},
    ]
    rows[0] |= {"accepted_on": "2026-03-32"}
    sent = send("purchases", rows)
    assert sent.error_file.startswith(b"\xef\xbb\xbf")
    assert list(sent.errors[0]) == [*rows[0], "row", "error_codes", "error"]
    assert {k: sent.errors[0][k] for k in rows[0]} == rows[0]
    corrected = sent.error_file.replace(b"2026-03-32", b"2026-03-17")
    assert send("purchases", corrected).counts == (1, 0, 0)
    assert sql("SELECT order_no, trace_codes FROM purchase_line WHERE line_no = 'L1'").fetchone() == (
        '=cmd|"x"', "a b",
    )  # fmt: skip


def test_an_error_file_of_an_error_file_has_its_columns_once():
    sent = send("purchases", [purchase(platform="shop")])
    again = send("purchases", sent.error_file)
    assert again.error_file == sent.error_file


def test_all_or_nothing_takes_nothing_and_returns_every_row():
    rows = [purchase("L1"), purchase("L2", platform="shop"), purchase("L3")]
    sent = send("purchases", rows, all_or_nothing=True)
    assert sent.counts == (0, 0, 3)
    assert sent.codes == {2: "", 3: "bad_choice", 4: ""}
    assert sql("SELECT count(*) FROM purchase_line").fetchone() == (0,)
    assert sql("SELECT count(*) FROM trace_code").fetchone() == (0,)
    assert sql("SELECT rejected_count, accepted_count FROM import_run ORDER BY id DESC LIMIT 1").fetchone() == (3, 0)  # fmt: skip
    corrected = sent.error_file.replace(b"shop", b"online")
    assert send("purchases", corrected, all_or_nothing=True).counts == (3, 0, 0)


def test_the_first_row_of_a_key_is_taken_and_later_ones_are_compared_with_it():
    rows = [
        purchase("L1", quantity="x"),
        purchase("L1"),
        purchase("L1", order_no="DD2"),
        purchase("L1"),
        purchase("L1", accepted_on="x", order_no="DD3"),
    ]
    sent = send("purchases", rows)
    assert sent.counts == (1, 1, 3)
    assert sent.codes == {2: "bad_number", 4: "conflict", 6: "bad_date"}


def test_all_problems_of_a_row_are_told_at_once_also_the_conflict():
    send("purchases", [purchase()])
    sent = send("purchases", [purchase(platform="shop", order_no="DD2"), purchase(platform="shop")])
    assert sent.codes == {2: "bad_choice;conflict", 3: "bad_choice"}


def test_counts_by_code_and_warnings_stand_in_the_import_run():
    odd = make.ENTERPRISE_ROW | {"credit_code": "N15201002000000720", "cnaps_code": "103701509016"}
    sent = send("enterprises", [odd, odd | {"credit_code": "91520100200000355X"}])
    assert sent.counts == (1, 0, 1)
    assert sent.codes == {3: "bad_check_digit"}
    warned = {w["column"]: w["count"] for w in sent.result["warnings"]}
    assert warned == {"credit_code": 1, "cnaps_code": 2}
    run = sql("SELECT by_code, imported_by FROM import_run ORDER BY id DESC LIMIT 1").fetchone()
    assert run == ({"bad_check_digit": 1}, "maker")


def test_every_import_is_a_link_of_the_audit_chain():
    send("purchases", [purchase()])
    assert sql(
        "SELECT actor, facts ->> 'kind' FROM audit_event WHERE action = 'import.done'"
        " ORDER BY id DESC LIMIT 1"
    ).fetchone() == ("maker", "purchases")
