"""One private PostgreSQL: made, started, watched and stopped by us."""

import os
import shutil
import signal
import subprocess
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import quote

import psycopg

from models.rules.errors.services import ServerNotStarted
from scripts.embedded import binaries, processes
from scripts.embedded.home import Home

USER = "zhijie"
DATABASE = "zhijie"
#: Only a part of the socket's name: nothing listens on TCP.
PORT = 5432
#: Replaying the log of a large load after a crash takes minutes, not seconds.
READY_SECONDS_MAX = 600.0
STOP_SECONDS_MAX = 120.0
LOG_BYTES_MAX = 10 << 20
MIB = 1 << 20


def memory_bytes() -> int:
    """Return the memory of this machine."""
    return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")


def load_settings() -> dict[str, str]:
    """Return the server's settings for bulk loads with safe commits on one machine."""
    memory = memory_bytes()
    return {
        "listen_addresses": "",
        "port": str(PORT),
        "unix_socket_permissions": "0700",
        "max_connections": "100",
        "shared_buffers": f"{min(256, memory // MIB // 8)}MB",
        "effective_cache_size": f"{max(64, memory // MIB // 2)}MB",
        "work_mem": "32MB",
        "maintenance_work_mem": "128MB",
        # Fewer checkpoints while a month is loaded; the packaged build has no lz4, and pglz
        # costs more time than the smaller log saves.
        "max_wal_size": "4GB",
        "checkpoint_timeout": "15min",
        "wal_compression": "off",
        "jit": "off",
        "random_page_cost": "1.1",
        "dynamic_shared_memory_type": _shared_memory(),
        "timezone": "UTC",
        "log_timezone": "UTC",
        "log_line_prefix": "%m [%p] ",
        "logging_collector": "off",
    }


def _shared_memory() -> str:
    """Return where parallel workers meet: containers often have a tiny /dev/shm."""
    try:
        room = os.statvfs("/dev/shm")  # nosec B108  # noqa: S108 - asked for its size only
    except OSError:
        return "mmap"
    return "posix" if room.f_bavail * room.f_frsize > 256 * MIB else "mmap"


