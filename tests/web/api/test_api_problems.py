"""Problems by a key: reported once, read back, and never another's or what is said inside."""

from models.records.base import sql
from models.rules.words import Role
from tests.factories import imports as world

TOLD = {"kind": "payment", "title": "逾期未付", "words": "三个月没有付款", "confidential": True,
        "hospital_code": world.HOSPITAL}  # fmt: skip


def test_a_problem_is_reported_once_and_read_back_by_who_may(system):
    firm, clinic = system(Role.ENTERPRISE), system(Role.HOSPITAL)
    made = firm.send("problems", TOLD)
    assert made.status_code == 201, made.json
    again = firm.send("problems", TOLD)
    assert again.json == made.json
    assert again.headers["Idempotent-Replayed"] == "true"
    assert firm.send("problems", TOLD | {"title": "别的"}).status_code == 409
    assert sql("SELECT count(*) FROM problem").fetchone() == (1,)
    address = made.headers["Location"]
    one = firm.get(address)
    assert one.json["state"] == "reported"
    assert one.json["thread"] == []
    listed = firm.get("/api/v1/problems?state=reported&limit=1").json
    assert [row["problem_no"] for row in listed["items"]] == [made.json["problem_no"]]
    assert clinic.get(address).status_code == 404, "confidential until it is shown"
    assert clinic.get("/api/v1/problems").json["items"] == []


def test_odd_bodies_and_keys_without_the_permission_are_refused(system):
    firm = system(Role.ENTERPRISE)
    for body in ([], {}, TOLD | {"more": 1}, TOLD | {"urgency": "now"}, [TOLD, TOLD]):
        assert firm.send("problems", body).status_code == 400, body
    assert firm.send("problems", TOLD | {"kind": "weather"}).status_code == 422
    assert firm.send("problems", TOLD, key="").status_code == 400
    reader = system(Role.ENTERPRISE, permissions=["read:problems"])
    assert reader.send("problems", TOLD).status_code == 403
    assert reader.get("/api/v1/problems").status_code == 200
    assert sql("SELECT count(*) FROM problem").fetchone() == (0,)
