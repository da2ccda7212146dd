"""The embedded servers find a place to live, heal a broken file and take old data back."""

import json
import os
import shutil
import signal
import subprocess
import tempfile
import time
from pathlib import Path

import psycopg
import pytest

from models.rules.errors.services import ServerNotStarted
from scripts import installation
from scripts.embedded import binaries, home, processes
from scripts.embedded.postgres import Postgres
from scripts.embedded.redis import Redis

AS_ROOT = os.geteuid() == 0
NO_DISK = {"fsync": "off"}


@pytest.fixture
def open_folder():
    """A temporary folder that other users may enter."""
    made = Path(tempfile.mkdtemp(prefix="zhijie-home-"))
    made.chmod(0o755)
    yield made
    shutil.rmtree(made, ignore_errors=True)


@pytest.fixture
def prepare():
    made = []

    def make(var_dir: Path) -> home.Home:
        made.append(home.prepare(var_dir))
        return made[-1]

    yield make
    for one in made:
        one.remove()


def test_data_live_under_var_dir_when_the_servers_can_reach_it(open_folder, prepare):
    ours = prepare(open_folder / "var")
    assert ours.root == (open_folder / "var" / "embedded").resolve()
    assert ours.run.stat().st_mode & 0o777 == 0o700
    assert (ours.account is not None) == AS_ROOT


def test_data_of_a_private_var_dir_live_where_the_servers_can_reach_them(tmp_path, prepare):
    closed = tmp_path / "closed"
    closed.mkdir(mode=0o700)
    ours = prepare(closed / "var")
    inside = ours.root.is_relative_to(closed.resolve())
    assert inside != AS_ROOT
    assert closed.stat().st_mode & 0o777 == 0o700, "rights of others are never widened"
    assert home.prepare(closed / "var").root == ours.root, "the second start finds the first's data"


def test_a_long_path_gets_a_short_folder_for_its_sockets(open_folder, prepare):
    ours = prepare(open_folder / ("long" * 30) / "var")
    assert len(os.fsencode(ours.run)) <= home.RUN_FOLDER_BYTES_MAX
    assert prepare(open_folder / ("long" * 31) / "var").run != ours.run


@pytest.mark.skipif(not AS_ROOT, reason="outside homes are root's only")
def test_homes_of_deleted_temporary_folders_are_swept_and_others_kept(tmp_path, prepare):
    gone, kept = tmp_path / "gone" / "var", tmp_path / "kept" / "var"
    for var_dir in (gone, kept):
        var_dir.parent.mkdir(mode=0o700)
    old, living = prepare(gone), prepare(kept)
    shutil.rmtree(gone)
    home._sweep()
    assert not old.root.exists()
    assert living.root.exists()


@pytest.mark.skipif(not AS_ROOT, reason="only root steps down to another user")
def test_programs_that_the_servers_user_cannot_run_are_copied(open_folder, prepare, monkeypatch):
    ours = prepare(open_folder / "var")
    monkeypatch.setattr(binaries, "_can_run", lambda *_: False)
    copied = binaries.postgres_bin(ours)
    assert copied.is_relative_to(ours.root)
    for program in (copied / "postgres", copied / "initdb", binaries.packaged_valkey(ours)):
        assert ours.account.can([str(program), "--version"])


def test_postgres_recovers_after_kill_9_and_keeps_what_was_committed(open_folder, prepare):
    postgres = Postgres(prepare(open_folder / "var"))
    postgres.start()
    with psycopg.connect(postgres.url) as ask:
        ask.execute("CREATE TABLE kept AS SELECT 1 AS one")
    postgres.process.kill()
    postgres.process.wait()
    postgres.start()
    with psycopg.connect(postgres.url) as ask:
        assert ask.execute("SELECT one FROM kept").fetchone() == (1,)
        assert ask.execute("SHOW listen_addresses").fetchone() == ("",)
    postgres.stop()


def test_a_start_ends_a_server_that_outlived_its_system(open_folder, prepare):
    postgres = Postgres(prepare(open_folder / "var"), NO_DISK)
    postgres.start()
    survivor = postgres.process
    again = Postgres(postgres.home, NO_DISK)
    again.start()
    assert survivor.wait(10) == 0
    again.stop()


def test_data_of_another_version_are_refused_and_left_alone(open_folder, prepare):
    postgres = Postgres(prepare(open_folder / "var"), NO_DISK)
    postgres.start()
    postgres.stop()
    version = postgres.data / "PG_VERSION"
    version.write_text("14\n")
    with pytest.raises(ServerNotStarted, match="PostgreSQL 14"):
        postgres.start()
    assert version.exists()


def test_an_unreadable_redis_file_is_set_aside(open_folder, prepare):
    redis = Redis(prepare(open_folder / "var"))
    redis.start()
    redis.stop()
    for file in (redis.home.root / "redis" / "appendonlydir").glob("*.manifest"):
        file.write_text("this is no manifest\n")
    redis.start()
    assert redis.ready()
    redis.stop()
    assert len(list(redis.home.root.glob("redis.unreadable.*"))) == 1


def test_a_noted_process_is_ended_by_its_signal_and_a_reused_number_is_left_alone(tmp_path):
    mine = subprocess.Popen(["sleep", "1000"], start_new_session=True)
    other = subprocess.Popen(["sleep", "1000"], start_new_session=True)
    installation.note_processes(tmp_path, {mine.pid: signal.SIGTERM, other.pid: signal.SIGTERM})
    noted = json.loads((tmp_path / "processes.json").read_text())
    noted[1][1] = "another time"
    (tmp_path / "processes.json").write_text(json.dumps(noted))
    assert installation.end_orphans(tmp_path) == [mine.pid]
    assert mine.wait(5) == -signal.SIGTERM
    assert other.poll() is None
    other.kill()
    other.wait()


def test_a_child_dies_with_a_parent_that_was_killed(tmp_path):
    starter = (
        "import os, signal, subprocess\n"
        "from pathlib import Path\n"
        "from scripts.embedded import processes\n"
        "child = processes.spawn(['sleep', '1000'], env={'PATH': '/usr/bin:/bin'},"
        " cwd=Path('/'), output=None)\n"
        "print(child.pid, flush=True)\n"
        "os.kill(os.getpid(), signal.SIGKILL)\n"
    )
    told = subprocess.run(
        [os.sys.executable, "-c", starter], capture_output=True, text=True, check=False
    )
    pid = int(told.stdout)
    deadline = time.monotonic() + 5
    while processes.started(pid) and time.monotonic() < deadline:
        time.sleep(0.02)
    assert processes.started(pid) == ""
