"""First run: the first administrator by a code, then what an empty installation still lacks."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from models.records.access import User
from models.rules.errors.signin import FirstUserExists
from models.rules.words import Role
from models.services.users import first
from tests.factories import imports as world
from tests.web.conftest import Reader, fields
from web import first_run
from web.today import first_steps

GOOD = {"name": "chief", "full_name": "周主任", "email": "", "password": "Lanjiang-7788-first"}


def code(app) -> str:
    return first_run.code(app.config["SETTINGS"])


def test_an_empty_installation_leads_from_the_door_to_its_first_run(app):
    nobody = Reader(app, None)
    assert nobody.get("/").status_code == 302
    assert nobody.get("/sign-in").location == "/first-run/"
    page = nobody.get("/first-run/")
    assert page.status_code == 200
    assert "建立第一个管理员" in page.text


def test_whoever_reads_the_code_becomes_the_administrator_and_the_page_ends(app):
    nobody = Reader(app, None)
    made = nobody.submit("/first-run/", code=code(app), **GOOD)
    assert (made.status_code, made.location) == (303, "/sign-in")
    user = User.get()
    assert (user.name, user.role, user.area_code) == ("chief", Role.ADMINISTRATOR, "all")
    assert not (app.config["SETTINGS"].var_dir / first_run.CODE_FILE).exists()
    assert nobody.get("/first-run/").status_code == 404
    assert nobody.get("/sign-in").status_code == 200
    audited = world.sql("SELECT action, actor FROM audit_event ORDER BY id DESC LIMIT 1")
    assert audited.fetchone() == ("user.created", "system")


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        ({"code": "wrong"}, "首次使用代码不正确"),
        ({"code": ""}, "首次使用代码不正确"),
        ({"password": "short"}, "密码至少"),
    ],
)
def test_without_the_code_or_with_a_weak_password_nobody_is_made(app, typed, told):
    answer = Reader(app, None).submit("/first-run/", **{"code": code(app), **GOOD, **typed})
    assert answer.status_code >= 400
    assert told in answer.text
    assert GOOD["password"] not in answer.text
    assert not User.select().exists()


def test_a_post_without_a_token_makes_nobody(app):
    nobody = Reader(app, None)
    assert nobody.client.post("/first-run/", data={"code": code(app), **GOOD}).status_code == 400
    assert not User.select().exists()


def test_of_two_at_once_one_is_made(app):
    def make(name: str) -> bool:
        try:
            first.create(name, GOOD["password"], full_name=name)
        except FirstUserExists:
            return False
        finally:
            world.db.close()
        return True

    with ThreadPoolExecutor(2) as pool:
        told = list(pool.map(make, ["one", "two"]))
    assert sorted(told) == [False, True]
    assert User.select().count() == 1


def test_with_users_there_is_no_such_page(reader, people):
    assert reader().get("/first-run/").status_code == 404
    assert "code" not in fields(reader().get("/sign-in").text)


def test_an_empty_system_shows_the_maker_what_it_lacks(reader, people):
    maker = reader("maker")
    page = maker.get("/").text
    assert "首次使用" in page
    assert '<span class="num muted">1/10</span>' in page, "the people are there already"
    assert '<a href="/imports/?kind=areas">导入统筹区</a>' in page
    assert "/imports/?kind=agencies" not in page, "only the first open step has a link"
    assert maker.get("/imports/?kind=areas").status_code == 200


def test_the_administrator_first_makes_the_people_and_then_sees_whose_turn_it_is(reader, people):
    administrator = reader("administrator")
    page = administrator.get("/").text
    assert "由他人办理" in page, "he imports no areas"
    assert "/imports/?kind=areas" not in page.split("<main")[1]
    world.sql("UPDATE app_user SET active = false WHERE role = 'approver'")
    world.db.connection().commit()
    assert '<a href="/users/">建立经办、复核和审批人员</a>' in administrator.get("/").text


@pytest.mark.parametrize("role", [Role.AUDITOR, Role.HOSPITAL, Role.ENTERPRISE])
def test_who_cannot_take_the_steps_does_not_see_them(reader, people, role):
    assert "首次使用" not in reader(role).get("/").text


def test_the_steps_follow_what_is_there_and_end_when_all_is(app, reader, city):
    maker = reader("maker")
    page = maker.get("/").text
    assert '<a href="/imports/?kind=areas">' not in page
    assert "首次使用" in page


def test_what_is_done_is_not_asked_for_again(app, people):
    with app.test_request_context("/"):
        app.extensions[first_steps.DONE] = True
        from models.services import access

        assert first_steps.steps(access.load("maker")) == []
