"""The broker's master dies, the sentinels name another, and every job is done once."""

import contextlib
import signal
import socket
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
import redis

from models.records.base import sql
from scripts.embedded.binaries import packaged_valkey
from scripts.embedded.home import prepare
from tests.faults.counting import PROBE, all_done, assert_each_once
from tests.processes import running_workers, wait_until
from tests.workers.conftest import ask

NAME = "zhijie"
#: A master that is silent so long is replaced; real ones take 5 seconds or more.
DOWN_MS = 1_000


def free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


class Servers:
    """A master, its replica and three sentinels on ports of this machine."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.program = folder, packaged_valkey(prepare(folder))
        self.ports = {name: free_port() for name in ("master", "replica", "s1", "s2", "s3")}
        self.running: dict[str, subprocess.Popen[bytes]] = {}

    def start(self) -> None:
        self._run("master", "--appendonly", "yes")
        self._run("replica", "--replicaof", "127.0.0.1", str(self.ports["master"]))
        self._wait("master", "'connected_slaves': 1")
        for name in ("s1", "s2", "s3"):
            watched = self.folder / f"{name}.conf"
            watched.write_text(
                f"port {self.ports[name]}\nbind 127.0.0.1\ndir {self.folder}\n"
                f"sentinel monitor {NAME} 127.0.0.1 {self.ports['master']} 2\n"
                f"sentinel down-after-milliseconds {NAME} {DOWN_MS}\n"
                f"sentinel failover-timeout {NAME} 5000\n"
            )
            self._spawn(name, [str(watched), "--sentinel"])
        for name in ("s1", "s2", "s3"):
            self._wait(name, "'sentinels': 3", "sentinel")
            self._wait(name, "'slaves': 1", "sentinel")

    @property
    def url(self) -> str:
        hosts = ",".join(f"127.0.0.1:{self.ports[name]}" for name in ("s1", "s2", "s3"))
        return f"redis+sentinel://{hosts}/{NAME}/0"

    def kill_master(self) -> None:
        self.running["master"].send_signal(signal.SIGKILL)
        self.running["master"].wait(10)

    def stop(self) -> None:
        for process in self.running.values():
            with contextlib.suppress(ProcessLookupError):
                process.kill()
            process.wait(10)

    def _run(self, name: str, *options: str) -> None:
        port = ["--port", str(self.ports[name]), "--bind", "127.0.0.1", "--dir", str(self.folder)]
        self._spawn(name, [*port, "--dbfilename", f"{name}.rdb", *options])

    def _spawn(self, name: str, arguments: list[str]) -> None:
        with (self.folder / f"{name}.log").open("ab") as log:
            self.running[name] = subprocess.Popen(
                [str(self.program), *arguments], stdout=log, stderr=log, start_new_session=True
            )

    def _wait(self, name: str, word: str, section: str = "replication") -> None:
        def told() -> bool:
            with (
                contextlib.suppress(redis.RedisError),
                redis.Redis(port=self.ports[name]) as client,
            ):
                return word in str(client.info(section))
            return False

        wait_until(told, what=f"{word} of {name}")


@pytest.fixture
def brokers(tmp_path) -> Iterator[Servers]:
    servers = Servers(tmp_path)
    try:
        servers.start()
        yield servers
    finally:
        servers.stop()


def test_a_master_killed_in_the_middle_of_a_run_loses_no_job(db, settings, probe_work, brokers):
    with running_workers(
        settings.database_url, brokers.url, workers=2, worker_module=PROBE
    ) as background:
        ids = [ask("slow:0.1") for _ in range(20)]
        time.sleep(0.5)
        brokers.kill_master()
        ids += [ask("quick") for _ in range(10)]
        begun = time.monotonic()
        wait_until(lambda: all_done(ids), seconds=60, what="the end of all jobs")
        assert time.monotonic() - begun < 60
        assert len(background.of("worker")) == 2
        assert len(background.of("relay")) == 1
        assert_each_once(ids, probe_work)
    assert sql("SELECT count(*) FROM job WHERE state = 'done'").fetchone()[0] == 30
