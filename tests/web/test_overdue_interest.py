"""利息计算书: the claim's figures are those of the export, and each part says why."""

import csv
import io
from datetime import date
from decimal import Decimal

import pytest
from python_calamine import CalamineWorkbook

from models.records.base import sql
from models.services.views import late_lines
from tests.factories import receipts, work

ON = date(2026, 5, 31)


@pytest.fixture
def town(people_of_town):
    """A late own-lane line in parts, one of another pair, and one that was paid in time."""
    made = people_of_town
    receipts.scheme()
    first, second, far = made.hospitals
    one, two = made.enterprises
    sql("INSERT INTO lpr_rate (valid_from, one_year_bp) VALUES ('2025-06-20', 300)")
    receipts.insert(
        "contract", contract_no="K1", hospital_code=first, nhsa_code="P1", enterprise_code=one,
        price_yuan=1, committed_quantity=1, term_start="2026-01-01", term_end="2026-12-31",
        signed_on="2025-12-20", late_rate_bp=365, enterprise_size="small",
        declared_on="2025-12-19",
    )  # fmt: skip
    line = receipts.receipt(first, one, 100_000_00, line_no="LATE1")
    receipts.own_payment(line, date(2026, 4, 11), 20_000_00)
    receipts.receipt(second, two, 1_000_00, line_no="LATE2")
    paid = receipts.receipt(first, two, 500_00, line_no="PAID1")
    receipts.own_payment(paid, date(2026, 4, 1), 500_00)
    receipts.receipt(far, two, 70_00, line_no="FAR1")
    return made


def test_the_claim_of_an_enterprise_has_each_part_with_its_rule_and_rate(reader, town):
    page = reader("maker").get(f"/interest/?enterprise={town.enterprises[0]}&on={ON}").text
    # 20,000 for 10 days and 80,000 for 60 days at 3.65 % a year: 20.00 and 480.00.
    for told in ("500.00", "20.00", "480.00", "约定年利率 3.65%，不低于签订日 LPR 3.00%",
                 "验收之日起 30 日内付款", "K1"):  # fmt: skip
        assert told in page, told
    assert "LATE2" not in page


def test_both_seats_see_their_own_rows_and_no_other(reader, town):
    clinic = reader("clinic").get(f"/interest/?on={ON}&hospital={town.hospitals[1]}").text
    firm = reader("firm").get(f"/interest/?on={ON}&enterprise={town.enterprises[1]}").text
    for page in (clinic, firm):
        assert "LATE1" in page
        assert "LATE2" not in page
        assert "FAR1" not in page


def test_an_agency_of_another_area_sees_only_its_hospitals(reader, town):
    county = reader("county")
    told = county.get(f"/interest/?on={ON}&enterprise={town.enterprises[1]}").text
    assert "FAR1" in told
    assert "LATE2" not in told
    refused = county.get(f"/interest/?on={ON}&hospital={town.hospitals[0]}").text
    assert "LATE1" not in refused
    assert "不在您的数据范围内" in refused


def test_the_page_asks_for_an_institution_and_offers_those_of_a_name(reader, town):
    maker = reader("maker")
    assert "填写医疗机构或医药企业后" in maker.get("/interest/").text
    offered = maker.get(f"/interest/?enterprise=药企&on={ON}").text
    assert "请选择" in offered
    assert f"enterprise={town.enterprises[1]}" in offered
    assert "LATE" not in offered


def test_paper_and_file_have_the_same_sum(reader, town):
    firm = reader("firm")
    paper = firm.get(f"/interest/?on={ON}&print=1").text
    assert "伍佰元整" in paper
    assert "规模告知" in paper
    answer = firm.get(f"/interest/file?on={ON}")
    book = CalamineWorkbook.from_filelike(io.BytesIO(answer.data))
    titles, *parts = book.get_sheet_by_index(0).to_python()
    money = titles.index("利息（元）")
    assert sum(Decimal(str(row[money])) for row in parts) == Decimal("500")
    assert sql("SELECT count(*) FROM audit_event WHERE action = 'export.written'").fetchone() == (
        1,
    )


def test_the_claim_is_the_export_interest(reader, town, tmp_path):
    told = work.exported("interest", tmp_path, period=None, on=ON)
    exported = {(row["line_no"], row["part"]): row["interest_yuan"] for row in told}
    file = reader("maker").get(
        f"/interest/file?on={ON}&enterprise={town.enterprises[1]}&format=csv"
    )
    rows = csv.DictReader(io.StringIO(file.data.decode("utf-8-sig")))
    assert {(r["明细编号"], r["部分"]): r["利息（元）"] for r in rows} == {
        key: value for key, value in exported.items() if key[0] in {"LATE2", "FAR1"}
    }


def test_a_file_without_an_institution_and_a_role_without_the_page_get_none(reader, town):
    assert reader("maker").get(f"/interest/file?on={ON}").status_code == 404
    assert reader("administrator").get("/interest/").status_code == 403


def test_a_large_enterprise_has_no_claim(reader, town):
    sql("UPDATE enterprise SET size = 'large'")
    sql("UPDATE contract SET enterprise_size = NULL")
    page = reader("firm").get(f"/interest/?on={ON}").text
    assert "没有应计利息" in page


def test_the_page_of_a_line_shows_its_parts_and_the_late_acceptance(reader, town):
    sql("UPDATE contract SET acceptance_days = 0")
    sql("UPDATE purchase_line SET delivered_on = '2026-02-20' WHERE line_no = 'LATE1'")
    page = reader("firm").get("/purchases/LATE1").text
    assert "约定 0 日内验收，自 02-20 期满起算" in page
    assert "逾期利息" in page
    assert "20,000.00" in page
    assert "规模告知" in page
    assert "逾期利息" not in reader("clinic").get("/purchases/PAID1").text


def test_over_many_lines_the_claim_comes_by_a_second_request(reader, town, monkeypatch):
    monkeypatch.setattr(late_lines, "LARGE_LINES", -1)
    maker, address = reader("maker"), f"/interest/?enterprise={town.enterprises[0]}&on={ON}"
    page = maker.get(address).text
    assert "part=board" in page
    assert "LATE1" not in page
    board = maker.get(f"{address}&part=board").text
    assert "480.00" in board
    assert "<html" not in board
    assert "480.00" in maker.get(f"{address}&now=1").text
