"""First passwords by link, forgotten ones, and the keeper who invites colleagues."""

import csv
import io
import re
from dataclasses import replace

import pytest

from models.records.access import AuditEvent, User
from models.records.alerts import Mail
from models.records.base import db as handle
from models.records.base import sql
from models.records.entrance import PasswordLink, SignInAttempt
from models.services import notifications
from models.services.users import links
from tests.factories import imports as world
from tests.web.conftest import PASSWORD, Reader
from web.auth import door

NEW = {
    "name": "zhou", "full_name": "周雅琴", "role": "checker", "area_code": "529901",
    "email": "zhou@agency.test", "password": "",
}  # fmt: skip
CHOSEN = "Own-Words-88"


def sent_link() -> str:
    """The address in the mail as the mail server gets it."""
    mail = notifications.claim_next(30)
    text = re.search(r"http://\S+/(welcome/\S+)", mail.text)[1]
    assert text in mail.html
    return f"/{text}"


@pytest.fixture
def with_mail_server(app, settings):
    app.config["SETTINGS"] = replace(settings, smtp_host="mail.test")


@pytest.fixture
def invited(reader, city, with_mail_server):
    made = reader("administrator").submit("/users/new", **NEW)
    assert made.headers["Location"] == "/users/zhou"
    return sent_link()


def test_who_is_invited_chooses_a_password_once_and_signs_in(app, invited):
    visitor = Reader(app, None)
    page = visitor.get(invited)
    assert "周雅琴" in page.text
    assert visitor.submit(invited, new="weak").status_code == 422
    assert visitor.submit(invited, new=CHOSEN).headers["Location"] == "/sign-in"
    again = visitor.get(invited)
    assert again.status_code == 410
    assert "链接已使用" in again.text
    entered = visitor.submit("/sign-in", name="zhou", password=CHOSEN)
    assert entered.status_code == 302
    assert visitor.get("/sheets/").status_code == 200, "the password is the own one"


def test_the_number_of_a_link_is_in_no_table_and_on_no_page(reader, invited):
    number = invited.rpartition("/")[2]
    tables = sql("SELECT table_name FROM information_schema.tables WHERE table_schema = 'public'")
    for (table,) in tables.fetchall():
        found = sql(
            f"SELECT count(*) FROM {table} t WHERE t::text LIKE %s", (f"%{number[-20:]}%",)
        ).fetchone()[0]
        assert found == 0, table
    shown = reader("maker").get(f"/mails/{Mail.get().id}").text
    assert number not in shown
    assert "secret-link-" in shown


def test_only_the_last_link_opens_and_no_link_after_its_time(reader, app, invited, frozen_clock):
    reader("administrator").post("/users/zhou/invite")
    assert Reader(app, None).get(invited).status_code == 410
    later = links.number_of(links.open_link("zhou"))
    assert Reader(app, None).get(f"/welcome/{later}").status_code == 200
    frozen_clock.advance(days=7, seconds=1)
    assert Reader(app, None).get(f"/welcome/{later}").status_code == 410


def test_a_made_up_number_opens_nothing(app, invited):
    visitor = Reader(app, None)
    for forged in ("1", "1-", "x", "1-AAAA", "999-AAAA", "١-AAAA", "1-" + "é" * 43):
        assert visitor.get(f"/welcome/{forged}").status_code == 410, forged
    assert PasswordLink.get().used_at is None


def test_a_placeholder_in_another_mail_is_never_filled(invited):
    from models.services import link_numbers

    text = "see secret-link-1"
    assert link_numbers.filled(text, "hospital", "zhou") == text
    assert link_numbers.filled(text, "user", "maker") == text
    assert link_numbers.filled(text, "user", "zhou") != text


def test_asking_for_a_new_password_answers_the_same_for_everybody(reader, app, with_mail_server):
    User.update(email="li@agency.test").where(User.name == "maker").execute() if reader() else None
    visitor = Reader(app, None)
    answers = {
        re.sub(r'value="[^"]*"', "", visitor.submit("/forgotten", name=name).text)
        for name in ("maker", "li@agency.test", "nobody", "nobody@nowhere.test", "checker")
    }
    assert len(answers) == 1
    assert PasswordLink.select().count() == 1, "one mail for five minutes, none for the others"
    assert SignInAttempt.select().count() == 5


def test_a_forgotten_password_is_replaced_and_ends_the_sessions(reader, app, with_mail_server):
    somebody = reader("maker")
    User.update(email="li@agency.test").where(User.name == "maker").execute()
    Reader(app, None).submit("/forgotten", name="maker")
    link = sent_link()
    assert Reader(app, None).submit(link, new=PASSWORD).status_code == 422, "an old one"
    Reader(app, None).submit(link, new=CHOSEN)
    assert somebody.get("/").status_code == 302
    assert Reader(app, None).submit("/sign-in", name="maker", password=CHOSEN).status_code == 302
    assert AuditEvent.select().where(AuditEvent.action == "link.used").count() == 1


def test_without_a_mail_server_the_link_is_shown_once_to_who_invites(reader, city):
    page = reader("administrator").submit("/users/new", **NEW)
    number = re.search(r"/welcome/(\S+?)<", page.text)[1]
    assert links.find(number)[1].name == "zhou"
    assert number not in reader("administrator").get("/users/zhou").text


