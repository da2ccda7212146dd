"""One private Redis (or Valkey): a courier whose loss costs no work."""

import signal
import subprocess
import time
from dataclasses import dataclass
from pathlib import Path

import redis

from models.rules.errors.services import ServerNotStarted
from scripts.embedded import binaries, processes
from scripts.embedded.home import Home

READY_SECONDS_MAX = 60.0
STOP_SECONDS_MAX = 20.0
#: One per test worker; the product uses the first.
DATABASES = 64


@dataclass
class Redis:
    """The server of one home."""

    home: Home
    #: Another server of the same home gets another name (tests).
    name: str = "redis"
    process: "subprocess.Popen[bytes] | None" = None

    @property
    def socket(self) -> Path:
        """Return the path of the socket."""
        return self.home.run / f"{self.name}.sock"

    @property
    def url(self) -> str:
        """Return the address of the server's first database."""
        return self.url_of(0)

    def url_of(self, number: int) -> str:
        """Return the address of one of the server's databases."""
        return f"unix://{self.socket}?db={number}"

    @property
    def _log(self) -> Path:
        return self.home.log(self.name)

    def spawn(self) -> "subprocess.Popen[bytes]":
        """Start the server and return at once."""
        folder = self.home.folder(self.name)
        self.socket.unlink(missing_ok=True)
        command = [str(binaries.redis_server(self.home))]
        options = {
            "port": "0",
            "unixsocket": str(self.socket),
            "unixsocketperm": "700",
            "dir": str(folder),
            "appendonly": "yes",
            "appendfsync": "everysec",
            "save": '""',
            "maxmemory-policy": "noeviction",
            "databases": str(DATABASES),
            "daemonize": "no",
            "supervised": "no",
        }
        for name, value in options.items():
            command += [f"--{name}", value]
        with self._log.open("ab") as log:
            self.process = processes.spawn(
                command,
                env={"PATH": "/usr/bin:/bin", "LC_ALL": "C"},
                cwd=self.home.root,
                output=log,
                account=self.home.account,
            )
        return self.process

    def ready(self) -> bool:
        """Return whether the server answers and has read its file."""
        client = redis.Redis.from_url(self.url, socket_timeout=5)
        try:
            return bool(client.ping())
        except redis.RedisError:
            return False
        finally:
            client.close()

    def start(self) -> None:
        """Start the server and wait until it answers.

        A file it cannot read (a newer server wrote it, or the disk was full) is set aside: the
        job rows are the record, and the relay sends them again.
        """
        if not self._comes_up():
            aside = self.home.root / f"{self.name}.unreadable.{time.time_ns()}"
            self.home.folder(self.name).rename(aside)
            if not self._comes_up():
                raise ServerNotStarted(server="Redis", reason="no answer", log=self._log)

    def _comes_up(self) -> bool:
        process = self.spawn()
        deadline = time.monotonic() + READY_SECONDS_MAX
        while time.monotonic() < deadline:
            if self.ready():
                return True
            if process.poll() is not None:
                return False
            time.sleep(0.02)
        processes.stop(process, signal.SIGKILL, seconds=5)
        return False

    def stop(self) -> None:
        """Stop the server in good order."""
        if self.process is not None:
            processes.stop(self.process, signal.SIGTERM, seconds=STOP_SECONDS_MAX)
            self.process = None
