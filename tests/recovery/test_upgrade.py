"""An installation of the first schema goes up while its own web and workers go on."""

import contextlib
import http.cookiejar
import io
import os
import re
import socket
import subprocess
import sys
import tarfile
import threading
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from models import settings as settings_module
from models.records import base
from scripts import migrate
from scripts.backup import contents
from tests import servers
from tests.journeys.months import broken
from tests.processes import ROOT, wait_until

#: What came second: the commit before it is the program that knows the first schema alone.
SECOND = "models/migrations/0002_origin.py"
PASSWORD = "Lanjiang-2026"
FIRST_MONTH = """
from datetime import date
from models import settings
from models.records import base
from models.services import users
from models.rules.words import Role
base.connect(settings.load()); base.db.connect()
from tests.journeys.months import Office, working_day
office = Office()
office.open()
users.create("looker", Role.SUPERVISOR, "all", password="{password}")
office.buy("2026-03", 123456, working_day("2026-03"))
office.settle_and_pay("2026-03", working_day("2026-03"))
"""
SECOND_MONTH = """
from models import settings
from models.records import base
base.connect(settings.load()); base.db.connect()
from tests.journeys.months import Office, working_day
office = Office()
office.buy("2026-04", 200000, working_day("2026-04"))
office.settle_and_pay("2026-04", working_day("2026-04"))
"""
PAGES = ("/", "/sheets/", "/payments/", "/batches/", "/jobs/")


def earlier_program(folder: Path) -> Path:
    """Write out the program as it was before the second migration."""
    asked = ["git", "log", "--diff-filter=A", "--format=%H", "--", SECOND]
    found = subprocess.run(asked, cwd=ROOT, capture_output=True, text=True, check=False).stdout
    if not found.strip():
        pytest.skip("the history of the program is not here (a copy without git)")
    packed = subprocess.run(
        [
            "git",
            "archive",
            f"{found.split()[-1]}~1",
            "models",
            "workers",
            "web",
            "scripts",
            "tests",
        ],
        cwd=ROOT,
        capture_output=True,
        check=True,
    ).stdout
    with tarfile.open(fileobj=io.BytesIO(packed)) as tree:
        tree.extractall(folder, filter="data")
    return folder


class Earlier:
    """The earlier program at work in its own folder."""

    def __init__(self, folder: Path, environ: dict[str, str]) -> None:
        self.folder, self.environ = folder, {**os.environ, **environ}
        self.running: list[subprocess.Popen[bytes]] = []

    def do(self, *words: str) -> None:
        done = subprocess.run(
            [sys.executable, *words],
            cwd=self.folder,
            env=self.environ,
            capture_output=True,
            text=True,
            check=False,
            timeout=240,
        )
        assert done.returncode == 0, done.stderr[-3_000:]

    def start(self, *modules: str) -> None:
        for module in modules:
            with (self.folder / "log").open("ab") as log:
                self.running.append(
                    subprocess.Popen(
                        [sys.executable, "-m", module],
                        cwd=self.folder,
                        env=self.environ,
                        stdout=log,
                        stderr=log,
                        start_new_session=True,
                    )
                )

    def stop(self) -> None:
        for process in self.running:
            process.terminate()
        for process in self.running:
            process.wait(40)


class Visitor(threading.Thread):
    """Somebody who looks at one page after the other, all the time."""

    def __init__(self, address: str) -> None:
        super().__init__(daemon=True)
        cookies = urllib.request.HTTPCookieProcessor(http.cookiejar.CookieJar())
        self.address, self.open = address, urllib.request.build_opener(cookies).open
        self.over, self.seen, self.wrong = threading.Event(), 0, []

    def sign_in(self) -> None:
        page = self.open(f"{self.address}/sign-in", timeout=30).read().decode()
        token = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', page)
        assert token, page[:2_000]
        told = {"csrf_token": token[1], "name": "looker", "password": PASSWORD}
        self.open(
            f"{self.address}/sign-in", urllib.parse.urlencode(told).encode(), timeout=30
        ).read()
        assert "/sign-in" not in self.open(f"{self.address}/sheets/", timeout=30).url

    def run(self) -> None:
        while not self.over.is_set():
            for path in PAGES:
                try:
                    with self.open(self.address + path, timeout=60) as answer:
                        if "/sign-in" in answer.url:
                            self.wrong.append(f"{path} asked to sign in")
                except (urllib.error.URLError, OSError) as error:
                    self.wrong.append(f"{path} {error}")
                self.seen += 1


@pytest.fixture
def earlier(tmp_path, server_addresses, worker_number, settings, redis_url) -> Iterator[Earlier]:
    name = f"upgrade_{worker_number}"
    url = servers.clone(server_addresses, name, template="template0")
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        port = one.getsockname()[1]
    environ = {
        "DATABASE_URL": url,
        "REDIS_URL": redis_url,
        "VAR_DIR": str(tmp_path / "var"),
        "SECRET_KEY": "only-for-tests",
        "PORT": str(port),
    }
    program = Earlier(earlier_program(tmp_path / "earlier"), environ)
    base.connect(settings_module.load(), url)
    try:
        yield program
    finally:
        program.stop()
        if not base.db.is_closed():
            base.db.close()
        servers.drop(server_addresses, name)
        base.connect(settings_module.load())


def rows(url: str) -> dict[str, int]:
    with psycopg.connect(url) as ask:
        return contents.figures(ask)["rows"]


#: Growing while people look and processes live.
LIVELY = {"heartbeat", "user_session", "sign_in_attempt", "schedule_run", "job", "schema_migration"}


def test_the_schema_goes_up_under_the_feet_of_the_earlier_program(earlier):
    url = earlier.environ["DATABASE_URL"]
    address = f"http://127.0.0.1:{earlier.environ['PORT']}"
    earlier.do("-m", "scripts.migrate", "up")
    earlier.start("workers.relay", "workers.main", "web.main")
    earlier.do("-c", FIRST_MONTH.format(password=PASSWORD))
    visitor = Visitor(address)

    def awake() -> bool:
        with contextlib.suppress(OSError):
            return visitor.open(f"{address}/health", timeout=5).status == 200
        return False

    wait_until(awake, seconds=60, what="the earlier web")
    visitor.sign_in()
    before = rows(url)
    visitor.start()
    wait_until(lambda: visitor.seen >= len(PAGES), seconds=60, what="a first look at each page")

    base.db.connect()
    assert migrate.pending()
    migrate.prepare()
    assert migrate.pending() == []

    # What was there is there; the earlier web answers and the earlier workers do a whole month.
    after = rows(url)
    assert {name: after[name] for name in before if name not in LIVELY} == {
        name: count for name, count in before.items() if name not in LIVELY
    }
    earlier.do("-c", SECOND_MONTH)
    looked = visitor.seen
    wait_until(
        lambda: visitor.seen >= looked + len(PAGES), seconds=60, what="a last look at each page"
    )
    visitor.over.set()
    visitor.join(60)
    assert visitor.wrong == []
    assert broken() == []
