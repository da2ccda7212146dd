"""Hospitals' accounts on the page: handed in, asked for by the seat, decided by another person."""

import io

import pytest

from models.records.base import sql
from tests.factories import imports as world
from tests.factories.imports import send
from tests.services.test_hospital_accounts import FILED
from tests.web.test_security import INLINE

TYPED = {**FILED, "account_no": "6211000000000009"}


@pytest.fixture
def filed(city):
    send("hospitals", [world.HOSPITAL_ROW | FILED])


def account() -> tuple[str, bool]:
    return sql(
        "SELECT account_no, account_verified FROM hospital WHERE hospital_code = %s",
        (world.HOSPITAL,),
    ).fetchone()


def last() -> int:
    return sql("SELECT max(id) FROM hospital_account_change").fetchone()[0]


def test_filed_accounts_are_handed_in_at_once_and_another_person_verifies_them(reader, filed):
    maker, checker = reader("maker"), reader("checker")
    assert "将文件登记的 1 个账户送核验" in maker.get("/hospital-accounts/").text
    assert maker.post("/hospital-accounts/hand-in").status_code == 303
    assert "送核验</button>" not in maker.get("/hospital-accounts/").text
    page = checker.get("/hospital-accounts/").text
    assert "待您核验" in page
    assert FILED["account_no"] in page
    assert maker.post(f"/hospital-accounts/{last()}/approve").status_code == 403
    assert checker.post(f"/hospital-accounts/{last()}/approve").status_code == 303
    assert account() == (FILED["account_no"], True)
    listed = maker.get("/hospital-accounts/registered").text
    assert "已核验" in listed
    assert "未登记" in listed
    assert INLINE.findall(listed) == []
    file = reader("supervisor").get("/hospital-accounts/registered.csv?state=verified").text
    assert "望江县医院" in file
    assert FILED["account_no"] not in file
    assert maker.get("/hospital-accounts/registered.xlsx").data[:2] == b"PK"


def test_what_was_handed_in_together_is_verified_together(reader, filed):
    other = world.HOSPITAL_ROW | FILED | {
        "hospital_code": world.OTHER_HOSPITAL, "area_code": "529902",
        "account_no": "6211000000000005",
    }  # fmt: skip
    send("hospitals", [other])
    maker, checker = reader("maker"), reader("checker")
    maker.post("/hospital-accounts/hand-in")
    assert "一并核验 2 户" in checker.get("/hospital-accounts/").text
    assert "一并核验" not in maker.get("/hospital-accounts/").text
    assert maker.get("/hospital-accounts/together/").status_code == 403
    page = checker.get("/hospital-accounts/together/").text
    assert "6211000000000005" in page
    send("hospitals", [other | {"account_no": "6211000000000006"}])
    assert "另有 1 户有疑点" in checker.get("/hospital-accounts/together/").text
    assert checker.submit("/hospital-accounts/together/").status_code == 303
    assert account() == (FILED["account_no"], True)
    assert sql("SELECT count(*) FROM hospital WHERE account_verified").fetchone()[0] == 1


def test_a_hospital_asks_for_itself_sees_its_own_number_and_nobody_elses(reader, filed):
    seat = reader("hospital")
    data = {"csrf_token": seat.token("/me"), **TYPED, "evidence": (io.BytesIO(b"%PDF-1"), "证.pdf")}
    asked = seat.client.post(
        "/hospital-accounts/new", data=data, content_type="multipart/form-data"
    )
    assert asked.status_code == 303
    own = seat.get("/hospital-accounts/").text
    assert TYPED["account_no"] in own
    assert "撤回" in own
    assert "本院提出" in own
    assert seat.post(f"/hospital-accounts/{last()}/approve").status_code == 404
    assert reader("enterprise").get("/hospital-accounts/").status_code == 403
    assert TYPED["account_no"] not in reader("supervisor").get("/hospital-accounts/").text
    assert reader("county").get("/hospital-accounts/").status_code == 200


def test_the_county_sees_only_its_own_hospitals(reader, filed):
    reader("maker").post("/hospital-accounts/hand-in")
    county = reader("county")
    sql("UPDATE hospital SET area_code = '529902' WHERE hospital_code = %s", (world.HOSPITAL,))
    assert FILED["account_name"] not in county.get("/hospital-accounts/").text
    assert county.post(f"/hospital-accounts/{last()}/withdraw", reason="x").status_code == 404
