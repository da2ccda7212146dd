"""Risk findings and trace codes on the pages: who sees what, what each may do, what files hold."""

import io
from datetime import date

import pytest
from python_calamine import load_workbook

from models.records.base import db as database
from models.records.base import sql
from models.services import access, risks
from tests.factories import receipts, sheets

CODE = "8100001" + "0" * 12 + "1"


@pytest.fixture
def town(people_of_town):
    """A price above the list, a prescriber over the limit, and a code on two receipts."""
    made = people_of_town
    sql("UPDATE product SET listed_price_yuan = 10")
    receipts.insert(
        "product", nhsa_code="P9", name="阿司匹林", kind="drug", specification="x", unit="盒",
        manufacturer_code="M", listed_price_yuan=0, negotiated=False,
    )  # fmt: skip
    receipts.insert(
        "vbp_round", round_code="N1", name="第九批", level="national", term_start="2026-01-01",
        term_end="2026-12-31", non_selected_limit_bp=3_000,
    )  # fmt: skip
    receipts.insert(
        "award", round_code="N1", nhsa_code="P1", area_code=sheets.PROVINCE, price_yuan=20
    )
    receipts.insert(
        "prescription", period="2026-03", hospital_code=made.hospitals[0], department="内科",
        prescriber_code="D00017", nhsa_code="P9", quantity=10, amount_fen=500,
    )  # fmt: skip
    one = receipts.receipt(made.hospitals[0], made.enterprises[0], 12_00, trace_codes=CODE)
    two = receipts.receipt(
        made.hospitals[1], made.enterprises[1], 5_00, trace_codes=CODE, platform="online"
    )
    for line in (one, two):
        receipts.insert("trace_code", code=CODE, line_no=line, place=1)
    with database.atomic():
        risks.look(access.SYSTEM, "2026-03", None, date(2026, 4, 2))
    database.connection().commit()
    return made


def number(kind):
    return sql("SELECT id FROM risk_finding WHERE kind = %s", (kind,)).fetchone()[0]


def test_the_agency_lists_filters_and_takes_out_findings(reader, town):
    maker = reader("maker")
    page = maker.get("/risks/").text
    for told in ("高于挂网价", "追溯码重复使用", "D0**17", "待核查", "阿司匹林"):
        assert told in page, told
    assert "D00017" not in page
    only = maker.get("/risks/?kind=above_list").text
    assert "2.00" in only
    assert CODE not in only
    assert "没有符合条件" in maker.get("/risks/?view=handed_over").text
    sent = maker.get("/risks/export")
    assert "高于挂网价" in sent.text
    assert "D00017" not in sent.text
    assert "没有符合条件" in reader("county").get("/risks/?view=open").text
    assert reader("administrator").get("/risks/").status_code == 403
    assert maker.post("/risks/look", period="2026-03").status_code == 303
    assert reader("checker1").post("/risks/look", period="2026-03").status_code == 403


def test_a_finding_is_asked_answered_and_decided_on_its_page(reader, town):
    maker, clinic = reader("maker"), reader("clinic")
    found = f"/risks/{number('above_list')}"
    assert clinic.get(found).status_code == 404
    assert "没有请本机构说明" in clinic.get("/risks/").text
    assert maker.post(found, move="dismiss", note=" ").status_code == 422
    asked = maker.post(found, move="ask", note="请说明价格", by_on="2099-01-01")
    assert asked.status_code == 303
    page = clinic.get(found).text
    assert "请说明价格" in page
    assert "提交说明" in page
    assert "排除线索" not in page
    assert clinic.post(found, move="answer", note="含冷链费用").status_code == 303
    assert clinic.post(found, move="dismiss", note="没有问题").status_code == 422
    assert "含冷链费用" in maker.get(found).text
    assert "核查风险线索" in maker.get("/").text
    assert reader("firm").get(found).status_code == 404
    assert maker.post(found, move="explain", note="属实").status_code == 303
    assert "说明属实" in clinic.get(found).text


