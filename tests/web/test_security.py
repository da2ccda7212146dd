"""What a browser is told it may do, and what a forged request achieves: nothing."""

import re

import pytest

from tests.factories import imports as world
from web import assets, security

PAGES = [
    "/", "/hospitals/", f"/hospitals/details/?id={world.HOSPITAL}",
    f"/hospitals/edit/?id={world.HOSPITAL}", "/hospitals/new/", "/schemes/drafts/new",
    "/contracts/", "/accounts/", "/imports/", "/jobs/", "/me", "/find/?q=医院", "/nothing-here",
]  # fmt: skip
OF_OTHERS = [("administrator", "/users/"), ("administrator", "/users/maker"),
             ("administrator", "/users/rights"), ("auditor", "/audit/"),
             ("hospital", "/"), ("enterprise", "/enterprises/")]  # fmt: skip

INLINE = re.compile(
    r"<style|<script(?![^>]*\ssrc=)|\sstyle=|\son[a-z]+=|javascript:|(?:src|href|action)=\"(?:https?:)?//",
    re.I,
)


@pytest.mark.parametrize(("name", "address"), [("maker", page) for page in PAGES] + OF_OTHERS)
def test_no_page_has_inline_code_or_an_outside_address(reader, city, name, address):
    page = reader(name).get(address)
    assert page.headers["Content-Security-Policy"] == security.CSP
    assert page.headers["X-Content-Type-Options"] == "nosniff"
    assert page.headers["Cache-Control"] == "no-store"
    assert INLINE.findall(page.text) == []
    assert "unsafe" not in security.CSP


@pytest.mark.parametrize("address", PAGES[:-1])
def test_a_page_is_small(reader, city, address):
    assert len(reader("maker").get(address).data) <= 60_000


def test_style_and_script_keep_their_budget():
    assert (assets.STATIC / "zhijie.css").stat().st_size <= 40_960
    assert (assets.STATIC / "zhijie.js").stat().st_size <= 12_288


def test_static_files_carry_a_hash_and_stay(reader):
    somebody = reader("maker")
    css = re.search(r'href="(/static/zhijie\.css\?v=[0-9a-f]{12})"', somebody.get("/").text)[1]
    with somebody.get(css) as answer:
        assert "immutable" in answer.headers["Cache-Control"]


@pytest.mark.parametrize(
    "address",
    ["/sign-out", "/language", "/me", "/hospitals/new/", "/imports/", "/accounts/1/approve",
     "/jobs/1/cancel", "/jobs/1/again", "/users/new", "/audit/check", "/hospitals/action/"],
)  # fmt: skip
def test_a_post_without_its_token_does_nothing(reader, city, address):
    somebody = reader("maker")
    for forged in ({}, {"csrf_token": "20990101000000##0000"}):
        assert somebody.client.post(address, data=forged).status_code == 400


def test_a_token_of_another_session_is_worth_nothing(reader):
    token = reader("maker").token("/me")
    other = reader("checker")
    assert other.client.post("/sign-out", data={"csrf_token": token}).status_code == 400


def test_a_broken_page_shows_a_number_and_no_details(app, reader, city, monkeypatch):
    somebody = reader("maker")
    app.config["TESTING"] = False
    monkeypatch.setattr("web.admin.jobs.visible", lambda: 1 / 0)
    page = somebody.get("/jobs/")
    assert page.status_code == 500
    assert re.search(r"错误编号 <b class=\"code\">[0-9a-f]{16}</b>", page.text)
    assert "ZeroDivisionError" not in page.text


def test_health_tells_whether_the_database_is_migrated(app):
    answer = app.test_client().get("/health")
    assert (answer.status_code, answer.json) == (200, {"status": "ok"})


def test_every_view_states_its_page(app):
    views = app.extensions["zhijie_admin"]._views
    assert all(view.page is not None for view in views)
    with pytest.raises(TypeError, match="does not state its page"):
        type("Silent", (type(views[-1]).__mro__[1],), {"page": None})


def test_the_key_is_made_once_and_is_ours_alone(settings, tmp_path):
    from dataclasses import replace

    own = replace(settings, secret_key="", var_dir=tmp_path / "var")
    first = security.secret_key(own)
    assert security.secret_key(own) == first
    assert len(first) >= 32
    assert (tmp_path / "var" / "secret_key").stat().st_mode & 0o777 == 0o600
