"""The server's files are lost and come back to the minute before the mistake."""

import os
import shutil

import psycopg
import pytest

from models import settings as settings_module
from models.records import base
from scripts import migrate
from scripts.embedded import archive
from scripts.embedded.home import prepare
from scripts.embedded.postgres import Postgres
from tests.processes import wait_until
from tests.servers import FAST


@pytest.fixture
def own_server(tmp_path_factory, monkeypatch, settings):
    """An embedded server that archives its log, in a VAR_DIR of its own."""
    var_dir = tmp_path_factory.mktemp("pitr")
    home = prepare(var_dir)
    wal = home.root / "archive"
    server = Postgres(home, {**FAST, **archive.settings(home, wal)})
    server.start()
    monkeypatch.setenv("VAR_DIR", str(var_dir))
    monkeypatch.setenv("DATABASE_URL", server.url)
    yield server, wal
    server.stop()
    home.remove()
    monkeypatch.undo()
    base.connect(settings_module.load())


def areas(url: str) -> list[str]:
    with psycopg.connect(url) as ask:
        return [row[0] for row in ask.execute("SELECT area_code FROM area ORDER BY 1")]


def test_a_table_emptied_by_mistake_is_there_as_it_was_a_moment_before(own_server, tmp_path, run):
    server, wal = own_server
    base.connect(settings_module.load(), server.url)
    base.db.connect()
    migrate.up()
    base.db.close()
    status, copied = run("backup.__main__", tmp_path / "safe", "--base")
    assert status == 0, copied
    with psycopg.connect(server.url, autocommit=True) as ask:
        ask.execute("INSERT INTO area (area_code, name, level) VALUES ('529900', '云岭市', 'city')")
        moment = ask.execute("SELECT clock_timestamp()::text").fetchone()[0]
        ask.execute("SELECT pg_sleep(0.2)")
        ask.execute("SET session_replication_role = replica")
        ask.execute("DELETE FROM area")
        name = ask.execute("SELECT pg_walfile_name(pg_switch_wal())").fetchone()[0]
    assert areas(server.url) == []
    wait_until((wal / name).exists, what="the archived piece of the log")
    server.stop()
    os.environ.pop("DATABASE_URL", None)
    for lost in ("base", "global"):
        shutil.rmtree(server.data / lost)

    status, back = run("restore.__main__", copied["folder"], "--wal", wal, "--until", moment)
    assert (status, back["broken"], back["lost"]) == (0, [], []), back
    assert back["kept_aside"], "the damaged files are kept for whoever looks into them"
    server.start()
    assert areas(server.url) == ["529900"]
