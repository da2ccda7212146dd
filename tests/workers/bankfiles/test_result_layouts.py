"""The result files of the example banks, as other programs found them."""

from datetime import date

import pytest

from models.rules.errors import bankfiles as refusals
from tests.workers.bankfiles import sheets
from tests.workers.bankfiles.examples import PROFILES
from workers.bankfiles import Profile, read_results, refuse_foreign

CMBC = (
    "P|3|125|1|100\r\n"
    "R1|B77|520012345|贵州黔岭|100|S||成功|20260402|101500\r\n"
    "R2|B78|520012346|贵州夜郎|20|F|E01|户名不符|20260402|101500\r\n"
    "R3|B79|520012347|贵州乌江|5|R||处理中|20260402|101500\r\n"
    "########\r\n"
).encode("gbk")
CMBC_RETURNS = (
    "20260402|001|R1|B77|520012345|贵州黔岭|100|F|E09|账户已销户|20260404\r\n########\r\n"
).encode("gbk")
GDB = (
    "#[BatchPayDetail]\r\n#查询时间：20260402 13:26:38\r\n#批次号：10021264\r\n"
    "#银行的代理流水号：10021264\r\n"
    "#序号|收款账号|收款账号单位名称|金额|网上银行状态|用户备注|银行反馈信息|\r\n"
    "1|520012345|贵州黔岭|1,000.00元|0|R1||\r\n"
    "2|520012346|贵州夜郎|0.02元|1|R2|户名不符|\r\n"
    "3|520012347|贵州乌江|0.02元|2|R3||\r\n"
).encode("gbk")
ICBC = (
    "[BatchPayDetail]\r\n查询时间: 20260403 15:20:02\r\n批次号: HQF309076996\r\n"
    "序号|币种|收款账号|收款单位名称|付款账号|付款单位名称|金额|用途|网上银行状态|用户备注|汇款方式|是否发送短信\r\n"
    "HQF309076996-1|人民币|520012345|贵州黔岭|24020|医保中心|1.00元|货款|处理成功|R1 |加急|否\r\n"
    "HQF309076996-2|人民币|520012346|贵州夜郎|24020|医保中心|2.00元|货款|等待银行处理|R2|普通|否\r\n"
).encode("gbk")


def boc_line(account: str, name: str, amount: str) -> str:
    fields = [""] * 21
    fields[4], fields[8], fields[11], fields[20] = account, name, amount, "104701000016"
    return "|".join(fields)


BOC = "\r\n".join(
    [
        "批次结果",
        boc_line("5200", "贵州黔岭", "1,000.00"),
        boc_line("5200", "贵州黔岭", "1,000.00"),
        "完",
    ]
).encode("gbk")


def with_results(code: str, **changes: object) -> Profile:
    spec = PROFILES[code].spec
    return Profile.from_spec({**spec, "results": {**spec["results"], **changes}})


def test_cmbc_tells_day_reason_and_our_number_and_counts_its_lines():
    found = read_results(PROFILES["cmbc_like"], [CMBC[:30], CMBC[30:]]).lines

    assert [(line.reference, line.status, line.amount_fen) for line in found] == [
        ("R1", "settled", 100),
        ("R2", "rejected", 20),
        ("R3", None, 5),
    ]
    assert found[0].booked_on == date(2026, 4, 2)
    assert found[1].bank_reason == "户名不符"


def test_the_file_of_returned_payments_is_told_from_the_result_by_its_content():
    (line,) = read_results(PROFILES["cmbc_like"], [CMBC_RETURNS]).lines

    assert (line.reference, line.status, line.booked_on) == ("R1", "returned", date(2026, 4, 4))


