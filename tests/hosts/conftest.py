"""A primary and a standby that holds every commit, each in a home of its own."""

import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import quote

import psycopg
import pytest

from models import settings as settings_module
from models.records import base
from scripts import migrate
from scripts.embedded import processes
from scripts.embedded.binaries import packaged_postgres_bin
from scripts.embedded.home import prepare
from scripts.embedded.postgres import DATABASE, PORT, USER, Postgres
from scripts.restore.to_moment import hand_over
from tests.workers.conftest import probe_work  # noqa: F401 - a fixture

#: Nothing waits for this machine's disk; the standby is what makes a commit safe here.
QUICK = {"fsync": "off", "full_page_writes": "on", "autovacuum": "off", "max_wal_size": "1GB"}


@dataclass
class Pair:
    """Two servers of one database; the address names both, and the one that takes writes."""

    primary: Postgres
    standby: Postgres

    @property
    def url(self) -> str:
        hosts = ",".join(quote(str(one.home.run), safe="") for one in (self.primary, self.standby))
        return (
            f"postgresql:///{DATABASE}?host={hosts}&port={PORT},{PORT}&user={USER}"
            "&target_session_attrs=read-write"
        )

    def lose_primary(self) -> None:
        """End the primary as a power cut would."""
        processes.kill_session(self.primary.process.pid)
        self.primary.process.wait()
        self.primary.process = None

    def promote(self) -> None:
        """Let the standby take writes; from here on it waits for nobody."""
        with psycopg.connect(self.standby.url, autocommit=True) as ask:
            assert ask.execute("SELECT pg_promote(wait => true)").fetchone() == (True,)


@pytest.fixture
def pair(tmp_path_factory, settings) -> Iterator[Pair]:
    homes = [prepare(tmp_path_factory.mktemp(name)) for name in ("primary", "standby")]
    primary = Postgres(
        homes[0], {**QUICK, "synchronous_standby_names": "*", "synchronous_commit": "local"}
    )
    standby = Postgres(homes[1], QUICK)
    primary.start()
    base.connect(settings_module.load(), primary.url)
    base.db.connect()
    migrate.up()
    base.db.close()
    copied = homes[1].folder("postgresql")
    copied.rmdir()
    subprocess.run(
        [
            packaged_postgres_bin() / "pg_basebackup",
            f"--dbname={primary.url}",
            f"--pgdata={copied}",
            "--write-recovery-conf",
            "--checkpoint=fast",
        ],
        check=True,
        capture_output=True,
    )
    hand_over(homes[1], copied)
    standby.start()
    with psycopg.connect(primary.url, autocommit=True) as ask:
        # Only from here on, when there is a standby, does a commit wait for it.
        ask.execute(f"ALTER DATABASE {DATABASE} SET synchronous_commit = 'remote_apply'")
    both = Pair(primary, standby)
    yield both
    if not base.db.is_closed():
        base.db.close()
    for one in (standby, primary):
        one.stop()
        one.home.remove()
    base.connect(settings_module.load())
