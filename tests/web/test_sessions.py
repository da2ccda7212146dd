"""Sessions: seen and ended by their owner, worth nothing after their end, never guessed before."""

from datetime import timedelta

from models.records.access import User
from models.records.entrance import PasswordLink, UserSession
from models.rules.entrance import SessionEnd
from models.services.users import sessions
from tests.web.conftest import PASSWORD, Reader


def cookie(somebody: Reader) -> str:
    return somebody.client.get_cookie("zhijie").value


def test_a_session_begins_with_a_number_of_its_own_whatever_the_browser_brought(app, reader):
    visitor = reader()
    visitor.get("/sign-in")
    before = cookie(visitor)
    visitor.submit("/sign-in", name="maker", password=PASSWORD)
    thief = Reader(app, None)
    thief.client.set_cookie("zhijie", before)
    assert thief.get("/").status_code == 302
    with visitor.client.session_transaction() as kept:
        number = kept["_user_id"]
    assert len(number) >= 43
    assert not UserSession.select().where(UserSession.number_hash == number).count()


def test_a_copy_of_the_cookie_is_worth_nothing_after_signing_out(app, reader):
    somebody = reader("maker")
    stolen = cookie(somebody)
    thief = Reader(app, None)
    thief.client.set_cookie("zhijie", stolen)
    assert thief.get("/").status_code == 200
    somebody.post("/sign-out")
    thief.client.set_cookie("zhijie", stolen)
    assert thief.get("/").status_code == 302
    assert UserSession.get().ended_as == SessionEnd.SIGNED_OUT


def test_signing_in_again_in_the_same_browser_ends_the_session_before(app, reader):
    somebody = reader("maker")
    stolen = cookie(somebody)
    somebody.post("/sign-in", name="checker", password=PASSWORD)
    thief = Reader(app, None)
    thief.client.set_cookie("zhijie", stolen)
    assert thief.get("/").status_code == 302


def test_the_owner_sees_the_sessions_and_ends_one_or_all_others(reader):
    here, there, elsewhere = reader("maker"), reader("maker"), reader("maker")
    page = here.get("/me").text
    assert page.count("结束登录</button>") == 2
    assert "本次登录" in page
    second = UserSession.select().order_by(UserSession.id)[1]
    here.post(f"/me/sessions/{second.id}/end")
    assert there.get("/").status_code == 302
    assert elsewhere.get("/").status_code == 200
    here.post("/me/sessions/end")
    assert elsewhere.get("/").status_code == 302
    assert here.get("/").status_code == 200


def test_a_session_of_somebody_else_does_not_exist(reader):
    mine, other = reader("maker"), reader("checker")
    of_other = UserSession.get(UserSession.user_name == "checker").id
    assert mine.post(f"/me/sessions/{of_other}/end").status_code == 404
    assert other.get("/").status_code == 200


def test_whoever_is_made_inactive_is_out_at_once_and_links_are_spent(reader):
    chief = reader("administrator")
    User.update(email="li@agency.test").where(User.name == "maker").execute()
    somebody = reader("maker")
    chief.post("/users/maker/invite")
    form = {"full_name": "maker", "role": "maker", "area_code": "all", "email": "li@agency.test"}
    chief.post("/users/maker", **form)
    assert User.get_by_id("maker").active is False
    assert somebody.get("/").status_code == 302
    assert {s.ended_as for s in UserSession.select().where(UserSession.user_name == "maker")} == {
        SessionEnd.KEEPER
    }
    assert PasswordLink.get().ended_at is not None
    chief.post("/users/maker", active="1", **form)
    assert somebody.get("/").status_code == 302, "an ended session stays ended"


def test_an_administrator_ends_all_sessions_of_a_user(reader):
    somebody, chief = reader("maker"), reader("administrator")
    assert reader("auditor").post("/users/maker/end-sessions").status_code == 403
    chief.post("/users/maker/end-sessions")
    assert somebody.get("/").status_code == 302
    assert chief.get("/").status_code == 200


def test_what_a_page_asks_by_itself_keeps_nobody_signed_in(reader, settings, frozen_clock):
    somebody = reader("maker")
    for _ in range(settings.session_idle_minutes // 30):
        told = somebody.get("/me/left.json").json["left"]
        frozen_clock.advance(minutes=30)
    assert told == 30 * 60
    assert somebody.get("/me/left.json").status_code == 401


def test_one_press_keeps_the_session_but_not_beyond_its_age(reader, settings, frozen_clock):
    somebody = reader("maker")
    token = somebody.token("/me")
    for _ in range(settings.session_hours_max):
        frozen_clock.advance(minutes=59)
        kept = somebody.client.post("/me/stay", data={"csrf_token": token})
    assert kept.status_code == 200
    assert kept.json["left"] == 12 * 60
    frozen_clock.advance(minutes=13)
    assert somebody.get("/").status_code == 302


def test_what_ended_never_begins_again(people, frozen_clock):
    from models.services.users import Span, Visitor

    span = Span(idle=timedelta(hours=1), age=timedelta(hours=4))
    number = sessions.begin("maker", Visitor("192.0.2.7", "x" * 900), second_factor=False)
    assert sessions.find(number, span) is not None
    frozen_clock.advance(hours=2)
    assert sessions.find(number, span) is None
    frozen_clock.advance(hours=-2)
    assert sessions.find(number, span) is None
    assert UserSession.get().ended_as == SessionEnd.IDLE
    assert len(UserSession.get().agent) == 200
    assert sessions.find("no such number", span) is None


def test_the_list_of_tries_shows_what_failed_and_not_what_was_typed(app, reader):
    Reader(app, None).submit("/sign-in", name="maker", password="my-secret-typo")
    somebody = reader("maker")
    page = somebody.get("/me/sign-ins").text
    assert "密码错误" in page
    assert "登录成功" in page
    assert "127.0.0.1" in page
    assert "my-secret-typo" not in page
    assert "密码错误" in reader("auditor").get("/users/maker/sign-ins").text


def test_the_last_time_and_what_failed_since_are_told_after_signing_in(app, reader):
    reader("maker").post("/sign-out")
    Reader(app, None).submit("/sign-in", name="maker", password="no")
    page = reader("maker").get("/").text
    assert "上次登录：" in page
    assert "其后有 1 次登录失败" in page
