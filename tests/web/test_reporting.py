"""报量、签约、参与问题、绩效分级: on the seat and one level up, in rows of one's own, as files."""

import io
import re
from datetime import date, datetime

import pytest

from models import clock
from models.records.base import db as database
from models.records.base import sql
from models.rules.words import Role
from models.services import users
from models.services.access import load
from models.services.grading import listing
from models.services.participation import figuring
from tests.factories.imports import HOSPITAL, OTHER_HOSPITAL, PRODUCT, SCHEME_ROW, send
from tests.factories.reporting import (
    AFTER,
    DURING,
    PROVINCE,
    ROUND,
    SECOND,
    world,
)
from tests.services.test_grading import form


def at(monkeypatch: pytest.MonkeyPatch, day: date) -> None:
    moment = datetime(day.year, day.month, day.day, 2, tzinfo=clock.SHANGHAI)
    monkeypatch.setattr(clock, "now", lambda: moment)


@pytest.fixture
def town(people):
    world()
    database.connection().commit()


def letter() -> tuple[io.BytesIO, str]:
    return io.BytesIO(b"%PDF-1.7 signed"), "承诺函.pdf"


def test_a_hospital_reports_on_its_seat_and_the_agency_above_reviews(reader, town, monkeypatch):
    at(monkeypatch, DURING)
    clinic, checker = reader("hospital"), reader("checker")
    assert "填报集采报量" in clinic.get("/").text
    begun = clinic.post("/quantity-reports/new", round=ROUND)
    assert begun.status_code == 303
    address = begun.headers["Location"]
    page = clinic.get(address).text
    assert 'name="quantity" value="100"' in page
    lines = {
        "hospital": [HOSPITAL, HOSPITAL], "code": [PRODUCT, SECOND], "quantity": ["50", "40"],
        "reason": ["", ""],
    }  # fmt: skip
    short = clinic.post(address, act="submit", letter=letter(), signed_on=str(DURING), **lines)
    assert short.status_code == 422
    assert "阿莫西林" in short.text
    lines["reason"] = ["门诊减少", ""]
    sent = clinic.post(address, act="submit", letter=letter(), signed_on=str(DURING), **lines)
    assert sent.status_code == 303, sent.text
    assert "撤回" in clinic.get(address).text
    assert reader("county").get(address).status_code == 200

    assert "审核医院报量" in checker.get("/").text
    assert checker.post(address, act="give_back").status_code == 422
    assert checker.post(address, act="review").status_code == 303
    assert "70%" not in checker.get(address).text
    assert ">35<" in checker.get(address).text
    file_id = re.search(r"/letter/(\d+)", checker.get(address).text)[1]
    assert checker.get(f"{address}/letter/{file_id}").data.startswith(b"%PDF")
    assert checker.get(f"{address}/letter/{int(file_id) + 1}").status_code == 404
    assert "门诊减少" in checker.get("/quantity-reports/export").text
    assert "未签约" in checker.get("/signing/").text
    assert PRODUCT in checker.get("/signing/export").text
    # Another hospital's seat sees none of it; an enterprise has no such page.
    users.create("other", Role.HOSPITAL, "all", party_code=OTHER_HOSPITAL)
    sql("UPDATE app_user SET password_hash = (SELECT password_hash FROM app_user LIMIT 1)")
    database.connection().commit()
    assert reader("other").get(address).status_code == 404
    assert reader("enterprise").get("/quantity-reports/").status_code == 403


def test_findings_show_their_lines_and_what_was_done(reader, town, monkeypatch):
    at(monkeypatch, AFTER)
    with database.atomic():
        figuring.figure(ROUND, AFTER, by="system")
    database.connection().commit()
    maker, clinic = reader("maker"), reader("hospital")
    listed = maker.get("/participation/").text
    assert "未参加" in listed
    assert "2025-08-01 至 2026-07-31 使用批次内产品 2 个、140.00 元" in listed
    number = sql(
        "SELECT id FROM participation_finding WHERE hospital_code = %s", (HOSPITAL,)
    ).fetchone()[0]
    one = maker.get(f"/participation/{number}").text
    assert "现在合计 3 行" in one
    assert "140.00" in one
    lines = maker.get(f"/participation/{number}/lines").text
    assert [line.split(",")[0] for line in lines.splitlines()[1:]] == ["L1", "L2", "L3"]
    address = f"/participation/act/ask?finding={number}"
    typed = {"words": "请说明", "due_on": "2026-09-10"}
    assert maker.submit(address, **{**typed, "words": " "}).status_code == 422
    assert maker.submit(address, **typed).status_code == 303
    assert "答复参与问题" in clinic.get("/").text
    answer = f"/participation/act/answer?finding={number}"
    assert clinic.submit(answer, words="漏报，已补报").status_code == 303
    checker = reader("checker")
    settle = f"/participation/act/settle?finding={number}"
    assert checker.submit(settle, words="同意").status_code == 303
    assert "漏报，已补报" in checker.get(f"/participation/{number}").text
    assert "已办结" in checker.get("/participation/export?state=all").text
    other = sql(
        "SELECT id FROM participation_finding WHERE hospital_code = %s", (OTHER_HOSPITAL,)
    ).fetchone()[0]
    assert clinic.get(f"/participation/{other}").status_code == 404
    assert clinic.get(f"/participation/act/answer?finding={other}").status_code == 303
    assert clinic.get(f"/participation/act/ask?finding={number}").status_code == 404
    assert maker.post("/participation/run").status_code == 303


def test_grades_are_made_confirmed_and_sent_for_the_total_budget(reader, town, monkeypatch):
    at(monkeypatch, date(2027, 1, 8))
    send("schemes", [SCHEME_ROW])
    form()
    with database.atomic():
        listing.make(load("maker"), 2026, PROVINCE, on=date(2027, 1, 8))
    database.connection().commit()
    address = f"/grades/{sql('SELECT id FROM grade_list').fetchone()[0]}"
    clinic, approver = reader("hospital"), reader("approver")
    assert clinic.get(address).status_code == 404
    assert reader("maker").post(address, act="confirm").status_code == 403
    assert "确认绩效分级名单" in approver.get("/").text
    assert approver.post(address, act="confirm").status_code == 303
    told = approver.get(f"{address}/export").text
    assert f"{HOSPITAL},望江县医院,66,C,0.99,已确认" in told
    assert "87.50%" in clinic.get(f"{address}/{HOSPITAL}").text
    assert clinic.get(f"{address}/{OTHER_HOSPITAL}").status_code == 404
    assert approver.post(address, act="withdraw", reason="").status_code == 422
    assert approver.post(address, act="withdraw", reason="数据有误").status_code == 303
    assert reader("maker").post("/grades/new", year="2026", area=PROVINCE).status_code == 303
