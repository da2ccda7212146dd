"""Result workbooks: texts stay texts, lost digits are refused, bombs are not opened."""

import zipfile
from datetime import date
from io import BytesIO

import pytest

from models.rules.errors import bankfiles as refusals
from tests.workers.bankfiles import sheets
from tests.workers.bankfiles.examples import ORDERS, PROFILES, batch
from workers.bankfiles import read_results, workbook, write

GENERIC = PROFILES["xlsx_generic"]
TITLES = (
    "序号",
    "客户方流水号",
    "收款方客户账号",
    "收款方账户名称",
    "金额",
    "交易状态",
    "交易日期",
    "备注",
)
PAID = ("1", "R1", "6222021234567890123", "贵州黔岭", "1,234.50", "交易成功", "2026-04-02", "")


def read(*rows: tuple[object, ...], titles: tuple[str, ...] = TITLES):
    return read_results(GENERIC, [sheets.book(titles, *rows)]).lines


def test_each_word_is_understood_and_an_unknown_one_is_not():
    found = read(
        PAID,
        ("2", "R2", "5200", "贵州夜郎", "0.01", "交易失败", "20260402", "户名不符"),
        ("3", "R3", "5201", "贵州乌江", "12", "已退票", "2026/4/3", "账户已销户"),
        ("4", "R4", "5202", "贵州赤水", "3.50", "待审核", "", ""),
        ("5", "R5", "5203", "贵州", "4.00", "成功?", "", ""),
    )

    assert [line.status for line in found] == ["settled", "rejected", "returned", "pending", None]
    assert [line.amount_fen for line in found] == [123_450, 1, 1200, 350, 400]
    assert found[0].account_no == "6222021234567890123"
    assert found[0].booked_on == date(2026, 4, 2)
    assert [line.row for line in found] == [2, 3, 4, 5, 6]
    assert found[1].bank_reason == "户名不符"


@pytest.mark.parametrize("place", [1, 2])
def test_an_account_or_reference_in_a_number_cell_is_refused_never_repaired(place):
    row: list[object] = list(PAID)
    row[place] = 6222021234567890123

    with pytest.raises(refusals.NumericIdentifier) as refused:
        read(tuple(row))
    assert refused.value.facts == {"row": 2, "field": TITLES[place]}


@pytest.mark.parametrize(("number", "fen"), [(0.1 + 0.2, 30), (1234567.89, 123456789), (12, 1200)])
def test_an_amount_in_a_number_cell_is_taken_to_the_fen(number, fen):
    (line,) = read((*PAID[:4], number, *PAID[5:]))

    assert line.amount_fen == fen


@pytest.mark.parametrize("number", [0.105, 1e17, 0.30001])
def test_an_amount_between_two_fen_is_refused(number):
    with pytest.raises(refusals.BadAmount):
        read((*PAID[:4], number, *PAID[5:]))


def test_a_success_without_a_day_waits_for_the_statement():
    (line,) = read((*PAID[:6], "", ""))

    assert (line.status, line.status_text) == ("pending", "交易成功")


def test_blank_rows_and_blank_columns_at_the_left_change_nothing():
    data = sheets.book(TITLES, PAID, ("",), left=2, top=3)

    (line,) = read_results(GENERIC, [data]).lines

    assert (line.row, line.reference) == (5, "R1")


def test_our_own_order_file_is_no_result():
    data = b"".join(write(GENERIC, batch(ORDERS), ORDERS))

    with pytest.raises(refusals.ColumnMissing):
        read_results(GENERIC, [data])


def test_a_title_nobody_knows_refuses_the_workbook():
    with pytest.raises(refusals.ColumnUnknown):
        read((*PAID, "x"), titles=(*TITLES, "手续费"))


def test_a_cut_or_foreign_workbook_is_refused():
    whole = sheets.book(TITLES, PAID)

    for size in range(8, len(whole) - 1, len(whole) // 40):
        with pytest.raises(refusals.FileRefused):
            read_results(GENERIC, [whole[:size]])
    with pytest.raises(refusals.FileTruncated):
        read_results(GENERIC, [whole[: len(whole) // 2]])
    with pytest.raises(refusals.FileForeign, match="XLS"):
        read_results(GENERIC, [bytes.fromhex("d0cf11e0a1b11ae1") + bytes(600)])
    with pytest.raises(refusals.FileForeign):
        read_results(GENERIC, [b"reference,status\n"])
    with pytest.raises(refusals.FileEmpty):
        read_results(GENERIC, [b""])


def test_an_archive_that_is_no_workbook_is_refused():
    out = BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("a.txt", "x")

    with pytest.raises(refusals.FileForeign, match="ZIP"):
        read_results(GENERIC, [out.getvalue()])


def test_a_bomb_is_refused_before_it_is_unpacked(monkeypatch):
    monkeypatch.setattr(workbook, "LIMITS", workbook.LIMITS._replace(unpacked_bytes=1 << 20))

    with pytest.raises(refusals.FileTooLarge):
        read_results(GENERIC, [sheets.bomb(2)])


def test_a_giant_range_ends_the_reading_process_and_not_ours():
    with pytest.raises(refusals.WorkbookBroken):
        read_results(GENERIC, [sheets.giant()])
