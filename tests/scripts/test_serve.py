"""A whole installation starts, heals itself, stops without a trace and survives a kill -9."""

import json
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from pathlib import Path

import psycopg
import pytest
import redis

from models import settings as settings_module
from models.records import base
from models.rules.errors.services import NoService
from models.settings import ROOT
from scripts.embedded.processes import started
from tests import servers

#: Stands in for the pages: here only the supervision is under test.
WEB = """
import http.server, os
class Handler(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200 if self.path == "/health" else 404)
        self.end_headers()
    def log_message(self, *args):
        pass
print("the pages are served", flush=True)
http.server.HTTPServer(("127.0.0.1", int(os.environ["PORT"])), Handler).serve_forever()
"""
PATIENT = "import time; print('works', flush=True); time.sleep(3600)"
STUBBORN = "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); time.sleep(3600)"


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class System:
    """One installation on a VAR_DIR of its own."""

    def __init__(self, *arguments: str, folder: Path, procfile: str | None = None) -> None:
        self.folder = folder
        self.var_dir = folder / "var"
        self.port = free_port()
        self.log = folder / "serve.log"
        for name, text in {"web": WEB, "patient": PATIENT, "stubborn": STUBBORN}.items():
            (folder / f"{name}.py").write_text(text)
        (folder / "Procfile").write_text(
            procfile or f"web: python {folder}/web.py\nworker: python {folder}/patient.py\n"
        )
        self.environ = {
            name: value
            for name, value in os.environ.items()
            if name not in {"DATABASE_URL", "REDIS_URL", "SECRET_KEY", "PORT"}
        } | {"VAR_DIR": str(self.var_dir)}
        self.arguments = arguments

    def start(self) -> "System":
        command = [sys.executable, "-m", "scripts.serve", "--no-demo", "--port", str(self.port)]
        command += ["--procfile", str(self.folder / "Procfile"), *self.arguments]
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                command,
                cwd=ROOT,
                env=self.environ,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        return self

    def told(self) -> str:
        return self.log.read_text()

    def wait_for(self, sentence: str, *, seconds: float = 60, times: int = 1) -> None:
        deadline = time.monotonic() + seconds
        while self.told().count(sentence) < times:
            assert self.process.poll() is None or self.told().count(sentence) >= times, self.told()
            assert time.monotonic() < deadline, self.told()
            time.sleep(0.05)

    def ready(self) -> "System":
        self.wait_for("系统已就绪")
        with urllib.request.urlopen(f"http://127.0.0.1:{self.port}/health") as answer:
            assert answer.status == 200
        return self

    def services(self) -> dict[str, str]:
        return settings_module.embedded_services(self.var_dir)

    def pids(self) -> list[int]:
        noted = json.loads((self.var_dir / "processes.json").read_text())
        return [pid for pid, _started, _signal in noted]

    def pid_of(self, script: str) -> int:
        for pid in self.pids():
            if script.encode() in Path(f"/proc/{pid}/cmdline").read_bytes():
                return pid
        raise AssertionError(script)

    def stop(self, *, seconds: float = 60) -> int:
        if self.process.poll() is None:
            os.killpg(self.process.pid, signal.SIGTERM)
        return self.process.wait(seconds)

    def remove(self) -> None:
        self.stop()
        home = (self.var_dir / "embedded").resolve()
        shutil.rmtree(home, ignore_errors=True)
        shutil.rmtree(self.folder, ignore_errors=True)


def gone(pids: list[int], *, seconds: float = 10) -> bool:
    deadline = time.monotonic() + seconds
    while any(started(pid) for pid in pids) and time.monotonic() < deadline:
        time.sleep(0.05)
    return not any(started(pid) for pid in pids)


@pytest.fixture
def folder():
    made = Path(tempfile.mkdtemp(prefix="zhijie-serve-"))
    made.chmod(0o755)
    yield made
    shutil.rmtree(made, ignore_errors=True)


@pytest.fixture
def system(folder):
    """A running system of one test, which may stop it."""
    one = System(folder=folder).start().ready()
    yield one
    one.remove()


@pytest.fixture(scope="module")
def running():
    """A system that several tests look at and knock about, but leave running."""
    made = Path(tempfile.mkdtemp(prefix="zhijie-serve-"))
    made.chmod(0o755)
    one = System(folder=made).start().ready()
    yield one
    one.remove()


def test_it_migrates_and_tells_commands_where_the_servers_are(running):
    services = running.services()
    with psycopg.connect(services["database_url"]) as ask:
        assert ask.execute("SELECT count(*) FROM app_user").fetchone() == (0,)
    with redis.Redis.from_url(services["redis_url"]) as client:
        assert client.config_get("appendonly") == {"appendonly": "yes"}
        client.connection_pool.disconnect()
    status = subprocess.run(
        [sys.executable, "-m", "scripts.migrate", "status"],
        cwd=ROOT,
        env=running.environ,
        capture_output=True,
        text=True,
        check=True,
    )
    assert "0001_initial  已执行" in status.stdout


def test_what_children_print_carries_their_name(running):
    assert re.search(r"^web +\| the pages are served$", running.told(), re.MULTILINE)
    assert re.search(r"^worker\.2 +\| works$", running.told(), re.MULTILINE)


def test_a_killed_worker_is_replaced_and_the_reason_shown(running):
    worker, began = running.pid_of("patient.py"), running.told().count("| works")
    os.kill(worker, signal.SIGKILL)
    running.wait_for("已结束（信号 SIGKILL）", seconds=10)
    running.wait_for("| works", times=began + 1, seconds=10)
    assert worker not in running.pids()
    assert len(running.pids()) == 5


