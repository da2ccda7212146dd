"""Result files are understood or refused whole; silence and unknown words are never failures."""

from datetime import date

import pytest

from models.rules.errors import bankfiles as refusals
from tests.workers.bankfiles.examples import PROFILES
from workers.bankfiles import Profile, ResultStatus, read_results
from workers.bankfiles.intake import FILE_BYTES_MAX

HEADER = "reference,status,amount_yuan,booked_on,bank_reason\r\n"
ICBC = (
    "[BatchPayDetail]\r\n查询时间：2026-04-03 09:00:00\r\n批次号：HQF000000123\r\n"
    "序号|币种|收款账号|收款名称|付款账号|付款名称|金额|用途|网上银行状态|用户备注|汇款方式|短信\r\n"
    "HQF000000123-1|人民币|520012345|贵州黔岭医药有限公司|24020|医保中心|1,234,567.89元|货款|处理成功|R1|1|\r\n"
    "HQF000000123-2|人民币|520012346|贵州夜郎医药有限公司|24020|医保中心|0.01元|货款|等待授权|R2|1|\r\n"
    "HQF000000123-3|人民币|520012347|贵州乌江医药有限公司|24020|医保中心|12.00元|货款|指令被拒绝授权|R3|1|\r\n"
    "HQF000000123-4|人民币|520012348|贵州赤水医药有限公司|24020|医保中心|12元|货款|银行处理中|R4|1|\r\n"
).encode("gbk")


def generic(text: str, header: str = HEADER):
    return read_results(PROFILES["generic_csv"], [(header + text).encode()])


def test_each_word_of_generic_csv_is_understood():
    found = generic(
        "R1,settled,1234567.89,2026-04-02,\r\n"
        "R2,rejected,0.01,2026/4/2,户名不符\r\n"
        "R3,returned,12,20260403,账户已销户\r\n"
        "R4,pending,12.5,,\r\n"
    )

    assert [line.status for line in found.lines] == ["settled", "rejected", "returned", "pending"]
    assert [line.amount_fen for line in found.lines] == [123456789, 1, 1200, 1250]
    assert [line.booked_on for line in found.lines] == [
        date(2026, 4, 2),
        date(2026, 4, 2),
        date(2026, 4, 3),
        None,
    ]
    assert found.lines[1].bank_reason == "户名不符"
    assert [line.row for line in found.lines] == [2, 3, 4, 5]


def test_an_unknown_word_has_no_meaning_and_is_no_failure():
    (line,) = generic("R1,processing,1.00,,\n").lines

    assert (line.status, line.status_text) == (None, "processing")


def test_columns_come_in_any_order_and_the_optional_one_may_be_absent():
    found = generic("2026-04-02,1.00,settled,R1\n", "booked_on,amount_yuan,status,reference\n")

    assert found.lines[0].status is ResultStatus.SETTLED
    assert found.lines[0].bank_reason is None


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_encodings_are_told_apart(encoding):
    data = (HEADER + "R1,rejected,1.00,2026-04-02,户名䶮不符\r\n").encode(encoding)

    found = read_results(PROFILES["generic_csv"], [data[:50], data[50:]])

    assert found.lines[0].bank_reason == "户名䶮不符"


def test_settled_then_returned_in_one_file_are_two_facts():
    found = generic("R1,settled,1.00,2026-04-02,\nR1,returned,1.00,2026-04-03,\n")

    assert [line.status for line in found.lines] == ["settled", "returned"]


@pytest.mark.parametrize(
    ("rows", "refusal", "facts"),
    [
        ("R1,settled,1.005,2026-04-02,\n", refusals.BadAmount, {"row": 2, "field": "amount_yuan"}),
        ("R1,settled,1e2,2026-04-02,\n", refusals.BadAmount, {}),
        ("R1,settled,１.00,2026-04-02,\n", refusals.BadAmount, {}),
        ('R1,settled,"1,000.00",2026-04-02,\n', refusals.BadAmount, {}),
        ("R1,settled,,2026-04-02,\n", refusals.FieldMissing, {"field": "amount_yuan"}),
        ("R1,settled,1.00,2026-02-30,\n", refusals.BadDay, {"field": "booked_on"}),
        ("R1,settled,1.00,,\n", refusals.FieldMissing, {"row": 2, "field": "booked_on"}),
        (",settled,1.00,2026-04-02,\n", refusals.FieldMissing, {"field": "reference"}),
        ("R1,,1.00,2026-04-02,\n", refusals.FieldMissing, {"field": "status"}),
        ("R1,settled,1.00\n", refusals.RowShape, {"found": 3, "expected": 5}),
        ('R1,settled,1.00,2026-04-02,"户名\n', refusals.CsvBroken, {"row": 2}),
        ("R1,settled,1.00,2026-04-02,a\0b\n", refusals.ControlCharacter, {"row": 2}),
        ("R\u200b1,settled,1.00,2026-04-02,\n", refusals.ControlCharacter, {"field": "reference"}),
        (
            "R1,settled,1.00,2026-04-02,\nR2,settled,1.00,2026-04-02,\nR1,settled,1.00,2026-04-02,\n",
            refusals.LineRepeated,
            {"row": 4, "first_row": 2},
        ),
    ],
)
def test_a_malformed_row_refuses_the_whole_file_and_is_named(rows, refusal, facts):
    with pytest.raises(refusal) as refused:
        generic(rows)

    assert facts.items() <= refused.value.facts.items()
    assert refused.value.sentence.endswith(("。", "）。"))


