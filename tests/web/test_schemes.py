"""结算方案 on the pages: seen by area and day, drafted with sources, tried, decided by another."""

import re

import pytest

from models.records.base import sql
from models.records.scheme_drafts import SchemeDraft
from models.rules import presets
from models.rules.job_names import JobName
from models.schemas.tables.schemes import Schemes
from models.services import files
from tests.factories import imports as world
from tests.processes import ROOT
from web.admin.scheme_words import GROUPS

NEW = "/schemes/drafts/new?code=S-1&from=2026-01-01&new=1"


@pytest.fixture
def ruled(city):
    world.send("schemes", [world.SCHEME_ROW])


def draft(reader, who: str = "administrator", **typed: object) -> int:
    """Open the editor of a new version, type, and save; return the draft's number."""
    person = reader(who)
    typed = {"valid_from": "2026-10-01", "scope": ["national_vbp"], "reason": "新通知"} | typed
    answer = person.submit(NEW, **typed)
    assert answer.status_code == 303, re.findall(r'class="err">([^<]*)', answer.text)
    return int(answer.headers["Location"].rsplit("/", 1)[-1])


def act(reader, who: str, draft_id: int, action: str, **more: object):
    return reader(who).post(f"/schemes/drafts/{draft_id}", action=action, **{"revision": 1} | more)