def test_killed_servers_come_back_with_their_data(running):
    services = running.services()
    with psycopg.connect(services["database_url"]) as ask:
        ask.execute("INSERT INTO heartbeat (process, kind, seen_at) VALUES ('x', 'x', now())")
    for program in ("postgres", "redis"):
        noted = [pid for pid in running.pids() if program in Path(f"/proc/{pid}/comm").read_text()]
        name = noted or [pid for pid in running.pids() if serves_redis(pid)]
        os.kill(name[0], signal.SIGKILL)
        running.wait_for(f"{program} 已结束", seconds=10)
    deadline = time.monotonic() + 30
    while True:
        try:
            with psycopg.connect(services["database_url"]) as ask:
                assert ask.execute("SELECT process FROM heartbeat").fetchall() == [("x",)]
            with redis.Redis.from_url(services["redis_url"]) as client:
                assert client.ping()
                client.connection_pool.disconnect()
            break
        except (psycopg.OperationalError, redis.RedisError):
            assert time.monotonic() < deadline, running.told()
            time.sleep(0.1)


def serves_redis(pid: int) -> bool:
    return "server" in Path(f"/proc/{pid}/comm").read_text()


def test_a_stop_leaves_nothing_running_and_a_second_start_keeps_the_data(system):
    url = system.services()["database_url"]
    with psycopg.connect(url) as ask:
        ask.execute("INSERT INTO heartbeat (process, kind, seen_at) VALUES ('x', 'x', now())")
    pids = system.pids()
    assert system.stop() == 0
    assert gone(pids, seconds=0)
    assert system.services() == {}
    before = time.monotonic()
    system.start()
    system.wait_for("系统已就绪", times=2)
    assert time.monotonic() - before < 10
    with psycopg.connect(system.services()["database_url"]) as ask:
        assert ask.execute("SELECT count(*) FROM heartbeat").fetchone() == (1,)


def test_after_kill_9_nothing_stays_and_the_next_start_recovers(system):
    pids = system.pids()
    os.killpg(system.process.pid, signal.SIGKILL)
    system.process.wait()
    system.start()
    system.wait_for("系统已就绪", times=2)
    assert gone(pids, seconds=0)


def test_a_process_that_ignores_its_stop_is_ended_by_force(folder):
    system = System(
        folder=folder,
        procfile=f"web: python {folder}/web.py\nworker: python {folder}/stubborn.py\n",
    )
    system.start().ready()
    pids = system.pids()
    os.kill(system.process.pid, signal.SIGINT)
    system.wait_for("正在停止")
    os.kill(system.process.pid, signal.SIGINT)
    assert system.process.wait(15) == 0
    assert gone(pids, seconds=0)
    system.remove()


def test_own_servers_replace_the_embedded_ones_and_outlive_the_system(
    folder, server_addresses, worker_number
):
    url = servers.clone(server_addresses, f"own_{worker_number}", template="template0")
    own = {"DATABASE_URL": url, "REDIS_URL": servers.redis_url(server_addresses, worker_number)}
    system = System(folder=folder)
    system.environ |= own
    system.start().ready()
    assert system.services() == {}
    assert not (system.var_dir / "embedded").exists()
    assert system.stop() == 0
    with psycopg.connect(url) as ask:
        assert ask.execute("SELECT count(*) FROM app_user").fetchone() == (0,)
    servers.drop(server_addresses, f"own_{worker_number}")


def test_an_own_database_that_does_not_answer_is_refused_by_name(folder):
    system = System(folder=folder)
    system.environ |= {"DATABASE_URL": "postgresql://x@127.0.0.1:1/x"}
    system.start()
    assert system.process.wait(30) == 1
    assert "无法连接数据库" in system.told()
    system.remove()


def test_a_second_system_on_the_same_folder_is_refused(running):
    second = subprocess.run(
        [sys.executable, "-m", "scripts.serve", "--no-demo"],
        cwd=ROOT,
        env=running.environ,
        capture_output=True,
        text=True,
        check=False,
    )
    assert second.returncode == 1
    assert f"已由进程 {running.process.pid} 启动的系统使用" in second.stderr


def test_two_systems_live_side_by_side(running):
    folder = Path(tempfile.mkdtemp(prefix="zhijie-serve-"))
    other = System(folder=folder).start()
    try:
        other.ready()
        assert other.services() != running.services()
    finally:
        other.remove()


def test_a_port_asked_for_and_taken_is_refused(folder):
    system = System(folder=folder)
    with socket.socket() as other:
        other.bind(("127.0.0.1", system.port))
        other.listen()
        system.start()
        assert system.process.wait(20) == 1
    assert f"端口 {system.port} 已被占用" in system.told()


def test_a_command_without_a_running_system_says_so_within_ten_seconds(folder):
    before = time.monotonic()
    with pytest.raises(NoService) as refusal:
        base.reach(settings_module.load({"VAR_DIR": str(folder / "nothing")}))
    assert refusal.value.code == "no_service"
    assert "make run" in refusal.value.sentence
    gone_away = {"DATABASE_URL": "postgresql:///zhijie?host=/nowhere&user=zhijie"}
    with pytest.raises(NoService):
        base.reach(settings_module.load(gone_away))
    assert time.monotonic() - before < 10


def test_a_command_without_a_running_system_ends_with_its_code_and_no_traceback(folder):
    told = subprocess.run(
        [sys.executable, "-m", "scripts.settle", "2026-06", "--json"],
        cwd=ROOT,
        env=System(folder=folder).environ,
        capture_output=True,
        text=True,
        timeout=10,
        check=False,
    )
    assert told.returncode == 1
    assert json.loads(told.stdout.splitlines()[-1])["code"] == "no_service"
    assert "Traceback" not in told.stderr
