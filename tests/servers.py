"""One private PostgreSQL and one Valkey per pytest run, shared by its workers, gone at its end."""

import shutil
import tempfile
from dataclasses import dataclass, field
from pathlib import Path

import psycopg

from models import settings
from models.records import base
from scripts import migrate
from scripts.embedded.home import Home, prepare
from scripts.embedded.postgres import Postgres
from scripts.embedded.redis import Redis

TEMPLATE = "zhijie_template"
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
    _parts: list[Path] = field(default_factory=list)

    def addresses(self) -> dict[str, str]:
        """What another process of the run must know."""
        return {"postgres": self.postgres.url_of("{}"), "redis": str(self.redis.socket)}

    def stop(self) -> None:
        self.redis.stop()
        self.postgres.stop()
        self.home.remove()
        shutil.rmtree(self.home.var_dir, ignore_errors=True)


def start() -> Servers:
    """Start both servers and build the template database by the migrations."""
    home = prepare(Path(tempfile.mkdtemp(prefix="zhijie-test-")))
    servers = Servers(home, Postgres(home, FAST), Redis(home))
    try:
        servers.postgres.start()
        servers.redis.start()
        make_template(servers.addresses())
    except BaseException:
        servers.stop()
        raise
    return servers


def make_template(addresses: dict[str, str]) -> None:
    """Build the migrated database that the others are cloned from."""
    _admin(addresses, f"CREATE DATABASE {TEMPLATE} TEMPLATE template0")
    base.connect(settings.load({}), database_url(addresses, TEMPLATE))
    base.db.connect()
    try:
        migrate.up()
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