def test_a_list_is_handed_over_by_another_and_its_file_is_written_down(reader, town):
    maker, boss, clinic = reader("maker"), reader("supervisor"), reader("clinic")
    overuse = number("prescriber_overuse")
    maker.post(f"/risks/{overuse}", move="ask", note="请说明", by_on="2099-01-01")
    new = maker.get(f"/risks/handovers/new?finding={overuse}").text
    assert "开方人非中选使用过多" in new
    assert maker.post("/risks/handovers/new", finding=str(overuse), authority="", words="x")
    made = maker.post(
        "/risks/handovers/new", finding=str(overuse), authority="市纪委监委", words="处方异常"
    )
    one = made.headers["Location"]
    assert maker.post(one, act="approve", note="").status_code in {403, 422}
    waiting = load_workbook(io.BytesIO(boss.get(f"{one}/file").data)).get_sheet_by_index(1)
    assert "D0**17" in str(waiting.to_python())
    assert "批准线索移交" in boss.get("/").text
    assert boss.post(one, act="approve", note="同意").status_code == 303
    taken = boss.get(f"{one}/file")
    book = load_workbook(io.BytesIO(taken.data))
    assert "D00017" in str(book.get_sheet_by_index(1).to_python())
    assert "2026-03" in str(book.get_sheet_by_index(2).to_python())
    assert "线索移交〔" in boss.get("/risks/handovers/").text
    printed = boss.get(f"{one}?print=1").text
    assert "集采风险线索移交清单" in printed
    assert "市纪委监委" in printed
    actions = [row[0] for row in sql("SELECT action FROM audit_event WHERE action LIKE 'risk_h%'")]
    assert actions.count("risk_handover.taken") == 3, "on paper, too"
    # The hospital learns nothing of it.
    seen = clinic.get(f"/risks/{overuse}").text
    assert "移交" not in seen.split("<main")[1]
    assert "D00017" in seen
    assert clinic.get(one).status_code == 403
    assert clinic.post(f"/risks/{overuse}", move="answer", note="晚了").status_code in {403, 422}


def test_a_code_is_followed_from_order_to_payment(reader, town):
    maker = reader("maker")
    page = maker.get(f"/trace-codes/?code={CODE}").text
    assert page.count("/purchases/R") == 2
    assert "8100001" in page
    assert "不是 20 位数字" in maker.get("/trace-codes/?code=ABC").text
    own = reader("clinic").get(f"/trace-codes/?code={CODE}").text
    assert own.count("/purchases/R") == 1
    month = maker.get("/trace-codes/?period=2026-03").text
    assert "100.00%" in month
    assert "采集率" in maker.get("/trace-codes/export?period=2026-03").text
    assert reader("firm").get(f"/trace-codes/?code={CODE}").status_code == 200
    assert reader("firm").get("/trace-codes/export").status_code == 403


def test_prescriptions_are_listed_and_prescribers_stay_masked_outside_their_hospital(reader, town):
    maker, clinic = reader("maker"), reader("clinic")
    page = maker.get("/prescriptions/?department=内科").text
    for told in ("2026-03", "内科", "D0**17", "阿司匹林", "5.00"):
        assert told in page, told
    assert "D00017" not in page
    assert "D00017" not in maker.get("/prescriptions/export").text
    assert "没有符合条件" in maker.get("/prescriptions/?product=没有").text
    assert "D00017" in clinic.get("/prescriptions/").text
    assert "D0**17" not in reader("county").get("/prescriptions/").text
    assert reader("firm").get("/prescriptions/").status_code in {403, 404}


def test_the_page_of_codes_says_what_the_scheme_asks_of_them(reader, town):
    receipts.scheme(trace_codes="require")
    database.connection().commit()
    assert "补正后才结算和付款" in reader("maker").get("/trace-codes/").text
