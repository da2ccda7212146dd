"""The problem desk at a browser: each party reports, sees, speaks and acts as its role may."""

import io
from datetime import UTC, datetime

import pytest

from models.records.base import sql
from models.rules.words import Role
from tests.factories import sheets, work
from tests.web.conftest import counting_queries
from web.permissions import Page, may_act, may_read

NOON = datetime(2026, 4, 10, 4, 0, tzinfo=UTC)
PEOPLE = {
    Role.MAKER: "maker", Role.CHECKER: "checker1", Role.APPROVER: "checker2",
    Role.SUPERVISOR: "supervisor", Role.AUDITOR: "auditor",
    Role.ADMINISTRATOR: "administrator", Role.HOSPITAL: "clinic", Role.ENTERPRISE: "firm",
}  # fmt: skip


@pytest.fixture
def town(people_of_town, frozen_clock):
    frozen_clock.at(NOON)
    work.held(people_of_town)
    return people_of_town


def reported(somebody, **more) -> str:
    told = {"kind": "supply", "title": "断供", "words": "两周没有配送", **more}
    found = somebody.submit("/problem-report/", **told)
    assert found.status_code == 303, found.text
    return found.headers["Location"]


def test_every_role_opens_what_the_table_says(reader, town):
    for role, name in PEOPLE.items():
        somebody = reader(name)
        read = 200 if may_read(role, Page.PROBLEMS) else 403
        for address in ("/problems/", "/problems/export", "/problem-statistics/?by=area",
                        "/problem-statistics/export?by=kind&format=csv"):  # fmt: skip
            assert somebody.get(address).status_code == read, (name, address)
        act = 200 if may_act(role, Page.PROBLEMS) else 403
        assert somebody.get("/problem-report/").status_code == act, name


def test_a_problem_from_the_line_to_a_rated_end(reader, town):
    clinic, maker, firm = reader("clinic"), reader("maker"), reader("firm")
    assert "/problem-report/?line=HELD1" in clinic.get("/purchases/HELD1").text
    assert 'value="HELD1"' in clinic.get("/problem-report/?line=HELD1").text
    wrong = clinic.submit("/problem-report/", kind="supply", title="断供", words=" ", line="HELD1")
    assert wrong.status_code == 422
    assert 'value="断供"' in wrong.text
    address = reported(clinic, line="HELD1")
    assert "受理集采问题" in maker.get("/").text
    assert "说明集采问题" in firm.get("/").text
    page = firm.get(address).text
    assert "两周没有配送" in page
    assert "/escalate" not in page
    said = firm.submit(address, words="已安排补货", evidence=(io.BytesIO(b"%PDF-1"), "补货单.pdf"))
    assert said.status_code == 303, said.text
    maker.submit(address, words="核实过库存", inside="yes")
    assert "核实过库存" not in clinic.get(address).text
    assert "核实过库存" in reader("supervisor").get(address).text
    file_id = sql("SELECT id FROM problem_word WHERE file_id IS NOT NULL").fetchone()[0]
    assert clinic.get(f"{address}/file/{file_id}").data == b"%PDF-1"
    assert clinic.get(f"{address}/file/{file_id + 1}").status_code == 404
    assert clinic.post(f"{address}/take").status_code == 303
    assert "待受理" in clinic.get(address).text, "a seat takes nothing"
    assert maker.post(f"{address}/take").status_code == 303
    answered = maker.submit(f"{address}/answer", result="resolved", words="已补货")
    assert answered.status_code == 303, answered.text
    assert "确认集采问题的办理结果" in clinic.get("/").text
    assert clinic.submit(f"{address}/reopen", words="").status_code == 422
    ended = clinic.submit(f"{address}/accept", satisfaction="satisfied")
    assert ended.status_code == 303, ended.text
    assert "满意" in maker.get(address).text
    assert "断供" in maker.get("/problems/?view=over").text
    number = address.rsplit("/", 1)[1]
    assert clinic.get(f"/find/?q={number}").headers.get("Location", "").endswith(address)
    assert "断供" in maker.get("/problems/export?format=csv").text
    by_kind = maker.get("/problem-statistics/?by=kind").text
    assert "供应与配送" in by_kind
    assert "100%" in by_kind


def test_confidential_ones_and_other_towns_stay_out_of_sight_until_shown(reader, town):
    clinic, firm, county = reader("clinic"), reader("firm"), reader("county")
    address = reported(clinic, line="HELD1", confidential="yes")
    assert firm.get(address).status_code == 404
    assert county.get(address).status_code == 404
    maker = reader("maker")
    shown = maker.submit(f"{address}/invite", kind="enterprise", code="没有这家")
    assert shown.status_code == 422
    shown = maker.submit(f"{address}/invite", kind="enterprise", code=town.enterprises[0])
    assert shown.status_code == 303, shown.text
    assert firm.get(address).status_code == 200


def test_one_press_goes_up_and_a_stale_form_does_nothing(reader, town):
    clinic, maker = reader("clinic"), reader("maker")
    address = reported(clinic)
    stale = maker.get(f"{address}/transfer").text
    assert maker.post(f"{address}/escalate").status_code == 303
    desk = sql("SELECT desk_area_code FROM problem").fetchone()
    assert desk == (sheets.PROVINCE,)
    seal = stale.split('selection_hash" value="')[1].split('"')[0]
    late = maker.post(f"{address}/transfer", selection_hash=seal, desk=sheets.CITY, words="退回")
    assert late.status_code == 422
    assert "→ 统筹区520000" in clinic.get(address).text


def test_lists_ask_few_questions(reader, town):
    reported(reader("clinic"))
    maker = reader("maker")
    for address in ("/problems/", "/problem-statistics/"):
        maker.get(address)
        with counting_queries() as asked:
            assert maker.get(address).status_code == 200
        assert len(asked) <= 12, asked
