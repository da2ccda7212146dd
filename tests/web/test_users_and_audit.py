"""The administrator's pages, and the trail everybody leaves."""

from models.records.access import AuditEvent, User
from models.services import audit
from tests.factories import imports as world
from tests.web.conftest import PASSWORD, Reader

TYPED = {
    "name": "zhou", "full_name": "周雅琴", "role": "checker", "area_code": "529901",
    "password": PASSWORD,
}  # fmt: skip


def test_a_password_that_others_know_is_changed_before_anything_else(app, reader, city):
    made = reader("administrator").submit("/users/new", **TYPED)
    assert made.headers["Location"] == "/users/zhou"
    somebody = Reader(app, "zhou")
    assert somebody.get("/sheets/").headers["Location"] == "/me"
    assert somebody.submit("/me", old=PASSWORD, new=PASSWORD).status_code == 422
    assert somebody.submit("/me", old=PASSWORD, new="Own-Words-88").status_code == 302
    assert somebody.get("/sheets/").status_code == 200


def test_a_weak_password_is_refused_and_nothing_typed_is_lost(reader, city):
    refused = reader("administrator").submit("/users/new", **TYPED | {"password": "weak"})
    assert refused.status_code == 422
    assert "密码至少 8 个字符" in refused.text
    assert 'value="周雅琴"' in refused.text


def test_whoever_leaves_is_made_inactive_not_deleted(reader, city):
    somebody = reader("administrator")
    somebody.submit("/users/new", **TYPED)
    form = {"full_name": "周雅琴", "role": "checker", "area_code": "529901"}
    somebody.post("/users/zhou", **form)
    assert User.get_by_id("zhou").active is False


def test_supervisors_look_and_change_nothing(reader, city):
    somebody = reader("supervisor")
    assert somebody.get("/users/maker").status_code == 200
    assert somebody.post("/users/maker", role="approver").status_code == 403
    assert somebody.get("/users/new").status_code == 403


def test_the_trail_is_listed_searched_and_checked(reader, city):
    auditor = reader("auditor")
    assert "user.signed_in" in auditor.get("/audit/?action=user.signed_in").text
    assert "没有符合条件的事件" in auditor.get("/audit/?actor=nobody").text
    auditor.post("/audit/check")
    assert "事件链完整" in auditor.get("/audit/").text


def test_a_changed_row_of_the_trail_is_found(reader, city):
    world.sql("ALTER TABLE audit_event DISABLE TRIGGER USER")
    AuditEvent.update(actor="somebody else").where(AuditEvent.id == 2).execute()
    world.sql("ALTER TABLE audit_event ENABLE TRIGGER USER")
    world.db.connection().commit()
    auditor = reader("auditor")
    auditor.post("/audit/check")
    assert "第 2 号事件处中断" in auditor.get("/audit/").text


def test_a_head_that_was_kept_elsewhere_proves_what_came_before(reader, city):
    auditor = reader("auditor")
    kept = audit.head().anchor
    assert kept in auditor.get("/audit/").text
    for told, answer in {
        kept: "与所给的链头一致",
        kept[:-4] + "0000": "与所给的链头不符",
        "no anchor": "请照打印的凭证输入",
    }.items():
        auditor.post("/audit/check", anchor=told)
        assert answer in auditor.get("/audit/").text


def test_the_table_of_rights_is_shown_as_the_program_reads_it(reader, city):
    page = reader("administrator").get("/users/rights").text
    assert "用户与权限" in page
    assert "医疗机构" in page


def test_nobody_makes_himself_more_than_he_is(reader, city):
    chief = reader("administrator")
    form = {"full_name": "周管理", "role": "approver", "area_code": "all", "active": "1"}
    assert "不能更改自己" in chief.post("/users/administrator", **form).text
    assert str(User.get_by_id("administrator").role) == "administrator"
    gone = chief.post("/users/administrator", **form | {"role": "administrator", "active": ""})
    assert gone.status_code == 422
    assert chief.post("/users/administrator", **form | {"role": "administrator"}).status_code == 303


def test_an_administrator_of_a_county_grants_no_rows_beyond_it(reader, city):
    User.update(area_code="529901").where(User.name == "administrator").execute()
    chief = reader("administrator")
    for area in ("all", "529900", "999999"):
        refused = chief.submit("/users/new", **TYPED | {"area_code": area})
        assert refused.status_code in {404, 422}, area
    assert User.get_or_none(User.name == "zhou") is None
    assert chief.get("/users/maker").status_code == 404
    assert chief.post("/users/maker/end-sessions").status_code == 404


def test_a_locked_user_is_let_in_again_by_an_administrator(reader, city):
    for _ in range(5):
        reader().submit("/sign-in", name="maker", password="no")
    chief = reader("administrator")
    assert "已锁定" in chief.get("/users/maker").text
    chief.post("/users/maker/unlock")
    reader("maker")
    assert AuditEvent.select().where(AuditEvent.action == "user.unlocked").count() == 1
