"""The directory of bank branches comes in by the road of all tables."""

import pytest

from models.records.base import sql
from tests.factories.imports import send, written

pytestmark = pytest.mark.usefixtures("db")

BRANCH = {
    "cnaps_code": "313701500058", "bank_name": "望江银行营业部", "valid_from": "2020-01-01",
    "valid_to": "",
}  # fmt: skip
DOUBTFUL = BRANCH | {"cnaps_code": "313701500059", "bank_name": "望江银行东门支行"}


def test_a_wrong_check_digit_is_taken_with_a_warning_that_names_the_row():
    sent = send("bank_branches", [BRANCH, DOUBTFUL])
    assert sent.counts == (2, 0, 0)
    (warning,) = sent.result["warnings"]
    assert (warning["column"], warning["count"], warning["rows"]) == ("cnaps_code", 1, [3])
    assert send("bank_branches", [BRANCH, DOUBTFUL]).counts == (0, 2, 0)


def test_a_renamed_branch_keeps_what_it_was_called():
    send("bank_branches", [BRANCH])
    assert send("bank_branches", [BRANCH | {"bank_name": "望江银行总行营业部"}]).counts == (1, 0, 0)
    before = sql("SELECT before ->> 'bank_name' FROM master_history").fetchall()
    assert before == [("望江银行营业部",)]


def test_a_file_in_gbk_with_chinese_headers_is_taken():
    text = written([BRANCH]).decode().split("\n", 1)[1]
    content = ("联行号,开户行,生效日期,失效日期\n" + text).encode("gbk")
    assert send("bank_branches", content).counts == (1, 0, 0)
    assert sql("SELECT bank_name FROM bank_branch").fetchone() == ("望江银行营业部",)


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"cnaps_code": "31370150005"}, "bad_code"),
        ({"bank_name": ""}, "missing_value"),
        ({"valid_to": "2019-12-31"}, "bad_date"),
    ],
)
def test_a_wrong_row_comes_back(change, code):
    assert send("bank_branches", [BRANCH | change]).codes == {2: code}
