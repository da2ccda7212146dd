"""Every kind of page of every role: nothing for axe-core to find, at no width too wide."""

import os
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import parse_qsl, urlsplit

import pytest
from axe_playwright_python.sync_playwright import Axe

from models.rules.words import Role
from tests.browser.conftest import PICTURES, Visitor
from tests.browser.walking import BROKEN, NUMBER, LookedAt, pages, parts

#: Some minutes on quiet cores, so it is asked for by name.
pytestmark = pytest.mark.skipif(
    not os.environ.get("EVERY_PAGE"),
    reason="EVERY_PAGE=1 looks at every kind of page",
)

#: Conditions that change what a page is, not only which rows it lists.
_KINDS = {"print", "view", "kind", "what"}
_VIEWS = {"tab", "part"}
WIDTHS = (1440, 390)
_FRAME = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
_AXE = "axe.run(document, {resultTypes: ['violations']}).then(found => found.violations)"


def kind_of(address: str) -> str:
    """Return what is the same for all addresses of one kind of page."""
    path, told = urlsplit(address).path, parse_qsl(urlsplit(address).query)
    asked = sorted({name for name, value in told if name in _KINDS and value})
    views = [value for name, value in told if name in _VIEWS]
    return "?".join([NUMBER.sub("#", path), ",".join(asked + views)])


def faults(visitor: Visitor, *, closely: bool) -> Iterator[str]:
    """Yield what is wrong with the page at this width."""
    wide = visitor.page.evaluate(_FRAME)
    if wide > 0:
        yield f"{wide} pixels too wide"
    if not closely:
        return
    visitor.page.evaluate(Axe().axe_script)
    for found in visitor.page.evaluate(_AXE):
        nodes = [node["html"][:120] for node in found["nodes"][:2]]
        yield f"{found['id']} × {len(found['nodes'])}: {nodes}"


def picture(visitor: Visitor, role: Role, kind: str, width: int) -> None:
    """Keep a picture where somebody wants to look: PICTURES=1."""
    if os.environ.get("PICTURES"):
        folder = PICTURES / f"{role.value}-{width}"
        folder.mkdir(parents=True, exist_ok=True)
        name = kind.strip("/?").replace("/", "_").replace("?", "_") or "home"
        visitor.page.screenshot(path=folder / f"{name}.jpg", quality=70, full_page=True)


@pytest.fixture
def looked_at(tmp_path_factory: pytest.TempPathFactory) -> LookedAt:
    """What any process of this run looked at."""
    folder = tmp_path_factory.getbasetemp()
    folder = folder.parent if "PYTEST_XDIST_WORKER" in os.environ else folder
    return LookedAt(Path(folder) / "looked_at")


@pytest.mark.parametrize("role", list(Role))
def test_no_page_of_a_role_hinders_anybody(visit, city, looked_at, role):
    """A page is opened if it is the first of its kind, and searched if a part of it is new."""
    visitor, wrong = visit(role.value), []
    for address, page in pages(city, role.value, "zh", kind_of, set()):
        if page.startswith(BROKEN):
            wrong.append(f"{address} {page}")
            continue
        first, closely = looked_at.claim(kind_of(address), parts(page))
        if (not first and not closely) or "<html" not in page:
            continue
        visitor.go(address)
        if "data-part" in page:
            visitor.page.wait_for_load_state("networkidle")
        for width in WIDTHS:
            visitor.page.set_viewport_size({"width": width, "height": 900})
            picture(visitor, role, kind_of(address), width)
            wrong += [f"{address} {width}: {one}" for one in faults(visitor, closely=closely)]
    assert wrong == [], "\n".join(wrong)
