"""How the bank's file will name the payees is on the check pages, before anybody approves."""

import re

import pytest

from models.records.base import JsonField, sql
from models.services import rails
from tests.factories import payments, sheets, work
from workers.bankfiles import SEEDS

ICBC = next(dict(seed) for seed in SEEDS if seed["code"] == "icbc_bpt_like")
RUN = f"/batches/new?period={sheets.PERIOD}&profile=icbc_bpt_like"


@pytest.fixture
def town(people_of_town):
    in_force()
    return people_of_town


def in_force(version: int = 1, **changed: object) -> None:
    sql(
        "INSERT INTO bank_profile (profile_code, version, name, format, spec, created_at,"
        " created_by) VALUES ('icbc_bpt_like', %s, '工行', 'delimited', %s, now(), 'tests')",
        (version, JsonField().db_value({**ICBC, **changed})),
    )


def named(town: sheets.City, place: int, name: str) -> None:
    sql(
        "UPDATE enterprise SET account_name = %s WHERE credit_code = %s",
        (name, town.enterprises[place]),
    )


def approved(town: sheets.City) -> None:
    work.drafts(town)
    payments.approve_all()


def test_a_run_shows_what_the_character_map_changes(reader, town):
    named(town, 0, "玛丽・示例医药有限公司")
    approved(town)
    page = reader("maker").get(RUN).text
    assert "1 家收款企业的文字将按字符对照改写" in page
    assert "玛丽·示例医药有限公司" in page
    assert 'name="selection_hash"' in page


def test_a_payee_that_cannot_be_written_leaves_no_button(reader, town):
    named(town, 0, "䶮示例医药有限公司")
    approved(town)
    page = reader("maker").get(RUN).text
    assert "1 家收款企业的资料不能写入这个银行格式" in page
    assert "䶮 不在 GBK 编码内" in page
    assert 'name="selection_hash"' not in page


def test_a_name_changed_since_it_was_seen_stops_the_run(reader, town):
    named(town, 0, "玛丽・示例医药有限公司")
    approved(town)
    somebody = reader("maker")
    seen = re.search(r'name="selection_hash" value="(\w+)"', somebody.get(RUN).text)[1]
    named(town, 0, "安娜・示例医药有限公司")
    answer = somebody.post(RUN, selection_hash=seen)
    assert answer.status_code == 422
    assert work.jobs_asked("pay") == []


def test_reviewers_see_it_under_the_format_the_areas_paid_with_last(reader, town):
    ids = work.drafts(town)
    payments.approve_all()
    payments.pay(profile="icbc_bpt_like")
    named(town, 0, "䶮示例医药有限公司")
    new = sheets.sheet(town.hospitals[0], town.enterprises[0], 1_00, period="2026-04")
    assert new not in ids
    page = reader("checker1").post("/sheets/check", sheet=[new], action="approve").text
    assert "银行文件中的写法" in page
    assert "䶮 不在 GBK 编码内" in page


def test_a_run_with_an_example_nobody_compared_says_so(reader, town):
    approved(town)
    assert "是示例" not in reader("maker").get(RUN).text
    sql("UPDATE bank_profile SET created_by = 'system' WHERE profile_code = 'icbc_bpt_like'")
    assert "是示例" in reader("maker").get(RUN).text


def test_before_the_first_payment_a_review_says_nothing_about_files(reader, town):
    ids = work.drafts(town)
    page = reader("checker1").post("/sheets/check", sheet=ids, action="approve").text
    assert "银行文件中的写法" not in page


def test_the_rails_and_their_days_are_shown_where_the_profile_asks(reader, town):
    rails.ensure()
    in_force(2, split_by=["rail"], cut_off="warn")
    approved(town)
    page = reader("maker").get(RUN).text
    assert "支付通道与付款日" in page
    assert "17:15" in page
    assert "1,000,000.00" in page


def test_a_run_names_the_bank_files_that_a_restore_lost(reader, town):
    approved(town)
    areas = [row[0] for row in sql("SELECT DISTINCT area_code FROM settlement_sheet")]
    assert "尚未核实去向" not in reader("maker").get(RUN).text
    sql(
        "INSERT INTO lost_file (batch_no, file_name, sha256, period, agency_code, area_codes,"
        " lines_count, total_fen, released_at, released_by, file_id, claims_id, found_at, found_by,"
        " state) VALUES ('PC20260401000001', 'f', 's', '2026-03', 'A', %s, 1, 123456, now(),"
        " 'maker', 1, 2, now(), 'system', 'open')",
        (areas,),
    )
    page = reader("maker").get(RUN).text
    assert "恢复数据库以前发出的 1 份银行文件（PC20260401000001 等，¥1,234.56）尚未核实去向" in page
