"""Six figures beside the password: on, taken once, lost, reset; required where a house says so."""

import re
import threading
from dataclasses import replace
from html import unescape

import pyotp
import pytest

from models import clock
from models.records import base
from models.records.access import User
from models.records.entrance import RecoveryCode, SecondFactor
from models.rules.errors.api import SecretUnreadable
from models.services.users import second_factors
from tests.web.conftest import PASSWORD, Reader, fields


def code_of(secret: str, steps: int = 0) -> str:
    at = int(clock.now().timestamp()) // second_factors.STEP_SECONDS + steps
    return pyotp.TOTP(secret).generate_otp(at)


def wrong_for(secret: str) -> str:
    right = {code_of(secret, steps) for steps in (-1, 0, 1)}
    return next(c for c in ("000000", "111111", "222222", "333333") if c not in right)


def switched_on(somebody: Reader) -> tuple[str, list[str]]:
    page = somebody.get("/me/second-factor").text
    secret = re.search(r'id="secret">([A-Z2-7 ]+)<', page)[1].replace(" ", "")
    shown = somebody.submit("/me/second-factor", code=code_of(secret)).text
    return secret, re.findall(r"<li>([0-9a-f]{5}-[0-9a-f]{5}-[0-9a-f]{5})</li>", shown)


@pytest.fixture
def maker(reader, frozen_clock):
    somebody = reader("maker")
    secret, codes = switched_on(somebody)
    frozen_clock.advance(minutes=2)
    return somebody, secret, codes


def half_way(app, name: str = "maker") -> Reader:
    visitor = Reader(app, None)
    told = visitor.submit("/sign-in", name=name, password=PASSWORD, next="/jobs/")
    assert told.headers["Location"] == "/sign-in/code"
    return visitor


def test_the_picture_holds_the_secret_and_no_other_site_draws_it(reader):
    page = reader("maker").get("/me/second-factor").text
    assert "<svg" in page
    assert "https://" not in page.split("<main")[1].split("第二步")[0]


def test_after_the_password_six_figures_lead_to_where_the_link_pointed(app, maker):
    _, secret, _ = maker
    visitor = half_way(app)
    assert visitor.get("/").status_code == 302, "half way is not in"
    entered = visitor.submit("/sign-in/code", code=code_of(secret))
    assert entered.headers["Location"] == "/jobs/"
    assert visitor.get("/jobs/").status_code == 200


def test_a_code_is_taken_once(app, maker):
    _, secret, _ = maker
    assert half_way(app).submit("/sign-in/code", code=code_of(secret)).status_code == 302
    again = half_way(app).submit("/sign-in/code", code=code_of(secret))
    assert again.status_code == 401
    older = half_way(app).submit("/sign-in/code", code=code_of(secret, -1))
    assert older.status_code == 401, "an older half minute than the last one taken"


def test_a_code_is_taken_once_by_two_requests_at_the_same_time(maker):
    _, secret, _ = maker
    code, taken = code_of(secret), []

    def take() -> None:
        base.db.connect(reuse_if_open=True)
        taken.append(second_factors.take("maker", code))
        base.db.close()

    both = [threading.Thread(target=take) for _ in range(2)]
    for one in both:
        one.start()
    for one in both:
        one.join()
    assert sorted(taken) == [False, True]


def test_wrong_codes_lock_and_the_right_password_does_not_wipe_the_count(app, maker):
    _, secret, _ = maker
    for _ in range(5):
        visitor = half_way(app)
        assert visitor.submit("/sign-in/code", code=wrong_for(secret)).status_code == 401
    locked = Reader(app, None).submit("/sign-in", name="maker", password=PASSWORD)
    assert locked.status_code == 423


def test_half_way_ends_after_five_minutes_and_with_a_new_password(app, maker, frozen_clock):
    _, secret, _ = maker
    visitor = half_way(app)
    frozen_clock.advance(minutes=6)
    assert visitor.get("/sign-in/code").headers["Location"] == "/sign-in"
    visitor = half_way(app)
    User.update(password_hash="$argon2id$other").where(User.name == "maker").execute()
    late = visitor.post("/sign-in/code", token_from="/sign-in", code=code_of(secret))
    assert late.headers["Location"] == "/sign-in"


def test_a_recovery_code_stands_in_once(app, maker):
    _, _, codes = maker
    assert len(codes) == len(set(codes)) == 10
    entered = half_way(app).submit("/sign-in/code", code=codes[3].upper())
    assert entered.status_code == 302
    assert half_way(app).submit("/sign-in/code", code=codes[3]).status_code == 401
    assert not RecoveryCode.select().where(RecoveryCode.code_hash.in_(codes)).count()


def test_switching_off_and_new_codes_ask_for_a_code(maker, frozen_clock):
    somebody, secret, _ = maker
    refused = somebody.post("/me/second-factor", act="off", code=wrong_for(secret))
    assert refused.status_code == 422
    assert second_factors.is_on("maker")
    assert "恢复码" in somebody.post("/me/second-factor", act="codes", code=code_of(secret)).text
    frozen_clock.advance(minutes=1)
    somebody.post("/me/second-factor", act="off", code=code_of(secret))
    assert not second_factors.is_on("maker")
    assert RecoveryCode.select().count() == 0


def test_the_secret_lies_sealed_and_another_key_does_not_open_it(maker, monkeypatch):
    _, secret, _ = maker
    kept = SecondFactor.get_by_id("maker").sealed_secret
    assert secret not in kept
    monkeypatch.setenv("SECRET_KEY", "another-key-of-another-installation")
    with pytest.raises(SecretUnreadable):
        second_factors.take("maker", code_of(secret))


def test_a_lost_telephone_is_reset_by_an_administrator_and_ends_the_sessions(reader, maker):
    somebody, _, _ = maker
    chief = reader("administrator")
    assert reader("supervisor").post("/users/maker/reset-second-factor").status_code == 403
    chief.post("/users/maker/reset-second-factor")
    assert somebody.get("/").status_code == 302
    assert reader("maker").get("/").status_code == 200


def test_where_it_is_required_a_mover_of_money_reaches_nothing_before_it_is_on(
    app, reader, settings, monkeypatch
):
    monkeypatch.setenv("SECOND_FACTOR", "required")
    app.config["SETTINGS"] = replace(settings, second_factor="required")
    somebody = reader("maker")
    for address in ("/", "/sheets/", "/imports/"):
        assert somebody.get(address).headers["Location"] == "/me/second-factor"
    assert somebody.get("/jobs/1.json").status_code == 403
    assert somebody.get("/me").status_code == 200
    secret, codes = switched_on(somebody)
    assert codes
    assert somebody.get("/sheets/").status_code == 200
    off = somebody.post("/me/second-factor", act="off", code=code_of(secret, 1))
    assert "不能关闭" in unescape(off.text)
    assert second_factors.is_on("maker")
    assert reader("auditor").get("/sheets/").status_code == 200, "who only reads is free"


def test_what_is_typed_wrong_leaves_it_off(reader):
    somebody = reader("maker")
    somebody.get("/me/second-factor")
    assert somebody.submit("/me/second-factor", code="12").status_code == 422
    assert somebody.submit("/me/second-factor", code="壹贰叁肆伍陆").status_code == 422
    assert not second_factors.is_on("maker")
    assert fields(somebody.get("/me/second-factor").text)["act"] == "on"
