"""The door: who comes in, for how long, and what happens after wrong passwords."""

import pytest

from models import clock
from models.records.access import AuditEvent, User
from models.rules.entrance import ADDRESS_FAILURES_MAX
from models.rules.errors.signin import PasswordTooWeak, PasswordUsedBefore, UserExists
from models.rules.words import Role
from models.services import users
from tests.web.conftest import PASSWORD


def test_a_page_asks_for_a_name_first_and_leads_on_to_where_the_link_pointed(reader):
    visitor = reader()
    away = visitor.get("/jobs/?state=failed")
    assert away.headers["Location"] == "/sign-in?next=/jobs/?state%3Dfailed"
    entered = visitor.submit(away.headers["Location"], name="maker", password=PASSWORD)
    assert entered.headers["Location"] == "/jobs/?state=failed"


@pytest.mark.parametrize(
    "elsewhere", ["https://evil.example/", "//evil.example", "/\\evil.example"]
)
def test_a_link_to_another_site_is_not_followed_after_sign_in(reader, elsewhere):
    visitor = reader()
    entered = visitor.post(
        "/sign-in", token_from="/sign-in", name="maker", password=PASSWORD, next=elsewhere
    )
    assert entered.headers["Location"] == "/"


def test_a_wrong_password_and_an_unknown_name_get_the_same_answer(reader):
    wrong = reader().submit("/sign-in", name="maker", password="no")
    unknown = reader().submit("/sign-in", name="nobody", password="no")
    assert wrong.status_code == unknown.status_code == 401
    assert "用户名或密码不正确" in wrong.text
    assert "用户名或密码不正确" in unknown.text


def test_five_wrong_passwords_lock_the_user_for_a_quarter_of_an_hour(reader, frozen_clock):
    for _ in range(5):
        assert reader().submit("/sign-in", name="maker", password="no").status_code == 401
    locked = reader().submit("/sign-in", name="maker", password=PASSWORD)
    assert locked.status_code == 423
    assert "已锁定" in locked.text
    assert AuditEvent.select().where(AuditEvent.action == "user.locked").count() == 1
    frozen_clock.advance(minutes=16)
    reader("maker")


def test_a_session_ends_when_idle_and_after_its_whole_age(reader, settings, frozen_clock):
    idle = reader("maker")
    frozen_clock.advance(minutes=settings.session_idle_minutes, seconds=1)
    assert idle.get("/").status_code == 302
    busy = reader("maker")
    for _ in range(7):
        frozen_clock.advance(hours=1, minutes=50)
        last = busy.get("/")
    assert last.status_code == 302


def test_a_new_password_ends_older_sessions(reader):
    here, there = reader("maker"), reader("maker")
    changed = here.submit("/me", old=PASSWORD, new="Other-5678")
    assert changed.status_code == 302
    assert here.get("/").status_code == 200
    assert there.get("/").status_code == 302


def test_whoever_is_made_inactive_is_out_at_once(reader):
    somebody = reader("maker")
    User.update(active=False).where(User.name == "maker").execute()
    assert somebody.get("/").status_code == 302


def test_signing_out_ends_the_session(reader):
    somebody = reader("maker")
    somebody.post("/sign-out")
    assert somebody.get("/").status_code == 302


def test_the_language_is_remembered_with_the_user(reader):
    somebody = reader("maker")
    assert 'lang="zh-CN"' in somebody.get("/").text
    somebody.post("/language", language="en", next="/")
    assert 'lang="en"' in somebody.get("/").text
    assert 'lang="en"' in reader("maker").get("/").text


def test_passwords_have_a_least_strength_and_names_are_taken_once(people):
    for weak in ("short1", "onlyletters", "12345678", "checker-1234"):
        with pytest.raises(PasswordTooWeak):
            users.set_password("checker", weak, by="administrator")
    with pytest.raises(UserExists):
        users.create("maker", Role.MAKER, "all", password=PASSWORD)


def test_only_the_hash_of_a_password_is_kept(people):
    kept = User.get(User.name == "maker").password_hash
    assert kept.startswith("$argon2id$")
    assert PASSWORD not in kept
    assert clock.now() >= User.get(User.name == "maker").created_at


def test_many_failures_close_the_door_to_an_address_whatever_the_names(app, reader, frozen_clock):
    visitor = reader()
    for number in range(ADDRESS_FAILURES_MAX):
        tried = visitor.post("/sign-in", token_from="/sign-in", name=f"n{number}", password="no")
        assert tried.status_code == 401
    closed = visitor.submit("/sign-in", name="maker", password=PASSWORD)
    assert closed.status_code == 429
    assert visitor.submit("/forgotten", name="maker").status_code == 429
    elsewhere = reader()
    elsewhere.client.environ_base["REMOTE_ADDR"] = "192.0.2.9"
    assert elsewhere.submit("/sign-in", name="maker", password=PASSWORD).status_code == 302
    frozen_clock.advance(minutes=16)
    assert visitor.submit("/sign-in", name="maker", password=PASSWORD).status_code == 302


def test_the_last_five_passwords_are_not_taken_again(people):
    for number in range(5):
        users.set_password("maker", f"Own-Words-{number}", by="maker")
    for number in (0, 2, 4):
        with pytest.raises(PasswordUsedBefore):
            users.set_password("maker", f"Own-Words-{number}", by="maker")
    users.set_password("maker", "Own-Words-9", by="maker")
    users.set_password("maker", "Own-Words-0", by="maker")


@pytest.mark.parametrize(
    "elsewhere", ["/\t/evil.example", "javascript:alert(1)", "/\n/evil.example"]
)
def test_odd_addresses_lead_home(reader, elsewhere):
    visitor = reader()
    entered = visitor.post(
        "/sign-in", token_from="/sign-in", name="maker", password=PASSWORD, next=elsewhere
    )
    assert entered.headers["Location"] == "/"
    language = visitor.post("/language", language="en", next=elsewhere)
    assert language.headers["Location"] == "/"
