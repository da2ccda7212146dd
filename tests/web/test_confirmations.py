"""双方确认: what awaits whom, answered by filter or file; automatic words revoked; disputes."""

from datetime import date

import pytest

from models.records.base import db as database
from models.records.base import sql
from tests.factories import imports, waiting
from tests.factories.waiting import of, words

TODAY = date(2026, 4, 2)


@pytest.fixture
def town(people_of_town, frozen_clock):
    """Two lines of March that both parties are asked for since the 1st of April."""
    frozen_clock.at(waiting.instant(TODAY))
    made = people_of_town
    waiting.scheme(dispute_days=5)
    waiting.line(made, "L1", 100_00)
    waiting.line(made, "L2", 50_00)
    follow(date(2026, 4, 1))
    return made


def follow(on):
    waiting.follow(on)
    database.connection().commit()


def sealed(page) -> dict[str, str]:
    """The fields of the check form, as a browser sends them."""
    assert "selection_hash" in page.text, page.text
    return {"selection_hash": page.text.split('name="selection_hash" value="')[1].split('"')[0]}


def test_a_seat_sees_what_it_must_answer_until_when(reader, town):
    page = reader("clinic").get("/confirmations/").text
    for told in ("等待贵方表态", "150.00", "L1", "5 个工作日", "升级督办", "待表态"):
        assert told in page, told
    assert "L1" in reader("maker").get("/confirmations/").text
    assert "L1" not in reader("county").get("/confirmations/").text


def test_a_seat_confirms_all_after_looking_once_more(reader, town):
    clinic = reader("clinic")
    looked = clinic.get("/confirmations/answer")
    for told in ("登记 2 行 ¥150.00", "壹佰伍拾元整"):
        assert told in looked.text, told
    seal = sealed(looked)
    assert words("L1") == []
    told = {"decision": "confirm", "party": "hospital", **seal}
    assert clinic.post("/confirmations/answer", **told).status_code == 303
    assert [row[0] for row in words("L1") + words("L2")] == ["confirm", "confirm"]
    assert {row[2] for row in of("L1") + of("L2")} == {"answered"}
    assert words("L1", "enterprise") == []


def test_other_lines_than_looked_at_are_refused(reader, town):
    clinic = reader("clinic")
    seal = sealed(clinic.get("/confirmations/answer?line=L1"))
    answer = clinic.post("/confirmations/answer", decision="confirm", **seal)
    assert answer.status_code == 422
    assert words("L1") == []


def test_a_dispute_asks_for_its_reason_and_is_recorded_and_advised(reader, town, frozen_clock):
    clinic = reader("clinic")
    seal = sealed(clinic.get("/confirmations/answer?line=L1"))
    told = {"line": "L1", "party": "hospital", "decision": "dispute", **seal}
    refused = clinic.post("/confirmations/answer", **told)
    assert refused.status_code == 422
    assert "须填写原因" in refused.text
    told |= {"why": "数量不符", "note": "少到两盒"}
    assert clinic.post("/confirmations/answer", **told).status_code == 303
    follow(TODAY)
    maker = reader("maker")
    listed = maker.get("/confirmations/disputes/").text
    assert "数量不符：少到两盒" in listed
    number = sql("SELECT id FROM line_dispute").fetchone()[0]
    where = f"/confirmations/disputes/{number}"
    assert clinic.post(where, words="见照片", advice="confirm").status_code == 422
    assert clinic.post(where, words="见照片").status_code == 303
    assert maker.post(where, words="", advice="void").status_code == 422
    assert maker.post(where, words="请作废重报", advice="void").status_code == 303
    page = reader("firm").get(where).text
    for told_there in ("见照片", "作废重报", "没有争议的部分照常结算"):
        assert told_there in page, told_there
    assert reader("county").get(where).status_code == 404
    frozen_clock.advance(minutes=5)
    again = clinic.get("/confirmations/answer?disputed=yes&line=L1")
    told = {"line": "L1", "disputed": "yes", "decision": "confirm", **sealed(again)}
    assert clinic.post("/confirmations/answer", **told).status_code == 303
    follow(TODAY)
    assert sql("SELECT state, ended FROM line_dispute").fetchone() == ("closed", "agreed")


def test_an_automatic_confirmation_is_marked_and_revoked(reader, town, frozen_clock):
    sql("UPDATE confirm_window SET state = 'dropped', closed_on = opened_on")
    sql("UPDATE scheme SET silence = 'auto_confirm'")
    follow(TODAY)
    frozen_clock.at(waiting.instant(date(2026, 4, 13)))
    follow(date(2026, 4, 13))
    clinic = reader("clinic")
    assert "L1" in clinic.get("/confirmations/?view=automatic").text
    assert "按方案 S1 自动确认" in clinic.get("/purchases/L1").text
    seal = sealed(clinic.get("/confirmations/revoke?line=L1"))
    told = {"line": "L1", "party": "hospital", **seal}
    assert clinic.post("/confirmations/revoke", reason=" ", **told).status_code == 422
    assert clinic.post("/confirmations/revoke", reason="少到两盒", **told).status_code == 303
    assert [row[0] for row in words("L1")] == ["confirm", "withdraw"]
    assert of("L1")[-1][2:4] == ("open", date(2026, 4, 13))


def test_the_file_of_what_waits_can_be_imported_again(reader, town):
    content = reader("clinic").get("/confirmations/file?line=L1").data
    sent = imports.send("confirmations", content)
    assert sent.counts == (1, 0, 0)
    assert words("L1")[0][:2] == ("confirm", 100_00)


def test_lists_and_statistics_come_as_files(reader, town):
    maker = reader("maker")
    for address in (
        "/confirmations/export", "/confirmations/export?format=xlsx",
        "/confirmations/statistics/export", "/confirmations/statistics/export?format=xlsx",
        "/confirmations/disputes/export",
    ):  # fmt: skip
        assert maker.get(address).status_code == 200, address
    page = maker.get("/confirmations/statistics").text
    for told in ("按时率", "150.00"):
        assert told in page, told


def test_today_tells_the_seat_and_its_menu_counts(reader, town):
    page = reader("clinic").get("/").text
    assert "在时限内确认采购明细" in page


def test_empty_pages_say_what_to_do(reader, people_of_town):
    maker = reader("maker")
    assert "没有启用确认时限" in maker.get("/confirmations/").text
    for address in ("/confirmations/disputes/", "/confirmations/statistics"):
        assert maker.get(address).status_code == 200
    assert maker.get("/confirmations/answer").status_code == 200


def test_only_who_may_act_answers(reader, town):
    for name in ("checker1", "auditor"):
        assert reader(name).post("/confirmations/answer", decision="confirm").status_code == 403


def test_the_agency_asks_for_today_s_run_and_a_seat_cannot(reader, town):
    assert reader("maker").post("/confirmations/refresh").status_code == 303
    asked = sql("SELECT args ->> 'on', requested_by FROM job WHERE name = 'windows'").fetchall()
    assert asked == [("2026-04-02", "maker")]
    assert reader("clinic").post("/confirmations/refresh").status_code == 403