@pytest.mark.parametrize(
    ("data", "refusal"),
    [
        (CMBC.replace(b"R3|B79", b"R1|B79").replace(b"|R||", b"|S||"), refusals.LineRepeated),
        (CMBC.replace(b"P|3|125", b"P|4|125"), refusals.FileTruncated),
        (CMBC.replace(b"P|3|125", b"P|2|125"), refusals.ControlTotalsDiffer),
        (CMBC.replace(b"P|3|125", b"P|3|126"), refusals.ControlTotalsDiffer),
        (CMBC.replace(b"P|3|125|1|100", b"P"), refusals.FileTruncated),
        (CMBC.replace(b"########\r\n", b""), refusals.FileTruncated),
        (CMBC.replace(b"|100|S|", b"|1.00|S|"), refusals.BadAmount),
        (CMBC.replace(b"|20260402|101500\r\nR2", b"|101500\r\nR2"), refusals.RowShape),
    ],
)
def test_a_cmbc_result_that_is_not_whole_is_refused(data, refusal):
    with pytest.raises(refusal):
        read_results(PROFILES["cmbc_like"], [data])


def test_gdb_calls_zero_a_success_and_one_a_failure():
    found = read_results(PROFILES["gdb_batch_like"], [GDB]).lines

    # The file knows no booking day: a success waits for the statement.
    assert [(line.reference, line.status_text, line.status) for line in found] == [
        ("R1", "0", "pending"),
        ("R2", "1", "rejected"),
        ("R3", "2", None),
    ]
    assert found[0].amount_fen == 100_000


def test_boc_names_no_status_so_every_line_is_for_a_person():
    found = read_results(PROFILES["boc_payoff_like"], [BOC]).lines

    assert [(line.status_text, line.status, line.reference) for line in found] == [
        ("", None, None)
    ] * 2
    assert (found[0].account_no, found[0].amount_fen) == ("5200", 100_000)
    with pytest.raises(refusals.FileTruncated):
        read_results(PROFILES["boc_payoff_like"], [BOC[: BOC.rindex(b"\r\n")]])


def test_abc_answers_with_a_workbook_by_position():
    row = ["", "", "", "", "520012345", "贵州黔岭", "", "1,000.00", "", "失败", "户名不符"]
    data = sheets.book(["批量结果"], ["表头"], row, [*row[:9], "成功", ""])

    found = read_results(PROFILES["abc_csv_like"], [data]).lines

    assert [line.status for line in found] == ["rejected", "pending"]
    assert (found[0].account_no, found[0].amount_fen) == ("520012345", 100_000)
    assert found[0].bank_reason == "户名不符"


def test_icbc_gives_its_columns_other_titles_too():
    found = read_results(PROFILES["icbc_bpt_like"], [ICBC]).lines

    assert [line.account_name for line in found] == ["贵州黔岭", "贵州夜郎"]
    assert {line.debtor_account_no for line in found} == {"24020"}
    assert [line.status for line in found] == ["pending", "pending"]
    assert [line.reference for line in found] == ["R1", "R2"]


def test_a_profile_may_take_the_day_the_bank_was_asked_as_the_booking_day():
    found = read_results(with_results("icbc_bpt_like", booked_on_from="query_time"), [ICBC]).lines

    assert [(line.status, line.booked_on) for line in found] == [
        ("settled", date(2026, 4, 3)),
        ("pending", None),
    ]


def test_without_the_time_of_the_query_such_a_file_is_refused():
    profile = with_results("icbc_bpt_like", booked_on_from="query_time")

    with pytest.raises(refusals.FieldMissing):
        read_results(profile, [ICBC.replace("查询时间".encode("gbk"), "批次".encode("gbk"))])


def test_the_debited_account_must_be_the_paying_one():
    result = read_results(PROFILES["icbc_bpt_like"], [ICBC])

    refuse_foreign(result, {"24020"})
    with pytest.raises(refusals.AccountForeign) as refused:
        refuse_foreign(result, {"24021"})
    assert refused.value.facts == {"row": 5, "account_tail": "4020"}


def test_a_file_that_names_no_debited_account_passes():
    refuse_foreign(read_results(PROFILES["cmbc_like"], [CMBC]), {"24020"})
