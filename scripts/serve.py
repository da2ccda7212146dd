"""Starts and keeps running a whole installation: servers, pages, relay, schedule and workers."""

import argparse
import contextlib
import os
import shlex
import signal
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import redis

from models import settings as settings_module
from models.records.base import db, reach
from models.rules.errors import SettlementError
from models.rules.errors.services import NoService, ServerTooOld
from models.services.users import first
from models.settings import ROOT, Settings
from scripts import installation, migrate
from scripts.console import console, say
from scripts.embedded import archive, processes
from scripts.embedded.binaries import REDIS_VERSION_MIN
from scripts.embedded.home import prepare
from scripts.embedded.postgres import Postgres
from scripts.embedded.redis import Redis
from scripts.front_door import PORT_DEFAULT, choose_port, healthy
from scripts.supervisor import Program, Supervisor
from web import first_run
from workers import courier_address

#: Two worker processes suit two cores: PostgreSQL does the heavy part.
WORKERS_DEFAULT = 2
POSTGRES_VERSION_MIN = 14
READY_SECONDS_MAX = 120.0


@dataclass(frozen=True)
class Wish:
    """What the command line asked for."""

    demo: bool
    once: bool
    port: int | None
    procfile: Path
    workers: int


def main(arguments: list[str] | None = None) -> int:
    """Serve until told to stop; return the exit status."""
    wish = _parse(arguments)
    var_dir = settings_module.load().var_dir
    try:
        with installation.locked(var_dir):
            console.keep(var_dir / "log" / "system.log")
            orphans = installation.end_orphans(var_dir)
            if orphans:
                say(f"已清理上次意外中断后残留的 {len(orphans)} 个进程。")
            return _serve(wish, var_dir)
    except SettlementError as refusal:
        print(refusal.sentence, file=sys.stderr)
        return 1
    finally:
        console.close()


def _parse(arguments: list[str] | None) -> Wish:
    parser = argparse.ArgumentParser(prog="python -m scripts.serve", description=__doc__)
    parser.add_argument("--no-demo", action="store_true", help="do not load the demo city")
    parser.add_argument("--once", action="store_true", help="run the main job, check, and end")
    parser.add_argument("--port", type=int, help=f"of the pages; default {PORT_DEFAULT} or next")
    parser.add_argument("--procfile", type=Path, default=ROOT / "Procfile")
    parser.add_argument("--workers", type=int, default=WORKERS_DEFAULT, help="worker processes")
    told = parser.parse_args(arguments)
    return Wish(not told.no_demo, told.once, told.port, told.procfile, told.workers)


def _serve(wish: Wish, var_dir: Path) -> int:
    port = choose_port(wish.port)
    supervisor = Supervisor(on_change=lambda programs: _note(var_dir, programs))
    try:
        settings = _start_servers(supervisor, var_dir)
        if supervisor.stop_requests:
            return 0
        _migrate(settings)
        address = f"http://127.0.0.1:{port}"
        environment = _environment(settings, port, address)
        for name, command in entries(wish.procfile, wish.workers):
            supervisor.add(Program(name, _starter(command, environment)))
        if not supervisor.run_until(lambda: healthy(port), seconds=READY_SECONDS_MAX):
            if supervisor.stop_requests:
                return 0
            say(f"网页服务在 {READY_SECONDS_MAX:.0f} 秒内没有就绪，请查看上面的原因。")
            return 1
        say(f"系统已就绪：{address}（按 Ctrl-C 停止）")
        if not wish.demo and not wish.once:
            _tell_first_run(settings, address)
        if wish.demo or wish.once:
            status = _main_job(supervisor, environment, address)
            if wish.once:
                return status
        supervisor.run_until(lambda: False)
        return 0
    finally:
        say("正在停止，请稍候。")
        supervisor.stop()
        installation.note_services(var_dir, {})
        installation.note_processes(var_dir, {})
        say("系统已停止。")


