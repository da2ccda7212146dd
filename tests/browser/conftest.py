"""A real Chromium before a real server with a worker, over a city built once for the whole run."""

import fcntl
import os
import shutil
import socket
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.request import urlopen

import psycopg
import pytest
from playwright.sync_api import Browser, Page, sync_playwright
from psycopg.rows import namedtuple_row

from scripts.demo.users import PASSWORD
from tests import servers
from tests.browser.walking import Seen, walk
from tests.processes import ROOT, running_workers, wait_until

CITY = "browser_city"
#: Redis databases of the other tests are 0 to 7, one for each process of the run.
REDIS_NUMBER = 8
NAMES = ("chromium", "chromium-browser", "google-chrome")
CHROMIUM = next(filter(None, map(shutil.which, NAMES)), "")
MISSING = (
    "没有 Chromium，浏览器测试没有运行：apt install chromium fonts-noto-cjk。"
    " No Chromium on the PATH: this test of the browser did not run."
)
#: A busy machine builds pages slowly; what takes longer is broken.
PATIENCE_MS = 30_000
#: Pictures of the pages, looked at by people; not in the repository.
PICTURES = ROOT / "test-output" / "pages"


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Skip with the reason where no browser is; the summary counts them."""
    if not CHROMIUM:
        for item in items:
            if Path(__file__).parent in item.path.parents:
                item.add_marker(pytest.mark.skip(reason=MISSING))


@dataclass
class City:
    """The served city: its address, and its database for looking behind the pages."""

    address: str
    database_url: str

    def ask(self, statement: str, *told: object) -> list:
        """Return rows of the database by name."""
        with psycopg.connect(self.database_url, row_factory=namedtuple_row) as ask:
            return ask.execute(statement, told).fetchall()

    def month(self) -> str:
        return self.ask("SELECT max(period) AS period FROM settlement_sheet")[0].period


def _free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return found.getsockname()[1]


def _build(addresses: dict[str, str], folder: Path, environ: dict[str, str]) -> None:
    """Build the city's database unless another process of this run did."""
    done = folder / "city.done"
    with (folder / "city.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if done.exists():
            return
        built = subprocess.run(
            [sys.executable, "-m", "tests.browser.city"],
            cwd=ROOT,
            env=environ | {
                "DATABASE_URL": servers.clone(addresses, CITY),
                "REDIS_URL": servers.redis_url(addresses, REDIS_NUMBER),
                "VAR_DIR": str(folder / "city"),
            },
            capture_output=True,
            text=True,
            timeout=300,
            check=False,
        )  # fmt: skip
        assert built.returncode == 0, built.stdout[-3000:] + built.stderr[-3000:]
        done.touch()


@pytest.fixture(scope="package")
def city(
    server_addresses: dict[str, str],
    worker_number: int,
    _environment: dict[str, str],
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[City]:
    """Serve a clone of the city with one worker."""
    shared = tmp_path_factory.getbasetemp()
    shared = shared.parent if "PYTEST_XDIST_WORKER" in os.environ else shared
    _build(server_addresses, shared, {**os.environ, **_environment})
    name, port = f"browser_{worker_number}", _free_port()
    database_url = servers.clone(server_addresses, name, template=CITY)
    redis_url = servers.redis_url(server_addresses, REDIS_NUMBER + worker_number)
    address = f"http://127.0.0.1:{port}"
    folder = tmp_path_factory.mktemp("served")
    environ = {
        **os.environ, **_environment, "DATABASE_URL": database_url, "REDIS_URL": redis_url,
        "PORT": str(port), "WEB_CONCURRENCY": "1", "PUBLIC_URL": address, "VAR_DIR": str(folder),
    }  # fmt: skip
    with (folder / "web.log").open("wb") as log:
        web = subprocess.Popen(
            [sys.executable, "-m", "web.main"], cwd=ROOT, env=environ, stdout=log, stderr=log
        )
    try:
        wait_until(lambda: _answers(address), seconds=120, what="the web server")
        with running_workers(database_url, redis_url, log_path=folder / "worker.log"):
            yield City(address, database_url)
    finally:
        web.terminate()
        web.wait(30)
        servers.drop(server_addresses, name)


def _answers(address: str) -> bool:
    try:
        with urlopen(f"{address}/health", timeout=5) as answer:  # noqa: S310 - our own server
            return answer.status == 200
    except OSError:
        return False


@pytest.fixture(scope="package")
def walked(city: City) -> list[Seen]:
    """A page of each kind in English, walked to once for all who look at them."""
    return walk(city.address, "en")


@pytest.fixture(scope="package")
def chromium() -> Iterator[Browser]:
    """The system's browser."""
    with sync_playwright() as play:
        browser = play.chromium.launch(
            executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"]
        )
        yield browser
        browser.close()


@dataclass
class Visitor:
    """A person at a browser window."""

    page: Page
    city: City
    errors: list[str]

    def go(self, address: str) -> None:
        """Open an address of the city."""
        answer = self.page.goto(self.city.address + address)
        assert answer is not None
        assert answer.status == 200, f"{address}: {answer.status}"

    @property
    def at(self) -> str:
        """Return the path of the address bar."""
        return self.page.url.removeprefix(self.city.address)

    def press(self, selector: str) -> None:
        """Press what must be on the page, and wait for the next page."""
        with self.page.expect_navigation():
            self.page.locator(selector).first.click()

    def job_done(self) -> None:
        """Wait until the page of a job says that it has ended."""
        assert self.at.startswith("/jobs/"), self.at
        self.page.locator("[data-poll]").wait_for(state="detached")
        state = self.page.locator("h1").inner_text()
        assert self.page.locator(".note.bad[role], main > .note.bad").count() == 0, state


@pytest.fixture
def visit(chromium: Browser, city: City) -> Iterator[object]:
    """Sign in: visit("maker", language="en", width=390) → Visitor; no page may log an error."""
    opened: list[Visitor] = []

    def enter(name: str, language: str = "zh", width: int = 1440) -> Visitor:
        context = chromium.new_context(viewport={"width": width, "height": 900})
        context.set_default_timeout(PATIENCE_MS)
        page = context.new_page()
        visitor = Visitor(page, city, [])
        opened.append(visitor)
        page.on("console", lambda m: visitor.errors.append(m.text) if m.type == "error" else None)
        page.on("pageerror", lambda error: visitor.errors.append(str(error)))
        page.on("request", lambda r: _stay_here(visitor, r.url))
        visitor.go("/sign-in")
        if language == "en":
            visitor.press("button[name=language][value=en]")
        page.fill("input[name=name]", name)
        page.fill("input[name=password]", PASSWORD)
        visitor.press("main button.go")
        assert page.locator("html").get_attribute("lang") == {"zh": "zh-CN"}.get(language, language)
        return visitor

    yield enter
    for visitor in opened:
        visitor.page.context.close()
    for visitor in opened:
        assert visitor.errors == []


def _stay_here(visitor: Visitor, url: str) -> None:
    if not url.startswith((visitor.city.address, "data:", "blob:")):
        visitor.errors.append(f"asked of another host: {url}")
