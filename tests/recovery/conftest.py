"""A database that may be destroyed, and the commands as people run them."""

import importlib
import json
from collections.abc import Callable

import pytest

from models import settings as settings_module
from models.records import base
from tests import servers

Run = Callable[..., tuple[int, dict]]


@pytest.fixture
def own_database(server_addresses, worker_number, settings, tmp_path, monkeypatch):
    """A database of its own with its own VAR_DIR; the shared one comes back after."""
    name = f"recovery_{worker_number}"
    url = servers.clone(server_addresses, name)
    monkeypatch.setenv("VAR_DIR", str(tmp_path))
    monkeypatch.setenv("DATABASE_URL", url)
    base.connect(settings_module.load(), url)
    base.db.connect()
    base.sql("INSERT INTO installation (id, made_at) VALUES (gen_random_uuid()::text, now())")
    yield url
    base.db.close()
    servers.drop(server_addresses, name)
    monkeypatch.undo()
    base.connect(settings_module.load())


@pytest.fixture
def run(monkeypatch, capsys) -> Run:
    """Run a command in this process; return its exit status and what it told."""

    def call(module: str, *args: object, **environ: str) -> tuple[int, dict]:
        command = importlib.import_module(f"scripts.{module}")
        with monkeypatch.context() as patch:
            for name, value in environ.items():
                patch.setenv(name, value)
            capsys.readouterr()
            status = command.main([*map(str, args), "--json"])
        return status, json.loads(capsys.readouterr().out.strip().splitlines()[-1])

    return call