def _start_servers(supervisor: Supervisor, var_dir: Path) -> Settings:
    """Start the embedded servers that the environment does not replace; return the settings."""
    own_database, own_redis = settings_module.own_servers()
    services = {}
    home = None if own_database and own_redis else prepare(var_dir)
    if home and not own_database:
        archive_to = os.environ.get("WAL_ARCHIVE")
        postgres = Postgres(home, archive.settings(home, Path(archive_to)) if archive_to else {})
        say("正在启动内置 PostgreSQL。")
        postgres.start(unless=lambda: supervisor.stop_requests > 0)
        _adopt(supervisor, "postgres", postgres.spawn, postgres.process, signal.SIGINT)
        services["database_url"] = postgres.url
    if home and not own_redis:
        courier = Redis(home)
        say("正在启动内置 Redis。")
        courier.start()
        _adopt(supervisor, "redis", courier.spawn, courier.process, signal.SIGTERM)
        services["redis_url"] = courier.url
    installation.secret_key(var_dir)
    installation.note_services(var_dir, services)
    return settings_module.load()


def _adopt(
    supervisor: Supervisor,
    name: str,
    spawn: Callable[[], "subprocess.Popen[bytes]"],
    process: "subprocess.Popen[bytes] | None",
    stop_signal: signal.Signals,
) -> None:
    program = Program(name, spawn, stop_signal=stop_signal, server=True)
    if process is not None:
        supervisor.adopt(program, process)


def _migrate(settings: Settings) -> None:
    reach(settings)
    try:
        version = db.connection().info.server_version // 10_000
        if version < POSTGRES_VERSION_MIN:
            raise ServerTooOld(server="PostgreSQL", version=version, needed=POSTGRES_VERSION_MIN)
        for name in migrate.prepare():
            say(f"已执行数据库迁移 {name}。")
    finally:
        db.close()
    client = courier_address.client(settings.redis_url, socket_timeout=5, socket_connect_timeout=5)
    try:
        told = str(client.info("server")["redis_version"])
    except redis.RedisError as error:
        raise NoService(what=" Redis") from error
    finally:
        client.close()
    if tuple(int(part) for part in told.split(".")[:2]) < REDIS_VERSION_MIN:
        raise ServerTooOld(server="Redis", version=told, needed="6.2")


def _tell_first_run(settings: Settings, address: str) -> None:
    """Say the code with which the first administrator is made, while there is no user."""
    reach(settings)
    try:
        if first.is_wanted():
            say(f"系统中还没有用户。请打开 {address}/first-run/ ，代码 {first_run.code(settings)}")
    finally:
        db.close()


def _environment(settings: Settings, port: int, address: str) -> dict[str, str]:
    return {
        "PUBLIC_URL": address,
        **os.environ,
        "PORT": str(port),
        "VAR_DIR": str(settings.var_dir),
        "DATABASE_URL": settings.database_url,
        "REDIS_URL": settings.redis_url,
        "SECRET_KEY": settings.secret_key,
        "PYTHONUNBUFFERED": "1",
    }


def entries(procfile: Path, workers: int) -> list[tuple[str, list[str]]]:
    """Return name and command of the processes that the Procfile states, workers numbered."""
    found = []
    for line in procfile.read_text(encoding="utf-8").splitlines():
        name, colon, command = line.partition(":")
        if not colon or line.startswith("#"):
            continue
        words = shlex.split(command)
        if words[0] == "python":
            words[0] = sys.executable
        if name == "worker":
            found += [(f"worker.{number}", words) for number in range(1, workers + 1)]
        else:
            found.append((name, words))
    return found


def _starter(
    command: list[str], environment: dict[str, str], *, output: int | None = subprocess.PIPE
) -> Callable[[], "subprocess.Popen[bytes]"]:
    return lambda: processes.spawn(command, env=environment, cwd=ROOT, output=output)


def _main_job(supervisor: Supervisor, environment: dict[str, str], address: str) -> int:
    """Run the demo's main job, then the check of the books; return the first status not 0."""
    for arguments in (["scripts.main_job", "--address", address], ["scripts.check_books"]):
        command = [sys.executable, "-m", *arguments]
        starter = _starter(command, environment, output=None)
        console.quiet = sys.stderr.isatty()
        job = supervisor.add(Program(arguments[0], starter, once=True))
        ended = supervisor.run_until(_ended(job))
        console.quiet = False
        if not ended:
            return 1
        if job.status != 0:
            return job.status or 1
    return 0


def _ended(program: Program) -> Callable[[], bool]:
    return lambda: not program.running


def _note(var_dir: Path, programs: list[Program]) -> None:
    running = {one.process.pid: one.stop_signal for one in programs if one.process is not None}
    # A full disk costs the clean-up after a kill -9, not the running system.
    with contextlib.suppress(OSError):
        installation.note_processes(var_dir, running)


if __name__ == "__main__":
    sys.exit(main())
