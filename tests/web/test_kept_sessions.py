"""Each thread of the pages keeps a database session, and no reader meets a dead or a dirty one."""

import os
import tempfile
import threading
import time
from pathlib import Path

import psycopg
from flask import Flask, request

from models.records.base import db as handle
from models.records.base import sql
from scripts.embedded.home import prepare
from scripts.embedded.postgres import Postgres
from tests.processes import wait_until
from web import database
from web.app import create_app


def backend() -> int:
    """The server's process that this thread's session talks to."""
    return int(sql("SELECT pg_backend_pid()").fetchone()[0])


def asked(app: Flask, address: str = "/health") -> int:
    answer = app.test_client().get(address)
    assert answer.status_code == 200, answer.text
    return backend()


def test_a_thread_keeps_its_session_and_shares_it_with_no_other(app):
    mine = asked(app)
    assert asked(app) == mine
    theirs: list[int] = []
    other = threading.Thread(target=lambda: theirs.extend([asked(app), asked(app)]))
    other.start()
    other.join()
    assert theirs[0] == theirs[1] != mine
    told = "SELECT count(*) FROM pg_stat_activity WHERE pid = %s"
    wait_until(lambda: not sql(told, (theirs[0],)).fetchone()[0], what="the end of its session")


def test_a_session_that_the_server_ended_is_renewed_without_a_word_to_the_reader(app, settings):
    first = asked(app)
    with psycopg.connect(settings.database_url, autocommit=True) as admin:
        admin.execute("SELECT pg_terminate_backend(%s, 5000)", (first,))
    second = asked(app)
    assert second != first
    sql("SET idle_session_timeout = '20ms'")
    time.sleep(0.2)
    assert asked(app) != second


def test_what_a_request_left_open_ends_with_it(settings):
    app = create_app(settings)

    @app.before_request
    def leave_a_transaction() -> None:
        if request.args.get("leave"):
            handle.begin()
            sql("CREATE TEMP TABLE left_behind (id int)")
            raise ValueError("in the middle of its work")

    asked(app)
    assert app.test_client().get("/health?leave=1").status_code == 500
    asked(app)
    assert not handle.in_transaction()
    assert sql("SELECT to_regclass('pg_temp.left_behind')").fetchone()[0] is None


def test_an_old_session_is_renewed(app, monkeypatch):
    first = asked(app)
    monkeypatch.setattr(database, "KEPT_SECONDS", -1)
    assert asked(app) != first


def test_a_forked_process_takes_a_session_of_its_own_and_leaves_the_parents_alone(app):
    mine = asked(app)
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        try:
            os.write(writing, str(asked(app)).encode())
        finally:
            os._exit(0)
    os.close(writing)
    os.waitpid(child, 0)
    theirs = int(os.read(reading, 20))
    os.close(reading)
    assert theirs != mine
    assert asked(app) == mine


def test_pages_come_back_with_their_server(settings):
    """A restart and a crash of the server itself, and the time without one."""
    home = prepare(Path(tempfile.mkdtemp(prefix="zhijie-kept-")))
    server = Postgres(home)
    server.start()
    try:
        app = create_app(settings, database_url=server.url)
        browser = app.test_client()
        assert browser.get("/health").status_code == 503, "reached, not migrated"
        first = backend()
        server.stop()
        assert browser.get("/health").status_code == 503
        server.start()
        assert browser.get("/health").get_json()["status"] == "not_migrated"
        assert backend() != first
    finally:
        handle.close()
        server.stop()
        home.remove()
        create_app(settings)
