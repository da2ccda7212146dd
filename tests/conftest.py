"""What every test may ask for: servers, a clean database, settings, a clock that stands still."""

import json
import os
import shutil
import socket
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import hypothesis
import pytest
import redis

from models import clock
from models import settings as settings_module
from models.records import base
from tests import connections, servers

#: How the controller tells its xdist workers where the servers are.
SERVERS = "ZHIJIE_TEST_SERVERS"
#: The settings of a developer's shell must not reach the tests.
FOREIGN = (
    "DATABASE_URL", "REDIS_URL", "VAR_DIR", "SECRET_KEY", "SMTP_HOST", "SMTP_PORT", "SMTP_USER",
    "SMTP_PASSWORD", "SMTP_SECURITY", "MAIL_FROM", "PUBLIC_URL", "ZHIJIE_ENVIRONMENT",
    "UPLOAD_BYTES_MAX", "PORT",
)  # fmt: skip

hypothesis.settings.register_profile("dev", max_examples=50, deadline=None)
hypothesis.settings.register_profile("ci", max_examples=500, deadline=None, derandomize=True)
hypothesis.settings.load_profile("ci" if os.environ.get("CI") else "dev")

#: What takes long begins first: no process is left alone with it at the end.
LONG = {"journeys", "faults", "properties", "simulation", "browser"}

_running: servers.Servers | None = None


def _is_xdist_worker() -> bool:
    return "PYTEST_XDIST_WORKER" in os.environ


def pytest_configure(config: pytest.Config) -> None:
    """Under xdist the controller starts the servers, so that they live as long as the run."""
    if not _is_xdist_worker():
        for name in FOREIGN:
            os.environ.pop(name, None)
        os.environ.pop(SERVERS, None)
        if config.getoption("numprocesses", None) and not config.option.collectonly:
            _addresses()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Let the long tests begin, each folder in its own order."""
    items.sort(key=lambda item: LONG.isdisjoint(item.path.parts))


def pytest_unconfigure() -> None:
    """Stop what this process started, after failures and Ctrl-C too."""
    global _running
    if _running is not None:
        running, _running = _running, None
        running.stop()


def _addresses() -> dict[str, str]:
    """Return the addresses of the run's servers, started on first use."""
    global _running  # noqa: PLW0603
    if SERVERS not in os.environ:
        _running = servers.start()
        os.environ[SERVERS] = json.dumps(_running.addresses())
    return json.loads(os.environ[SERVERS])


@pytest.fixture(autouse=True)
def _no_foreign_network(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let sockets reach this machine only."""
    connect = socket.socket.connect

    def local_connect(self: socket.socket, address: object) -> None:
        if self.family != socket.AF_UNIX:
            host = address[0] if isinstance(address, tuple) else ""
            if host not in {"127.0.0.1", "::1", "localhost"}:
                raise OSError(f"tests talk to this machine only, not to {host}")
        connect(self, address)

    monkeypatch.setattr(socket.socket, "connect", local_connect)


@pytest.fixture(scope="session")
def server_addresses() -> dict[str, str]:
    """Where the private servers are: for tests/servers.py's clone() and redis_url()."""
    return _addresses()


@pytest.fixture(scope="session")
def worker_number() -> int:
    """Number of this xdist worker; 0 without xdist."""
    return int(os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw"))


@pytest.fixture(scope="session")
def var_dir() -> Iterator[Path]:
    """A VAR_DIR for the whole run; short, because sockets may lie in it."""
    folder = Path(tempfile.mkdtemp(prefix="zhijie-var-"))
    yield folder
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="session")
def migrated_database(server_addresses: dict[str, str], worker_number: int) -> Iterator[str]:
    """Address of this worker's own clone of the migrated database."""
    name = f"test_{worker_number}"
    yield servers.clone(server_addresses, name)
    servers.drop(server_addresses, name)


@pytest.fixture(scope="session")
def _environment(
    migrated_database: str, server_addresses: dict[str, str], worker_number: int, var_dir: Path
) -> Iterator[dict[str, str]]:
    ours = {
        "DATABASE_URL": migrated_database,
        "REDIS_URL": servers.redis_url(server_addresses, worker_number),
        "VAR_DIR": str(var_dir),
        "SECRET_KEY": "only-for-tests",
    }
    os.environ.update(ours)
    with connections.keeping(migrated_database):
        yield ours
    for name in ours:
        os.environ.pop(name, None)


@pytest.fixture
def environ(_environment: dict[str, str]) -> dict[str, str]:
    """The environment for programs that a test starts: same servers as the test's own."""
    return {**os.environ, **_environment}


@pytest.fixture
def settings(_environment: dict[str, str]) -> settings_module.Settings:
    """The settings as the program under test reads them."""
    return settings_module.load()


@pytest.fixture
def db(settings: settings_module.Settings) -> Iterator[object]:
    """The connected database handle over empty tables; emptied again afterwards."""
    base.connect(settings)
    base.db.connect(reuse_if_open=True)
    yield base.db
    if base.db.is_closed():
        base.db.connect()
    while base.db.in_transaction():
        base.db.rollback()
        break
    empty_tables()
    base.db.close()


#: Deleting few rows takes a tenth of what truncating takes; larger tables are truncated.
DELETED_BYTES_MAX = 65_536


def empty_tables() -> None:
    """Empty every table that ever held a row, in one transaction, and count from 1 again."""
    used = base.sql(
        "SELECT oid::regclass::text, pg_relation_size(oid) FROM pg_class"
        " WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace"
        " AND relname <> 'schema_migration' AND pg_relation_size(oid) > 0"
    ).fetchall()
    large = [name for name, size in used if size > DELETED_BYTES_MAX]
    with base.db.atomic():
        if large:
            base.run_sql_text(f"TRUNCATE {', '.join(large)} CASCADE")
        # Facts refuse to be deleted; that promise is not what this is about.
        base.sql("SET LOCAL session_replication_role = replica")
        for name, size in used:
            if size <= DELETED_BYTES_MAX:
                base.sql(f"DELETE FROM {name}")
        base.sql(
            "SELECT setval(format('%I.%I', schemaname, sequencename)::regclass, start_value, false)"
            " FROM pg_sequences WHERE schemaname = 'public' AND last_value IS NOT NULL"
        ).fetchall()


@pytest.fixture
def redis_url(settings: settings_module.Settings) -> Iterator[str]:
    """Address of this worker's empty Redis database; emptied again afterwards."""
    with redis.Redis.from_url(settings.redis_url) as client:
        client.flushdb()
        yield settings.redis_url
        client.flushdb()
        client.connection_pool.disconnect()


@dataclass
class FrozenClock:
    """A clock that moves only when the test says so."""

    now: datetime

    def at(self, moment: datetime) -> None:
        """Set the clock to an aware instant."""
        self.now = moment.astimezone(UTC)

    def advance(self, **parts: float) -> None:
        """Move the clock on by days, hours, minutes or seconds."""
        self.now += timedelta(**parts)


@pytest.fixture
def frozen_clock(monkeypatch: pytest.MonkeyPatch) -> FrozenClock:
    """models.clock stands at 2026-07-01 10:00 in Shanghai."""
    frozen = FrozenClock(datetime(2026, 7, 1, 2, 0, tzinfo=UTC))
    monkeypatch.setattr(clock, "now", lambda: frozen.now)
    return frozen
