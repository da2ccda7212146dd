"""推进情况 and 范围外 on the screen: figures, filters, files, and only the reader's rows."""

import pytest

from models.records.base import db as database
from models.records.base import sql
from models.services import coverage
from tests.factories import receipts

MONTH = "2026-03"


@pytest.fixture
def town(people_of_town):
    made = people_of_town
    receipts.scheme()
    sql("UPDATE scheme SET target_on = '2026-12-31', target_share_bp = 8000")
    sql("UPDATE hospital SET joined_on = NULL WHERE hospital_code = %s", (made.hospitals[1],))
    for number, hospital in enumerate(made.hospitals[:2]):
        receipts.receipt(hospital, made.enterprises[0], 100_00, line_no=f"C{number}",
                         platform="online")  # fmt: skip
    with database.atomic():
        coverage.figure(MONTH)
    return made


def test_the_page_tells_share_target_and_who_has_not_joined(reader, town):
    page = reader("maker").get(f"/coverage/?period={MONTH}").text
    for told in ("2 / 3", "50.00%", "80.00%", "2026-12-31", "机构未纳入", "医院2"):
        assert told in page, told


def test_before_any_figure_the_page_says_what_to_do(reader, people_of_town):
    page = reader("maker").get("/coverage/").text
    assert "还没有统计过" in page
    assert "统计最近三个月" in page
    assert "还没有统计过" in reader("maker").get("/coverage/outside/").text


def test_reasons_lead_to_hospitals_and_to_their_lines(reader, town):
    maker = reader("maker")
    listed = maker.get(f"/coverage/outside/?period={MONTH}&reason=not_joined").text
    assert f"/coverage/outside/{town.hospitals[1]}?period={MONTH}" in listed
    assert "在“医疗机构”中填写纳入日期" in listed
    lines = maker.get(f"/coverage/outside/{town.hospitals[1]}?period={MONTH}").text
    assert "C1" in lines
    assert "C0" not in lines


def test_files_have_the_rows_of_the_address(reader, town):
    maker = reader("maker")
    for address in (
        f"/coverage/export?period={MONTH}",
        f"/coverage/outside/export?period={MONTH}",
        f"/coverage/outside/{town.hospitals[1]}?period={MONTH}&format=csv",
    ):
        answer = maker.get(address)
        assert answer.status_code == 200, address
        assert "机构未纳入" in answer.data.decode("utf-8-sig"), address
        assert maker.get(f"{address}&format=xlsx".replace("&format=csv", "")).status_code == 200
    kinds = sql("SELECT count(*) FROM audit_event WHERE action = 'export.written'").fetchone()
    assert kinds == (6,)


def test_a_seat_sees_itself_and_an_area_its_own(reader, town):
    clinic = reader("clinic").get(f"/coverage/?period={MONTH}").text
    assert "100.00%" in clinic
    assert "医院2" not in clinic
    assert "重新统计" not in clinic
    assert reader("clinic").get(f"/coverage/outside/{town.hospitals[1]}").status_code == 404
    county = reader("county").get(f"/coverage/?period={MONTH}").text
    assert "医院2" not in county
    assert reader("firm").get("/coverage/").status_code == 403


def test_a_maker_queues_the_figures_and_a_checker_may_not(reader, town):
    queued = reader("maker").post("/coverage/figure", period=MONTH)
    assert queued.status_code == 303
    name, args = sql("SELECT name, args FROM job ORDER BY id DESC LIMIT 1").fetchone()
    assert (name, args["period"]) == ("coverage", MONTH)
    assert reader("checker1").post("/coverage/figure", period=MONTH).status_code == 403


def test_a_maker_lets_hospitals_join_after_looking_once_more(reader, town):
    maker, code = reader("maker"), town.hospitals[1]
    assert "纳入选中的机构" in maker.get(f"/coverage/?period={MONTH}").text
    looked = maker.get(f"/coverage/join?hospital={code}&joined_on=2026-05-01")
    assert "纳入 1 家机构" in looked.text
    assert "医院2" in looked.text
    seal = looked.text.split('name="selection_hash" value="')[1].split('"')[0]
    told = {"hospital": code, "joined_on": "2026-05-01", "selection_hash": seal}
    other = maker.post("/coverage/join", **(told | {"joined_on": "2026-06-01"}))
    assert other.status_code == 422
    assert maker.post("/coverage/join", **told).status_code == 303
    day = sql("SELECT joined_on::text FROM hospital WHERE hospital_code = %s", (code,)).fetchone()
    assert day == ("2026-05-01",)
    assert maker.get("/coverage/join").status_code == 303
    assert reader("clinic").get(f"/coverage/join?hospital={code}").status_code == 403
    assert "纳入选中的机构" not in reader("supervisor").get(f"/coverage/?period={MONTH}").text
