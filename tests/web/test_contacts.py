"""Contacts on the screen: the agency keeps those of its institutions, a seat its own."""

from models.records.base import sql
from tests.factories import imports as world

TYPED = {
    "name": "林会计", "duty": "财务科", "email": "fin@hospital.example", "topics": ["overdue"],
    "language": "zh", "file_format": "xlsx", "active_from": "2026-07-01", "active_to": "",
}  # fmt: skip


def kept():
    return sql(
        "SELECT party_kind, party_code, name, email, topics, file_format, active_to::text,"
        " changed_by FROM contact ORDER BY id"
    ).fetchall()


def add(somebody, code=world.HOSPITAL, kind="hospital", **changes):
    return somebody.submit(f"/contacts/new?kind={kind}&code={code}", **(TYPED | changes))


def test_a_maker_adds_a_contact_to_an_institution_found_by_name(reader, city):
    somebody = reader("maker")
    name = sql("SELECT name FROM hospital WHERE hospital_code = %s", (world.HOSPITAL,)).fetchone()
    page = somebody.get(f"/contacts/new?q={name[0]}").text
    assert f"code={world.HOSPITAL}" in page
    assert add(somebody).status_code == 303
    assert kept() == [
        ("hospital", world.HOSPITAL, "林会计", "fin@hospital.example", ["overdue"], "xlsx", None,
         "maker"),
    ]  # fmt: skip
    page = somebody.get("/contacts/").text
    assert "财务科" in page
    assert "逾期与到期提醒" in page
    told = sql("SELECT action, facts ->> 'email' FROM audit_event WHERE action LIKE 'contact.%'")
    assert told.fetchall() == [("contact.added", "fin@hospital.example")]


def test_everything_wrong_is_named_at_once_and_nothing_is_saved(reader, city):
    refused = add(reader("maker"), name="", email="nobody", topics=[], active_to="2026-06-30")
    assert refused.status_code == 422
    assert "联系人的姓名、邮箱、邮件类别、停用日期缺少或不正确" in refused.text
    assert kept() == []


def test_an_address_stands_once_and_a_change_seen_late_is_refused(reader, city):
    somebody = reader("maker")
    add(somebody)
    assert "已是该单位的联系人" in add(somebody, email="FIN@hospital.example").text
    number = sql("SELECT id FROM contact").fetchone()[0]
    saved = somebody.submit(
        f"/contacts/{number}",
        active_to="2026-08-01",
        topics=["overdue", "payments"],
        language="zh",
    )
    assert saved.status_code == 303
    assert kept()[0][4:7] == (["overdue", "payments"], "xlsx", "2026-08-01")
    old = {**TYPED, "seen": "2026-01-01T00:00:00+00:00"}
    late = somebody.submit(f"/contacts/{number}", **old)
    assert late.status_code == 422
    assert "已被他人修改" in late.text
    history = sql("SELECT count(*) FROM master_history WHERE table_name = 'contact'").fetchone()
    assert history == (1,)


def test_a_seat_keeps_its_own_contacts_and_sees_no_others(reader, city):
    add(reader("maker"))
    add(reader("maker"), code=world.ENTERPRISE, kind="enterprise", email="e@firm.example")
    seat = reader("hospital")
    page = seat.get("/contacts/").text
    assert "fin@hospital.example" in page
    assert "e@firm.example" not in page
    assert add(seat, code=world.ENTERPRISE, kind="enterprise", email="x@y.cn").status_code == 303
    assert kept()[-1][:2] == ("hospital", world.HOSPITAL), "the institution is the seat's own"
    firms = sql("SELECT id FROM contact WHERE party_kind = 'enterprise'").fetchone()[0]
    assert seat.get(f"/contacts/{firms}").status_code == 404
    assert reader("enterprise").get(f"/contacts/{firms}").status_code == 200


def test_whoever_may_only_look_gets_no_form_and_other_areas_no_contacts(reader, city):
    add(reader("maker"))
    number = sql("SELECT id FROM contact").fetchone()[0]
    auditor = reader("auditor")
    assert "fin@hospital.example" in auditor.get("/contacts/").text
    assert auditor.get("/contacts/new").status_code == 403
    assert auditor.get(f"/contacts/{number}").status_code == 403
    assert reader("administrator").get("/contacts/").status_code == 403
    elsewhere = sql("SELECT area_code FROM hospital WHERE hospital_code = %s", (world.HOSPITAL,))
    if elsewhere.fetchone()[0] != "529901":
        assert reader("county").get(f"/contacts/{number}").status_code == 404


def test_an_address_that_takes_no_mail_is_marked(reader, city):
    add(reader("maker"))
    sql(
        "INSERT INTO mail_bounce (address, party_kind, party_code, mail_id, code, answer, source,"
        " first_seen_at, last_seen_at, times) VALUES ('fin@hospital.example', 'hospital', %s, 1,"
        " '550', 'no such user', 'answer', now(), now(), 1)",
        (world.HOSPITAL,),
    )
    page = reader("hospital").get("/contacts/").text
    assert "收不到邮件" in page
    assert "no such user" in page
