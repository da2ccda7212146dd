"""Bodies without end: what is too much is not read, what is too slow is not waited for."""

import io
import os
import socket
import subprocess
import sys
import time
from contextlib import closing
from pathlib import Path

import pytest
from gunicorn.http.errors import NoMoreData

from models.records.jobs import Job
from tests.processes import ROOT
from tests.web.api.conftest import Caller, make_key
from web import main, pace
from web.api import bodies

GIGABYTE = 1 << 30


class Endless(io.RawIOBase):
    """A body of a gigabyte that is made as it is read, and counts how much was."""

    def __init__(self, piece: bytes) -> None:
        self.piece, self.pulled, self.place = piece, 0, 0

    def readable(self) -> bool:
        return True

    def tell(self) -> int:
        return self.place

    def seek(self, place, whence=0) -> int:
        self.place = GIGABYTE if whence == io.SEEK_END else place
        return self.place

    def readinto(self, target) -> int:
        size = min(len(target), len(self.piece), GIGABYTE - self.pulled)
        target[:size] = self.piece[:size]
        self.pulled += size
        return size


@pytest.mark.parametrize(
    ("kind", "piece", "most"),
    [
        (bodies.JSON, b" " * (1 << 16), bodies.JSON_BYTES_MAX),
        (bodies.NDJSON, b"x" * (1 << 16), bodies.LINE_BYTES_MAX),
    ],
)
def test_of_a_gigabyte_only_so_much_is_read(app, city, redis_url, kind, piece, most):
    caller, body = Caller(app, make_key()), Endless(piece)
    answer = caller.client.post(
        "/api/v1/confirmations",
        input_stream=body,
        content_length=GIGABYTE,
        content_type=kind,
        headers=caller.headers(**{"Idempotency-Key": "k1"}),
    )
    assert answer.status_code == 400, answer.text
    assert answer.json["code"] == "bad_json"
    assert body.pulled <= most + (1 << 20)
    assert Job.select().count() == 0


def test_a_form_that_is_too_large_is_not_read_at_all(app, reader, city):
    somebody, body = reader("maker"), Endless(b"x" * (1 << 16))
    app.config["MAX_CONTENT_LENGTH"] = 1 << 20
    answer = somebody.client.post(
        "/imports/",
        input_stream=body,
        content_length=GIGABYTE,
        content_type="multipart/form-data; boundary=x",
    )
    assert answer.status_code == 413
    assert body.pulled == 0


def test_an_api_body_of_deep_lists_is_a_refusal(app, city, redis_url):
    caller = Caller(app, make_key())
    for body in (b"[" * 200_000, b'{"a":' * 100_000, b"[1e999999999]", b"[NaN]"):
        assert caller.send("confirmations", body).status_code in {400, 422}, body[:9]


def test_a_client_that_drips_is_gone_and_a_fast_one_is_heard(monkeypatch):
    monkeypatch.setattr(pace, "SILENCE_SECONDS", 0.2)
    ours, theirs = socket.socketpair()
    with closing(ours), closing(theirs):
        theirs.sendall(b"x" * 5_000)
        read = pace.Paced(ours)
        assert read.read(5_000) == b"x" * 5_000
        with pytest.raises(NoMoreData):
            read.read(1)
        slow = pace.Paced(ours)
        slow._waited_seconds = 0.3  # one byte now and then, each before the silence ends it
        theirs.sendall(b"x")
        with pytest.raises(NoMoreData):
            slow.read(1)
        assert ours.gettimeout() is None


SERVER = """
import sys
from gunicorn.app.base import BaseApplication
from web import pace
pace.SILENCE_SECONDS = 0.5
def app(environ, start):
    told = environ["wsgi.input"].read()
    start("200 OK", [("Content-Length", str(len(told)))])
    return [told]
class Server(BaseApplication):
    def load_config(self):
        for name, value in {"bind": sys.argv[1], "threads": 2, "control_socket_disable": True,
                "worker_class": "web.pace.PacedWorker"}.items():
            self.cfg.set(name, value)
    def load(self):
        return app
Server().run()
"""


def test_two_threads_held_by_drips_come_free_again():
    """Two slow headers and two slow bodies against two threads of the server's own kind."""
    assert '"worker_class": "web.pace.PacedWorker"' in Path(main.__file__).read_text("utf-8")
    port = free_port()
    server = subprocess.Popen(
        [sys.executable, "-c", SERVER, f"127.0.0.1:{port}"],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        stderr=subprocess.DEVNULL,
    )
    try:
        assert ask(port, b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\n\r\nabc").endswith(
            b"abc"
        )
        held = []
        for start in (b"POST / HTTP/1.1\r\n", b"POST / HTTP/1.1\r\nContent-Length: 9\r\n\r\nab"):
            for _ in range(2):
                one = socket.create_connection(("127.0.0.1", port))
                one.sendall(start)
                held.append(one)
        assert b"200 OK" in ask(port, b"GET / HTTP/1.1\r\nHost: x\r\n\r\n")
        for one in held:
            one.close()
    finally:
        server.terminate()
        server.wait(20)


def free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return one.getsockname()[1]


def ask(port: int, request: bytes) -> bytes:
    """Send a request, as soon as somebody listens, and return the answer."""
    for _ in range(400):
        try:
            with socket.create_connection(("127.0.0.1", port), timeout=20) as one:
                one.sendall(request.replace(b"\r\n", b"\r\nConnection: close\r\n", 1))
                return b"".join(iter(lambda: one.recv(1 << 16), b""))
        except ConnectionRefusedError:
            time.sleep(0.1)
    raise AssertionError("nobody listens")
