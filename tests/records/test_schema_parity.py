"""The migrations and the records say the same, promise by promise."""

import subprocess

import pytest

from models.records import base, schema
from models.records.base import db
from scripts import migrate
from scripts.embedded import binaries
from tests import servers


def schema_lines(url: str) -> set[str]:
    dump = subprocess.run(
        [
            binaries.packaged_postgres_bin() / "pg_dump",
            *("--schema-only", "--no-owner", "--exclude-table=schema_migration*"),
            *("--dbname", url),
        ],
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    # pg_dump closes with a key of its own that differs each time.
    return {
        line.strip().rstrip(",")
        for line in dump.splitlines()
        if line.strip() and not line.startswith(("--", "\\"))
    }


def tables() -> int:
    return base.sql(
        "SELECT count(*) FROM information_schema.tables WHERE table_schema = 'public'"
    ).fetchone()[0]


@pytest.fixture
def empty_database(server_addresses, settings, worker_number):
    name = f"schema_{worker_number}"
    url = servers.clone(server_addresses, name, template="template0")
    base.connect(settings, url)
    db.connect()
    yield url
    db.close()
    servers.drop(server_addresses, name)
    base.connect(settings)


def test_the_migrations_build_exactly_what_the_records_state(empty_database, migrated_database):
    base.run_sql_text("\n".join(schema.create_statements()))
    stated, migrated = schema_lines(empty_database), schema_lines(migrated_database)
    assert stated - migrated == set(), "in models/records only: write a migration"
    assert migrated - stated == set(), "in the migrations only: models/records must say it too"


def test_the_schema_goes_up_down_and_up_again(empty_database, migrated_database):
    names = sorted(path.stem for path in migrate.MIGRATIONS.glob("[0-9]*.py"))
    assert migrate.up() == names
    assert migrate.pending() == []
    before = schema_lines(empty_database)
    assert sorted(migrate.down()) == names
    assert tables() == 1, "only the history of migrations stays"
    migrate.up()
    assert schema_lines(empty_database) == before == schema_lines(migrated_database)


def test_a_second_up_finds_nothing_to_do(empty_database):
    migrate.up()
    assert migrate.up() == []
