"""Papers and rectifications at a browser: drafted, reviewed, sent, read by the seat, answered."""

from datetime import date

import pytest

from models.records.base import db as database
from models.records.base import sql
from models.rules import cadence
from models.rules.papers import PaperKind
from models.services import access
from models.services.papers import drafting
from tests.factories import receipts, sheets
from tests.web.costs import counting
from workers.papers import run as documents

ON = date(2026, 10, 5)


@pytest.fixture
def town(people_of_town):
    receipts.insert(
        "vbp_round", round_code="B7", name="第七批", level="national", term_start="2026-03-01",
        term_end="2027-02-28",
    )  # fmt: skip
    for number, hospital in enumerate(people_of_town.hospitals):
        told = {"period": "2026-09", "hospital_code": hospital, "is_money": True}
        receipts.insert(
            "indicator_value", **told, indicator="purchase_progress", subject="B7",
            numerator=number * 30, denominator=100, value_bp=number * 3_000, target_bp=3_300,
        )  # fmt: skip
        receipts.insert(
            "indicator_value", **told, indicator="online_rate", subject="drug", numerator=80,
            denominator=100, value_bp=8_000, target_bp=9_000,
        )  # fmt: skip
    return people_of_town


def draft(kind=PaperKind.BULLETIN, key="2026-Q3", by="maker"):
    with database.atomic():
        span = cadence.span(kind, key)
        return drafting.draft(access.load(by), span, sheets.CITY, ON, documents.write)


def sent(reader, number):
    assert reader("checker1").submit(f"/papers/{number}/review").status_code == 303
    assert reader("maker").submit(f"/papers/{number}/send").status_code == 303


def test_a_bulletin_goes_from_draft_to_the_seat_and_its_rectification_back(reader, town):
    maker = reader("maker")
    assert "还没有通报或报告" in maker.get("/papers/").text
    asked = maker.post("/papers/draft", span="bulletin:2026-Q3", area=sheets.CITY)
    assert "/jobs/" in asked.headers["Location"]
    assert maker.post("/papers/draft", span="bulletin:2026-Q9", area=sheets.CITY).status_code == 303
    number = draft()
    page = maker.get(f"/papers/{number}").text
    assert "须由另一人复核" in page
    assert f"/papers/{number}/review" not in page
    assert "采购进度为 0，序时 33.00%" in page
    clinic = reader("clinic")
    assert clinic.get(f"/papers/{number}").status_code == 404
    sent(reader, number)
    page = clinic.get(f"/papers/{number}").text
    assert "采购进度排名第" in page
    for kind in ("docx", "xlsx"):
        answer = clinic.get(f"/papers/{number}/file.{kind}")
        assert (answer.status_code, answer.data[:2]) == (200, b"PK")
    assert "采购通报〔2026〕1号" in clinic.get("/papers/").text
    # Its own rectification: answered by the seat, given back, answered, accepted, closed.
    home = clinic.get("/").text
    assert "答复整改" in home
    (one,) = (row[0] for row in sql(
        "SELECT id FROM rectification WHERE hospital_code = %s", (town.hospitals[0],)
    ))  # fmt: skip
    assert clinic.get(f"/rectifications/{one}/accept").status_code == 403
    far = "2099-01-31"
    answered = clinic.submit(f"/rectifications/{one}/answer", plan="加强配备", promised_on=far)
    assert answered.status_code == 303
    assert maker.submit(f"/rectifications/{one}/give_back", reason="太晚").status_code == 303
    assert clinic.submit(
        f"/rectifications/{one}/answer", plan="立即配备", promised_on=far
    ).status_code == 303  # fmt: skip
    assert maker.submit(f"/rectifications/{one}/accept").status_code == 303
    page = clinic.get(f"/rectifications/{one}").text
    assert "整改中" in page
    assert "立即配备" in page
    refused = maker.submit(f"/rectifications/{one}/close", reason=" ")
    assert refused.status_code == 422
    assert maker.submit(f"/rectifications/{one}/close", reason="进度已达").status_code == 303
    # Withdrawn: the seat still reads it, with the reason.
    assert maker.submit(f"/papers/{number}/withdraw", reason="数据有误").status_code == 303
    assert "数据有误" in clinic.get(f"/papers/{number}").text


def test_a_reminder_tells_a_seat_its_own_rows_only(reader, town):
    number = draft(PaperKind.REMINDER, "2026-09")
    sent(reader, number)
    page = reader("clinic").get(f"/papers/{number}").text
    assert "药品网采率 80.00%，应达到 90.00%" in page
    assert "医院2" not in page
    assert reader("clinic").get(f"/papers/{number}/file.docx").status_code == 404
    assert reader("firm").get("/papers/").status_code == 403


def test_others_areas_are_hidden_and_lists_are_cheap_and_exported(reader, town):
    number = draft()
    assert reader("county").get(f"/papers/{number}").status_code == 404
    sent(reader, number)
    maker = reader("maker")
    opened = maker.submit("/rectifications/new", hospital=town.hospitals[2], findings="网采率低")
    assert opened.status_code == 303
    county = reader("county")
    assert "网采率低" in county.get("/rectifications/").text
    found = sql("SELECT id FROM rectification WHERE area_code = %s", (sheets.CITY,)).fetchall()
    assert county.get(f"/rectifications/{found[0][0]}").status_code == 404
    for address in ("/papers/", "/rectifications/"):
        maker.get(address)
        with counting() as asked:
            page = maker.get(address)
        assert (page.status_code, len(asked) <= 13, len(page.data) < 60_000) == (200, True, True)
        rows = maker.get(f"{address}export").text.splitlines()
        assert len(rows) >= 2
        assert maker.get(f"{address}export?format=xlsx").data[:2] == b"PK"
