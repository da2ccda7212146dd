"""结算委托书 on the screen: found, registered with the document, ended; seats look at their own."""

import io
from datetime import UTC, datetime

import pytest

from models.records.base import sql
from tests.factories import receipts
from tests.web.conftest import fields

TYPED = {
    "document_no": "W-1", "valid_from": "2026-03-01", "valid_to": "", "signed_on": "2026-02-20"
}  # fmt: skip


@pytest.fixture
def town(people_of_town):
    receipts.scheme()
    return people_of_town


def register(somebody, code, **changes):
    address = f"/mandates/new?code={code}"
    typed = fields(somebody.get(address).text) | TYPED
    paper = {"document": (io.BytesIO(b"%PDF-1.7 signed"), "委托书.pdf")}
    return somebody.client.post("/mandates/new", data=typed | paper | changes)


def test_a_maker_finds_the_hospital_registers_and_downloads(reader, town):
    maker, code = reader("maker"), town.hospitals[0]
    assert f"code={code}" in maker.get("/mandates/new?q=医院1").text
    saved = register(maker, code)
    assert saved.status_code == 303
    page = maker.get("/mandates/").text
    assert "W-1" in page
    assert "有效" in page
    paper = maker.get(f"/mandates/{code}/2026-03-01/file")
    assert paper.data == b"%PDF-1.7 signed"


def test_what_is_wrong_is_named_and_what_was_typed_stays(reader, town):
    refused = register(reader("maker"), town.hospitals[0], document_no="", valid_to="2026-02-01")
    assert refused.status_code == 422
    assert "委托书编号、失效日期（不早于生效日期）" in refused.text
    assert "2026-02-20" in refused.text
    nothing = register(reader("maker"), town.hospitals[0], document=(io.BytesIO(b""), ""))
    assert "签署件" in nothing.text
    assert sql("SELECT count(*) FROM mandate").fetchone() == (0,)


def test_hospitals_without_one_stand_first_where_the_scheme_asks(reader, town):
    maker = reader("maker")
    page = maker.get("/mandates/").text
    assert "方案要求委托" not in page[page.find("<main") :]
    sql("UPDATE scheme SET mandates = true")
    page = maker.get("/mandates/").text
    assert "方案要求委托" in page[page.find("<main") :]
    register(maker, town.hospitals[0])
    page = maker.get("/mandates/").text
    assert f"/mandates/new?code={town.hospitals[1]}" in page
    assert f"/mandates/new?code={town.hospitals[0]}" not in page


def test_a_mandate_is_ended_with_a_day_and_a_reason(reader, town):
    maker, code = reader("maker"), town.hospitals[0]
    register(maker, code)
    address = f"/mandates/{code}/2026-03-01"
    refused = maker.post(address, act="end", last_day="2026-02-01", reason="x")
    assert refused.status_code == 422
    assert "终止日" in refused.text
    ended = maker.post(address, act="end", last_day="2026-06-30", reason="解除委托")
    assert ended.status_code == 303
    page = maker.get(address).text
    assert "解除委托" in page
    assert 'name="last_day"' not in page


def test_seats_see_their_own_and_press_nothing(reader, town):
    for code in town.hospitals[:2]:
        register(reader("maker"), code)
    clinic = reader("clinic")
    page = clinic.get("/mandates/").text
    assert f"/mandates/{town.hospitals[0]}/" in page
    assert f"/mandates/{town.hospitals[1]}/" not in page
    assert "/mandates/new" not in page
    assert clinic.get(f"/mandates/{town.hospitals[1]}/2026-03-01").status_code == 404
    assert clinic.get("/mandates/new").status_code == 403
    own = f"/mandates/{town.hospitals[0]}/2026-03-01"
    assert clinic.post(own, act="end", last_day="2026-06-30", reason="x").status_code == 403
    assert reader("firm").get("/mandates/").status_code == 403


def test_the_list_leaves_as_a_file(reader, town):
    register(reader("maker"), town.hospitals[0])
    told = reader("auditor").get("/mandates/export?view=live").data.decode("utf-8-sig")
    assert "W-1" in told
    assert reader("auditor").get("/mandates/export?format=xlsx").status_code == 200


def test_today_tells_who_lacks_a_mandate_and_which_runs_out(reader, town, frozen_clock):
    frozen_clock.at(datetime(2026, 4, 1, 2, tzinfo=UTC))
    sql("UPDATE scheme SET mandates = true")
    today = reader("maker").get("/").text
    assert "缺结算委托书的医院" in today
    for code in town.hospitals:
        register(reader("maker"), code, valid_to="2026-05-01")
    today = reader("maker").get("/").text
    assert "缺结算委托书的医院" not in today
    assert "即将到期的结算委托书" in today
    assert "即将到期的结算委托书" in reader("clinic").get("/").text