@pytest.mark.parametrize(
    ("data", "refusal"),
    [
        (b"", refusals.FileEmpty),
        (b"\xef\xbb\xbf  \n", refusals.FileEmpty),
        (b"\x89PNG\r\n\x1a\n\xff\xff\xff\xff", refusals.EncodingWrong),
        (b"reference,status\n", refusals.ColumnMissing),
        ((HEADER.strip() + ",extra\n").encode(), refusals.ColumnUnknown),
        (("reference," + HEADER).encode(), refusals.ColumnRepeated),
        (b"<?xml version='1.0'?><Document/>", refusals.ColumnMissing),
    ],
)
def test_a_file_of_another_kind_is_refused(data, refusal):
    with pytest.raises(refusal):
        read_results(PROFILES["generic_csv"], [data])


def test_a_giant_file_is_refused_before_it_is_read():
    chunk = b"x" * (1 << 20)

    with pytest.raises(refusals.FileTooLarge):
        read_results(
            PROFILES["generic_csv"], (chunk for _ in range(FILE_BYTES_MAX // len(chunk) + 1))
        )


def test_the_delimited_result_of_icbc_is_understood():
    found = read_results(PROFILES["icbc_bpt_like"], [ICBC])

    assert [line.status for line in found.lines] == ["pending", "pending", "rejected", None]
    assert [line.status_text for line in found.lines][:2] == ["处理成功", "等待授权"]
    assert [line.amount_fen for line in found.lines] == [123456789, 1, 1200, 1200]
    assert [line.reference for line in found.lines] == ["R1", "R2", "R3", "R4"]
    assert found.lines[0].account_no == "520012345"
    assert found.lines[0].account_name == "贵州黔岭医药有限公司"
    assert found.lines[0].bank_line_no == "HQF000000123-1"


@pytest.mark.parametrize(
    ("data", "refusal"),
    [
        (ICBC[:-1], refusals.FileTruncated),
        (ICBC[:-40], refusals.FileTruncated),
        (ICBC[18:], refusals.FileForeign),
        (ICBC.decode("gbk").encode("utf-8"), refusals.EncodingWrong),
        (ICBC.replace(b"-2|", b"-1|"), refusals.LineRepeated),
        (ICBC.replace(b"0.01", b"0,01"), refusals.BadAmount),
        (ICBC.replace(b"R2|1|", b"R2|1"), refusals.RowShape),
        (ICBC.replace(b"|R1|", b"|R\0|"), refusals.ControlCharacter),
    ],
)
def test_a_damaged_delimited_result_is_refused(data, refusal):
    with pytest.raises(refusal):
        read_results(PROFILES["icbc_bpt_like"], [data])


def test_a_result_without_any_key_of_ours_keeps_account_name_and_amount():
    fields = [""] * 17
    fields[4], fields[12], fields[13], fields[16] = "1,000.00", "贵州某某", "5200", "成功"
    line = ("|".join(fields) + "\r\n").encode("gbk")

    found = read_results(PROFILES["ccb_batch_like"], [line, line])

    assert [line.status_text for line in found.lines] == ["成功", "成功"]
    assert found.lines[0].reference is None
    assert (found.lines[0].amount_fen, found.lines[0].account_no) == (100_000, "5200")


def test_a_profile_without_results_says_so():
    silent = {"results": None, "more_results": []}

    with pytest.raises(refusals.FormatCannot):
        read_results(Profile.from_spec({**PROFILES["cmbc_like"].spec, **silent}), [b"x"])
