"""Takes the pictures of the handbook from a served demo city; run it after a page has changed.

    make run                                        (in another terminal)
    .venv/bin/python -m scripts.handbook_pictures http://127.0.0.1:8000

Needs the test requirements and a Chromium on the PATH.
"""

import argparse
import shutil
import sys

from playwright.sync_api import Browser, Page, sync_playwright

from models.rules.passwords import DEMO_PASSWORD
from models.settings import ROOT

FOLDER = ROOT / "docs" / "images" / "handbook"
WIDTH, HEIGHT = 1040, 600
#: picture → (who looks, address). A star leads to the first row of the list before it.
PICTURES = {
    "home": ("maker", "/"),
    "imports": ("maker", "/imports/"),
    "holds": ("maker", "/holds/"),
    "sheets": ("checker", "/sheets/?view=all"),
    "sheet": ("checker", "/sheets/?view=all*"),
    "batches": ("maker", "/batches/*"),
    "returns": ("maker", "/returns/"),
    "overdue": ("supervisor", "/overdue/?now=1"),
    "answer": ("hospital", "/confirmations/answer"),
    "my-payments": ("enterprise", "/my-payments/"),
    "schemes": ("maker", "/schemes/LJ-DIRECT"),
    "papers": ("supervisor", "/papers/"),
    "problems": ("supervisor", "/problems/?view=all"),
    "risks": ("supervisor", "/risks/"),
    "retention": ("maker", "/retention-lists/"),
}
#: Long enough for the parts of a page that come by a second request.
SETTLED_MS = 1_500


def main() -> int:
    """Take every picture anew."""
    parser = argparse.ArgumentParser(prog="python -m scripts.handbook_pictures")
    parser.add_argument("address", help="of the served demo city")
    parser.add_argument("--only", nargs="*", choices=sorted(PICTURES), help="some of them")
    told = parser.parse_args()
    chromium = shutil.which("chromium") or shutil.which("chromium-browser")
    if chromium is None:
        print("没有找到 Chromium，请先安装系统软件包 chromium。", file=sys.stderr)
        return 1
    FOLDER.mkdir(parents=True, exist_ok=True)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=chromium, args=["--no-sandbox", "--lang=zh-CN"]
        )
        for name in told.only or PICTURES:
            reader, path = PICTURES[name]
            page = _signed_in(browser, told.address, reader)
            _open(page, told.address, path)
            page.screenshot(path=str(FOLDER / f"{name}.png"))
            page.context.close()
            print(name, (FOLDER / f"{name}.png").stat().st_size)
        browser.close()
    return 0


def _signed_in(browser: Browser, address: str, reader: str) -> Page:
    page = browser.new_context(
        viewport={"width": WIDTH, "height": HEIGHT}, locale="zh-CN"
    ).new_page()
    page.goto(f"{address}/sign-in")
    page.fill("input[name=name]", reader)
    page.fill("input[name=password]", DEMO_PASSWORD)
    page.press("input[name=password]", "Enter")
    page.wait_for_load_state()
    return page


def _open(page: Page, address: str, path: str) -> None:
    page.goto(f"{address}{path.rstrip('*')}")
    if path.endswith("*"):
        page.click("main table tbody td a")
        page.wait_for_load_state()
    page.wait_for_timeout(SETTLED_MS)


if __name__ == "__main__":
    sys.exit(main())