def text(html: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", html.split("<main")[-1]))


def test_every_parameter_of_a_scheme_has_its_place_and_its_help():
    told = [name for group in GROUPS for name in group.helps]
    assert sorted(told) == sorted(Schemes.columns())
    assert all(str(help_) for group in GROUPS for help_ in group.helps.values())


def test_the_map_says_which_scheme_counts_where_and_from_whom(ruled, reader):
    page = text(reader("auditor").get("/schemes/?on=2026-07-01").text)
    assert "沿用" in page
    assert "S-1" in page
    assert "没有方案" in text(reader("auditor").get("/schemes/?on=2025-07-01").text)


def test_an_area_shows_its_time_line(ruled, reader):
    page = reader("auditor").get("/schemes/areas/529901")
    assert page.status_code == 200
    assert "<svg" in page.text
    assert "2026-01-01" in text(page.text)
    assert reader("county").get("/schemes/areas/529902").status_code == 404


def test_a_version_is_told_in_sentences_with_its_parameters(ruled, reader):
    page = text(reader("checker").get("/schemes/S-1").text)
    assert "从医院次月的医保基金拨付中抵扣" in page
    assert "人工设定" in page
    assert reader("checker").get("/schemes/S-404").status_code == 404


def test_every_preset_shows_each_parameter_with_its_document(ruled, reader):
    somebody = reader("auditor")
    for preset in presets.listed():
        page = text(somebody.get(f"/schemes/presets/{preset.code}").text)
        for cited in preset.parameters.values():
            assert cited.says in page
        for document in preset.documents:
            assert document.title in page


def test_a_scheme_drafted_from_a_preset_cites_document_and_article(ruled, reader):
    address = "/schemes/drafts/new?preset=jiangsu_2025&area=529900"
    answer = reader("supervisor").submit(
        address, scheme_code="S-2", valid_from="2026-09-01", reason="依通知",
        scope=["national_vbp", "alliance_vbp", "province_vbp", "city_vbp"], ownerships=["public"],
    )  # fmt: skip
    assert answer.status_code == 303
    page = text(reader("auditor").get(answer.headers["Location"]).text)
    assert "苏医保函〔2025〕147号 三（二）" in page
    assert "二级及以上的公立医疗机构" in page
    assert "人工设定" not in page


def test_a_draft_is_put_in_force_by_somebody_who_wrote_none_of_it(ruled, reader):
    one = draft(reader, "supervisor")
    assert act(reader, "supervisor", one, "submit").status_code == 303
    own = act(reader, "supervisor", one, "force")
    assert own.status_code == 422
    assert "须由另一人复核" in own.text
    assert "施行结算方案" in reader("approver").get("/").text
    assert act(reader, "approver", one, "force").status_code == 303
    assert sql("SELECT valid_from::text, scope FROM scheme ORDER BY 1 DESC").fetchone() == (
        "2026-10-01", ["national_vbp"],
    )  # fmt: skip
    page = text(reader("auditor").get("/schemes/S-1").text)
    assert "起草 supervisor" in page
    assert "与 2026-01-01 的版本相比" in page


def test_the_second_person_is_told_what_is_settled_already_and_what_was_not_tried(ruled, reader):
    sql(
        "INSERT INTO settled_period (area_code, period, settled_at, settled_by)"
        " VALUES ('529901', '2026-10', now(), 'maker')"
    )
    one = draft(reader)
    act(reader, "administrator", one, "submit")
    page = text(reader("approver").get(f"/schemes/drafts/{one}").text)
    assert "已结算至 2026-10" in page
    assert "这一稿还没有试算过" in page
    later = draft(reader, valid_from="2026-11-01")
    assert "已结算至" not in reader("approver").get(f"/schemes/drafts/{later}").text


def test_what_was_looked_at_is_what_is_decided(ruled, reader):
    one = draft(reader)
    act(reader, "administrator", one, "submit")
    stale = act(reader, "approver", one, "force", revision=7)
    assert stale.status_code == 422
    assert "已被修改" in stale.text


def test_a_draft_given_back_tells_its_makers_why(ruled, reader):
    one = draft(reader)
    act(reader, "administrator", one, "submit")
    assert act(reader, "approver", one, "back", answer="范围与通知不符").status_code == 303
    assert "范围与通知不符" in reader("administrator").get(f"/schemes/drafts/{one}").text
    edited = reader("administrator").submit(
        f"/schemes/drafts/{one}/edit", scope=["national_vbp", "listed"], due_days="20"
    )
    assert edited.status_code == 303
    found = SchemeDraft.get_by_id(one)
    assert (found.revision, found.cells["due_days"], found.cells["scope"]) == (
        2, "20", "national_vbp;listed",
    )  # fmt: skip


def test_a_wrong_cell_is_told_at_its_field_and_nothing_typed_is_lost(ruled, reader):
    answer = reader("maker").submit(
        NEW, valid_from="2026-10-01", scope=["national_vbp"], due_days="三十", reason="试"
    )
    assert answer.status_code == 422
    assert "付款天数" in text(answer.text)
    assert 'value="三十"' in answer.text
    assert SchemeDraft.select().count() == 0


def test_the_map_and_the_parameters_come_as_files(ruled, reader):
    auditor = reader("auditor")
    told = auditor.get("/schemes/export.csv?on=2026-07-01").data.decode("utf-8-sig")
    assert "529901,东区,S-1" in told or re.search(r"529901,[^,]+,S-1", told)
    assert "529901" not in reader("auditor").get("/schemes/export.csv?funding=turnover").text
    told = auditor.get("/schemes/S-1/export.csv?from=2026-01-01").data.decode("utf-8-sig")
    assert "付款天数,due_days,30,缺省,国务院令第802号 第九条" in told
    assert auditor.get("/schemes/export.pdf").status_code == 404
    assert sql("SELECT count(*) FROM audit_event WHERE action = 'export.written'").fetchone() == (
        3,
    )


def test_two_versions_are_compared_parameter_by_parameter(ruled, reader):
    other = {"scheme_code": "S-9", "area_code": "529901", "due_days": "60"}
    world.send("schemes", [world.SCHEME_ROW | other])
    page = text(reader("auditor").get("/schemes/S-9?against=S-1|2026-01-01").text)
    assert "与 S-1（2026-01-01）相比" in page
    assert re.search(r"付款天数 什么时候付 30 60", page)


@pytest.mark.parametrize("who", ["checker", "auditor", "approver"])
def test_who_may_not_draft_gets_no_editor(ruled, reader, who):
    assert reader(who).get("/schemes/drafts/new").status_code == 403
    assert "起草方案" not in reader(who).get("/schemes/").text


def test_a_hospital_sees_the_scheme_that_binds_it_and_no_draft(ruled, reader):
    one = draft(reader)
    seat = reader("hospital")
    page = text(seat.get("/schemes/?on=2026-07-01").text)
    assert "S-1" in page
    assert "529902" not in page
    assert "草案 1" not in page
    assert "从医院次月的医保基金拨付中抵扣" in text(seat.get("/schemes/S-1").text)
    assert seat.get("/schemes/areas/529902").status_code == 404
    assert seat.get(f"/schemes/drafts/{one}").status_code == 404
    assert seat.post(f"/schemes/drafts/{one}", action="withdraw").status_code == 404
    assert reader("enterprise").get("/schemes/").status_code == 403


def test_drafts_of_areas_out_of_sight_do_not_exist(ruled, reader):
    one = draft(reader)
    county = reader("county")
    assert county.get(f"/schemes/drafts/{one}").status_code == 404
    assert county.post(f"/schemes/drafts/{one}/try", period="2026-06").status_code == 404


def test_a_trial_is_asked_for_as_a_job_and_its_result_has_a_page(ruled, reader):
    one = draft(reader)
    asked = reader("approver").post(f"/schemes/drafts/{one}/try", period="2026-06")
    assert asked.status_code == 303
    job = sql("SELECT id, name, args ->> 'draft_id' FROM job").fetchone()
    assert job[1:] == (JobName.SCHEME_TRIAL, str(one))
    sides = dict.fromkeys(
        ("sheets", "payable_fen", "carried_out_fen", "free_lines", "free_fen", "held_lines",
         "held_fen", "self_lines", "self_fen"), 100,
    )  # fmt: skip
    stored = files.store("试算.xlsx", [b"PK trial"], by="approver", kind="export")
    sql(
        "UPDATE job SET state = 'done', finished_at = now(), result = %s WHERE id = %s",
        (
            SchemeDraft.cells.db_value(
                {"revision": 1, "period": "2026-06", "was": sides, "would": sides,
                 "sheets_changed": 0, "lines_changed": 0, "sheets": [], "hospitals": [],
                 "enterprises": [], "categories": [], "reasons": [], "brought_forward": True,
                 "as_from": "2026-06-01", "file_id": stored.id}
            ),
            job[0],
        ),
    )  # fmt: skip
    page = text(reader("auditor").get(f"/schemes/drafts/{one}/trials/{job[0]}").text)
    assert "没有任何变化" in page
    act(reader, "administrator", one, "submit")
    assert "这一稿还没有试算过" not in reader("approver").get(f"/schemes/drafts/{one}").text
    assert "假定它自 2026-06-01 起施行" in page
    assert "2026-06" in text(reader("auditor").get(f"/schemes/drafts/{one}").text)
    sent = reader("auditor").get(f"/schemes/drafts/{one}/trials/{job[0]}/file")
    assert sent.data == b"PK trial"
    assert reader("county").get(f"/schemes/drafts/{one}/trials/{job[0]}/file").status_code == 404


def test_the_rows_of_schemes_are_looked_at_not_typed_over(ruled, reader):
    somebody = reader("maker")
    assert world.SCHEME_ROW["scheme_code"] in somebody.get("/scheme_rows/").text
    assert somebody.get("/scheme_rows/new/").status_code in {302, 403, 404}
    assert "新增" not in somebody.get("/scheme_rows/").text


def test_the_document_names_every_preset():
    told = (ROOT / "docs" / "schemes.md").read_text(encoding="utf-8")
    assert [one.code for one in presets.listed() if f"`{one.code}`" not in told] == []