def test_without_password_and_mail_address_nobody_is_made(reader, city):
    refused = reader("administrator").submit("/users/new", **NEW | {"email": ""})
    assert refused.status_code == 422
    assert "没有邮箱" in refused.text
    assert User.get_or_none(User.name == "zhou") is None


@pytest.fixture
def keeper(reader, city, with_mail_server):
    somebody = reader("hospital")
    User.update(keeper=True).where(User.name == "hospital").execute()
    return somebody


COLLEAGUE = {"name": "nurse.li", "full_name": "李药师", "email": "li@hospital.test"}


def test_a_keeper_invites_into_the_own_institution_only_whatever_the_form_says(app, keeper):
    forged = COLLEAGUE | {"role": "administrator", "party_code": "H-OTHER", "area_code": "all",
                          "keeper": "1"}  # fmt: skip
    keeper.post("/me/colleagues", **forged)
    made = User.get_by_id("nurse.li")
    told = (str(made.role), made.party_code, made.keeper)
    assert told == ("hospital", world.HOSPITAL, False)
    visitor = Reader(app, None)
    assert visitor.submit(sent_link(), new=CHOSEN).status_code == 303
    assert visitor.submit("/sign-in", name="nurse.li", password=CHOSEN).status_code == 302
    keeper.post("/me/colleagues/nurse.li/stop")
    assert visitor.get("/").status_code == 302
    keeper.post("/me/colleagues/nurse.li/let")
    assert User.get_by_id("nurse.li").active


def test_a_keeper_touches_nobody_of_another_house(keeper):
    for other in ("enterprise", "maker", "administrator", "nobody"):
        for act in ("stop", "let", "invite"):
            assert keeper.post(f"/me/colleagues/{other}/{act}").status_code == 404, (other, act)
    assert PasswordLink.select().count() == 0
    assert User.select().where(~User.active).count() == 0


def test_who_keeps_nothing_finds_no_such_page(reader, city):
    for name in ("hospital", "maker", "administrator"):
        somebody = reader(name)
        assert somebody.get("/me/colleagues").status_code == 404
        assert somebody.post("/me/colleagues", **COLLEAGUE).status_code == 404
    assert User.get_or_none(User.name == "nurse.li") is None


def test_a_keeper_does_not_end_the_own_access(keeper):
    keeper.post("/me/colleagues/hospital/stop")
    assert User.get_by_id("hospital").active


def _file(*rows: dict[str, str]) -> dict[str, object]:
    made = io.StringIO()
    writer = csv.writer(made)
    writer.writerow(["用户名", "姓名", "角色", "统筹区代码", "所属机构", "邮箱", "机构管理员"])
    for row in rows:
        writer.writerow(row)
    return {"file": (io.BytesIO(made.getvalue().encode("utf-8-sig")), "users.csv")}


GOOD = [
    ("zhou", "周雅琴", "checker", "529901", "", "zhou@agency.test", ""),
    ("yao", "姚主任", "hospital", "all", world.HOSPITAL, "yao@hospital.test", "是"),
]


def test_many_users_come_from_one_file_after_a_look(reader, city, with_mail_server):
    chief = reader("administrator")
    looked = chief.client.post(
        "/users/bring", data={"csrf_token": chief.token("/users/bring"), **_file(*GOOD)}
    )
    assert "建立 2 个用户" in looked.text
    assert User.get_or_none(User.name == "zhou") is None
    form = re.search(r'name="text" value="([^"]*)"', looked.text, re.S)[1]
    chief.post("/users/bring", text=form.replace("&#34;", '"'), selection_hash="1")
    assert User.get_by_id("yao").keeper
    assert Mail.select().where(Mail.kind == "invitation").count() == 2


WRONG = (
    (("zhou", "周", "king", "all", "", "a@b.test", ""), "角色“king”不存在"),
    (("zh ou", "周", "maker", "all", "", "a@b.test", ""), "不可用"),
    (("zhou", "周", "maker", "999999", "", "a@b.test", ""), "999999"),
    (("zhou", "周", "hospital", "all", "H-NONE", "a@b.test", ""), "H-NONE"),
    (("zhou", "周", "hospital", "all", "", "a@b.test", ""), "须指定所属机构"),
    (("zhou", "周", "maker", "all", "", "", ""), "没有邮箱"),
    (("maker", "周", "maker", "all", "", "a@b.test", ""), "已存在"),
    (GOOD[0], "重复"),
)


def test_one_wrong_row_makes_nobody(reader, city):
    chief = reader("administrator")
    for row, why in WRONG:
        rows = [GOOD[0], row]
        looked = chief.client.post(
            "/users/bring", data={"csrf_token": chief.token("/users/bring"), **_file(*rows)}
        )
        assert looked.status_code == 422, why
        assert why in looked.text
        text = _file(*rows)["file"][0].getvalue().decode("utf-8-sig")
        assert chief.post("/users/bring", text=text, selection_hash="1").status_code == 422
    assert User.get_or_none(User.name == "zhou") is None


def test_the_door_of_links_knows_no_session(app, invited, reader):
    somebody = reader("maker")
    somebody.submit(invited, new=CHOSEN)
    assert somebody.get("/").status_code == 302, "who takes a link over signs in anew"
    assert handle is not None
    assert "auth.welcome" in door.OPEN
