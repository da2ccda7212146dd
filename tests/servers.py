"""One private PostgreSQL and one Valkey per pytest run, shared by its workers, gone at its end."""

import contextlib
import shutil
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import psycopg

from models import clock, settings
from models.records import base
from models.rules.errors.services import AlreadyServing
from scripts import installation, migrate
from scripts.embedded.home import Home, prepare
from scripts.embedded.postgres import Postgres
from scripts.embedded.redis import Redis

TEMPLATE = "zhijie_template"
PREFIX = "zhijie-test-"
#: Younger folders are left alone, locked or not.
SETTLING_SECONDS = 3600
#: Nothing here survives the run, so nothing waits for a disk.
FAST = {
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "autovacuum": "off",
    "max_wal_size": "1GB",
    "log_min_messages": "fatal",
}


@dataclass
class Servers:
    """The servers of one pytest run."""

    home: Home
    postgres: Postgres
    redis: Redis
    #: Holds the folder's lock, which dies with us: a later run sweeps what a killed one left.
    held: contextlib.ExitStack = field(default_factory=contextlib.ExitStack)

    def addresses(self) -> dict[str, str]:
        """What another process of the run must know."""
        return {"postgres": self.postgres.url_of("{}"), "redis": str(self.redis.socket)}

    def stop(self) -> None:
        self.redis.stop()
        self.postgres.stop()
        self.held.close()
        remove(self.home)


def start(settings_of_postgres: Mapping[str, str] = FAST) -> Servers:
    """Start both servers and build the template database by the migrations."""
    sweep()
    home = prepare(Path(tempfile.mkdtemp(prefix=PREFIX)))
    servers = Servers(home, Postgres(home, settings_of_postgres), Redis(home))
    servers.held.enter_context(installation.locked(home.var_dir))
    try:
        servers.postgres.start()
        servers.redis.start()
        make_template(servers.addresses())
    except BaseException:
        servers.stop()
        raise
    return servers


def sweep() -> None:
    """Remove what runs left that were killed before they could stop their servers."""
    for folder in Path(tempfile.gettempdir()).glob(f"{PREFIX}*"):
        with contextlib.suppress(OSError, AlreadyServing):
            if folder.stat().st_mtime < clock.now().timestamp() - SETTLING_SECONDS:
                with installation.locked(folder):
                    home = prepare(folder)
                remove(home)


def remove(home: Home) -> None:
    """Delete a run's folders for good."""
    home.remove()
    shutil.rmtree(home.var_dir, ignore_errors=True)


def make_template(addresses: dict[str, str]) -> None:
    """Build the migrated database that the others are cloned from."""
    _admin(addresses, f"CREATE DATABASE {TEMPLATE} TEMPLATE template0")
    base.connect(settings.load({}), database_url(addresses, TEMPLATE))
    base.db.connect()
    try:
        migrate.up()
        # Each clone would be the same installation and miss the files that the others released.
        base.sql("DELETE FROM installation")
    finally:
        base.db.close()


def clone(addresses: dict[str, str], name: str, *, template: str = TEMPLATE) -> str:
    """Make a database like the template and return its address."""
    drop(addresses, name)
    _admin(addresses, f"CREATE DATABASE {name} TEMPLATE {template} STRATEGY FILE_COPY")
    return database_url(addresses, name)


def drop(addresses: dict[str, str], name: str) -> None:
    """Drop a database, whoever is connected."""
    _admin(addresses, f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")


def database_url(addresses: dict[str, str], name: str) -> str:
    return addresses["postgres"].format(name)


def redis_url(addresses: dict[str, str], number: int) -> str:
    return f"unix://{addresses['redis']}?db={number}"


def _admin(addresses: dict[str, str], statement: str) -> None:
    with psycopg.connect(database_url(addresses, "postgres"), autocommit=True) as ask:
        ask.execute(statement)
