"""What every answer tells the browser, and requests that are no requests."""

from dataclasses import replace

import pytest
from gunicorn.config import Config
from gunicorn.http import RequestParser
from gunicorn.http.errors import ParseException

from models.records.access import User
from models.services.users import passwords
from tests.web.conftest import Reader, make_app
from web.security import HEADERS

#: A page, an error, a missing address, a file, a refusal, the API, a machine's question.
ANSWERS = (
    "/", "/purchases/?page=x", "/nothing/here", "/orders/", "/imports/template/areas.csv",
    "/users/", "/health",
    "/api/v1/sheets", "/sign-in", "/audit/export?format=csv",
)  # fmt: skip


def test_every_answer_carries_the_wall(reader, city):
    somebody = reader("maker")
    for address in ANSWERS:
        answer = somebody.get(address)
        for name, value in HEADERS.items():
            assert answer.headers[name] == value, (address, name)
        assert "Access-Control-Allow-Origin" not in answer.headers
        assert "no-store" in answer.headers["Cache-Control"], address
        assert answer.headers["Content-Type"], address
        if answer.mimetype.startswith("text/"):
            assert "charset=utf-8" in answer.headers["Content-Type"], address
        assert "Strict-Transport-Security" not in answer.headers, "http promises nothing"


def test_over_https_browsers_are_told_to_stay_there(settings, people):
    strict = make_app(replace(settings, public_url="https://zhijie.example", proxies=1))
    client = strict.test_client()
    for address in ("/sign-in", "/nothing", "/health", "/api/v1/openapi.json"):
        # The proxy speaks plain http to us; browsers are told all the same.
        answer = client.get(address, headers={"X-Forwarded-Proto": "https"})
        assert (
            answer.headers["Strict-Transport-Security"] == "max-age=31536000; includeSubDomains"
        ), address


def test_signing_out_clears_what_the_browser_kept(reader, city):
    somebody = reader("maker")
    answer = somebody.post("/sign-out")
    assert answer.headers["Clear-Site-Data"] == '"cache", "storage"'
    assert somebody.get("/purchases/").status_code == 302


def test_every_page_leads_out(reader, city):
    for name, address in (
        ("maker", "/"),
        ("administrator", "/users/"),
        ("hospital", "/purchases/"),
    ):
        page = reader(name).get(address)
        assert page.status_code == 200, address
        assert "/sign-out" in page.text


def test_odd_methods_and_folders_are_refused(reader, city):
    somebody = reader("maker")
    for method in ("TRACE", "TRACK", "PROPFIND", "CONNECT", "DELETE"):
        assert somebody.client.open("/purchases/", method=method).status_code in {400, 405}, method
    for folder in ("/static/", "/static/../app.py", "/static/%2e%2e/app.py", "/.git/config"):
        assert somebody.get(folder).status_code in {302, 404}, folder


def test_of_a_name_sent_twice_the_first_counts(reader, city):
    User.update(area_code="529901").where(User.name == "administrator").execute()
    chief = reader("administrator")
    token = chief.token("/users/new")
    typed = {
        "csrf_token": token, "name": ["zhou", "li"],
        "full_name": "x", "role": ["maker", "approver"],
        "area_code": ["529901", "all"], "password": "Own-Words-88", "email": "",
    }  # fmt: skip
    chief.client.post("/users/new", data=typed)
    made = User.get_or_none(User.name == "zhou")
    assert made is not None
    assert (str(made.role), made.area_code) == ("maker", "529901")
    assert User.get_or_none(User.name == "li") is None


def test_passwords_are_typed_hidden_and_may_be_pasted(reader, city):
    for page in (Reader.get(reader(), "/sign-in").text, reader("maker").get("/me").text):
        fields = [one for one in page.split("<input") if "password" in one.split(">")[0]]
        assert fields
        for one in fields:
            head = one.split(">")[0]
            assert 'type="password"' in head, head
            assert "autocomplete=" in head, head
            assert "onpaste" not in head


def test_a_password_of_many_characters_is_taken_as_typed(people):
    long = " Ünï-密码 " + "x9#Lm2pQ" * 20 + " "
    passwords.set_password("maker", long, by="maker")
    kept = User.get_by_id("maker").password_hash
    assert passwords.fits(kept, long)
    assert not passwords.fits(kept, long.strip())
    assert not passwords.fits(kept, long[:-3])


SMUGGLED = {
    "two lengths": b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\n"
    b"Content-Length: 4\r\n\r\nabc",
    "length and chunks": b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\n"
    b"Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
    "odd encoding": b"POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: xchunked\r\n\r\n0\r\n\r\n",
    "signed length": b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: +3\r\n\r\nabc",
    "blank in a name": b"GET / HTTP/1.1\r\nHost : x\r\n\r\n",
    "nul in a value": b"GET / HTTP/1.1\r\nHost: x\x00y\r\n\r\n",
}


@pytest.mark.parametrize("kind", SMUGGLED)
def test_a_request_of_two_lengths_is_refused(kind):
    parser = RequestParser(Config(), iter([SMUGGLED[kind]]), ("127.0.0.1", 1))
    with pytest.raises(ParseException):
        next(parser)