@dataclass
class Postgres:
    """The server of one home."""

    home: Home
    #: Settings that differ from those of load_settings (tests switch fsync off).
    settings: Mapping[str, str] = field(default_factory=dict)
    process: "subprocess.Popen[bytes] | None" = None

    @property
    def url(self) -> str:
        """Return the address of our database on this server."""
        return self.url_of(DATABASE)

    def url_of(self, database: str) -> str:
        """Return the address of a database on this server."""
        host = quote(str(self.home.run), safe="")
        return f"postgresql:///{database}?host={host}&port={PORT}&user={USER}"

    @property
    def data(self) -> Path:
        """Return the folder of the data."""
        return self.home.root / "postgresql"

    @property
    def _log(self) -> Path:
        return self.home.log("postgresql")

    def spawn(self) -> "subprocess.Popen[bytes]":
        """Start the server (making its data on the first start) and return at once."""
        self._bin = binaries.postgres_bin(self.home)
        if not (self.data / "PG_VERSION").exists():
            self._initialise()
        self._check_version()
        self._wait_for_predecessor()
        options = {
            **load_settings(),
            **self.settings,
            "unix_socket_directories": str(self.home.run),
        }
        command = [str(self._bin / "postgres"), "-D", str(self.data)]
        for name, value in options.items():
            command += ["-c", f"{name}={value}"]
        if self._log.exists() and self._log.stat().st_size > LOG_BYTES_MAX:
            self._log.replace(self._log.with_suffix(".log.1"))
        with self._log.open("ab") as log:
            self.process = processes.spawn(
                command,
                env=self._env(),
                cwd=self.home.root,
                output=log,
                account=self.home.account,
                signal_at_parents_death=signal.SIGINT,
            )
        return self.process

    def ready(self) -> bool:
        """Return whether the server takes connections; make our database when it is new."""
        try:
            with psycopg.connect(
                self.url_of("postgres"), connect_timeout=5, autocommit=True
            ) as ask:
                known = ask.execute("SELECT 1 FROM pg_database WHERE datname = %s", [DATABASE])
                if known.fetchone() is None:
                    ask.execute(f"CREATE DATABASE {DATABASE} TEMPLATE template0")
        except psycopg.OperationalError:
            return False
        return True

    def start(self, unless: Callable[[], bool] = lambda: False) -> None:
        """Start the server and wait until it takes connections, through a recovery too.

        When `unless` becomes true it returns early, with the server still on its way.
        """
        process = self.spawn()
        deadline = time.monotonic() + READY_SECONDS_MAX
        while not self.ready() and not unless():
            if process.poll() is not None:
                raise self._failed(f"exit {process.returncode}")
            if time.monotonic() > deadline:
                processes.stop(process, signal.SIGQUIT, seconds=10)
                raise self._failed(f"{READY_SECONDS_MAX:.0f} s")
            time.sleep(0.05)

    def stop(self) -> None:
        """Stop the server in good order: sessions are ended, everything is on disk."""
        if self.process is not None:
            processes.stop(self.process, signal.SIGINT, seconds=STOP_SECONDS_MAX)
            self.process = None

    def _env(self) -> dict[str, str]:
        # A LANG that was never generated on this machine would stop initdb.
        return {"PATH": "/usr/bin:/bin", "LC_ALL": "C", "TZ": "UTC"}

    def _initialise(self) -> None:
        shutil.rmtree(self.data, ignore_errors=True)
        making = self.home.folder("postgresql.part")
        for left in making.iterdir():
            shutil.rmtree(left) if left.is_dir() else left.unlink()
        account = self.home.account
        done = subprocess.run(
            # Trust is safe here: the folder of the socket lets in nobody but us.
            [str(self._bin / "initdb"), "-D", str(making), "-U", USER, "--auth=trust"]
            + ["--no-locale", "--encoding=UTF8", "--no-instructions"]
            + (["--no-sync"] if self.settings.get("fsync") == "off" else []),
            env=self._env(),
            cwd=self.home.root,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            check=False,
            user=account.uid if account else None,
            group=account.gid if account else None,
            extra_groups=[] if account else None,
        )
        with self._log.open("ab") as log:
            log.write(done.stdout + done.stderr)
        if done.returncode != 0:
            raise self._failed("initdb")
        # Only a complete folder gets the name that counts.
        making.rename(self.data)

    def _check_version(self) -> None:
        held = (self.data / "PG_VERSION").read_text().strip()
        told = subprocess.run(
            [str(self._bin / "postgres"), "--version"], capture_output=True, text=True, check=True
        ).stdout
        if f" {held}." not in told:
            raise self._failed(f"data of PostgreSQL {held}, program {told.strip()}")

    def _wait_for_predecessor(self) -> None:
        """End a server that outlived its system, so that two never share the data."""
        try:
            lines = (self.data / "postmaster.pid").read_text().splitlines()
            pid = int(lines[0])
        except (OSError, ValueError, IndexError):
            return
        one = processes.Identity(pid, processes.started(pid))
        if not one.alive() or not self._serves_our_data(pid):
            return
        for wanted, seconds in ((signal.SIGINT, 30.0), (signal.SIGQUIT, 30.0)):
            os.kill(pid, wanted)
            deadline = time.monotonic() + seconds
            while one.alive() and time.monotonic() < deadline:
                time.sleep(0.05)

    def _serves_our_data(self, pid: int) -> bool:
        """Return whether the process is a server of these data: numbers are used again."""
        command = Path(f"/proc/{pid}/cmdline")
        if command.exists():
            return str(self.data).encode() in command.read_bytes()
        told = subprocess.run(
            ["ps", "-o", "command=", "-p", str(pid)],  # noqa: S607 - wherever the system has it
            capture_output=True,
            text=True,
            check=False,
        )
        return str(self.data) in told.stdout

    def _failed(self, reason: str) -> ServerNotStarted:
        return ServerNotStarted(server="PostgreSQL", reason=reason, log=self._log)
